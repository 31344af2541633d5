// Package fault holds the faults that testers inject: which calls fail and
// how. Counted faults come first, in order of queueing, then those with a
// seeded chance. It picks the fault of a call and applies it, for the vendor's
// API and Stripe's alike; each of them words its own errors.
package fault

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"cariqamock/mockserver/internal/text"
)

// What stands for more than one operation.
const (
	AnyOperation = "*"        // every one
	AnyOfStripe  = "stripe_*" // every one of Stripe's
)

// An Operation is what the package has to know of an operation of the vendor's
// API, or of Stripe's, whose ids begin with "stripe_".
type Operation struct {
	ID        string
	User      bool // its calls are about a user
	Body      bool // its answer has a body if the call succeeds
	Worldless bool // its calls belong to no world, so that no fault can reach them
}

const stripePrefix = "stripe_"

// ofStripe reports whether an operation, or all that it stands for, are Stripe's.
func ofStripe(operation string) bool { return strings.HasPrefix(operation, stripePrefix) }

// A Spec asks for a fault, as JSON writes it. Exactly one of Status, Delay,
// Drop, Truncate and RateLimit chooses the effect. A nil field is not set;
// a zero that is set is mostly a mistake. What a Spec points to is never changed.
type Spec struct {
	Operation string `json:"operation"`      // the id of an Operation, AnyOperation or AnyOfStripe
	User      string `json:"user,omitempty"` // only calls about this user; empty: all calls

	// Skip is how many matching calls pass first: with 2 the third one fails.
	// Every matching call counts, also one that another fault takes.
	Skip *int `json:"skip,omitempty"`
	// Times is how many calls fail: 1 if it is not given, except with a
	// Probability, where the fault then stays until it is deleted.
	Times *int `json:"times,omitempty"`
	// Probability makes each matching call fail with a chance above 0 and up
	// to 1, drawn from the seed.
	Probability *float64 `json:"probability,omitempty"`

	// Status answers with this error status, and with an Error, which is the
	// vendor's error.type or Stripe's error.code. With AnyOperation an Error
	// narrows the fault down to the API that has it.
	Status    *int      `json:"status,omitempty"`
	Error     *string   `json:"error,omitempty"`
	Delay     *Duration `json:"delay,omitempty"`      // answer that much later
	Drop      *Drop     `json:"drop,omitempty"`       // break the connection in the place of the answer
	Truncate  *bool     `json:"truncate,omitempty"`   // break off within the body of the answer
	RateLimit *Duration `json:"rate_limit,omitempty"` // answer 429 with this Retry-After
}

// A Drop is a way of breaking a connection in the place of an answer. JSON
// writes it as true or "reset".
type Drop string

const (
	// DropOnce sends three bytes that are no HTTP and then closes the
	// connection. No known client sends such a call again.
	DropOnce Drop = "true"
	// DropReset closes the connection without a byte. Most browsers and some
	// other clients then send the call again if the connection had been used
	// before.
	DropReset Drop = "reset"
)

// MarshalText implements encoding.TextMarshaler.
func (d Drop) MarshalText() ([]byte, error) { return []byte(d), nil }

// MarshalJSON implements json.Marshaler.
func (d Drop) MarshalJSON() ([]byte, error) {
	if d == DropOnce {
		return []byte("true"), nil
	}
	return json.Marshal(string(d))
}

// UnmarshalText implements encoding.TextUnmarshaler. Validate reports a wrong
// value.
func (d *Drop) UnmarshalText(text []byte) error {
	*d = Drop(text)
	return nil
}

// UnmarshalJSON implements json.Unmarshaler. It never fails: Validate reports
// a wrong value, together with its field.
func (d *Drop) UnmarshalJSON(value []byte) error {
	if *d = Drop(value); string(value) == `"reset"` {
		*d = DropReset
	}
	return nil
}

// A Duration is written as text.Duration reads it.
type Duration struct {
	time.Duration        // 0 if Text cannot be read
	Text          string // as a client has written it, if one has
}

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.spelling()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It never fails: Validate
// reports what is wrong with a duration, together with its field.
func (d *Duration) UnmarshalText(written []byte) error {
	read, err := text.Duration(string(written))
	if err != nil {
		read = 0
	}
	*d = Duration{Duration: read, Text: string(written)}
	return nil
}

func (d Duration) spelling() string { return cmp.Or(d.Text, d.String()) }

// A Kind is the kind of an effect.
type Kind string

// The kinds, named after their fields.
const (
	KindStatus    Kind = "status"
	KindDelay     Kind = "delay"
	KindDrop      Kind = "drop"
	KindTruncate  Kind = "truncate"
	KindRateLimit Kind = "rate_limit"
)

// An Effect is what a fault does to a call.
type Effect struct {
	Kind       Kind
	Status     int           // KindStatus, KindRateLimit (429)
	Error      string        // KindStatus; empty: not given
	Delay      time.Duration // KindDelay
	RetryAfter time.Duration // KindRateLimit; whole seconds
	Drop       Drop          // KindDrop
}

// Effect returns the effect of a valid spec.
func (s Spec) Effect() Effect {
	switch {
	case s.Status != nil:
		e := Effect{Kind: KindStatus, Status: *s.Status}
		if s.Error != nil {
			e.Error = *s.Error
		}
		return e
	case s.Delay != nil:
		return Effect{Kind: KindDelay, Delay: s.Delay.Duration}
	case s.Drop != nil:
		return Effect{Kind: KindDrop, Drop: *s.Drop}
	case s.Truncate != nil:
		return Effect{Kind: KindTruncate}
	}
	return Effect{Kind: KindRateLimit, Status: http.StatusTooManyRequests, RetryAfter: s.RateLimit.Duration}
}

// A Fault is a queued fault with the calls it took.
type Fault struct {
	ID string `json:"id"`
	Spec
	Hits int  `json:"hits"`           // calls it took
	Left *int `json:"left,omitempty"` // calls it will still take; nil: until it is deleted
}

// Rule returns the fault's name in X-Cariqa-Mock-Rule and in the journal.
func (f Fault) Rule() string { return "fault/" + f.ID }
