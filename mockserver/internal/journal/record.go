package journal

import (
	"encoding/json"
	"net/http"
	"slices"

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
}

// A message is one half of a record.
type message struct {
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
	fields := make([]field, 0, len(x.Request.Header)+len(x.Response.Header)) // one allocation for both messages
	fields = appendHeader(fields, x.Request.Header)
	asked := len(fields)
	fields = appendHeader(fields, x.Response.Header)
	r := &record{
		Exchange: x, request: newMessage(fields[:asked:asked], x.Request.Body), response: newMessage(fields[asked:], x.Response.Body),
	}
	if x.URL != nil {
		r.path, r.query = x.URL.Path, x.URL.RawQuery
	}
	r.URL, r.Request, r.Response = nil, Message{}, Message{}

	r.size = recordSize + len(r.Operation) + len(r.Method) + len(r.path) + len(r.query) + len(r.User) + len(r.Remedy) +
		cap(r.request.body) + cap(r.response.body) + stateBytes(x.Before) + stateBytes(x.After)
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

func newMessage(fields []field, body []byte) message {
	m := message{fields: fields, body: body, length: len(body)}
	if cap(body) > 2*maxBody { // do not hold on to what is never shown
		m.body = slices.Clone(body[:min(len(body), maxBody)])
	} else if len(body) > maxBody {
		m.body = body[:maxBody]
	}
	return m
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
		ID: r.ID, Time: r.Time, Operation: redactText(r.Operation), Method: redactText(r.Method), Path: redactText(r.path),
		Query: redactQuery(r.query), Status: r.Status, Request: r.request.show(redactHeader), Response: r.response.show(redactAnswerHeader),
		Rule: r.Rule, Findings: make([]spec.Finding, len(r.Findings)), Fault: r.Fault, User: redactText(r.User),
	}
	for i, f := range r.Findings { // they quote names of fields, which clients choose
		f.Path, f.Message = redactText(f.Path), redactText(f.Message)
		e.Findings[i] = f
	}
	return e
}

func (m message) show(redactHeader func(name, value string) string) Half {
	out := Half{Headers: make(map[string]string, len(m.fields)), Body: m.shownBody()}
	for _, f := range m.fields {
		name, value := redactText(f.name), redactHeader(f.name, f.value)
		if had, ok := out.Headers[name]; ok {
			value = had + ", " + value
		}
		out.Headers[name] = value
	}
	return out
}

func (r *record) explain() Explanation {
	e := Explanation{Rule: r.Rule, Facts: make([]string, len(r.Facts)), Remedy: redactText(r.Remedy), Before: showState(r.Before), After: showState(r.After)}
	for i, f := range r.Facts {
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
