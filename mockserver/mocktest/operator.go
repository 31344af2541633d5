package mocktest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Removal is whether a payment method can be removed now.
type Removal struct {
	Allowed bool
	Rules   []Rule // every rule that blocks it; the first is the one that would answer
}

// A Rule is a condition under which the vendor's API refuses.
type Rule struct {
	ID        string
	Status    int    // of the refusal
	Type      string // its error.type
	Condition string `json:"sentence"`
	Source    string // where it is documented
	Assumed   bool   // no public source decides; the fake chose
	Remedy    string // what would make it no longer apply
}

// Removal returns whether a payment method of the world's User can be removed,
// and every rule that blocks it.
func (w *World) Removal(paymentMethod string) Removal {
	w.s.t.Helper()
	var r Removal
	w.admin(verb[any]("Removal", nil, paymentMethod), http.MethodGet, w.userPath("Removal")+"/payment-methods/"+url.PathEscape(paymentMethod)+"/removal", nil, &r)
	return r
}

// userPath returns the admin API's path of the world's User.
func (w *World) userPath(method string) string {
	w.s.t.Helper()
	if w.User == "" {
		w.s.t.Fatalf("mocktest: %s: world %s has no user yet: create one, and set the world's User to its id", method, w.ID)
	}
	return "/users/" + url.PathEscape(w.User)
}

// A ChargeOption sets a detail of a CDR or a debt.
type ChargeOption struct {
	field string
	value any
}

// KWh sets the energy in kWh, with at most three decimals.
func KWh(energy float64) ChargeOption { return ChargeOption{"kwh", decimal(energy)} }

// Charge sets how the final charge of a CDR ends: "succeed", "fail" or
// "authenticate".
func Charge(outcome string) ChargeOption { return ChargeOption{"charge", outcome} }

// PaymentMethod sets the payment method of a debt.
func PaymentMethod(id string) ChargeOption { return ChargeOption{"payment_method", id} }

func decimal(energy float64) string { return strconv.FormatFloat(energy, 'f', -1, 64) }

func fields(opts []ChargeOption) map[string]any {
	all := map[string]any{}
	for _, o := range opts {
		all[o.field] = o.value
	}
	return all
}

// Debt makes a debt of the world's User: a past session whose final charge has
// just failed. It is for 10 kWh with the default payment method, unless KWh or
// PaymentMethod sets another.
func (w *World) Debt(opts ...ChargeOption) *Session {
	w.s.t.Helper()
	s := &Session{w: w}
	w.admin(verb("Debt", opts), http.MethodPost, w.userPath("Debt")+"/debts", fields(opts), s)
	return s
}

// A Session is a charging session of a world. Its methods are what a station
// and an operator do to it.
type Session struct {
	ID string

	w *World
}

// Session returns the session of an id. It is not looked up before it is used.
func (w *World) Session(id string) *Session { return &Session{ID: id, w: w} }

// Stop ends an active session, as the station would.
func (s *Session) Stop() {
	s.w.s.t.Helper()
	s.do("Stop()", "/stop", nil)
}

// Meter sends a meter reading: the total in kWh, which never falls.
func (s *Session) Meter(kwh float64) {
	s.w.s.t.Helper()
	s.do(verb[any]("Meter", nil, kwh), "/meter", map[string]any{"kwh": decimal(kwh)})
}

// CDR delivers the final record of a session that has ended. KWh sets its
// energy, and Charge how the final charge ends; by default they follow from the
// charge point and the card.
func (s *Session) CDR(opts ...ChargeOption) {
	s.w.s.t.Helper()
	s.do(verb("CDR", opts), "/cdr", fields(opts))
}

func (s *Session) do(call, path string, body any) {
	s.w.s.t.Helper()
	s.w.admin(verb[any]("Session", nil, s.ID)+"."+call, http.MethodPost, "/sessions/"+url.PathEscape(s.ID)+path, body, nil)
}

// A SessionState is a session at one moment. Amounts are decimal text with two
// places, as in the vendor's API.
type SessionState struct {
	ID            string
	User          string
	State         string // starting, active, cdr-pending, billed, released, debt or settled
	EVSE          string
	Station       string // the station's name
	PaymentMethod string `json:"payment_method"`
	KWh           string // with three decimals; empty without a meter reading
	Currency      string
	Hold          string    // placed at the start
	Cost          string    // so far, VAT included
	VAT           string    // within the cost
	Captured      string    // by the final charge
	Owed          string    // still to be paid
	StartedAt     time.Time `json:"started_at"`
	EndedAt       time.Time `json:"ended_at"`   // zero while it is active
	EndedBy       string    `json:"ended_by"`   // user or station; empty while it is active
	CDRDue        time.Time `json:"cdr_due"`    // when the CDR arrives or arrived; zero if never
	SettledAt     time.Time `json:"settled_at"` // when its debt was paid; zero if it was not
}

// State returns how the session is now.
func (s *Session) State() SessionState {
	s.w.s.t.Helper()
	var state SessionState
	s.w.admin(verb[any]("Session", nil, s.ID)+".State()", http.MethodGet, "/sessions/"+url.PathEscape(s.ID), nil, &state)
	return state
}

// Authenticate ends the 3-D Secure step that an intent is waiting for, as the
// card holder would: with "succeed" or "fail". The intent is given by its id or
// its client secret; returned is Stripe's status of it afterwards.
func (w *World) Authenticate(intent, outcome string) string {
	w.s.t.Helper()
	id, _, _ := strings.Cut(intent, "_secret_")
	var answer struct{ Status string }
	w.admin(verb[any]("Authenticate", nil, id, outcome), http.MethodPost, "/intents/"+url.PathEscape(id)+"/authenticate", map[string]any{"outcome": outcome}, &answer)
	return answer.Status
}
