package connect

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// An Operation is the operationId that a rule belongs to.
type Operation string

// The operations that have specific rules, and OpAny for generic rules.
const (
	OpStart        Operation = "users_charging_start_create"
	OpStop         Operation = "users_charging_stop_create"
	OpRemoveMethod Operation = "users_payment_methods_destroy"
	OpDeleteUser   Operation = "users_destroy"
	OpAny          Operation = "*"
)

// A Rule is a condition under which an operation refuses. The table of rules
// is the source of refusals, of the explanation of a removal, of the listings
// and of the table in the README.
type Rule struct {
	ID        string
	Operation Operation
	Status    int       // HTTP status of the answer
	Type      ErrorType // empty: the answer has only "detail"
	Detail    string    // the answer's detail
	Details   string    // the answer's error.details
	Sentence  string    // the condition, as a sentence
	Source    string    // where the condition and the answer are documented
	Assumed   bool      // no public source decides the condition or the status; an assumed error.type alone is noted in Source
	Remedy    string    // what a client can do about it

	// Late rules are checked for the provider's answer, after all early ones.
	Late bool
	// Applies reports whether the rule refuses; nil for generic rules, which the
	// HTTP side checks.
	Applies func(*Situation) bool
	// Facts returns why the rule holds. It is called only if it does; nil if
	// there is nothing to add to Sentence.
	Facts func(*Situation) []string
}

//go:embed rules.json
var rulesFile []byte

// table is rules.json, which is JSON because every start decodes it. It panics
// if the file is invalid; the tests decode it.
var table = sync.OnceValue(func() Rules {
	var groups []struct {
		Note     string // for readers of the file
		Defaults Rule
		Rules    Rules
	}
	d := json.NewDecoder(bytes.NewReader(rulesFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&groups); err != nil {
		panic(fmt.Sprintf("rules.json: %v", err))
	}
	var all Rules
	for _, g := range groups {
		all = append(all, g.Rules.with(g.Defaults)...)
	}
	return all
})

// DefaultRules returns the rules of the vendor's public sources, with
// assumptions where they are silent: the texts of rules.json with their
// conditions.
func DefaultRules() Rules { return slices.Clone(table()) }

// with fills in what the rules of a group leave out: the operation, the detail
// and the source and, for rules without a status, how they answer.
// Each also gets its condition.
func (rs Rules) with(d Rule) Rules {
	for i := range rs {
		r := &rs[i]
		r.Operation, r.Detail, r.Source = d.Operation, cmp.Or(r.Detail, d.Detail), cmp.Or(r.Source, d.Source)
		if r.Status == 0 {
			r.Status, r.Type, r.Assumed = d.Status, d.Type, d.Assumed
		}
		c := conditions[r.ID]
		r.Applies, r.Facts = c.holds, c.facts
	}
	return rs
}

// A Situation is what a rule may look at.
type Situation struct {
	now     time.Time
	user    *user
	method  *PaymentMethod // nil if the user has no such method
	session *session       // nil if the user has no such session
	point   *ChargePoint   // nil if there is no such point
	status  EVSEStatus     // the point's current status in this state
	hold    *intent        // an authorized hold that this start would use; nil without one
}

// Rules is a table of rules. Within an operation the order is the order of
// checks.
type Rules []Rule

// Of returns an operation's own rules in order of check.
func (rs Rules) Of(op Operation) Rules {
	return slices.DeleteFunc(slices.Clone(rs), func(r Rule) bool { return r.Operation != op })
}

// ByID returns the rule of an id and reports whether there is one.
func (rs Rules) ByID(id string) (Rule, bool) {
	i := slices.IndexFunc(rs, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rs[i], true
}

// Generic reports whether a rule belongs to every operation and needs no
// scenario.
func (r Rule) Generic() bool { return r.Operation == OpAny }

// rulebook is the table prepared for use: by operation, then early and late.
type rulebook struct {
	all   Rules
	early map[Operation]Rules
	late  map[Operation]Rules
}

func newRulebook(rs Rules) rulebook {
	b := rulebook{all: rs, early: map[Operation]Rules{}, late: map[Operation]Rules{}}
	for _, r := range rs {
		switch {
		case r.Applies == nil:
		case r.Late:
			b.late[r.Operation] = append(b.late[r.Operation], r)
		default:
			b.early[r.Operation] = append(b.early[r.Operation], r)
		}
	}
	return b
}

// firstMatch returns the refusal of the first rule that holds, or nil.
func firstMatch(rules Rules, s *Situation) *Refusal {
	for _, r := range rules {
		if !r.Applies(s) {
			continue
		}
		f := &Refusal{Rule: r}
		if r.Facts != nil {
			f.Facts = r.Facts(s)
		}
		return f
	}
	return nil
}

// allMatches returns every rule that holds, in order of check.
func allMatches(rules Rules, s *Situation) Rules {
	var out Rules
	for _, r := range rules {
		if r.Applies(s) {
			out = append(out, r)
		}
	}
	return out
}

// Rules that operations apply by themselves.
const (
	notFound       = "request/not-found"
	providerFailed = "start-charging/provider-failed"
	scaRequired    = "start-charging/sca-required"
)

// refuse returns the refusal of a rule that an operation applies by itself.
func (b rulebook) refuse(id string) *Refusal {
	r, _ := b.all.ByID(id)
	return &Refusal{Rule: r}
}

// ErrorType is the vendor's error.type.
type ErrorType string

// The eleven types of the vendor's specification.
const (
	ValidationError          ErrorType = "validation_error"
	PaymentMethodError       ErrorType = "payment_method_error"
	PaymentError             ErrorType = "payment_error"
	TemporaryLocked          ErrorType = "temporary_locked"
	AlreadyCharging          ErrorType = "already_charging"
	AlreadyStopped           ErrorType = "already_stopped"
	StationAvailabilityIssue ErrorType = "station_availability_issue"
	BillingDataRequired      ErrorType = "billing_data_required"
	ChargingProviderError    ErrorType = "charging_provider_error"
	UnexpectedError          ErrorType = "unexpected_error"
	PreAuthorizationFailed   ErrorType = "pre_authorization_failed"
)

// ErrorTypes returns every type, in the order of the specification.
func ErrorTypes() []ErrorType {
	return []ErrorType{
		ValidationError, PaymentMethodError, PaymentError, TemporaryLocked, AlreadyCharging, AlreadyStopped,
		StationAvailabilityIssue, BillingDataRequired, ChargingProviderError, UnexpectedError, PreAuthorizationFailed,
	}
}

// A Refusal is the error of an operation that a rule forbids.
type Refusal struct {
	Rule    Rule
	Details string   // the answer's error.details; empty: the rule's own
	Facts   []string // why the rule holds, a sentence each
	Secret  string   // client secret of the payment intent that resolves the refusal; may be empty
}

// Error returns the rule's id and condition.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s", r.Rule.ID, r.Rule.Sentence) }

// AsRefusal returns the refusal within an error and reports whether there is
// one.
func AsRefusal(err error) (*Refusal, bool) {
	var r *Refusal
	return r, errors.As(err, &r)
}
