package api

import (
	"cmp"
	"context"
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

// applyFault does what a fault does before the operation: it waits for a
// delay, or answers with a status or a rate limit instead of the operation.
// Dropped connections and truncated bodies come after the operation has had
// its effect, see breakAnswer.
func (a *API) applyFault(ctx context.Context, op string, f fault.Fault) (reply wire.Reply, instead bool, err error) {
	switch effect := f.Effect(); effect.Kind {
	case fault.KindDelay:
		return wire.Reply{}, false, sleep(ctx, effect.Delay)
	case fault.KindStatus:
		reply, err = a.failed(op, effect)
	case fault.KindRateLimit:
		reply, err = throttled(effect.RetryAfter)
	default:
		return wire.Reply{}, false, nil
	}
	reply.Rule = f.Rule()
	return reply, true, err
}

// breakAnswer sends as much of an answer as its fault lets through and breaks
// the connection: nothing of a dropped one, half the body of a truncated one.
// It reports whether the fault does either.
func (c *call) breakAnswer(w http.ResponseWriter, reply wire.Reply) bool {
	if c.fault == nil {
		return false
	}
	switch effect := c.fault.Effect(); {
	case effect.Drop == fault.DropReset:
		wire.Reset()
	case effect.Kind == fault.KindDrop, effect.Kind == fault.KindTruncate && len(reply.Body) == 0: // not an empty close, which is sent again
		wire.Drop(w, c.r)
	case effect.Kind == fault.KindTruncate:
		wire.Truncate(w, c.r, reply)
	default:
		return false
	}
	return true
}

// drops reports whether a fault drops the connection instead of answering.
func (c *call) drops() bool { return c.fault != nil && c.fault.Effect().Kind == fault.KindDrop }

// answersWithBody reports whether the answer has a body if the call succeeds.
func (c *call) answersWithBody() bool {
	return c.r.Method != http.MethodHead && answersWithBody(c.op)
}

func answersWithBody(op spec.Operation) bool {
	return slices.ContainsFunc(op.Statuses, func(status int) bool {
		return status/100 == 2 && status != http.StatusNoContent
	})
}

// FaultOperations returns what faults have to know of the operations.
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
		if d.Status == effect.Status && (effect.Error == "" || string(effect.Error) == d.Type) {
			return wire.Reply{Status: d.Status, Body: d.Body}, nil
		}
	}
	rule := connect.Rule{
		Status: effect.Status, Type: cmp.Or(effect.Error, usualTypes[effect.Status]), Details: "Injected fault.",
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
	seconds := int(retryAfter / time.Second)
	reply, err := wire.JSON(http.StatusTooManyRequests, map[string]string{
		"detail": fmt.Sprintf("Request was throttled. Expected available in %d seconds.", seconds),
	})
	reply.Header = http.Header{"Retry-After": {strconv.Itoa(seconds)}}
	return reply, err
}

// sleep waits, or returns the error of a context that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
