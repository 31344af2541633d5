package connect

import (
	"slices"
	"time"
)

// The read side of a user, beyond what the vendor's API shows: a UserDetail
// for people who look at a world, and a Summary for the journal. Each is one
// consistent reading.

// A UserDetail is a user and everything that belongs to it at one moment.
type UserDetail struct {
	User            User
	BillingComplete bool           // enough to start charging
	Methods         []MethodDetail // newest first
	Sessions        []Session      // newest first, at most 20, with readings; includes an attempt the provider has not answered
	Debts           []Debt         // newest session first
	Waiting         []Intent       // that wait for the card holder: setup intents, then holds, then debts; newest first
}

// A MethodDetail is a payment method and what prevents its removal.
type MethodDetail struct {
	PaymentMethod
	Removal Rules // those that hold, in order of check; empty if the method can be removed
}

// shownSessions is the most sessions in a UserDetail.
const shownSessions = 20

// InspectUser returns a user with everything that belongs to it. It fails with
// request/not-found.
func (s *State) InspectUser(id string) (UserDetail, error) {
	return ofUser(s, id, func(u *user, now time.Time) (UserDetail, error) {
		d := UserDetail{User: u.User, BillingComplete: u.billing.complete()}
		for _, m := range slices.Backward(u.methods) {
			sit := &Situation{now: now, user: u, method: m}
			d.Methods = append(d.Methods, MethodDetail{*m, allMatches(s.rules.early[OpRemoveMethod], sit)})
		}
		for _, o := range slices.Backward(u.sessions[max(len(u.sessions)-shownSessions, 0):]) {
			d.Sessions = append(d.Sessions, o.detail(now))
		}
		for _, o := range slices.Backward(u.debts(now)) {
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

// A Summary is the part of a user that calls can change. Its JSON is what the
// journal shows before and after a write.
type Summary struct {
	Deleted  bool             `json:"deleted"`
	Billing  bool             `json:"billing_complete"` // enough to start charging
	Methods  []SummaryMethod  `json:"payment_methods"`
	Sessions []SummarySession `json:"open_sessions"` // those that are not final, starting ones included
	Invoices int              `json:"invoices"`
}

// DeletedSummary returns the summary of a user who is no longer there.
func DeletedSummary() Summary {
	return Summary{Deleted: true, Methods: []SummaryMethod{}, Sessions: []SummarySession{}}
}

// SummaryMethod is a payment method in a Summary.
type SummaryMethod struct {
	ID      string `json:"id"`
	Default bool   `json:"default"`
}

// SummarySession is a session in a Summary.
type SummarySession struct {
	ID    string       `json:"id"`
	State SessionState `json:"state"`
	Owed  string       `json:"owed,omitempty"` // in the session's currency; debts only
}

// Size is roughly the number of bytes that the lists of s take.
func (s Summary) Size() int {
	const method, session = 24, 64
	return method*len(s.Methods) + session*len(s.Sessions)
}

// Summary returns the summary of a user and reports whether there is one of
// that id.
func (s *State) Summary(userID string) (Summary, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[userID]
	if u == nil {
		return Summary{}, false
	}
	now := s.cfg.Clock.Now()
	s.settle(u, now)
	out := Summary{
		Billing: u.billing.complete(), Invoices: len(u.billed),
		Methods: make([]SummaryMethod, len(u.methods)), Sessions: make([]SummarySession, len(u.open)),
	}
	for i, m := range u.methods {
		out.Methods[i] = SummaryMethod{m.ID, m.Default}
	}
	for i, o := range u.open {
		out.Sessions[i] = SummarySession{ID: o.id, State: o.stateAt(now)}
		if out.Sessions[i].State == StateDebt {
			out.Sessions[i].Owed = o.owed().StringFixed(2)
		}
	}
	return out, true
}
