package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/scenario"
)

// An Answer is what a call got. Status 0: the connection was dropped, or
// nobody waited for the answer any more.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// ErrOtherWorld is the error of a call about an intent of another world.
var ErrOtherWorld = errors.New("the intent is another world's")

// Headers of the fake's own on answers.
const (
	headerRequest = "X-Request-Id"
	headerRule    = "X-Cariqa-Mock-Rule"
)

type callView struct {
	Request string            `json:"request"`
	Status  int               `json:"status"`
	Rule    string            `json:"rule"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// makeCall makes a call in the world, as one of its clients would.
func (h *handler) makeCall(r *http.Request) (any, error) {
	w, err := h.world(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Call    string            `json:"call"`
		JSON    any               `json:"json"`
		Form    map[string]any    `json:"form"`
		Headers map[string]string `json:"headers"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	step := scenario.Step{Call: body.Call, JSON: body.JSON, Form: body.Form, Headers: body.Headers}
	call, err := step.APICall(r.Context(), "", w.ID, w.State.FirstUser())
	if err != nil {
		return nil, err
	}
	// Links in the answer begin as those to any client of this address.
	call.Host, call.TLS, call.RemoteAddr = r.Host, r.TLS, r.RemoteAddr
	for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-Host"} {
		if v := r.Header.Values(name); v != nil && call.Header.Values(name) == nil {
			call.Header[name] = v
		}
	}
	a, err := h.cfg.Call(w, call)
	if err != nil {
		return nil, err
	}
	v := callView{
		Request: a.Header.Get(headerRequest), Status: a.Status, Rule: a.Header.Get(headerRule),
		Headers: map[string]string{}, Body: shownBody(a.Body),
	}
	if a.Status == 0 { // nobody got a header, but the journal knows of the call
		e, _ := w.Journal.Get(v.Request)
		v.Rule = e.Rule
		return v, nil
	}
	for name, values := range a.Header {
		v.Headers[name] = strings.Join(values, ", ")
	}
	return v, nil
}

// shownBody is a body as a value: JSON as it is, anything else as text, and
// null where there is none.
func shownBody(body []byte) json.RawMessage {
	switch {
	case len(body) == 0:
		return nil
	case json.Valid(body):
		return body
	}
	return json.RawMessage(asJSON(string(body)))
}
