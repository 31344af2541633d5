package api

import (
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
)

type debtJSON struct {
	SessionID string `json:"session_id"`
	Secret    string `json:"payment_intent_client_secret,omitempty"`
	OldSecret string `json:"client_secret,omitempty"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
}

// GET /api/v1/users/{user_id}/charging/debts/
func (a *API) listDebts(c *call) (wire.Reply, error) {
	return list(a, c, func(offset, limit int) (int, []connect.Debt, error) {
		return c.state.Debts(c.user(), offset, limit)
	}, func(d connect.Debt) debtJSON {
		v := debtJSON{SessionID: d.SessionID, Amount: d.Amount.StringFixed(2), Currency: d.Currency}
		v.Secret, v.OldSecret = c.secretNames(d.Secret)
		return v
	})
}
