package report

import (
	"fmt"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// A cause is a group of failures, with what all reports show of it.
type cause struct {
	contracttests.Group
	Why      string   `json:"why"`
	Source   string   `json:"source"`
	Refuted  bool     `json:"assumption_refuted,omitempty"`
	Requests []string `json:"requests,omitempty"` // the call that it is about, then those that it is compared with
	Curl     []string `json:"curl,omitempty"`     // a shell command for each of them
	Repeat   string   `json:"repeat,omitempty"`   // the command that makes a case fail again; the calls alone seldom do, as the run has deleted its users

	calls []contracttests.Exchange
}

// causes returns the causes of a run's failures, the most specific first.
func causes(run contracttests.Run) []cause {
	var out []cause
	for _, g := range run.Groups() {
		i := slices.IndexFunc(run.Results, func(r contracttests.Result) bool { return r.Case == g.Case })
		r := run.Results[i]
		c := cause{Group: g, Why: r.Why, Source: r.Source, Refuted: refuted(r), calls: callsOf(r, g.Failure)}
		if run.RunID != "" { // of the suite
			c.Repeat = repeat(g)
		}
		for _, x := range c.calls {
			c.Requests = append(c.Requests, x.Method+" "+x.URL)
			c.Curl = append(c.Curl, Curl(x))
		}
		out = append(out, c)
	}
	return out
}

// callsOf returns the calls that a failure is about: the first one, then those it
// is compared with.
func callsOf(r contracttests.Result, f contracttests.Failure) []contracttests.Exchange {
	var out []contracttests.Exchange
	for _, i := range f.About {
		if i < len(r.Exchanges) {
			out = append(out, r.Exchanges[i])
		}
	}
	if len(out) == 0 {
		out = blamed(r)
	}
	return out[:min(len(out), mostCalls)]
}

// mostCalls is how many calls are shown for a failure.
const mostCalls = 3

// causeOf returns the index of the cause that the failures of a case are counted under,
// or -1.
func causeOf(all []cause, r contracttests.Result) int {
	return slices.IndexFunc(all, func(c cause) bool { return slices.Contains(c.Cases, r.Case) })
}

// Headline returns a cause in one line: operation, place, and what is wrong.
func (c cause) Headline() string {
	if c.Refuted {
		return "assumption refuted: " + c.String()
	}
	return c.String()
}

// Affected describes which cases fail or are blocked because of a cause.
func (c cause) Affected() string {
	out := some(c.Cases)
	if len(c.Blocked) > 0 {
		out += "; blocked: " + some(c.Blocked)
	}
	return out
}

// Others returns the failures that are counted under a cause, a line for each kind.
func (c cause) Others() []string {
	var out []string
	for _, u := range c.Under {
		first, _, _ := strings.Cut(u.Message, "\n")
		out = append(out, fmt.Sprintf("%s  %s  %s, %s: %s", u.Operation, u.Place, u.Kind, times(u.Times), oneLine(first, u.Message)))
	}
	if more := len(out) - mostOthers; more > 0 {
		out = append(out[:mostOthers], fmt.Sprintf("and %d more", more))
	}
	return out
}

const mostOthers = 8

// oneLine returns a line about a message, followed by what differs in the diff of the
// message, in at most 200 characters.
func oneLine(about, message string) string {
	const most = 200
	_, diff, _ := strings.Cut(message, "\n")
	for line := range strings.Lines(diff) {
		if strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+") {
			about += " " + strings.Join(strings.Fields(line), " ")
		}
	}
	if text := []rune(about); len(text) > most {
		return string(text[:most]) + "…"
	}
	return about
}

// repeat returns the command that repeats a case of a group, or "" if only the run as
// a whole shows it.
func repeat(g contracttests.Group) string {
	for _, id := range append([]string{g.Case}, g.Cases...) {
		if !(contracttests.Result{Case: id}).OfRun() {
			return "cariqa-contract run --case " + id
		}
	}
	return ""
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// some returns the first of some names, and how many there are more.
func some(names []string) string {
	const most = 6
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}
