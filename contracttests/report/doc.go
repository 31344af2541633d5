// Package report writes what a run of the contract suite found: for people in
// a terminal or a browser, for CI as JUnit XML, for programs as JSON. Reports
// are functions of the result alone.
package report

import (
	"cmp"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// Unverified is what every report says until a run against the vendor's own
// environment has been put on record.
const Unverified = "Nothing has been verified against the real sandbox yet."

// An area is what comes before the slash of a case's id.
func area(id string) string {
	before, _, _ := strings.Cut(id, "/")
	return before
}

// group is the results of one area.
type group struct {
	area    string
	results []contracttests.Result
}

// byArea keeps areas in the order of their first case.
func byArea(results []contracttests.Result) []group {
	var out []group
	for _, r := range results {
		i := slices.IndexFunc(out, func(g group) bool { return g.area == area(r.Case) })
		if i < 0 {
			i = len(out)
			out = append(out, group{area: area(r.Case)})
		}
		out[i].results = append(out[i].results, r)
	}
	return out
}

// blamed gives the exchanges that a failure is about, or else the last one.
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

// reason is why a case did not pass, in one line.
func reason(r contracttests.Result) string {
	if r.Status == contracttests.NotApplicable {
		return "needs " + cmp.Or(r.Lacking, "what the target lacks")
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

// refuted says whether a failure is news about an assumption rather than a
// breach of what is written somewhere.
func refuted(r contracttests.Result) bool { return r.Assumed && r.Status == contracttests.Fail }
