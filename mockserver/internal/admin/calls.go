package admin

import (
	"encoding/json"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

type callBody struct {
	Call    string            `json:"call"`
	JSON    any               `json:"json"`
	Form    map[string]any    `json:"form"`
	Headers map[string]string `json:"headers"`
}

// makeCall makes a call in the world, as one of its clients would.
func (h *handler) makeCall(w *world.World, r *http.Request, body callBody) (result, error) {
	step := scenario.Step{Call: body.Call, JSON: body.JSON, Form: body.Form, Headers: body.Headers}
	call, err := step.APICall(r.Context(), "", w.ID, w.State.FirstUser())
	if err != nil {
		return nil, err
	}
	// Links in the response start with the address that the client used.
	call.Host, call.TLS, call.RemoteAddr = r.Host, r.TLS, r.RemoteAddr
	a, err := h.cfg.Call(w, call)
	if err != nil {
		return nil, err
	}
	v := adminapi.CallResult{
		Request: a.Header().Get("X-Request-Id"), Status: a.Status, Rule: a.Header().Get("X-Cariqa-Mock-Rule"),
		Headers: map[string]string{}, Body: bodyJSON(a.Body.Bytes()),
	}
	if a.Status == 0 { // no header was sent, but the journal has the call
		e, _ := w.Journal.Get(v.Request)
		v.Rule = e.Rule
		return show(v)
	}
	for name, values := range a.Header() {
		v.Headers[name] = strings.Join(values, ", ")
	}
	return show(v)
}

// bodyJSON returns a body as JSON: JSON as it is, anything else as a string,
// and nil for an empty body.
func bodyJSON(body []byte) json.RawMessage {
	switch {
	case len(body) == 0:
		return nil
	case json.Valid(body):
		return body
	}
	return json.RawMessage(asJSON(string(body)))
}
