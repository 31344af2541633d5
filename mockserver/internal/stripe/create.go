package stripe

import (
	"net"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/store"
)

// createMethod answers POST /v1/payment_methods and puts the method into the
// pool.
func (c *call) createMethod() (any, error) {
	now := c.h.cfg.Wall()
	card, err := c.card("", now)
	if err != nil {
		return nil, err
	}
	m := connect.PaymentMethod{Card: card, CreatedAt: now}
	err = c.h.ids.draw(c.r.Context(), func(ids *connect.IDs) (store.Item, error) {
		m.ID = ids.Stripe("pm_", now)
		return c.h.pool.added(m.ID, card)
	})
	return c.showMethod(m, false), err
}

// A tokenView is what token.tmpl shows.
type tokenView struct {
	params
	ID, CardID string
	Card       connect.Card
	ClientIP   *string
	CreatedAt  time.Time
	Full       bool // as a secret key sees it
}

// createToken answers POST /v1/tokens: a card or a payment with a wallet, which
// may be used once, within an hour (the time is assumed). Tokens of anything
// else are refused.
func (c *call) createToken() (any, error) {
	now := c.h.cfg.Wall()
	card, err := c.params.tokenized(now)
	if err != nil {
		return nil, err
	}
	card.Holder, card.Details = c.params.Given("card[name]"), c.params.tokenDetails()
	v := tokenView{params: c.params, Card: card, CreatedAt: now, Full: c.key.secret()}
	err = c.h.ids.draw(c.r.Context(), func(ids *connect.IDs) (store.Item, error) {
		v.ID, v.CardID = ids.Stripe("tok_", now), ids.Stripe("card_", now)
		return c.h.tokens.added(v.ID, card)
	})
	if err != nil {
		return nil, err
	}
	if host, _, err := net.SplitHostPort(c.r.RemoteAddr); err == nil {
		v.ClientIP = &host
	}
	return object{"token", v}, nil
}

// tokenized returns the card of a new token.
func (p params) tokenized(now time.Time) (connect.Card, error) {
	const method = "card[tokenization_method]"
	for _, other := range []string{"account", "bank_account", "cvc_update", "person", "pii"} {
		if p.Has(other) {
			return connect.Card{}, invalid(other, "cariqa-mock makes tokens of cards only.")
		}
	}
	switch {
	case p.Has("pk_token"), p.Has(applePayTransaction):
		return p.applePay(), nil
	case p.Has(method):
		return p.inWallet(method, now)
	case !p.Has("card"):
		// Stripe's answer to other kinds of tokens is assumed.
		return connect.Card{}, missing("card")
	}
	card, err := p.entered("", now, false)
	card.Type = connect.TypeCard
	return card, err
}

// spend returns the card of a token: one of POST /v1/tokens, which works once,
// or a test token, which works any number of times.
func (c *call) spend(token, param string) (connect.Card, error) {
	var err error
	if c.spent, err = c.h.tokens.claim(c.r.Context(), token); err != nil {
		return connect.Card{}, err
	}
	if c.spent != nil {
		return c.spent.Card, nil
	}
	used, err := c.h.tokens.has(c.r.Context(), token)
	if err != nil {
		return connect.Card{}, err
	}
	if used {
		return connect.Card{}, reject(http.StatusBadRequest, "token_already_used", param,
			"You cannot use a Stripe token more than once: "+token+".")
	}
	return byToken(token, param)
}
