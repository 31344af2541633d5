package scenario

import (
	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
)

// The structs below are the file format, and their comments its documentation,
// also in scenarios/scenario.schema.json. Tags: yaml is the key, need:"yes"
// makes it mandatory, form names the form of a scalar (see forms.go), max
// limits the characters of a text, and write:"plain" marks texts that are
// written without quotes. A pointer may be null, which is the same as
// leaving the key out; for a pointer to a pointer it is not. Billing and Fault
// have the fields of connect.Billing and fault.Spec, to convert them.

// File is a scenario file: the state a world starts in, and calls that show
// what is special about it.
type File struct {
	// Name of the scenario, equal to the file's name without .yaml.
	Name string `yaml:"name" need:"yes" form:"name"`
	// Title describes in one line what is special about the state.
	Title string `yaml:"title" need:"yes" max:"200"`
	// Proves lists the ids of the rules that the try steps show.
	Proves []string `yaml:"proves,omitempty"`
	// Clock is the world's clock at its start; it runs and shows the real time if left out.
	Clock *Clock `yaml:"clock,omitempty"`
	// Users of the world. Lists of users have the order of the file.
	Users []User `yaml:"users,omitempty"`
	// Stations that the catalogue does not have.
	Stations []Station `yaml:"stations,omitempty"`
	// ChargePoints that differ from the catalogue, or that it does not have.
	ChargePoints []ChargePoint `yaml:"charge_points,omitempty"`
	// Tokens describes the world's token.
	Tokens *Tokens `yaml:"tokens,omitempty"`
	// Faults are injected faults, in the order in which they are queued.
	Faults []Fault `yaml:"faults,omitempty"`
	// Replay is true for a bug report: when the console opens the file, it makes
	// the calls of try, which lead to what has been reported.
	Replay bool `yaml:"replay,omitempty"`
	// Try lists calls and clock moves, with the answers that they must get.
	Try []Step `yaml:"try,omitempty"`
}

// Clock is a world's clock at its start.
type Clock struct {
	// Start is the world's time at its start, RFC 3339; the real time if left out.
	Start *Moment `yaml:"start,omitempty" form:"moment"`
	// Frozen stops the clock until a test moves it.
	Frozen bool `yaml:"frozen,omitempty"`
	// Speed is how many seconds pass in the world per real second; 1 if left
	// out.
	Speed *float64 `yaml:"speed,omitempty"`
}

// Tokens describes the world's token.
type Tokens struct {
	// Revoked makes every call with the world's token answer 403, as for a revoked token.
	Revoked bool `yaml:"revoked,omitempty"`
}

// User is a user with everything that belongs to them.
type User struct {
	// ID is the user's UUID; made from the scenario's name and the user's place in the list if left out.
	ID string `yaml:"id" form:"uuid" write:"plain"`
	// Email address, or null.
	Email *string `yaml:"email,omitempty" form:"email" max:"320"`
	// Locale is the user's language; en if left out.
	Locale connect.Locale `yaml:"locale,omitempty" form:"locale"`
	// ExternalID is the integrator's id of the user. Without the key the user
	// has no custom properties; with null they exist and have no external id.
	ExternalID **string `yaml:"external_id,omitempty" form:"text" max:"250"`
	// Billing details; empty and personal if left out.
	Billing *Billing `yaml:"billing,omitempty"`
	// PaymentMethods of the user, exactly one of them the default. Lists show
	// the newest first, and those of the same second in the order of the file.
	PaymentMethods []PaymentMethod `yaml:"payment_methods,omitempty"`
	// Sessions of the user, past and running. Lists show the newest first, and
	// those of the same time in reverse order of the file.
	Sessions []Session `yaml:"sessions,omitempty"`
	// Holds (pre-authorizations) for which the bank required 3-D Secure.
	Holds []Hold `yaml:"holds,omitempty"`
}

// Billing details of a user.
type Billing struct {
	// Country code of two letters.
	Country *string `yaml:"country,omitempty" max:"150"`
	// City of the address.
	City *string `yaml:"city,omitempty" max:"50"`
	// TaxID is the tax number of a person; in Italy the codice fiscale.
	TaxID *string `yaml:"tax_id,omitempty" max:"30"`
	// AccountType is personal, if left out, or business.
	AccountType connect.AccountType `yaml:"account_type,omitempty" form:"account_type"`
	// CompanyName is the name on the invoice of a business.
	CompanyName *string `yaml:"company_name,omitempty"`
	// VATID is the VAT number of a business; in Italy the partita IVA.
	VATID *string `yaml:"vat_id,omitempty"`
	// Line1 is street and number.
	Line1 *string `yaml:"line1,omitempty"`
	// PostalCode, in quotes where it is all digits.
	PostalCode *string `yaml:"postal_code,omitempty"`
	// FirstName is the given name on the invoice of a person.
	FirstName *string `yaml:"first_name,omitempty" max:"150"`
	// LastName is the family name on the invoice of a person.
	LastName *string `yaml:"last_name,omitempty" max:"150"`
}

