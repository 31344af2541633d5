package mocktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/spec"
)

// A Call is one request to the vendor's API or Stripe's with its answer, as the
// world's journal keeps it: secrets are redacted, long bodies shortened.
type Call struct {
	ID        string
	Time      time.Time // the world's
	Operation string    // the operationId; empty if the path or method has no operation
	Method    string
	Path      string
	Query     string // as sent, without the question mark
	Status    int    // 0 if the connection was closed without an answer
	Rule      string // id of the rule that refused; empty if none did
	Fault     string // id of the fault that was applied; empty if none was
	User      string // id of the user the call was about; empty if it was about none
	// Findings are where the request or the answer does not conform to
	// openapi.yaml.
	Findings []spec.Finding
	Request  Message
	Response Message
}

// A Message is one half of a call.
type Message struct {
	Headers map[string]string
	// Body is JSON: a JSON body as it is, a form as an object, any other body
	// as a string, and null without a body.
	Body json.RawMessage
}

// String returns the call in one line.
func (c Call) String() string {
	line := fmt.Sprintf("%s %s %s", c.Time.Format("15:04:05.000"), c.Method, c.Path)
	if c.Query != "" {
		line += "?" + c.Query
	}
	line += fmt.Sprintf(" %d", c.Status)
	if c.Rule != "" {
		line += " " + c.Rule
	}
	return line
}

// A Filter matches the calls that have everything it names. Its zero value
// matches every call.
type Filter struct {
	Operation string `json:"operation,omitempty"` // an operationId
	Method    string `json:"method,omitempty"`
	Path      string `json:"path,omitempty"` // a whole path, in which * stands for any part of a segment
	Status    int    `json:"status,omitempty"`
	Rule      string `json:"rule,omitempty"`
	User      string `json:"user,omitempty"` // id of the user the call was about
	// Body is what the request's body must contain: of an object the given
	// members, of a list all elements.
	Body any `json:"body,omitempty"`
	// Text is words that must all occur, in upper or lower case, in the call's id,
	// operation, method, path, query, rule, fault or user, or in one of its bodies.
	Text string `json:"text,omitempty"`
}

// Requests returns the calls of an operation, such as "users_list", oldest
// first; "*" means all operations.
func (w *World) Requests(operation string) []Call {
	w.s.t.Helper()
	return w.find(verb[any]("Requests", nil, operation), forOperation(operation))
}

// Find returns the calls that a filter matches, oldest first.
func (w *World) Find(filter Filter) []Call {
	w.s.t.Helper()
	return w.find("Find(...)", filter)
}

func (w *World) find(call string, filter Filter) []Call {
	w.s.t.Helper()
	var all []Call
	for page := "?limit=1000"; ; {
		var answer struct {
			Requests []Call
			Next     string
		}
		w.admin(call, http.MethodPost, "/requests/find"+page, filter, &answer)
		all = append(all, answer.Requests...)
		if answer.Next == "" {
			slices.Reverse(all) // the server lists the newest first
			return all
		}
		page = "?limit=1000&after=" + url.QueryEscape(answer.Next)
	}
}

// Count returns how many calls of an operation there have been; "*" means all
// operations.
func (w *World) Count(operation string) int {
	w.s.t.Helper()
	var answer struct{ Count int }
	w.admin(verb[any]("Count", nil, operation), http.MethodPost, "/requests/count", forOperation(operation), &answer)
	return answer.Count
}

func forOperation(operation string) Filter {
	if operation == "*" {
		operation = ""
	}
	return Filter{Operation: operation}
}

// An Explanation is why a call got its answer.
type Explanation struct {
	Rule      string          // id of the rule that refused; empty if none did
	Condition string          `json:"sentence"` // when that rule refuses
	Source    string          // where the rule is documented
	Assumed   bool            // no public source decides; the fake chose
	Facts     []string        // what made the rule apply, one sentence each
	Remedy    string          // what would make it no longer apply
	Before    json.RawMessage // the user before a write; nil if nothing is known
	After     json.RawMessage // the user after it
}

// String returns the explanation in a few lines.
func (e Explanation) String() string {
	if e.Rule == "" {
		return "no rule refused the call"
	}
	lines := []string{e.Rule}
	if e.Condition != "" {
		lines[0] += ": " + e.Condition
	}
	lines = append(lines, e.Facts...)
	if e.Remedy != "" {
		lines = append(lines, "to clear it: "+e.Remedy)
	}
	return strings.Join(lines, "\n  ")
}

// Explain returns why a call got its answer, by the call's id, or of the last
// call if there is no id.
func (w *World) Explain(id ...string) Explanation {
	w.s.t.Helper()
	if len(id) > 1 {
		w.s.t.Fatalf("mocktest: Explain with %d ids: want at most one", len(id))
	}
	if len(id) == 0 {
		last := w.last(1)
		if len(last) == 0 {
			w.s.t.Fatalf("mocktest: Explain(): no calls were made in world %s", w.ID)
		}
		id = []string{last[0].ID}
	}
	e, err := w.explain(id[0])
	if err != nil {
		w.s.t.Fatalf("mocktest: %s: %v", verb[any]("Explain", nil, id[0]), err)
	}
	return e
}

func (w *World) explain(id string) (e Explanation, err error) {
	err = w.call(http.MethodGet, "/requests/"+url.PathEscape(id)+"/explain", nil, &e)
	return e, err
}

// last returns the last calls, oldest first, and none if they cannot be read.
func (w *World) last(n int) []Call {
	var answer struct{ Requests []Call }
	if err := w.call(http.MethodGet, fmt.Sprintf("/requests?limit=%d", n), nil, &answer); err != nil {
		return nil
	}
	slices.Reverse(answer.Requests)
	return answer.Requests
}

// lastCalls describes the last calls with the rules that refused them.
func (w *World) lastCalls() string {
	calls := w.last(10)
	if len(calls) == 0 {
		return fmt.Sprintf("no calls were made in world %s", w.ID)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the last calls in world %s:", w.ID)
	for _, c := range calls {
		fmt.Fprintf(&b, "\n  %s", c)
		if c.Rule != "" {
			if e, err := w.explain(c.ID); err == nil && e.Remedy != "" {
				fmt.Fprintf(&b, " (%s)", e.Remedy)
			}
		}
		for _, f := range c.Findings {
			fmt.Fprintf(&b, "\n    %s does not conform to openapi.yaml: %s", f.Side, f.Message)
		}
	}
	return b.String()
}
