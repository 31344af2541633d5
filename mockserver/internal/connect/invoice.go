package connect

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// An Invoice is the bill of one session.
type Invoice struct {
	SessionID string          // empty if the invoice does not name it
	Link      string          // see Session.InvoiceLink
	Total     decimal.Decimal // VAT included
	Currency  string
	Date      time.Time // whole seconds
}

// Invoices returns the number of a user's invoices and a page of them, newest
// first (assumed). Sessions without cost or in debt have none (assumed). It
// fails with request/not-found.
func (s *State) Invoices(userID string, offset, limit int) (int, []Invoice, error) {
	return list(s, userID, offset, limit,
		func(u *user, _ time.Time) rows[*session] { return rowsOf(u.looks, u.billed) },
		func(o *session, _ time.Time) Invoice {
			id := o.id
			if o.record != nil && o.record.Unlinked {
				id = ""
			}
			return Invoice{
				SessionID: id, Link: invoiceLink(o.id), Total: o.finalCost().Total(),
				Currency: o.prices.Currency, Date: o.invoicedAt().Truncate(time.Second),
			}
		})
}

// InvoiceLink is the address of the session's invoice, in the form of the
// vendor's examples. It is a placeholder: the document itself is not faked.
func (s Session) InvoiceLink() string { return invoiceLink(s.ID) }

// bill adds a session to the invoiced ones.
func (u *user) bill(o *session) {
	i, _ := slices.BinarySearchFunc(u.billed, o, byInvoice)
	u.billed = slices.Insert(u.billed, i, o)
}

// byInvoice is the order of a user's invoices. Those of the same moment are in
// order of request, whichever call noticed them first: the order follows from
// the facts.
func byInvoice(a, b *session) int {
	return cmp.Or(a.invoicedAt().Compare(b.invoicedAt()), byRequest(a, b))
}
