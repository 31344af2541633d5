package stripe

import (
	"net"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// createMethod answers POST /v1/payment_methods and puts the method into the
// pool.
func (c *call) createMethod() (any, error) {
	now := c.h.cfg.Wall()
	card, err := c.card("", now)
	if err != nil {
		return nil, err
	}
	id := c.h.keep(c.h.pool, "pm_", card)
	return c.showMethod(connect.PaymentMethod{ID: id, Card: card, CreatedAt: now}, false), nil
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
	v := tokenView{params: c.params, ID: c.h.keep(c.h.tokens, "tok_", card), Card: card, CreatedAt: now, Full: c.key.secret()}
	v.CardID = c.h.newID("card_")
	if host, _, err := net.SplitHostPort(c.r.RemoteAddr); err == nil {
		v.ClientIP = &host
	}
	return object{"token", v}, nil
}

// tokenized returns the card of a new token.
func (p params) tokenized(now time.Time) (connect.Card, error) {
	const method = "card[tokenization_method]"
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
	if c.spent = c.h.tokens.claim(token); c.spent != nil {
		return c.spent.card, nil
	}
	if c.h.tokens.has(token) {
		return connect.Card{}, reject(http.StatusBadRequest, "token_already_used", param,
			"You cannot use a Stripe token more than once: "+token+".")
	}
	return byToken(token, param)
}
