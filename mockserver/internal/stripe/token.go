package stripe

import (
	"cmp"
	"net"
	"net/http"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// createToken answers POST /v1/tokens: a card that may be used once, within an
// hour (the time is assumed). Tokens of anything else are refused.
func (c *call) createToken() (any, error) {
	now := c.h.cfg.Wall()
	if !c.params.has("card") {
		// Stripe's answer to other kinds of tokens is assumed.
		return nil, missing("card")
	}
	card, err := c.params.entered("", now, false)
	if err != nil {
		return nil, err
	}
	card.Type = connect.TypeCard
	card.Holder = c.params.optional("card[name]")
	id := c.h.keep(c.h.tokens, "tok_", card)
	return tokenObject{
		ID: id, Object: "token", Card: c.tokenCard(card), ClientIP: clientIP(c.r), Created: now.Unix(), Type: "card",
	}, nil
}

// spend returns the card of a token: one of POST /v1/tokens, which works once,
// or a test token, which works any number of times.
func (c *call) spend(token, param string) (connect.Card, error) {
	if c.spent = c.h.tokens.claim(token); c.spent != nil {
		return c.spent.card, nil
	}
	if c.h.tokens.has(token) {
		return connect.Card{}, failure(http.StatusBadRequest, errorObject{
			Type: invalidRequest, Code: "token_already_used", Param: param,
			Message: "You cannot use a Stripe token more than once: " + token + ".",
		})
	}
	return byToken(token, param)
}

// A tokenObject is Stripe's token, with the fields of Stripe's published
// OpenAPI fixtures.
type tokenObject struct {
	ID       string          `json:"id"`
	Object   string          `json:"object"`
	Card     tokenCardObject `json:"card"`
	ClientIP *string         `json:"client_ip"`
	Created  int64           `json:"created"`
	Livemode bool            `json:"livemode"`
	Type     string          `json:"type"`
	Used     bool            `json:"used"`
}

// A tokenCardObject is the card of a token, in the older of Stripe's two shapes.
type tokenCardObject struct {
	ID                string            `json:"id"`
	Object            string            `json:"object"`
	AddressCity       *string           `json:"address_city"`
	AddressCountry    *string           `json:"address_country"`
	AddressLine1      *string           `json:"address_line1"`
	AddressLine1Check *string           `json:"address_line1_check"`
	AddressLine2      *string           `json:"address_line2"`
	AddressState      *string           `json:"address_state"`
	AddressZip        *string           `json:"address_zip"`
	AddressZipCheck   *string           `json:"address_zip_check"`
	Brand             string            `json:"brand"`
	Country           string            `json:"country"`
	CVCCheck          *string           `json:"cvc_check"`
	DynamicLast4      *string           `json:"dynamic_last4"`
	ExpMonth          int               `json:"exp_month"`
	ExpYear           int               `json:"exp_year"`
	Fingerprint       string            `json:"fingerprint,omitempty"` // for secret keys
	Funding           string            `json:"funding"`
	Last4             string            `json:"last4"`
	Metadata          map[string]string `json:"metadata"`
	Name              *string           `json:"name"`
	Networks          preferredObject   `json:"networks"`
	RegulatedStatus   string            `json:"regulated_status"`
	Tokenization      *string           `json:"tokenization_method"`
	Wallet            *struct{}         `json:"wallet"`
}

type preferredObject struct {
	Preferred *string `json:"preferred"`
}

// tokenCard returns the card of a token. Its checks are made when it is used.
func (c *call) tokenCard(card connect.Card) tokenCardObject {
	given := func(n string) *string { return c.params.optional("card[" + n + "]") }
	check := func(v *string) *string {
		if v == nil {
			return nil
		}
		unchecked := "unchecked"
		return &unchecked
	}
	o := tokenCardObject{
		ID: c.h.newID("card_"), Object: "card",
		AddressCity: given("address_city"), AddressCountry: given("address_country"), AddressLine1: given("address_line1"),
		AddressLine1Check: check(given("address_line1")), AddressLine2: given("address_line2"), AddressState: given("address_state"),
		AddressZip: given("address_zip"), AddressZipCheck: check(given("address_zip")),
		Brand: cmp.Or(tokenBrands[card.Brand], "Unknown"), Country: testcard.Country(card.Conduct.Token), CVCCheck: check(given("cvc")), ExpMonth: card.ExpMonth, ExpYear: card.ExpYear,
		Funding: funding(card.Conduct.Token), Last4: card.Last4, Metadata: map[string]string{}, Name: card.Holder, RegulatedStatus: "unregulated",
	}
	if c.key.secret() {
		o.Fingerprint = fingerprint(card)
	}
	return o
}

// tokenBrands are the brands as the older of the two shapes spells them.
var tokenBrands = map[string]string{
	"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express", "discover": "Discover",
	"diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay",
}

func clientIP(r *http.Request) *string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return nil
	}
	return &host
}
