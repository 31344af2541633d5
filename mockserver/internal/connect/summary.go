package connect

// A Summary is what matters of a user when one asks what a call changed. Its
// JSON is what the journal shows before and after a write.
type Summary struct {
	Deleted  bool             `json:"deleted"`
	Billing  bool             `json:"billing_complete"` // enough to start charging
	Methods  []SummaryMethod  `json:"payment_methods"`
	Sessions []SummarySession `json:"open_sessions"` // those that are not final, starting ones included
	Invoices int              `json:"invoices"`
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
	Owed  string       `json:"owed,omitempty"` // debts only
}

// Size is about how many bytes its lists take.
func (s Summary) Size() int {
	const method, session = 24, 64
	return method*len(s.Methods) + session*len(s.Sessions)
}

// Summary gives a user's; false: there is none of that id.
func (s *State) Summary(userID string) (Summary, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[userID]
	if u == nil {
		return Summary{}, false
	}
	now := s.situation(u).now
	out := Summary{
		Deleted: u.deleted, Billing: u.billing.complete(), Invoices: len(u.billed),
		Methods: make([]SummaryMethod, len(u.methods)), Sessions: make([]SummarySession, len(u.open)),
	}
	for i, m := range u.methods {
		out.Methods[i] = SummaryMethod{m.id, m.isDefault}
	}
	for i, o := range u.open {
		out.Sessions[i] = SummarySession{ID: o.id, State: o.stateAt(now)}
		if out.Sessions[i].State == StateDebt {
			out.Sessions[i].Owed = o.owed().StringFixed(2)
		}
	}
	return out, true
}
