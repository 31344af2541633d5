// Package compare compares the runs of the same cases on two targets with each
// other and with openapi.yaml.
package compare

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// A Verdict is who is responsible for a disagreement: the fake, the target,
// openapi.yaml, or the environment.
type Verdict string

// The verdicts. A stands for the fake and B for the target. Of the rules below
// the first that applies decides about a place where A and B disagree:
//
//  1. One side did not answer, or with a status that comes from the environment
//     (429, 502, 503, 504), or a case was inconclusive there: environment sick.
//  2. B's answer departs from openapi.yaml at this place and A's does not:
//     target departs from the spec.
//  3. A's departs and B's does not: fake wrong.
//  4. Both conform, but a case fails on one side only, because of this answer.
//     If a public source decides the case, the failing side is wrong. If the
//     case is assumed, A is wrong, whichever side fails: where nothing is
//     published, the target decides.
//  5. Otherwise the spec is silent: it allows both.
const (
	FakeWrong       Verdict = "fake wrong"
	TargetDeparts   Verdict = "target departs from the spec"
	SpecSilent      Verdict = "spec silent"
	EnvironmentSick Verdict = "environment sick"
)

// Verdicts returns all verdicts, the most severe first.
func Verdicts() []Verdict { return []Verdict{FakeWrong, TargetDeparts, EnvironmentSick, SpecSilent} }

// A Disagreement is one way in which two targets differ, however often it was
// seen.
type Disagreement struct {
	Verdict   Verdict                 `json:"verdict"`
	Operation string                  `json:"operation,omitempty"` // operationId, or the method without one
	Place     string                  `json:"place"`               // status, header NAME, body /a/*/b, or case
	Kind      string                  `json:"kind"`                // renamed, missing, added, value, relation, type, status, header, rule, outcome, inconclusive
	Text      string                  `json:"text"`
	Because   string                  `json:"because"` // the reason for the verdict
	Case      string                  `json:"case"`    // in which it was seen first
	Count     int                     `json:"count"`
	A         *contracttests.Exchange `json:"a,omitempty"` // the first pair
	B         *contracttests.Exchange `json:"b,omitempty"`

	detail string // distinguishes those of the same place and kind
}

// A Comparison is the result of comparing two runs of the same cases.
type Comparison struct {
	A             contracttests.Run `json:"-"`
	B             contracttests.Run `json:"-"`
	Disagreements []Disagreement    `json:"disagreements"`
	Cases         int               `json:"cases"`     // that ran on both sides
	Exchanges     int               `json:"exchanges"` // pairs that were compared
	Alone         []string          `json:"alone"`     // cases that are not applicable on one side
}

// Count returns how many disagreements have a verdict.
func (c Comparison) Count(v Verdict) int {
	n := 0
	for _, d := range c.Disagreements {
		if d.Verdict == v {
			n++
		}
	}
	return n
}

// ExitCode returns 1 if one side breaks the contract; else 3 if the environment
// prevented answers or nothing could be compared; else 0. Where the spec is
// silent, nothing is broken.
func (c Comparison) ExitCode() int {
	switch {
	case c.Count(FakeWrong)+c.Count(TargetDeparts) > 0:
		return contracttests.ExitBroken
	case c.A.Dead != "" || c.B.Dead != "" || c.Count(EnvironmentSick) > 0 || c.Exchanges == 0:
		return contracttests.ExitInconclusive
	}
	return contracttests.ExitHolds
}

// Compare compares two runs of the same cases with each other and with
// openapi.yaml.
func Compare(a, b contracttests.Run) Comparison {
	c := &comparer{Comparison: Comparison{A: a, B: b}, index: map[string]int{}}
	if a.Dead != "" || b.Dead != "" {
		return c.Comparison
	}
	madeA, madeB := fixtures(a), fixtures(b)
	for _, name := range slices.Sorted(maps.Keys(madeA)) {
		r := contracttests.Result{Case: name}
		c.exchanges(r, r, madeA[name], madeB[name])
	}
	for _, x := range a.Results {
		i := slices.IndexFunc(b.Results, func(y contracttests.Result) bool { return y.Case == x.Case })
		if i >= 0 {
			c.results(x, b.Results[i])
		}
	}
	c.finish()
	return c.Comparison
}

type comparer struct {
	Comparison
	index map[string]int // position of each disagreement
}

// bySide returns A's value and B's, with the names of the sides.
func bySide[V any](a, b V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		_ = yield("A", a) && yield("B", b)
	}
}

// fixtures returns the calls that made each shared fixture, in whichever case.
func fixtures(run contracttests.Run) map[string][]contracttests.Exchange {
	out := map[string][]contracttests.Exchange{}
	for _, r := range run.Results {
		for _, x := range r.Exchanges {
			if x.Fixture != "" {
				out[x.Fixture] = append(out[x.Fixture], x)
			}
		}
	}
	return out
}

