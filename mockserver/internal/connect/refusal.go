package connect

import (
	"errors"
	"fmt"
)

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