// PaymentMethod is a saved card or wallet of a user.
type PaymentMethod struct {
	// ID in Stripe's form, pm_ and letters and digits.
	ID string `yaml:"id" need:"yes" form:"method"`
	// Type is card, which is the default, or the wallet that holds the card.
	Type connect.MethodType `yaml:"type,omitempty" form:"method_type"`
	// Brand of the card, lower case; the test card's if left out.
	Brand string `yaml:"brand,omitempty" form:"brand"`
	// Last4 are the last four digits of the number; the test card's if left out.
	Last4 string `yaml:"last4,omitempty" form:"last4"`
	// Expires is the card's last month, MM/YYYY; the test card's if left out.
	Expires *Expiry `yaml:"expires,omitempty" form:"expiry"`
	// Name of the card holder, or null.
	Name *string `yaml:"name,omitempty"`
	// Default is true for the one default method.
	Default bool `yaml:"default,omitempty"`
	// Behaves is the Stripe test card that this one behaves like; pm_card_visa if left out.
	Behaves string `yaml:"behaves,omitempty"`
	// Created is when it was saved; a day before the world's start if left out.
	Created *Moment `yaml:"created,omitempty" form:"moment"`
	// Removed is true for a method that the user has removed, and that past
	// sessions refer to.
	Removed bool `yaml:"removed,omitempty"`
}

// Session is a charging session: the facts from which its state follows.
type Session struct {
	// ID is the session's UUID; made from the scenario's name, the user's and the session's place in their lists if left out.
	ID string `yaml:"id" form:"uuid" write:"plain"`
	// EVSE id of the charge point, from the catalogue or from charge_points.
	EVSE string `yaml:"evse" need:"yes" form:"evse"`
	// PaymentMethod is the id of the user's payment method that pays.
	PaymentMethod string `yaml:"payment_method" need:"yes"`
	// Start is when it was requested, not later than the world's start.
	Start Moment `yaml:"start" need:"yes" form:"moment"`
	// Stop is when it was or will be stopped; the session runs if left out.
	Stop *Moment `yaml:"stop,omitempty" form:"moment"`
	// StoppedBy is user, which is the default, or station.
	StoppedBy string `yaml:"stopped_by,omitempty" form:"stopped_by"`
	// KWh is the meter reading that the operator has reported; it counts if the
	// charge point's own reading is lower or missing.
	KWh *decimal.Decimal `yaml:"kwh,omitempty" form:"kwh"`
	// CDR is the charge detail record; the charge point decides if left out.
	CDR *CDR `yaml:"cdr,omitempty"`
	// Rates is the user's rating, 1 to 5.
	Rates *int `yaml:"rates,omitempty"`
}

// CDR is the charge detail record, the operator's final record of a session.
type CDR struct {
	// At is when it arrives, not before the session's end.
	At Moment `yaml:"at" need:"yes" form:"moment"`
	// KWh is the energy in the record; the charge point's own figure if left out.
	KWh *decimal.Decimal `yaml:"kwh,omitempty" form:"kwh"`
	// Charge is the outcome of the final charge; if left out the charge point
	// decides, else the card. A charge that fails becomes a debt; authenticate
	// fails too, and paying the debt requires 3-D Secure.
	Charge connect.ChargeOutcome `yaml:"charge,omitempty" form:"charge"`
	// Settled is when the debt was paid; it is open if left out.
	Settled *Moment `yaml:"settled,omitempty" form:"moment"`
	// Linked is whether the invoice names its session; true if left out.
	Linked *bool `yaml:"linked,omitempty"`
}

// Hold is the hold of a start that was refused because the bank required 3-D
// Secure. Its amount is the pre-authorization of the charge point's tariff.
type Hold struct {
	// EVSE id of the charge point where the start was requested.
	EVSE string `yaml:"evse" need:"yes" form:"evse"`
	// PaymentMethod is the id of the user's method.
	PaymentMethod string `yaml:"payment_method" need:"yes"`
	// State is authorised, which is the default: the next start uses the hold;
	// or authenticating: 3-D Secure has begun.
	State string `yaml:"state,omitempty" form:"hold"`
}

