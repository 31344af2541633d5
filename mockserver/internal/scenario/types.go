package scenario

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
	// Faults are what goes wrong with calls, in order of queueing.
	Faults []Fault `yaml:"faults,omitempty"`
	// Try are calls and clock moves with the answers that they must get.
	Try []Step `yaml:"try,omitempty"`
}

// Clock is a world's time at first.
type Clock struct {
	// Start is the world's time at its start, RFC 3339; wall time if left out.
	Start *Moment `yaml:"start,omitempty"`
	// Frozen stops the clock until somebody moves it.
	Frozen bool `yaml:"frozen,omitempty"`
	// Speed is how many seconds of the world pass in one of the wall, 1 if
	// left out.
	Speed *float64 `yaml:"speed,omitempty"`
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
	// PaymentMethods of the user, exactly one of them the default. Lists show
	// the newest first, and of one second the first one here first.
	PaymentMethods []PaymentMethod `yaml:"payment_methods,omitempty"`
	// Sessions of the user, past and running. Lists show the newest first, and
	// of the same time the last one here first.
	Sessions []Session `yaml:"sessions,omitempty"`
	// Holds that the bank wanted the card holder for.
	Holds []Hold `yaml:"holds,omitempty"`
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
	Name *string `yaml:"name,omitempty"`
	// Default is true for the one default method.
	Default bool `yaml:"default,omitempty"`
	// Behaves is the Stripe test card whose bank this one has; pm_card_visa if left out.
	Behaves string `yaml:"behaves,omitempty"`
	// Created is when it was saved; a day before the world's start if left out.
	Created *Moment `yaml:"created,omitempty"`
	// Removed is true for a method that the user has no more; it is here for
	// the sessions that it paid for.
	Removed bool `yaml:"removed,omitempty"`
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
	// KWh is the meter's total as the operator has told it; it shows where the
	// charge point's own meter has less or none.
	KWh *Decimal `yaml:"kwh,omitempty"`
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
	// Settled is when the debt was paid; it is owed if left out.
	Settled *Moment `yaml:"settled,omitempty"`
}

// Hold is the hold of a start that was refused because the bank wanted the
// card holder. The charge point's tariff says how much it is.
type Hold struct {
	// EVSE id of the charge point where the start was asked for.
	EVSE EVSE `yaml:"evse" need:"yes"`
	// PaymentMethod is the id of the user's method.
	PaymentMethod string `yaml:"payment_method" need:"yes"`
	// State is authorised, if left out, and then the next start uses the hold;
	// or authenticating: 3-D Secure has begun.
	State HoldState `yaml:"state,omitempty"`
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
	// At is the time since the provider started the session.
	At *Duration `yaml:"at" need:"yes"`
	// KWh is the meter's total.
	KWh *Decimal `yaml:"kwh" need:"yes"`
}

// Fault is something that goes wrong with calls. Exactly one of status, delay,
// drop, truncate and rate_limit says what.
type Fault struct {
	// Operation is an operationId of the API description, or * for all.
	Operation string `yaml:"operation" need:"yes"`
	// User takes only calls about the user of this id; all if left out.
	User string `yaml:"user,omitempty"`
	// Skip lets that many matching calls pass first.
	Skip *int `yaml:"skip,omitempty"`
	// Times is how many calls fail, 1 if left out; with probability there is
	// then no end.
	Times *int `yaml:"times,omitempty"`
	// Probability makes each matching call fail with a chance, above 0 and up
	// to 1, drawn from the server's seed.
	Probability *float64 `yaml:"probability,omitempty"`
	// Status answers with this error status.
	Status *int `yaml:"status,omitempty"`
	// Error is the error.type of that answer.
	Error *ErrorType `yaml:"error,omitempty"`
	// Delay answers that much later, in wall time.
	Delay *Duration `yaml:"delay,omitempty"`
	// Drop closes the connection without an answer.
	Drop *bool `yaml:"drop,omitempty"`
	// Truncate breaks off within the body of the answer.
	Truncate *bool `yaml:"truncate,omitempty"`
	// RateLimit answers 429 with this Retry-After, in whole seconds.
	RateLimit *Duration `yaml:"rate_limit,omitempty"`
}

// Step is one call, or one move of the world's clock.
type Step struct {
	// Call is a method and a path: /users/… of the API, /v1/… of the fake
	// Stripe, /__admin/… of the fake itself. {user} is the first user's id,
	// {world} the world's id, {x} a saved value and {x.id} the intent of a
	// saved client secret; the same holds in texts of json, form, headers and body.
	Call string `yaml:"call,omitempty" json:"call,omitempty"`
	// JSON is the call's body.
	JSON any `yaml:"json,omitempty" json:"json,omitempty"`
	// Form is the call's body, form-encoded; nested keys in brackets.
	Form map[string]any `yaml:"form,omitempty" json:"form,omitempty"`
	// Headers of the call besides the usual ones, such as Prefer.
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"`
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
