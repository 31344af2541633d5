package api

import (
	"fmt"
	"net/http"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/wire"
)

type paymentMethodJSON struct {
	ID        string             `json:"id"`
	Default   bool               `json:"default"`
	Type      connect.MethodType `json:"type"`
	Card      cardJSON           `json:"card"`
	CreatedAt wire.Time          `json:"created_at"`
}

type cardJSON struct {
	Brand      string  `json:"brand"`
	Last4      string  `json:"last4"`
	Expiration string  `json:"expiration_date"` // MM/YYYY, as in the vendor's examples; its specification has MM/YY
	Holder     *string `json:"cardholder_name"`
}

func paymentMethodView(m connect.PaymentMethod) paymentMethodJSON {
	return paymentMethodJSON{
		ID: m.ID, Default: m.Default, Type: m.Card.Type, CreatedAt: wire.Time(m.CreatedAt),
		Card: cardJSON{
			Brand: m.Card.Brand, Last4: m.Card.Last4, Holder: m.Card.Holder,
			Expiration: fmt.Sprintf("%02d/%04d", m.Card.ExpMonth, m.Card.ExpYear),
		},
	}
}

// GET /api/v1/users/{user_id}/setup-intents/
func (a *API) setupIntent(c *call) (wire.Reply, error) {
	f := wire.Read(wire.FromQuery(c.query))
	f.Choice("pm_type", []string{"card"}, false, false)
	if err := a.invalid(f); err != nil {
		return wire.Reply{}, err
	}
	i, err := c.state.NewSetupIntent(c.user())
	if err != nil {
		return wire.Reply{}, err
	}
	var body struct {
		Secret    string `json:"setup_intent_client_secret,omitempty"`
		OldSecret string `json:"client_secret,omitempty"`
	}
	body.Secret, body.OldSecret = c.secretNames(i.Secret)
	return wire.JSON(http.StatusOK, body)
}

// GET /api/v1/users/{user_id}/payment-methods/
func (a *API) listPaymentMethods(c *call) (wire.Reply, error) {
	return list(a, c, func(offset, limit int) (int, []connect.PaymentMethod, error) {
		return c.state.PaymentMethods(c.user(), offset, limit)
	}, paymentMethodView)
}

// DELETE /api/v1/users/{user_id}/payment-methods/{pm}/
func (a *API) removePaymentMethod(c *call) (wire.Reply, error) {
	return wire.Empty(), c.state.RemoveMethod(c.user(), c.vars["pm"])
}

// POST /api/v1/users/{user_id}/payment-methods/{pm}/default/
func (a *API) setDefaultPaymentMethod(c *call) (wire.Reply, error) {
	return wire.Empty(), c.state.SetDefault(c.user(), c.vars["pm"])
}
