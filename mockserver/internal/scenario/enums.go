package scenario

import "cariqamock/mockserver/internal/connect"

// The types below are texts of which only some values are allowed.

// Locale is the language of a user.
type Locale string

// Values that the file may have.
func (Locale) Values() []string { return []string{string(connect.English), string(connect.German)} }

// AccountType says whose name goes on the invoice.
type AccountType string

// Values that the file may have.
func (AccountType) Values() []string {
	return []string{string(connect.Personal), string(connect.Business)}
}

// MethodType is how a payment method is shown.
type MethodType string

// Values that the file may have.
func (MethodType) Values() []string {
	return []string{string(connect.TypeCard), string(connect.TypeApplePay), string(connect.TypeGooglePay)}
}

// StoppedBy says who ended a session.
type StoppedBy string

// Values that the file may have.
func (StoppedBy) Values() []string { return []string{connect.ByUser, connect.ByStation} }

// Charge is how a final charge goes.
type Charge string

// Values that the file may have.
func (Charge) Values() []string {
	return []string{string(connect.ChargeSucceeds), string(connect.ChargeFails), string(connect.ChargeAuthenticates)}
}

// Status of a charge point.
type Status string

// Values that the file may have.
func (Status) Values() []string { return texts(connect.EVSEStatuses()) }

// ok is how a file writes an outcome that the domain leaves empty.
const ok = "ok"

// Start is how a start at a charge point goes.
type Start string

// Values that the file may have.
func (Start) Values() []string {
	return []string{
		ok, string(connect.StartFails), string(connect.StartNoStation), string(connect.StartDeclined),
		string(connect.StartSCA), string(connect.StartUnexpected),
	}
}

// Stop is how a stop at a charge point goes.
type Stop string

// Values that the file may have.
func (Stop) Values() []string {
	return []string{ok, string(connect.StopFails), string(connect.StopUnexpected)}
}

// HoldState is how far a hold has come.
type HoldState string

// The states that a file can tell apart.
const (
	holdAuthorised     HoldState = "authorised"
	holdAuthenticating HoldState = "authenticating"
)

// Values that the file may have.
func (HoldState) Values() []string {
	return []string{string(holdAuthorised), string(holdAuthenticating)}
}

// ErrorType is the vendor's error.type.
type ErrorType string

// Values that the file may have.
func (ErrorType) Values() []string { return texts(connect.ErrorTypes()) }

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
