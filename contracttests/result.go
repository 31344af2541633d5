package contracttests

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/spec"
)

// A Status is how a case ended. It only rises.
type Status int

// The statuses in rising order.
const (
	NotRun        Status = iota
	NotApplicable        // the target does not have a capability
	Pass
	Inconclusive // the environment prevented an answer
	Blocked      // what the case begins with could not be made
	Fail
)

// String returns the word in the first column of a report.
func (s Status) String() string {
	return [...]string{"not run", "n/a", "pass", "inconclusive", "blocked", "fail"}[s]
}

// MarshalText returns the word.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Status) UnmarshalText(text []byte) error {
	for candidate := NotRun; candidate <= Fail; candidate++ {
		if candidate.String() == string(text) {
			*s = candidate
			return nil
		}
	}
	return fmt.Errorf("unknown status %q", text)
}

// A Result is the result of one case.
type Result struct {
	Case      string        `json:"case"`
	Title     string        `json:"title"`
	Why       string        `json:"why"`
	Source    string        `json:"source"`
	Assumed   bool          `json:"assumed"`
	Status    Status        `json:"status"`
	Lacking   string        `json:"lacking,omitempty"`  // missing capabilities, if not applicable
	Blocked   string        `json:"blocked,omitempty"`  // the fixture that blocks it, whose result is in the run as well
	Messages  []string      `json:"messages,omitempty"` // of failures, or why it is inconclusive
	Failures  []Failure     `json:"failures,omitempty"` // the same messages as data, the most specific first
	News      []string      `json:"news,omitempty"`     // not failures: undeclared fields, names of an earlier generation
	Exchanges []Exchange    `json:"exchanges,omitempty"`
	Took      time.Duration `json:"took"`
	Waited    bool          `json:"-"` // for something that did not happen at once
}

// OfRun reports whether the result is not a case's, but of the run as a whole or
// of a fixture.
func (r Result) OfRun() bool {
	return strings.HasPrefix(r.Case, runPrefix) || strings.HasPrefix(r.Case, FixturePrefix)
}

// runPrefix begins the names of results of a run as a whole.
const runPrefix = "run/"

// Operations returns the ids of the operations that the case is about, sorted:
// those that it called itself, not those that only prepared it.
func (r Result) Operations() []string {
	called := map[string]bool{}
	for _, x := range r.Exchanges {
		if x.Operation != "" && x.Fixture == "" && !x.Setup {
			called[x.Operation] = true
		}
	}
	return slices.Sorted(maps.Keys(called))
}

// keep notes the calls of a case, with or without their bodies, and its failures,
// the most specific first.
func (r *Result) keep(calls []*Exchange, bodies bool, failures []Failure) {
	for _, x := range calls {
		r.Exchanges = append(r.Exchanges, x.whole(bodies))
	}
	slices.SortStableFunc(failures, func(f, g Failure) int { return rank(f.Kind) - rank(g.Kind) })
	for _, f := range failures {
		f.About = nil
		for _, x := range f.about {
			i := slices.Index(calls, x)
			if i < 0 && x != nil { // of a shared fixture that another case made
				i, calls = len(calls), append(calls, x)
				r.Exchanges = append(r.Exchanges, x.whole(bodies))
			}
			if i >= 0 {
				f.About = append(f.About, i)
			}
			if op := operationOf(x); op != f.Operation && !slices.Contains(f.Against, op) {
				f.Against = append(f.Against, op)
			}
		}
		f.about, f.want = nil, nil
		r.Failures = append(r.Failures, f)
	}
}

func rank(k FailureKind) int { return slices.Index(failureKinds, k) }

// An Exchange is a request and its answer as the suite saw them, redacted.
type Exchange struct {
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Operation string            `json:"operation,omitempty"` // operationId; empty for calls of Stripe and of the admin API
	Sent      map[string]string `json:"sent,omitempty"`      // headers that are needed to repeat the request, credentials by name
	Request   string            `json:"request,omitempty"`
	Status    int               `json:"status"`
	Header    map[string]string `json:"header,omitempty"` // of the answer: those that the contract covers
	Answer    string            `json:"answer,omitempty"`
	Cut       int               `json:"cut,omitempty"` // bytes of the answer that were not kept
	Findings  []spec.Finding    `json:"findings,omitempty"`
	Blamed    bool              `json:"blamed,omitempty"`  // the failed check was about this exchange
	Fixture   string            `json:"fixture,omitempty"` // the fixture that it helped to make; cases share it, so it is not part of the case that asked first
	Setup     bool              `json:"-"`                 // it only prepared the case: a user, a card, a session

	raw *rawBodies // nil where the exchange has its bodies already
}

// rawBodies are the bodies of an exchange before they are redacted. Most never are: only
// bodies that are shown need it.
type rawBodies struct {
	sent, answered  http.Header
	request, answer []byte
	note            string // follows an answer that is cut
}

// whole returns the exchange with its bodies, redacted, or without them.
func (x *Exchange) whole(bodies bool) Exchange {
	out := *x
	if b := x.raw; bodies && b != nil {
		out.Request, out.Answer = redactedBody(b.sent, b.request), redactedBody(b.answered, b.answer)+b.note
	}
	out.raw = nil
	return out
}

// answered returns the body of the answer as it came, of which the end may be cut.
func (x *Exchange) answered() []byte {
	if x.raw == nil {
		return []byte(x.Answer)
	}
	return x.raw.answer
}

// asked returns the body of the request as it was sent.
func (x *Exchange) asked() []byte {
	if x.raw == nil {
		return []byte(x.Request)
	}
	return x.raw.request
}

// A Run is the result of the suite on one target.
type Run struct {
	Target     string        `json:"target"`
	Base       string        `json:"base"`
	Build      string        `json:"build,omitempty"` // version of the fake, if the target is one
	Generation string        `json:"generation,omitempty"`
	RunID      string        `json:"run_id"`
	Started    time.Time     `json:"started"`
	Took       time.Duration `json:"took"`
	Requests   int           `json:"requests"`
	Dead       string        `json:"dead,omitempty"`    // why the target cannot be used
	Stopped    string        `json:"stopped,omitempty"` // why the run ended before its last case
	Results    []Result      `json:"results"`
	News       []string      `json:"news,omitempty"`      // what is worth knowing of the run as a whole
	Leftovers  []string      `json:"leftovers,omitempty"` // users that could not be deleted, with the reason
	Compared   []Compared    `json:"compared,omitempty"`  // what of answers was compared with a fake's, if they were
}

// Compared is which fields of a kind of object follow from rules and were
// compared, which only the world outside knows, and which are texts for people.
type Compared struct {
	Object  string   `json:"object"`
	Derived []string `json:"derived,omitempty"`
	Fact    []string `json:"fact,omitempty"`
	Text    []string `json:"text,omitempty"`
}

// Count returns how many cases ended with a status.
func (r Run) Count(s Status) int {
	n := 0
	for _, c := range r.Results {
		if c.Status == s {
			n++
		}
	}
	return n
}

// Exit codes of the command line.
const (
	ExitHolds        = 0
	ExitBroken       = 1
	ExitUsage        = 2
	ExitInconclusive = 3
)

// ExitCode returns 1 if a case failed; else 3 if the target is dead, no case
// passed, or one is inconclusive or blocked; else 0.
func (r Run) ExitCode() int {
	switch {
	case r.Count(Fail) > 0:
		return ExitBroken
	case r.Dead != "" || r.Count(Pass) == 0 || r.Count(Inconclusive)+r.Count(Blocked) > 0:
		return ExitInconclusive
	}
	return ExitHolds
}
