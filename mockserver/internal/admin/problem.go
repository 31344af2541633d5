package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/world"
)

// A problem is an error of the admin API.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"`
}

func (p *problem) Error() string { return p.Detail }

func newProblem(status int, format string, args ...any) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// badValue is a 422 that names the field.
func badValue(field, format string, args ...any) *problem {
	p := newProblem(http.StatusUnprocessableEntity, format, args...)
	p.Field = field
	return p
}

// problemOf turns any error into a problem. It is the only place that knows
// which error has which status.
func problemOf(err error) *problem {
	var p *problem
	var refusal *connect.Refusal
	var token *world.TokenError
	var call *scenario.CallError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &call):
		return badValue(call.Field, "%s.", capital(strings.Replace(call.Text, "expected", "want", 1)))
	case errors.Is(err, ErrOtherWorld):
		return badValue("call", "%s.", capital(err.Error()))
	case errors.As(err, &token):
		return badValue("", "%s", token.Text)
	case errors.As(err, &refusal), errors.Is(err, world.ErrUnknown), errors.Is(err, connect.ErrNoSession),
		errors.Is(err, connect.ErrNoIntent), errors.Is(err, connect.ErrNoPoint):
		return newProblem(http.StatusNotFound, "%s.", capital(err.Error()))
	case errors.Is(err, clock.ErrBackwards):
		return newProblem(http.StatusConflict, "%s. To start over, reset the world.", capital(err.Error()))
	case errors.Is(err, connect.ErrSessionState), errors.Is(err, connect.ErrIntentState), errors.Is(err, connect.ErrTooManyPoints),
		errors.Is(err, connect.ErrNoMethods), errors.Is(err, connect.ErrTooManyDebts), errors.Is(err, scenario.ErrNoStep), errors.Is(err, connect.ErrNoPlainPoint):
		return newProblem(http.StatusConflict, "%s.", capital(err.Error()))
	case errors.Is(err, connect.ErrMeterFalls), errors.Is(err, connect.ErrNothingOwed):
		return badValue("kwh", "%s.", capital(err.Error()))
	case errors.Is(err, connect.ErrNoMethod):
		return badValue("payment_method", "%s.", capital(err.Error()))
	}
	return newProblem(http.StatusInternalServerError, "%s", err)
}

// capital begins a sentence; one that begins with no small letter stays.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]&^0x20) + s[1:]
}

func (h *handler) fail(w http.ResponseWriter, err error) {
	p := problemOf(err)
	if p.Status >= 500 {
		h.cfg.Log.Error("admin call failed", "error", err)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="admin"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		h.cfg.Log.Debug("the client did not read the answer", "error", err)
	}
}
