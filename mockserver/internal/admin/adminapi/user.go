package adminapi

import "time"

// A User is a user in a list.
type User struct {
	ID         string  `json:"id"`
	Email      *string `json:"email"`
	Locale     string  `json:"locale"`
	ExternalID *string `json:"external_id"`
}

// UserList lists users, newest first.
type UserList struct {
	Count int    `json:"count"` // of all users found, listed or not
	Users []User `json:"users"`
	Next  string `json:"next,omitempty"` // of the next page; empty on the last
}

// A UserDetail is a user with everything that belongs to it.
type UserDetail struct {
	User
	BillingComplete bool            `json:"billing_complete"`
	Methods         []Method        `json:"payment_methods"`
	MethodCount     int             `json:"payment_method_count"` // listed or not
	Sessions        []SessionDetail `json:"sessions"`
	SessionCount    int             `json:"session_count"` // listed or not
	Debts           []Debt          `json:"debts"`
	Waiting         []Waiting       `json:"waiting"`
}

// A Method is a payment method.
type Method struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Brand     string    `json:"brand"`
	Last4     string    `json:"last4"`
	Expires   string    `json:"expires"` // MM/YYYY, as in the vendor's API
	Holder    *string   `json:"holder"`
	Default   bool      `json:"default"`
	CreatedAt time.Time `json:"created_at"`
	Removal   Removal   `json:"removal"`
}

// Removal lists the rules that refuse to remove a payment method, in order of
// check.
type Removal struct {
	Allowed bool   `json:"allowed"`
	Rules   []Rule `json:"rules"`
}

// A Debt is an unpaid session with the payment intent that pays it.
type Debt struct {
	Session   string `json:"session"`
	Intent    string `json:"intent"`
	Secret    string `json:"client_secret"`
	Status    string `json:"status"` // of the intent
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	LastError string `json:"last_error,omitempty"` // Stripe's code
}

// Waiting is an intent that waits for the card holder.
type Waiting struct {
	Intent   string `json:"intent"`
	Kind     string `json:"kind"` // setup, hold or debt
	Status   string `json:"status"`
	Amount   string `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
	Secret   string `json:"client_secret,omitempty"`  // if it has to be confirmed first
	Method   string `json:"payment_method,omitempty"` // to confirm it with
}

// An Intent is a setup or payment intent.
type Intent struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	LastError string `json:"last_error,omitempty"` // Stripe's code
}

// A Session is a charging session.
type Session struct {
	ID     string     `json:"id"`
	User   string     `json:"user"`
	State  string     `json:"state"`
	KWh    *string    `json:"kwh"`     // nil without a reading
	Hold   string     `json:"hold"`    // placed at the start
	Cost   string     `json:"cost"`    // so far, including VAT
	CDRDue *time.Time `json:"cdr_due"` // nil if not scheduled
}

// A SessionDetail is a session with everything known about it.
type SessionDetail struct {
	Session
	EVSE      string     `json:"evse"`
	Station   string     `json:"station"`
	Method    string     `json:"payment_method"`
	Currency  string     `json:"currency"`
	StartedAt time.Time  `json:"started_at"` // when the provider responds
	EndedAt   *time.Time `json:"ended_at"`
	EndedBy   string     `json:"ended_by"`
	Captured  string     `json:"captured"`
	Owed      string     `json:"owed"` // still
	SettledAt *time.Time `json:"settled_at"`
	VAT       string     `json:"vat"`   // included in the cost
	Parts     []Part     `json:"parts"` // of the cost, so far or final
	Readings  []Reading  `json:"readings"`
}

// A Part is one part of a session's cost.
type Part struct {
	Name  string `json:"name"`
	Net   string `json:"net"`
	VAT   string `json:"vat"`
	Gross string `json:"gross"`
}

// A Reading is a meter reading.
type Reading struct {
	At  time.Time `json:"at"`
	KWh string    `json:"kwh"`
}
