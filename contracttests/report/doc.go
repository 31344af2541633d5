// Package report writes the result of a run of the contract suite: as text for a
// terminal, as HTML for a browser, as JUnit XML for CI, and as JSON for programs.
// A report depends on the result only.
package report

import (
	"cmp"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// Unverified is part of every report until a run against the vendor's own
// environment has been recorded.
const Unverified = "Nothing has been verified against the real sandbox yet."

// area returns what is before the slash of a case's id.
func area(id string) string {
	before, _, _ := strings.Cut(id, "/")
	return before
}

// A group is the results of one area.
type group struct {
	Area    string
	Results []contracttests.Result
}

// byArea groups results by area, in the order of the first case of each.
func byArea(results []contracttests.Result) []group {
	var out []group
	for _, r := range results {
		i := slices.IndexFunc(out, func(g group) bool { return g.Area == area(r.Case) })
		if i < 0 {
			i = len(out)
			out = append(out, group{Area: area(r.Case)})
		}
		out[i].Results = append(out[i].Results, r)
	}
	return out
}

// WithoutPassed returns a run without the exchanges of passed cases, which would
// be most of a report.
func WithoutPassed(run contracttests.Run) contracttests.Run {
	run.Results = slices.Clone(run.Results)
	for i := range run.Results {
		if run.Results[i].Status == contracttests.Pass {
			run.Results[i].Exchanges = nil
		}
	}
	return run
}

// blamed returns the exchanges that a failure is about, or else the last one.
func blamed(r contracttests.Result) []contracttests.Exchange {
	var out []contracttests.Exchange
	for _, x := range r.Exchanges {
		if x.Blamed {
			out = append(out, x)
		}
	}
	if n := len(r.Exchanges); len(out) == 0 && n > 0 {
		out = r.Exchanges[n-1:]
	}
	return out
}

// reason returns why a case did not pass, in one line.
func reason(r contracttests.Result) string {
	if r.Status == contracttests.NotApplicable {
		return "needs " + cmp.Or(r.Lacking, "an unknown capability")
	}
	first := ""
	if len(r.Messages) > 0 {
		first, _, _ = strings.Cut(r.Messages[0], "\n")
	}
	if refuted(r) {
		return strings.TrimSuffix("assumption refuted: "+first, ": ")
	}
	return first
}

// refuted reports whether a failure refutes an assumption instead of breaking
// something published: the shape of an answer is, whatever the case is about.
func refuted(r contracttests.Result) bool {
	published := func(f contracttests.Failure) bool { return f.Kind == contracttests.KindShape }
	return r.Assumed && r.Status == contracttests.Fail && !slices.ContainsFunc(r.Failures, published)
}
