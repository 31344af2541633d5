package api

import (
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
)

type invoiceJSON struct {
	Link      string    `json:"link"`
	Total     string    `json:"total"`
	Date      wire.Time `json:"date"`
	Refund    bool      `json:"refund"` // the vendor's support makes refunds; the fake has none
	SessionID *string   `json:"charging_session_id"`
	Currency  string    `json:"currency"`
}

// GET /api/v1/users/{user_id}/invoices/
func (a *API) listInvoices(c *call) (wire.Reply, error) {
	return list(a, c, func(offset, limit int) (int, []connect.Invoice, error) {
		return c.state.Invoices(c.user(), offset, limit)
	}, func(i connect.Invoice) invoiceJSON {
		return invoiceJSON{
			Link: i.Link, Total: i.Total.StringFixed(2), Date: wire.Time(i.Date),
			SessionID: optional(i.SessionID), Currency: i.Currency,
		}
	})
}
