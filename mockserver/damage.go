package mockserver

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/wire"
)

// faulty answers a call that a tester wants to go wrong. Latency, a dropped
// connection and a truncated body come after the call has had its effect, as
// they do on a real line; a forced status comes instead of it.
func (a *api) faulty(c *call, serve func() (wire.Reply, error)) (wire.Reply, error) {
	effect := c.fault.Effect()
	switch effect.Kind {
	case fault.KindStatus:
		return a.forced(c, effect)
	case fault.KindRateLimit:
		reply, err := wire.JSON(http.StatusTooManyRequests, map[string]string{
			"detail": fmt.Sprintf("Request was throttled. Expected available in %d seconds.", int(effect.RetryAfter/time.Second)),
		})
		reply.Header = http.Header{"Retry-After": {strconv.Itoa(int(effect.RetryAfter / time.Second))}}
		reply.Rule = c.fault.Rule()
		return reply, err
	case fault.KindDelay:
		if err := pause(c.r.Context(), effect.Delay); err != nil {
			return wire.Reply{}, err
		}
	}
	return serve()
}

// forced is the answer of a status as documented, or in the vendor's shape
// where no such answer is.
func (a *api) forced(c *call, effect fault.Effect) (wire.Reply, error) {
	examples, err := a.documented(c.op.ID)
	if err != nil {
		return wire.Reply{}, err
	}
	for _, e := range examples {
		if e.Status == effect.Status && (effect.Error == "" || string(effect.Error) == e.Type) {
			return wire.Reply{Status: e.Status, Body: e.Body, Rule: c.fault.Rule()}, nil
		}
	}
	rule := connect.Rule{ID: c.fault.Rule(), Status: effect.Status, Type: effect.Error, Detail: http.StatusText(effect.Status)}
	if rule.Type == "" {
		rule.Type = usualType(effect.Status)
	}
	switch effect.Status {
	case http.StatusNotFound:
		rule.Detail = "Not found."
	case http.StatusTooManyRequests:
		rule.Detail = "Request was throttled."
	}
	rule.Details = "A fault that was asked for."
	if rule.Detail == "" {
		rule.Detail = "Fault"
	}
	return wire.Refused(&connect.Refusal{Rule: rule}), nil
}

// usualType is the error.type that mostly goes with a status; empty: the
// answer is {"detail"} alone.
func usualType(status int) connect.ErrorType {
	switch status {
	case http.StatusBadRequest:
		return connect.ValidationError
	case http.StatusPaymentRequired:
		return connect.PaymentError
	case http.StatusConflict:
		return connect.AlreadyCharging
	case http.StatusLocked:
		return connect.TemporaryLocked
	case http.StatusFailedDependency:
		return connect.ChargingProviderError
	case http.StatusInternalServerError:
		return connect.UnexpectedError
	}
	return ""
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// wreck writes an answer as its fault has it: not at all, or its first half.
// It does not return where it breaks the connection.
func wreck(w http.ResponseWriter, kind fault.Kind, reply wire.Reply) {
	if kind == fault.KindTruncate && len(reply.Body) > 0 {
		w.WriteHeader(reply.Status) // Content-Length promises the whole body
		_, _ = w.Write(reply.Body[:len(reply.Body)/2])
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
	}
	panic(http.ErrAbortHandler)
}
