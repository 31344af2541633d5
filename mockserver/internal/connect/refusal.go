package connect

import "fmt"

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

// ErrorTypes lists every type, for the readers of files.
func ErrorTypes() []ErrorType {
	return []ErrorType{
		ValidationError, PaymentMethodError, PaymentError, TemporaryLocked, AlreadyCharging, AlreadyStopped,
		StationAvailabilityIssue, BillingDataRequired, ChargingProviderError, UnexpectedError, PreAuthorizationFailed,
	}
}

// A Refusal is the error of every operation that a rule forbids.
type Refusal struct {
	Rule    Rule
	Details string   // what error.details says here; empty: as the rule has it
	Facts   []string // what made the rule hold, for those who ask why
	Secret  string   // client secret of the payment intent that would lift the rule; may be empty
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s", r.Rule.ID, r.Rule.Sentence) }
