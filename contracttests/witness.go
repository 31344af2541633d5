package contracttests

import (
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/spec"
)

// A Witness judges calls that others make as a run of the suite judges its own:
// by openapi.yaml, by what must not change between two answers, and by how often
// something went wrong. It makes no calls itself.
type Witness struct{ client *client }

// NewWitness returns a witness of calls to a target, of which only Base and the
// credentials are used.
func NewWitness(t Target, s *spec.Spec) *Witness { return &Witness{newClient(t, s, 0)} }

// A Seen is a call to be judged, with the answer to it.
type Seen struct {
	Method, URL string
	Header      http.Header
	Body        []byte
	Answer      *Answer
	Ended       time.Time // when the answer was there; zero if that is unknown
	Took        time.Duration
}

func (c Seen) request(base string) request {
	return request{c.Method, c.URL, c.Body, c.Header, strings.HasPrefix(c.URL, base)}
}

// Operation returns the operation of a call, or "" if openapi.yaml has none.
func (w *Witness) Operation(method, address string) string {
	path, ok := strings.CutPrefix(address, w.client.target.Base)
	if !ok {
		return ""
	}
	return match(w.client.routes, method, path)
}

// Begin notes that a call begins. The number it returns is for End.
func (w *Witness) Begin(c Seen) int { return w.client.seen.begin(c.request(w.client.target.Base)) }

// End judges a call that has been answered, and returns it as reports show it.
func (w *Witness) End(began int, c Seen) *Exchange {
	r := c.request(w.client.target.Base)
	c.Answer.exchange = w.client.judge(w.client.operation(r), r, c.Answer)
	w.client.seen.end(began, r, c.Answer)
	x := c.Answer.exchange
	runtime.AddCleanup(x, w.client.free, len(c.Answer.Body)-x.Cut) // an app may make many calls
	w.client.mu.Lock()
	w.client.requests++
	w.client.mu.Unlock()
	if op, ok := w.client.spec.Operation(x.Operation); ok && !c.Ended.IsZero() {
		w.client.health.answered(c.Answer, op.Statuses, c.Took, c.Ended)
	}
	return x
}

// Missed notes that there were calls that the witness has not seen, which may have
// changed anything.
func (w *Witness) Missed() { w.client.seen.overrun() }

// Lost notes that a call that began has ended in a way that nobody knows.
func (w *Witness) Lost(began int) { w.client.seen.lost(began) }

// Broken notes a call without a whole answer.
func (w *Witness) Broken(c Seen) {
	w.client.health.truncated(&Exchange{
		Method: c.Method, URL: redacted(c.URL), Operation: w.Operation(c.Method, c.URL), Sent: w.client.target.sent(c.Header), Request: redactedBody(c.Header, c.Body),
	})
}

// Flaky notes a call that failed, and did not when it was repeated.
func (w *Witness) Flaky(f Found) {
	h := w.client.health
	h.note(flaky, f.Calls[0])
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := h.ills[flaky]; i.place == "" {
		i.place, i.kind = f.Place, f.Kind
	}
}

// Whole returns what fails the calls as a whole, and what is only news.
func (w *Witness) Whole() (failed []Result, news []string) {
	failed, news = w.client.health.verdicts()
	if r, ok := w.client.seen.verdict(); ok {
		failed = append(failed, r)
	}
	return failed, news
}

// A Found is a failure with the calls that it is about, the first one first.
type Found struct {
	Failure
	Calls []*Exchange
}

// Departures returns how an answer departs from openapi.yaml, without fields that
// the file does not declare.
func Departures(x *Exchange) []Found {
	var out []Found
	for _, f := range x.Findings {
		if !f.Undeclared() && x.Status/100 != 3 { // a redirect is followed
			out = append(out, Found{Failure{Operation: x.Operation, Place: placeOf(f), Kind: KindShape, Message: "the response departs from openapi.yaml: " + f.Message}, []*Exchange{x}})
		}
	}
	return out
}

// Conclude sets the status, messages, failures and calls of a result: it fails if
// something was found, and has at most the calls that this is about.
func (r *Result) Conclude(found []Found) {
	r.Status = Pass
	if len(found) == 0 {
		return
	}
	r.Status = Fail
	var calls []*Exchange
	var failures []Failure
	known := map[string]bool{}
	for _, f := range found {
		f.Message = redacted(f.Message)
		key := strings.Join([]string{f.Operation, f.Place, string(f.Kind), f.Message}, "\x00")
		if known[key] {
			continue
		}
		known[key], f.about = true, f.Calls
		for _, x := range f.Calls {
			x.Blamed = true
			if !slices.Contains(calls, x) {
				calls = append(calls, x)
			}
		}
		failures = append(failures, f.Failure)
		r.Messages = append(r.Messages, f.Message)
	}
	r.keep(calls, true, failures)
}
