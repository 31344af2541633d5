package journal

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/spec"
)

// A record is an exchange as it is kept: raw, but with nothing that net/http
// or the caller may still change, and with no more of long bodies than is
// ever shown.
type record struct {
	Exchange          // without its URL, headers and bodies
	path, query       string
	request, response message
	size              int // in bytes, about
	free              int // of size: what does not count against the bound of a journal
}

// A message is one half of a record.
type message struct {
	header header
	body   []byte
	length int // of the whole body
}

const (
	recordSize = 640 // of a record without what it points to
	stateSize  = 128 // counted for a state that is not encoded yet
	// freeState is how much of what an exchange shows of the world does not
	// count: a world keeps its last calls, whatever else it holds.
	freeState = 4 << 10
)

func newRecord(x Exchange) *record {
	r := &record{Exchange: x, request: newMessage(x.Request), response: newMessage(x.Response)}
	if x.URL != nil {
		r.path, r.query = x.URL.Path, x.URL.RawQuery
	}
	r.URL, r.Request, r.Response = nil, Message{}, Message{}

	r.size = recordSize + len(r.Operation) + len(r.Method) + len(r.path) + len(r.query) + len(r.User) + len(r.Remedy) +
		r.request.size() + r.response.size()
	for _, f := range x.Findings {
		r.size += 80 + len(f.Path) + len(f.Message)
	}
	state := stateBytes(x.Before) + stateBytes(x.After)
	for _, f := range x.Facts {
		state += 16 + len(f)
	}
	r.size, r.free = r.size+state, min(state, freeState)
	return r
}

func newMessage(m Message) message {
	kept := m.Body
	if n := maxBody; len(kept) > n {
		for n > maxBody-utf8.UTFMax && !utf8.RuneStart(kept[n]) {
			n--
		}
		kept = kept[:n]
	}
	if cap(kept) > 2*maxBody { // do not hold on to what is never shown
		kept = slices.Clone(kept)
	}
	return message{header: newHeader(m.Header), body: kept, length: len(m.Body)}
}

func (m message) size() int {
	n := cap(m.body)
	for _, l := range m.header {
		n += 64 + len(l.name) + len(l.value)
	}
	return n
}

// A header is an http.Header as it is kept: a copy takes one allocation.
type header []struct{ name, value string }

func newHeader(h http.Header) header {
	n := 0
	for _, values := range h {
		n += len(values)
	}
	kept := make(header, 0, n)
	for name, values := range h {
		for _, value := range values {
			kept = append(kept, struct{ name, value string }{name, value})
		}
	}
	return kept
}

// get returns the first value of a header, by its canonical name.
func (h header) get(name string) string {
	for _, l := range h {
		if l.name == name {
			return l.value
		}
	}
	return ""
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
		ID: r.ID, Time: r.Time, Wall: r.Began.UTC(), Duration: milliseconds(r.Took), Operation: redact.Text(r.Operation), Method: redact.Text(r.Method), Path: redact.Text(r.path),
		Query: redact.Query(r.query), Status: r.Status, Request: r.request.show(redact.Header), Response: r.response.show(answerHeader),
		Rule: r.Rule, Findings: make([]spec.Finding, len(r.Findings)), Fault: r.Fault, User: redact.Text(r.User),
	}
	for i, f := range r.Findings { // they quote names of fields, which clients choose
		f.Path, f.Message = redact.Text(f.Path), redact.Text(f.Message)
		e.Findings[i] = f
	}
	return e
}

// milliseconds returns a duration in milliseconds, to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (m message) show(redacted func(name, value string) string) Half {
	out := Half{Headers: make(map[string]string, len(m.header)), Body: m.shownBody()}
	for _, l := range m.header {
		if name := redact.Text(l.name); out.Headers[name] == "" {
			out.Headers[name] = m.joined(l.name, redacted)
		}
	}
	return out
}

// ownHeaders of answers are set by the fake, from nothing that a client sent.
// They are not searched: the timestamp in a version may look like a card.
var ownHeaders = []string{
	"Content-Length", "Date", "X-Cariqa-Mock", "X-Cariqa-Mock-Findings", "X-Cariqa-Mock-Rule", "X-Request-Id",
}

// answerHeader redacts a value of a header of an answer.
func answerHeader(name, value string) string {
	if slices.Contains(ownHeaders, name) {
		return value
	}
	return redact.Header(name, value)
}

// joined returns the values of a header, redacted.
func (m message) joined(name string, redacted func(name, value string) string) string {
	var all []string
	for _, l := range m.header {
		if l.name == name {
			all = append(all, redacted(name, l.value))
		}
	}
	return strings.Join(all, ", ")
}

func (r *record) explain() Explanation {
	e := Explanation{
		Rule: r.Rule, Facts: make([]string, len(r.Facts)), Remedy: redact.Text(r.Remedy), Before: showState(r.Before), After: showState(r.After),
	}
	for i, f := range r.Facts {
		e.Facts[i] = redact.Text(f)
	}
	return e
}

// showState encodes a state; one that cannot be encoded is not shown.
func showState(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if v == nil || err != nil {
		return nil
	}
	out, _ := redact.JSON(raw)
	return out
}
