package mocktest

import (
	"net/http"
	"time"
)

// A FaultOption narrows a fault down. Without options a fault applies to the
// next call of its operation only, about any user.
type FaultOption struct {
	field string
	value any
}

// Times makes a fault apply to the next n matching calls instead of one.
func Times(n int) FaultOption { return FaultOption{"times", n} }

// Skip lets n matching calls pass first.
func Skip(n int) FaultOption { return FaultOption{"skip", n} }

// ForUser makes a fault apply only to calls about one user.
func ForUser(id string) FaultOption { return FaultOption{"user", id} }

// Probability makes a fault apply to each matching call with a chance of more
// than 0 and at most 1, drawn from the server's seed, until it is removed.
func Probability(p float64) FaultOption { return FaultOption{"probability", p} }

// Always makes a fault apply to every matching call until it is removed.
func Always() FaultOption { return Probability(1) }

// A Fault is an injected fault. It is removed when it has applied as often as
// it should.
type Fault struct {
	ID string

	w *World
}

// Fail makes the next call of an operation fail with an error status, 400 to
// 599, and one of the vendor's error types, such as "charging_provider_error",
// or for Stripe's operations one of its error codes, such as "card_declined";
// empty means the usual one of the status. The operation is an operationId of
// openapi.yaml, such as "users_list", one of Stripe's about an intent, such as
// "stripe_setup_intents_confirm", "stripe_*" for all of those, or "*" for all.
func (w *World) Fail(operation string, status int, errorType string, opts ...FaultOption) *Fault {
	w.s.t.Helper()
	call := verb("Fail", opts, operation, status, errorType)
	opts = append([]FaultOption{{"status", status}}, opts...)
	if errorType != "" {
		opts = append(opts, FaultOption{"error", errorType})
	}
	return w.addFault(call, operation, opts)
}

// Delay makes the next call of an operation take longer, by at most 10 minutes
// of real time.
func (w *World) Delay(operation string, d time.Duration, opts ...FaultOption) *Fault {
	w.s.t.Helper()
	return w.addFault(verb("Delay", opts, operation, d), operation, append([]FaultOption{{"delay", d.String()}}, opts...))
}

// Drop breaks the connection of the next call of an operation in the place of an
// answer. The call has had its effect by then. The client gets three bytes that
// are no HTTP, so that it fails once and does not send the call again.
func (w *World) Drop(operation string, opts ...FaultOption) *Fault {
	w.s.t.Helper()
	return w.addFault(verb("Drop", opts, operation), operation, append([]FaultOption{{"drop", true}}, opts...))
}

// DropReset closes the connection of the next call of an operation without a
// byte. The call has had its effect by then. Browsers and many HTTP clients,
// net/http among them, send some calls again by themselves if the connection had
// been used before; the fault applies to each of them.
func (w *World) DropReset(operation string, opts ...FaultOption) *Fault {
	w.s.t.Helper()
	return w.addFault(verb("DropReset", opts, operation), operation, append([]FaultOption{{"drop", "reset"}}, opts...))
}

// Truncate cuts the answer of the next call of an operation off in the middle of
// its body. The call has had its effect by then. Operations that answer without
// a body refuse it; with "*" it passes over them.
func (w *World) Truncate(operation string, opts ...FaultOption) *Fault {
	w.s.t.Helper()
	return w.addFault(verb("Truncate", opts, operation), operation, append([]FaultOption{{"truncate", true}}, opts...))
}

// RateLimit answers the next call of an operation with 429 and a Retry-After of
// whole seconds, from one second to one hour.
func (w *World) RateLimit(operation string, retryAfter time.Duration, opts ...FaultOption) *Fault {
	w.s.t.Helper()
	return w.addFault(verb("RateLimit", opts, operation, retryAfter), operation, append([]FaultOption{{"rate_limit", retryAfter.String()}}, opts...))
}

func (w *World) addFault(call, operation string, opts []FaultOption) *Fault {
	w.s.t.Helper()
	spec := map[string]any{"operation": operation}
	for _, o := range opts {
		spec[o.field] = o.value
	}
	f := &Fault{w: w}
	w.admin(call, http.MethodPost, "/faults", spec, f)
	return f
}

// Remove removes the fault, which must not have been used up.
func (f *Fault) Remove() {
	f.w.s.t.Helper()
	f.w.admin("Fault.Remove()", http.MethodDelete, "/faults/"+f.ID, nil, nil)
}

// ClearFaults removes all faults of the world.
func (w *World) ClearFaults() {
	w.s.t.Helper()
	w.admin("ClearFaults()", http.MethodDelete, "/faults", nil, nil)
}
