package connect

import (
	"slices"
	"time"
)

// A Summary is the part of a user that calls can change. Its JSON is what the
// journal shows before and after a write. Of long lists it has the rows that
// matter most, so that it costs the same whatever the user has.
type Summary struct {
	Deleted      bool             `json:"deleted"`
	Email        *string          `json:"email"`
	Locale       Locale           `json:"locale"`
	ExternalID   *string          `json:"external_id"`
	Billing      SummaryBilling   `json:"billing_details"`
	Complete     bool             `json:"billing_complete"` // enough to start charging
	Methods      []SummaryMethod  `json:"payment_methods"`  // in order of creation, at most 10 and those that are named
	MoreMethods  int              `json:"more_payment_methods,omitempty"`
	Sessions     []SummarySession `json:"open_sessions"` // those that are not final, starting ones included; by request, at most 10 and those that are named
	MoreSessions int              `json:"more_open_sessions,omitempty"`
	Invoices     int              `json:"invoices"`
}

// summaryRows is the most rows of a list in a Summary, besides those that are
// named. Sessions that run come first, then the newest; of the methods the
// default one, then the newest.
const summaryRows = 10

// DeletedSummary returns the summary of a user who is no longer there.
func DeletedSummary() Summary {
	return Summary{Deleted: true, Methods: []SummaryMethod{}, Sessions: []SummarySession{}}
}

// SummaryBilling is the billing details in a Summary.
type SummaryBilling struct {
	Country     *string     `json:"country,omitempty"`
	City        *string     `json:"city,omitempty"`
	TaxID       *string     `json:"tax_id,omitempty"`
	AccountType AccountType `json:"account_type,omitempty"`
	CompanyName *string     `json:"company_name,omitempty"`
	VATID       *string     `json:"vat_id,omitempty"`
	Line1       *string     `json:"line1,omitempty"`
	PostalCode  *string     `json:"postal_code,omitempty"`
	FirstName   *string     `json:"first_name,omitempty"`
	LastName    *string     `json:"last_name,omitempty"`
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

// Size is roughly the number of bytes that s takes.
func (s Summary) Size() int {
	const fixed, method, session = 240, 24, 64
	size := fixed + method*len(s.Methods) + session*len(s.Sessions)
	b := s.Billing
	for _, text := range []*string{
		s.Email, s.ExternalID, b.Country, b.City, b.TaxID, b.CompanyName, b.VATID, b.Line1, b.PostalCode, b.FirstName, b.LastName,
	} {
		if text != nil {
			size += len(*text)
		}
	}
	return size
}

// Summary returns the summary of a user and reports whether there is one of
// that id. It has the methods and sessions of the ids named, if they exist.
func (s *State) Summary(userID string, named ...string) (Summary, bool) {
	var out Summary
	err := s.withUser(userID, func(u *user, _ time.Time) error {
		out = Summary{
			Email: u.Email, Locale: u.Locale, Billing: SummaryBilling(u.billing), Complete: u.billing.complete(), Invoices: len(u.billed),
		}
		if u.Custom != nil {
			out.ExternalID = u.Custom.ExternalID
		}
		out.Methods = u.methods.summary(named)
		out.Sessions = s.openSummary(u, named)
		out.MoreMethods = len(u.methods.list) - len(out.Methods)
		out.MoreSessions = u.open.len() - len(out.Sessions)
		return nil
	})
	return out, err == nil
}

func (ms *methods) summary(named []string) []SummaryMethod {
	first := max(len(ms.list)-summaryRows, 0)
	shown := slices.Clone(ms.list[first:])
	add := func(m *PaymentMethod) {
		if i := ms.index(m); i < first && i >= 0 {
			shown = append(shown, ms.list[i])
		}
	}
	if len(ms.list) > summaryRows {
		add(ms.def)
		for _, id := range named {
			add(ms.get(id))
		}
		slices.SortFunc(shown, func(a, b savedMethod) int { return a.nth - b.nth })
		shown = slices.Compact(shown)
	}
	out := make([]SummaryMethod, len(shown))
	for i, m := range shown {
		out[i] = SummaryMethod{m.ID, m.Default}
	}
	return out
}

func (s *State) openSummary(u *user, named []string) []SummarySession {
	var shown []*session
	for _, st := range []SessionState{StateStarting, StateActive} {
		shown = append(shown, u.open.of(st).newest(summaryRows)...)
	}
	rest := append(u.open.of(StateCDRPending).newest(summaryRows), u.open.of(StateDebt).newest(summaryRows)...)
	slices.SortFunc(rest, byRequest)
	shown = append(shown, rest[max(len(rest)+len(shown)-summaryRows, 0):]...)
	if u.open.len() > len(shown) {
		for _, id := range named {
			if o := s.sessionOf(u, id); o != nil && u.open.has(o) {
				shown = append(shown, o)
			}
		}
	}
	slices.SortFunc(shown, byRequest)
	shown = slices.Compact(shown)
	out := make([]SummarySession, len(shown))
	for i, o := range shown {
		out[i] = SummarySession{ID: o.id, State: o.filed}
		if o.filed == StateDebt {
			out[i].Owed = o.owed().StringFixed(2)
		}
	}
	return out
}
