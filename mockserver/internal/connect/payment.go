package connect

import (
	"time"

	"github.com/shopspring/decimal"
)

// A Debt is what the final charge of a session left unpaid.
type Debt struct {
	SessionID string
	Secret    string // client secret of the payment intent that pays it
	Amount    decimal.Decimal
	Currency  string
}

// Debts lists a user's debts, newest session first (assumed);
// request/not-found.
func (s *State) Debts(userID string, offset, limit int) (int, []Debt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return 0, nil, err
	}
	now := s.situation(u).now
	var owing []*session
	for _, o := range u.open {
		if o.stateAt(now) == StateDebt {
			owing = append(owing, o)
		}
	}
	n, list := page(owing, offset, limit, func(o *session) Debt {
		return Debt{SessionID: o.id, Secret: o.debt.secret, Amount: o.owed(), Currency: o.prices.Currency}
	})
	return n, list, nil
}

// An Invoice is the bill of one session.
type Invoice struct {
	SessionID string
	Link      string
	Total     decimal.Decimal
	Currency  string
	Date      time.Time // whole seconds
}

// Invoices lists a user's invoices, newest first (assumed);
// request/not-found. Sessions without energy or in debt have none (assumed).
func (s *State) Invoices(userID string, offset, limit int) (int, []Invoice, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return 0, nil, err
	}
	s.situation(u)
	n, list := page(u.billed, offset, limit, func(o *session) Invoice {
		return Invoice{
			SessionID: o.id, Link: invoiceLink(o.id), Total: o.finalCost().Total(),
			Currency: o.prices.Currency, Date: o.invoicedAt().Truncate(time.Second),
		}
	})
	return n, list, nil
}
