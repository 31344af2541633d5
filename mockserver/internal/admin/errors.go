package admin

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/internal/world"
)

// problemOf returns the problem for any error. It is the only place that knows
// which error has which status.
func problemOf(err error) *adminapi.Problem {
	var p *adminapi.Problem
	var refusal *connect.Refusal
	var token *world.TokenError
	var call *scenario.CallError
	var field *fault.FieldError
	var full *connect.FullError
	var body *wire.StatusError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &call):
		return adminapi.BadValue(call.Field, "%s.", capitalize(strings.Replace(call.Text, "expected", "want", 1)))
	case errors.As(err, &body):
		return adminapi.NewProblem(body.Status, "%s", body.Text)
	case errors.As(err, &full):
		return adminapi.NewProblem(http.StatusConflict, "%s", full)
	case errors.As(err, &field):
		return adminapi.BadValue(field.Field, "%s.", capitalize(field.Text))
	case errors.As(err, &token):
		return adminapi.BadValue("", "%s", token.Text)
	case errors.As(err, &refusal), isAny(err, world.ErrUnknown, connect.ErrNoSession, connect.ErrNoIntent, connect.ErrNoPoint, connect.ErrNoStation):
		return adminapi.NewProblem(http.StatusNotFound, "%s.", capitalize(err.Error()))
	case errors.Is(err, clock.ErrBackwards):
		return adminapi.NewProblem(http.StatusConflict, "%s. To go back, reset the world.", capitalize(err.Error()))
	case isAny(err, connect.ErrSessionState, connect.ErrIntentState, connect.ErrTooManyPoints, connect.ErrNoMethods,
		connect.ErrStationTaken, connect.ErrStationUsed, connect.ErrTooManyStations,
		connect.ErrClash, world.ErrNotKept, world.ErrChanged, connect.ErrTooManyDebts, connect.ErrNoPlainPoint, scenario.ErrNoStep, fault.ErrFull):
		return adminapi.NewProblem(http.StatusConflict, "%s.", capitalize(err.Error()))
	case errors.Is(err, world.ErrOther):
		return adminapi.BadValue("call", "%s.", capitalize(err.Error()))
	case errors.Is(err, connect.ErrNothingCharged):
		return adminapi.BadValue("charge", "%s.", capitalize(err.Error()))
	case isAny(err, connect.ErrMeterFalls, connect.ErrNothingOwed):
		return adminapi.BadValue("kwh", "%s.", capitalize(err.Error()))
	case errors.Is(err, connect.ErrNoMethod):
		return adminapi.BadValue("payment_method", "%s.", capitalize(err.Error()))
	}
	return adminapi.NewProblem(http.StatusInternalServerError, "%s", err)
}

func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}

// capitalize returns s with a capital first letter, if that is one of a to z.
func capitalize(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// fail answers with the problem of an error.
func (h *handler) fail(w http.ResponseWriter, err error) {
	if errors.Is(err, store.ErrUnavailable) {
		err = world.Unavailable(err)
	}
	p := problemOf(err)
	var body *wire.StatusError
	if errors.As(err, &body) {
		maps.Copy(w.Header(), body.Header())
	} else if p.Status >= 500 {
		h.cfg.Log.Error("admin call failed", "error", err)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="admin"`)
	}
	if p.RetryAfter != "" {
		w.Header().Set("Retry-After", p.RetryAfter)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
