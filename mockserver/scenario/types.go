package scenario

import "cariqamock/mockserver/connect"

// The structs below are the file format; their comments are the format's
// documentation. Tags: yaml is the key; need:"yes" makes a key mandatory; max
// limits the characters of a text. A pointer may be null, which is the same as
// leaving the key out.

// File is a scenario file: the state a world starts in, and calls that show
// what is special about it.
type File struct {
	// Name of the scenario, equal to the file's name without .yaml.
	Name Name `yaml:"name" need:"yes"`
	// Title says in one line what is special about the state.
	Title string `yaml:"title" need:"yes" max:"200"`
	// Proves lists the ids of the rules that the try steps show.
	Proves []string `yaml:"proves,omitempty"`
	// Clock is the world's time at first; it is wall time and runs if left out.
	Clock *Clock `yaml:"clock,omitempty"`
	// Users of the world. Lists of users show the first one here first.
	Users []User `yaml:"users,omitempty"`
	// ChargePoints that differ from the catalogue, or that it does not have.
	ChargePoints []ChargePoint `yaml:"charge_points,omitempty"`
	// Tokens says how the world's token is received.
	Tokens *Tokens `yaml:"tokens,omitempty"`
	// Faults is reserved and must be an empty list.
	Faults []any `yaml:"faults,omitempty"`
	// Try are calls and clock moves with the answers that they must get.
	Try []Step `yaml:"try,omitempty"`
}

// Clock is a world's time at first.
type Clock struct {
	// Start is the world's time at its start, RFC 3339; wall time if left out.
	Start *Moment `yaml:"start,omitempty"`
	// Frozen stops the clock until somebody moves it.
	Frozen bool `yaml:"frozen,omitempty"`
}

// Tokens says how the world's token is received.
type Tokens struct {
	// Revoked makes the world's token answer 403, as a revoked one does.
	Revoked bool `yaml:"revoked,omitempty"`
}

// User is a user and what is theirs.
type User struct {
	// ID is the user's UUID.
	ID UUID `yaml:"id" need:"yes"`
	// Email address, or null.
	Email *Email `yaml:"email,omitempty"`
	// Locale is the user's language; en if left out.
	Locale Locale `yaml:"locale,omitempty"`
	// ExternalID is the integrator's own id of the user. Without the key the
	// user has no custom properties; with null they are there and empty.
	ExternalID *ExternalID `yaml:"external_id,omitempty"`
	// Billing details; empty and personal if left out.
	Billing *Billing `yaml:"billing,omitempty"`
	// PaymentMethods of the user, exactly one of them the default.
	PaymentMethods []PaymentMethod `yaml:"payment_methods,omitempty"`
	// Sessions of the user, past and running.
	Sessions []Session `yaml:"sessions,omitempty"`
}

// Billing details of a user.
type Billing struct {
	// Country code of two letters.
	Country *string `yaml:"country,omitempty" max:"150"`
	// City is the town.
	City *string `yaml:"city,omitempty" max:"50"`
	// TaxID is the tax number of a person; in Italy the codice fiscale.
	TaxID *string `yaml:"tax_id,omitempty" max:"30"`
	// AccountType is personal, if left out, or business.
	AccountType AccountType `yaml:"account_type,omitempty"`
	// CompanyName is the name on the invoice of a business.
	CompanyName *string `yaml:"company_name,omitempty" max:"250"`
	// VATID is the VAT number of a business; in Italy the partita IVA.
	VATID *string `yaml:"vat_id,omitempty" max:"250"`
	// Line1 is street and number.
	Line1 *string `yaml:"line1,omitempty" max:"250"`
	// PostalCode, in quotes where it is all digits.
	PostalCode *string `yaml:"postal_code,omitempty" max:"250"`
	// FirstName is the given name on the invoice of a person.
	FirstName *string `yaml:"first_name,omitempty" max:"150"`
	// LastName is the family name on the invoice of a person.
	LastName *string `yaml:"last_name,omitempty" max:"150"`
}

// PaymentMethod is a saved card or wallet of a user.
type PaymentMethod struct {
	// ID in Stripe's form, pm_ and letters and digits.
	ID MethodID `yaml:"id" need:"yes"`
	// Type is card, if left out, or the wallet that the card is in.
	Type MethodType `yaml:"type,omitempty"`
	// Brand of the card, lower case; that of the test card if left out.
	Brand Brand `yaml:"brand,omitempty"`
	// Last4 are the last digits of the number; those of the test card if left out.
	Last4 Last4 `yaml:"last4,omitempty"`
	// Expires is the card's last month, MM/YYYY; that of the test card if left out.
	Expires *Expiry `yaml:"expires,omitempty"`
	// Name of the card holder, or null.
	Name *string `yaml:"name,omitempty" max:"250"`
	// Default is true for the one default method.
	Default bool `yaml:"default,omitempty"`
	// Behaves is the Stripe test card whose bank this one has; pm_card_visa if left out.
	Behaves string `yaml:"behaves,omitempty"`
	// Created is when it was saved; a day before the world's start if left out.
	Created *Moment `yaml:"created,omitempty"`
}

