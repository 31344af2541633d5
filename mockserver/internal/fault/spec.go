// Package fault holds what a tester wants to go wrong: small typed faults, a
// queue of counted ones first, seeded chance second. It only picks the fault
// of a call; the HTTP side applies it.
package fault

import (
	"time"

	"cariqamock/mockserver/internal/connect"
)

// AnyOperation stands for every operation.
const AnyOperation = "*"

// A Spec asks for a fault. Exactly one of Status, Delay, Drop, Truncate and
// RateLimit says what goes wrong.
type Spec struct {
	Operation string `json:"operation"`      // an operationId, or AnyOperation
	User      string `json:"user,omitempty"` // only calls about this user; empty: all calls

	// Skip lets that many matching calls pass first: with 2 the third one
	// fails. Every matching call counts, also one that another fault takes.
	Skip *int `json:"skip,omitempty"`
	// Times is how many calls fail: 1 if it is not given, except with a
	// Probability, where the fault then stays until it is deleted.
	Times *int `json:"times,omitempty"`
	// Probability makes each matching call fail with a chance above 0 and up
	// to 1, drawn from the seed.
	Probability *float64 `json:"probability,omitempty"`

	Status    *int               `json:"status,omitempty"`     // answer with this error status
	Error     *connect.ErrorType `json:"error,omitempty"`      // and this error.type; only with Status
	Delay     *string            `json:"delay,omitempty"`      // answer that much later, as Go writes durations
	Drop      *bool              `json:"drop,omitempty"`       // close the connection without an answer
	Truncate  *bool              `json:"truncate,omitempty"`   // break off within the body of the answer
	RateLimit *string            `json:"rate_limit,omitempty"` // answer 429 with this Retry-After
}

// A Kind is what goes wrong.
type Kind string

// The kinds, named after their fields.
const (
	KindStatus    Kind = "status"
	KindDelay     Kind = "delay"
	KindDrop      Kind = "drop"
	KindTruncate  Kind = "truncate"
	KindRateLimit Kind = "rate_limit"
)

// An Effect is what goes wrong, ready for use.
type Effect struct {
	Kind       Kind
	Status     int               // KindStatus, KindRateLimit (429)
	Error      connect.ErrorType // KindStatus; empty: not given
	Delay      time.Duration     // KindDelay
	RetryAfter time.Duration     // KindRateLimit; whole seconds
}

// A Fault is a stored fault, with what has become of it. It is a copy:
// changing it changes nothing.
type Fault struct {
	ID string `json:"id"`
	Spec
	Hits int  `json:"hits"`           // calls it took
	Left *int `json:"left,omitempty"` // calls it will still take; nil: until it is deleted

	effect Effect
}

// Effect says what goes wrong.
func (f Fault) Effect() Effect { return f.effect }

// Rule is the fault's name in X-Cariqa-Mock-Rule and in the journal.
func (f Fault) Rule() string { return "fault/" + f.ID }

// effect reads the effect of a valid spec.
func (s Spec) effect() Effect {
	switch {
	case s.Status != nil:
		e := Effect{Kind: KindStatus, Status: *s.Status}
		if s.Error != nil {
			e.Error = *s.Error
		}
		return e
	case s.Delay != nil:
		d, _ := time.ParseDuration(*s.Delay) // Validate has read it
		return Effect{Kind: KindDelay, Delay: d}
	case s.Drop != nil:
		return Effect{Kind: KindDrop}
	case s.Truncate != nil:
		return Effect{Kind: KindTruncate}
	}
	d, _ := time.ParseDuration(*s.RateLimit)
	return Effect{Kind: KindRateLimit, Status: 429, RetryAfter: d}
}

// clone copies a spec with all it points to.
func (s Spec) clone() Spec {
	s.Skip, s.Times, s.Probability = copied(s.Skip), copied(s.Times), copied(s.Probability)
	s.Status, s.Error, s.Delay = copied(s.Status), copied(s.Error), copied(s.Delay)
	s.Drop, s.Truncate, s.RateLimit = copied(s.Drop), copied(s.Truncate), copied(s.RateLimit)
	return s
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