// own returns the exchanges that did not make a fixture.
func own(all []contracttests.Exchange) []contracttests.Exchange {
	return slices.DeleteFunc(slices.Clone(all), func(x contracttests.Exchange) bool { return x.Fixture != "" })
}

// results compares the results of one case.
func (c *comparer) results(a, b contracttests.Result) {
	const skipped = contracttests.NotApplicable
	if a.Status == skipped && b.Status == skipped {
		return
	}
	for side, r := range bySide(a, b) {
		if r.Status == skipped {
			c.Alone = append(c.Alone, fmt.Sprintf("%s: %s has no %s", r.Case, side, r.Lacking))
			return
		}
	}
	c.Cases++
	if a.Status == contracttests.Inconclusive || b.Status == contracttests.Inconclusive {
		c.inconclusive(a, b)
		return
	}
	seen := c.exchanges(a, b, own(a.Exchanges), own(b.Exchanges))
	if a.Status != b.Status && seen == 0 && a.Blocked+b.Blocked == "" && !c.explained(a, b) {
		c.outcome(a, b)
	}
}

// explained reports whether a case fails on one side because of how a shared
// fixture is made there, which has been compared already.
func (c *comparer) explained(a, b contracttests.Result) bool {
	for _, x := range slices.Concat(a.Exchanges, b.Exchanges) {
		made := func(d Disagreement) bool {
			return d.Operation == x.Operation && strings.HasPrefix(d.Case, contracttests.FixturePrefix)
		}
		if x.Fixture != "" && x.Blamed && slices.ContainsFunc(c.Disagreements, made) {
			return true
		}
	}
	return false
}

func (c *comparer) inconclusive(a, b contracttests.Result) {
	var sides []string
	for side, r := range bySide(a, b) {
		if r.Status == contracttests.Inconclusive {
			sides = append(sides, fmt.Sprintf("inconclusive on %s: %s", side, firstLine(r.Messages)))
		}
	}
	c.add(Disagreement{
		Verdict: EnvironmentSick, Place: "case " + a.Case, Kind: "inconclusive", Case: a.Case,
		Text: strings.Join(sides, "; "), Because: "the case is inconclusive",
	})
}

// outcome notes that a case fails on one side although no pair of answers shows
// why.
func (c *comparer) outcome(a, b contracttests.Result) {
	failing, other, messages := "A", "B", a.Messages
	if b.Status == contracttests.Fail {
		failing, other, messages = "B", "A", b.Messages
	}
	d := Disagreement{
		Place: "case " + a.Case, Kind: "outcome", Case: a.Case,
		Text: fmt.Sprintf("passes on %s and fails on %s: %s", other, failing, firstLine(messages)),
	}
	d.Verdict, d.Because = byCase(a, b)
	c.add(d)
}

// byCase is rule 4 of the verdicts.
func byCase(a, b contracttests.Result) (Verdict, string) {
	switch {
	case a.Status == b.Status || a.Status != contracttests.Fail && b.Status != contracttests.Fail:
		return SpecSilent, ""
	case a.Assumed:
		return FakeWrong, "assumption refuted: no public source decides, so the target does"
	case a.Status == contracttests.Fail:
		return FakeWrong, "the case fails on A and passes on B; its source is " + a.Source
	}
	return TargetDeparts, "the case fails on B and passes on A; its source is " + a.Source
}

func firstLine(messages []string) string {
	if len(messages) == 0 {
		return "no reason given"
	}
	first, _, _ := strings.Cut(messages[0], "\n")
	if len(messages) > 1 && strings.HasSuffix(first, ":") {
		first += " " + firstLine(messages[1:])
	}
	return first
}

// add counts a disagreement, and keeps the first of its kind.
func (c *comparer) add(d Disagreement) {
	key := strings.Join([]string{d.Operation, d.Place, d.Kind, string(d.Verdict), d.detail}, "\x00")
	if i, known := c.index[key]; known {
		c.Disagreements[i].Count++
		return
	}
	d.Count = 1
	c.index[key] = len(c.Disagreements)
	c.Disagreements = append(c.Disagreements, d)
}

// finish sorts the disagreements: the most severe first, then by operation and
// place.
func (c *comparer) finish() {
	slices.SortStableFunc(c.Disagreements, func(x, y Disagreement) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Verdicts(), x.Verdict), slices.Index(Verdicts(), y.Verdict)),
			cmp.Compare(x.Operation, y.Operation), cmp.Compare(x.Place, y.Place),
		)
	})
}
