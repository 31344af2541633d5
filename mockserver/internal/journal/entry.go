package journal

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"cariqamock/mockserver/spec"
)

// An Exchange is a request and its answer, raw, as Record takes it.
type Exchange struct {
	ID        string // of the request, unique
	Time      time.Time
	Operation string // operationId; empty: no operation was found
	Method    string
	URL       *url.URL
	Request   Message
	Status    int // 0: the connection was dropped without an answer
	Response  Message
	User      string // the user the call is about, if any
	First     string // the user who was listed first after the call, if there was one
	Rule      string // id of the rule that refused, if any did
	Fault     string // id of the fault that was applied, if any was
	Findings  []spec.Finding

	// For Explain.
	Facts  []string // what made the rule hold, one sentence each
	Remedy string   // what would make it go away
	// Before and After are the state around a write; nil: not known. They are
	// encoded as JSON when somebody asks, so nothing may change them. A
	// json.RawMessage counts with its length against the bound on bytes,
	// anything else with a flat rate and what its Size says, if it has one.
	Before, After any
}

// A Message is one half of an exchange, raw.
type Message struct {
	Header http.Header
	Body   []byte
}

// An Entry is what the journal shows of an exchange: redacted, and cut to
// what people can read.
type Entry struct {
	ID        string         `json:"id"`
	Time      time.Time      `json:"time"`
	Operation string         `json:"operation"`
	Method    string         `json:"method"`
	Path      string         `json:"path"`  // decoded
	Query     string         `json:"query"` // as sent, without the question mark
	Status    int            `json:"status"`
	Request   Half           `json:"request"`
	Response  Half           `json:"response"`
	Rule      string         `json:"rule"`
	Findings  []spec.Finding `json:"findings"`
	Fault     string         `json:"fault"`
	User      string         `json:"user"`
}

// A Half is one half of an exchange as shown. The body is JSON: of a JSON body
// the value itself, of a form an object with the fields, of any other body a
// string, and null where there is none.
type Half struct {
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// An Explanation tells why an exchange went as it did.
type Explanation struct {
	Rule   string          `json:"rule"`
	Facts  []string        `json:"facts"`
	Remedy string          `json:"remedy"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// A record is an exchange as it is kept: raw, but with nothing that net/http
// or the caller may still change, and with no more of long bodies than is
// ever shown.
type record struct {
	id, operation, method, path, query string
	first                              string
	user, rule, fault, lift            string
	time                               time.Time
	status                             int
	request, response                  half
	findings                           []spec.Finding
	facts                              []string
	before, after                      any
	size                               int // in bytes, about
}

type half struct {
	fields []field
	body   []byte
	length int // of the whole body
}

type field struct{ name, value string }

const (
	recordSize = 600  // of a record without what it points to
	stateSize  = 1024 // counted for a state that is not encoded yet
)

func newRecord(x Exchange) *record {
	r := &record{
		id: x.ID, operation: x.Operation, method: x.Method, user: x.User, rule: x.Rule, fault: x.Fault, lift: x.Remedy,
		first: x.First, time: x.Time, status: x.Status, findings: x.Findings, facts: x.Facts, before: x.Before, after: x.After,
	}
	if x.URL != nil {
		r.path, r.query = x.URL.Path, x.URL.RawQuery
	}
	fields := make([]field, 0, len(x.Request.Header)+len(x.Response.Header)) // one allocation for both halves
	fields = appendHeader(fields, x.Request.Header)
	asked := len(fields)
	fields = appendHeader(fields, x.Response.Header)
	r.request = newHalf(fields[:asked:asked], x.Request.Body)
	r.response = newHalf(fields[asked:], x.Response.Body)

	r.size = recordSize + len(r.operation) + len(r.method) + len(r.path) + len(r.query) + len(r.user) + len(r.lift) + cap(r.request.body) + cap(r.response.body) +
		stateBytes(x.Before) + stateBytes(x.After)
	for _, f := range fields {
		r.size += 32 + len(f.name) + len(f.value)
	}
	for _, f := range x.Findings {
		r.size += 80 + len(f.Path) + len(f.Message)
	}
	for _, f := range x.Facts {
		r.size += 16 + len(f)
	}
	return r
}

func appendHeader(fields []field, h http.Header) []field {
	for name, values := range h {
		for _, value := range values {
			fields = append(fields, field{name, value})
		}
	}
	return fields
}

func newHalf(fields []field, body []byte) half {
	h := half{fields: fields, body: body, length: len(body)}
	if cap(body) > 2*maxBody { // do not hold on to what is never shown
		h.body = append([]byte(nil), body[:min(len(body), maxBody)]...)
	} else if len(body) > maxBody {
		h.body = body[:maxBody]
	}
	return h
}

func stateBytes(v any) int {
	switch v := v.(type) {
	case nil:
		return 0
	case json.RawMessage:
		return len(v)
	case interface{ Size() int }:
		return stateSize + v.Size()
	}
	return stateSize
}

// entry renders and redacts the record.
func (r *record) entry() Entry {
	e := Entry{
		ID: r.id, Time: r.time, Operation: redactText(r.operation), Method: redactText(r.method), Path: r.shownPath(),
		Query: redactQuery(r.query), Status: r.status, Request: r.request.show(), Response: r.response.show(),
		Rule: r.rule, Findings: make([]spec.Finding, len(r.findings)), Fault: r.fault, User: redactText(r.user),
	}
	for i, f := range r.findings { // they quote names of fields, which clients choose
		f.Path, f.Message = redactText(f.Path), redactText(f.Message)
		e.Findings[i] = f
	}
	return e
}

func (r *record) shownPath() string { return redactText(r.path) }

func (h half) show() Half {
	out := Half{Headers: make(map[string]string, len(h.fields))}
	for _, f := range h.fields {
		name, value := redactText(f.name), redactHeader(f.name, f.value)
		if had, ok := out.Headers[name]; ok {
			value = had + ", " + value
		}
		out.Headers[name] = value
	}
	out.Body = h.shownBody()
	return out
}

func (r *record) explain() Explanation {
	e := Explanation{Rule: r.rule, Facts: make([]string, len(r.facts)), Remedy: redactText(r.lift), Before: showState(r.before), After: showState(r.after)}
	for i, f := range r.facts {
		e.Facts[i] = redactText(f)
	}
	return e
}

// showState encodes a state; one that cannot be encoded is not shown.
func showState(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	out, _ := redactJSON(raw)
	return out
}