// Session is a charging session: its facts, from which its state follows.
type Session struct {
	// ID is the session's UUID.
	ID UUID `yaml:"id" need:"yes"`
	// EVSE id of the charge point, one of the catalogue's or of charge_points.
	EVSE EVSE `yaml:"evse" need:"yes"`
	// PaymentMethod is the id of the user's method that pays.
	PaymentMethod string `yaml:"payment_method" need:"yes"`
	// Start is when it was asked for, not later than the world's start.
	Start *Moment `yaml:"start" need:"yes"`
	// Stop is when it was or will be stopped; it runs if left out.
	Stop *Moment `yaml:"stop,omitempty"`
	// StoppedBy is user, if left out, or station.
	StoppedBy StoppedBy `yaml:"stopped_by,omitempty"`
	// CDR is the final record; as the charge point has it if left out.
	CDR *CDR `yaml:"cdr,omitempty"`
	// Rates is the user's rating, 1 to 5.
	Rates *int `yaml:"rates,omitempty"`
}

// CDR is the operator's final record of a session.
type CDR struct {
	// At is when it arrives, not before the session's end.
	At *Moment `yaml:"at" need:"yes"`
	// KWh is the energy it says; the charge point's own figure if left out.
	KWh *Decimal `yaml:"kwh,omitempty"`
	// Charge is how the final charge goes; as the card has it if left out.
	// What fails becomes a debt.
	Charge Charge `yaml:"charge,omitempty"`
}

// ChargePoint says how a charge point differs from the catalogue; what is left
// out stays as it is there.
type ChargePoint struct {
	// EVSE id; one that the catalogue does not have becomes a charge point of
	// this world alone.
	EVSE EVSE `yaml:"evse" need:"yes"`
	// Status that the operator reports.
	Status *Status `yaml:"status,omitempty"`
	// Busy: somebody unknown charges here.
	Busy *bool `yaml:"busy,omitempty"`
	// Start is how a start goes.
	Start *Start `yaml:"start,omitempty"`
	// StartDelay is how long the provider takes to answer a start.
	StartDelay *Duration `yaml:"start_delay,omitempty"`
	// Stop is how a stop goes.
	Stop *Stop `yaml:"stop,omitempty"`
	// StopStatus is the status of a failing stop, 424 if left out, or 409.
	StopStatus *int `yaml:"stop_status,omitempty"`
	// Meter readings, rising.
	Meter []MeterReading `yaml:"meter,omitempty"`
}

// MeterReading is one progress message of a charge point.
type MeterReading struct {
	// At is the time since the session's start.
	At *Duration `yaml:"at" need:"yes"`
	// KWh is the meter's total.
	KWh *Decimal `yaml:"kwh" need:"yes"`
}

// Step is one call, or one move of the world's clock.
type Step struct {
	// Call is a method and a path: /users/… of the API, /v1/… of the fake
	// Stripe, /__admin/… of the fake itself. {user} is the first user's id,
	// {world} the world's id, {x} a saved value and {x.id} the intent of a
	// saved client secret; the same holds in texts of json, form and body.
	Call string `yaml:"call,omitempty" json:"call,omitempty"`
	// JSON is the call's body.
	JSON any `yaml:"json,omitempty" json:"json,omitempty"`
	// Form is the call's body, form-encoded; nested keys in brackets.
	Form map[string]any `yaml:"form,omitempty" json:"form,omitempty"`
	// Want is the answer that the call must get.
	Want *Want `yaml:"want,omitempty" json:"want,omitempty"`
	// Save keeps values of the answer: name: path, such as results.0.id.
	Save map[string]string `yaml:"save,omitempty" json:"save,omitempty"`
	// Advance moves the world's clock forward.
	Advance *Duration `yaml:"advance,omitempty" json:"advance,omitempty"`
}

// Want is the answer that a call must get.
type Want struct {
	// Status of the answer.
	Status int `yaml:"status" json:"status" need:"yes"`
	// Rule that must have refused.
	Rule string `yaml:"rule,omitempty" json:"rule,omitempty"`
	// Headers that the answer must have, each with its exact value.
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"`
	// Body that the answer's must hold: of objects the keys written here, of
	// lists every element.
	Body any `yaml:"body,omitempty" json:"body,omitempty"`
}

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
func (Status) Values() []string {
	var out []string
	for _, s := range connect.EVSEStatuses() {
		out = append(out, string(s))
	}
	return out
}

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
