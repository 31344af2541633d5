package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// instead answers in the place of an operation, as a fault of its call demands.
func (a *API) instead(op string, f *fault.Fault) (reply wire.Reply, err error) {
	if effect := f.Effect(); effect.Kind == fault.KindRateLimit {
		reply, err = throttled(effect.RetryAfter)
	} else {
		reply, err = a.failed(op, effect)
	}
	reply.Rule = f.Rule()
	return reply, err
}

// answersWithBody reports whether the answer has a body if the call succeeds.
func (c *call) answersWithBody() bool {
	return c.r.Method != http.MethodHead && answersWithBody(c.op)
}

func answersWithBody(op spec.Operation) bool {
	return slices.ContainsFunc(op.Statuses, func(status int) bool {
		return status/100 == 2 && status != http.StatusNoContent
	})
}

// FaultOperations returns the operations as package fault needs them.
func FaultOperations(declared []spec.Operation) []fault.Operation {
	out := make([]fault.Operation, len(declared))
	for i, op := range declared {
		out[i] = fault.Operation{ID: op.ID, User: strings.Contains(op.Path, "{user_id}"), Body: answersWithBody(op)}
	}
	return out
}

// failed returns the documented answer of a status and an error type, or one
// in the vendor's shape if none is documented.
func (a *API) failed(op string, effect fault.Effect) (wire.Reply, error) {
	documented, err := a.documented(op)
	if err != nil {
		return wire.Reply{}, err
	}
	for _, d := range documented {
		if d.Status == effect.Status && (effect.Error == "" || effect.Error == d.Type) {
			return wire.Reply{Status: d.Status, Body: d.Body}, nil
		}
	}
	rule := connect.Rule{
		Status: effect.Status, Type: cmp.Or(connect.ErrorType(effect.Error), usualTypes[effect.Status]), Details: "Injected fault.",
		Detail: cmp.Or(usualDetails[effect.Status], http.StatusText(effect.Status), "Fault"),
	}
	return wire.Refused(&connect.Refusal{Rule: rule}), nil
}

// usualTypes are the error types that mostly go with a status. The answer of
// any other status has none.
var usualTypes = map[int]connect.ErrorType{
	http.StatusBadRequest:          connect.ValidationError,
	http.StatusPaymentRequired:     connect.PaymentError,
	http.StatusConflict:            connect.AlreadyCharging,
	http.StatusLocked:              connect.TemporaryLocked,
	http.StatusFailedDependency:    connect.ChargingProviderError,
	http.StatusInternalServerError: connect.UnexpectedError,
}

// usualDetails are the framework's texts that are not those of HTTP.
var usualDetails = map[int]string{
	http.StatusNotFound:        "Not found.",
	http.StatusTooManyRequests: "Request was throttled.",
}

// throttled returns the framework's answer to a client that asks too often.
func throttled(retryAfter time.Duration) (wire.Reply, error) {
	seconds, unit := int(retryAfter/time.Second), "seconds"
	if seconds == 1 {
		unit = "second"
	}
	reply, err := wire.JSON(http.StatusTooManyRequests, map[string]string{
		"detail": fmt.Sprintf("Request was throttled. Expected available in %d %s.", seconds, unit),
	})
	reply.Header = http.Header{"Retry-After": {strconv.Itoa(seconds)}}
	return reply, err
}