// ChargePoint overrides a charge point of the catalogue; what is left out stays
// as it is there.
type ChargePoint struct {
	// EVSE id; one that the catalogue does not have becomes a charge point of
	// this world only.
	EVSE string `yaml:"evse" need:"yes" form:"evse"`
	// Status that the operator reports.
	Status *connect.EVSEStatus `yaml:"status,omitempty" form:"status"`
	// Busy is true if a stranger is charging here.
	Busy *bool `yaml:"busy,omitempty"`
	// Start is the outcome of a start.
	Start *connect.StartOutcome `yaml:"start,omitempty" form:"start"`
	// StartDelay is how long the provider takes to answer a start.
	StartDelay *Duration `yaml:"start_delay,omitempty" form:"duration"`
	// Stop is the outcome of a stop.
	Stop *connect.StopOutcome `yaml:"stop,omitempty" form:"stop"`
	// StopStatus is the status of a failing stop: 424, which is the default, or 409.
	StopStatus *int `yaml:"stop_status,omitempty"`
	// Meter readings, in rising order.
	Meter []MeterReading `yaml:"meter,omitempty"`
	// ReportsStart is whether the API shows when sessions here began and how
	// long they took; true if left out.
	ReportsStart *bool `yaml:"reports_start,omitempty"`
}

// MeterReading is one progress message of a charge point.
type MeterReading struct {
	// At is the time since the provider started the session.
	At Duration `yaml:"at" need:"yes" form:"duration"`
	// KWh is the meter's total.
	KWh decimal.Decimal `yaml:"kwh" need:"yes" form:"kwh"`
}

// Fault is an injected fault. It has exactly one of status, delay, drop,
// truncate and rate_limit.
type Fault struct {
	// Operation is an operationId of the API description, one of Stripe's, such as
	// stripe_setup_intents_confirm, stripe_* for all of those, or * for all.
	Operation string `yaml:"operation" need:"yes"`
	// User limits the fault to calls about the user of this id.
	User string `yaml:"user,omitempty"`
	// Skip is how many matching calls pass first.
	Skip *int `yaml:"skip,omitempty"`
	// Times is how many calls fail; if left out 1, with probability unlimited.
	Times *int `yaml:"times,omitempty"`
	// Probability that a matching call fails, above 0 and up to 1, drawn from
	// the server's seed.
	Probability *float64 `yaml:"probability,omitempty"`
	// Status answers with this error status.
	Status *int `yaml:"status,omitempty"`
	// Error is the error.type of that answer, for Stripe's operations its error.code.
	Error *string `yaml:"error,omitempty" form:"error"`
	// Delay answers that much later, in real time.
	Delay *fault.Duration `yaml:"delay,omitempty" form:"duration"`
	// Drop breaks the connection in the place of the answer: true in a way that
	// no client repeats, reset by closing it without a byte.
	Drop *fault.Drop `yaml:"drop,omitempty" form:"drop"`
	// Truncate closes the connection within the body of the answer.
	Truncate *bool `yaml:"truncate,omitempty"`
	// RateLimit answers 429 with this Retry-After, in whole seconds.
	RateLimit *fault.Duration `yaml:"rate_limit,omitempty" form:"duration"`
}

// Step is one call, or one move of the world's clock.
type Step struct {
	// Call is a method and a path: /users/… of the vendor's API, /v1/… of the
	// fake Stripe, /__admin/… of the admin API. {user} stands for the first
	// user's id, {world} for the world's id, {x} for a saved value and {x.id} for
	// the intent of a saved client secret; also in json, form, headers and body.
	Call string `yaml:"call,omitempty" json:"call,omitempty" write:"plain"`
	// JSON is the call's body.
	JSON any `yaml:"json,omitempty" json:"json,omitempty"`
	// Form is the call's body, form-encoded with nested keys in brackets.
	Form map[string]any `yaml:"form,omitempty" json:"form,omitempty"`
	// Headers are additional request headers, such as Prefer.
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"`
	// Want is the answer that the call must get.
	Want *Want `yaml:"want,omitempty" json:"want,omitempty"`
	// Save saves values of the answer by name, such as id: results.0.id.
	Save map[string]string `yaml:"save,omitempty" json:"save,omitempty"`
	// Advance moves the world's clock forward.
	Advance *Duration `yaml:"advance,omitempty" json:"advance,omitempty" form:"duration"`
}

// Want is the answer that a call must get.
type Want struct {
	// Status of the answer.
	Status int `yaml:"status" json:"status" need:"yes"`
	// Rule is the id of the rule that must have refused the call.
	Rule string `yaml:"rule,omitempty" json:"rule,omitempty"`
	// Headers that the answer must have, with their exact values.
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"`
	// Body is compared with the answer's: of objects only the keys written here,
	// of lists every element.
	Body any `yaml:"body,omitempty" json:"body,omitempty"`
}
