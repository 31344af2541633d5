package connect

import (
	"slices"
	"time"
)

// The read side of a user, beyond what the vendor's API shows: a UserDetail
// for people who look at a world, and a Summary for the journal (summary.go).
// Each is one consistent reading.

// A UserDetail is a user and everything that belongs to it at one moment.
type UserDetail struct {
	User            User
	BillingComplete bool           // enough to start charging
	Methods         []MethodDetail // newest first, at most 100
	Sessions        []Session      // newest first, at most 20, with readings; includes an attempt the provider has not answered
	MethodCount     int            // of all payment methods, shown or not
	SessionCount    int            // of all sessions, shown or not
	Debts           []Debt         // newest session first, at most 100
	Waiting         []Intent       // that wait for the card holder: setup intents, then holds, then debts; newest first
}

// A MethodDetail is a payment method and what prevents its removal.
type MethodDetail struct {
	PaymentMethod
	Removal Rules // those that hold, in order of check; empty if the method can be removed
}

// What a UserDetail shows at most.
const (
	shownSessions = 20
	shownRows     = 100 // methods, debts
)

// A Skip is how many of the newest items of a user's lists are passed over.
type Skip struct{ Methods, Sessions int }

// InspectUser returns a user with everything that belongs to it, or with a later
// part of it. It fails with request/not-found.
func (s *State) InspectUser(id string, skip Skip) (UserDetail, error) {
	return ofUser(s, id, func(u *user, now time.Time) (UserDetail, error) {
		d := UserDetail{User: u.User, BillingComplete: u.billing.complete()}
		d.MethodCount, d.Methods = page(u.methods.rows(), skip.Methods, shownRows, func(m *PaymentMethod) MethodDetail {
			return MethodDetail{*m, allMatches(s.rules.early[OpRemoveMethod], &Situation{now: now, user: u, method: m})}
		})
		d.SessionCount, d.Sessions = page(rowsOf(u.looks, u.sessions), skip.Sessions, shownSessions, func(o *session) Session { return o.detail(now) })
		for _, o := range u.open.of(StateDebt).newest(shownRows) {
			d.Debts = append(d.Debts, o.debtView(now))
		}
		for _, i := range slices.Backward(u.setups) {
			if i.Status == RequiresAction {
				d.Waiting = append(d.Waiting, i.view(now))
			}
		}
		for _, h := range slices.Backward(u.holds) {
			if h.Status.Open() {
				d.Waiting = append(d.Waiting, h.view(now))
			}
		}
		for _, debt := range d.Debts {
			if debt.Status == RequiresAction {
				d.Waiting = append(d.Waiting, debt.Intent)
			}
		}
		return d, nil
	})
}
