package stripe

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
	"cariqamock/mockserver/internal/text"
)

// card returns the card of a payment method's parameters, those below prefix:
// its type, the card itself and the holder.
func (c *call) card(prefix string, now time.Time) (connect.Card, error) {
	p := c.params
	field := func(names ...string) string { return name(prefix, names...) }
	switch t := p.get(field("type")); {
	case !p.Has(field("type")):
		return connect.Card{}, missing(field("type"))
	case t != "card":
		// Stripe's answer to types that an account has not enabled is assumed.
		return connect.Card{}, invalid(field("type"), "Invalid type: must be card, the only type that this account accepts.")
	}
	card, err := c.cardAlone(prefix, now)
	if err != nil {
		return connect.Card{}, err
	}
	if holder := strings.Clone(p.get(field("billing_details", "name"))); holder != "" { // not a part of the whole body
		card.Holder = &holder
	}
	card.Details = p.details(prefix, card.Details)
	return card, nil
}

// cardAlone returns the card itself: that of a token, or one that was entered.
// Without either, a wallet has a Visa. A card in a wallet that is no test card
// is replaced by one, as Stripe does with real cards in test mode.
func (c *call) cardAlone(prefix string, now time.Time) (connect.Card, error) {
	p := c.params
	wallet, err := p.wallet(prefix)
	if err != nil {
		return connect.Card{}, err
	}
	token, number := name(prefix, "card", "token"), name(prefix, "card", "number")
	inWallet := wallet != connect.TypeCard
	var card connect.Card
	switch {
	case p.Has(token):
		card, err = c.spend(p.get(token), token)
	case inWallet && !p.Has(number):
		card, _ = testcard.ByToken("pm_card_visa")
	case !p.Has(name(prefix, "card")):
		return card, missing(name(prefix, "card"))
	default:
		card, err = p.entered(prefix, now, inWallet)
	}
	if inWallet || card.Type == "" { // the card of a token may be in a wallet
		card.Type = wallet
	}
	return card, err
}

// wallet returns card[wallet][type], a parameter that only the fake has: real
// wallets pass an encrypted token to Stripe.
func (p params) wallet(prefix string) (connect.MethodType, error) {
	param := name(prefix, "card", "wallet", "type")
	switch t := connect.MethodType(p.get(param)); {
	case !p.Has(param):
		return connect.TypeCard, nil
	case t == connect.TypeApplePay, t == connect.TypeGooglePay:
		return t, nil
	}
	return "", invalid(param, "Invalid wallet: must be one of apple_pay or google_pay")
}

// byToken returns the card of a test token, tok_visa or pm_card_visa: Stripe
// lists the same names with either prefix.
func byToken(token, param string) (connect.Card, error) {
	n := token
	if rest, ok := strings.CutPrefix(token, "tok_"); ok {
		n = "pm_card_" + rest
	}
	c, ok := testcard.ByToken(n)
	if !ok {
		return c, reject(http.StatusBadRequest, "resource_missing", param, "No such token: '"+text.Shorten(token, maxShown)+"'")
	}
	return c, nil
}

// entered returns the card that was entered. It checks the fields in the order
// in which Stripe.js does.
func (p params) entered(prefix string, now time.Time, inWallet bool) (connect.Card, error) {
	field := func(n string) string { return name(prefix, "card", n) }
	for _, n := range []string{"number", "exp_month", "exp_year"} {
		if !p.Has(field(n)) {
			return connect.Card{}, missing(field(n))
		}
	}
	number := testcard.Digits(p.get(field("number")))
	switch {
	case strings.Trim(number, "0123456789") != "" || number == "":
		return connect.Card{}, refusedCard("invalid_number", "number", "The card number is not a valid credit card number.")
	case !testcard.Valid(number):
		return connect.Card{}, refusedCard("incorrect_number", "number", "Your card number is incorrect.")
	}
	month, year, err := expiry(p.get(field("exp_month")), p.get(field("exp_year")), now)
	if err != nil {
		return connect.Card{}, err
	}
	c, ok := testcard.ByNumber(number)
	switch {
	case !ok && inWallet:
		c, _ = testcard.ByToken("pm_card_visa")
	case !ok:
		d := testcard.NotATestCard()
		return c, failure(http.StatusPaymentRequired, errorObject{Type: cardError, Code: d.Code, DeclineCode: d.DeclineCode, Message: d.Message})
	}
	if p.Has(field("cvc")) && !fits(p.get(field("cvc")), c.Brand) {
		return connect.Card{}, refusedCard("invalid_cvc", "cvc", "Your card's security code is invalid.")
	}
	if testcard.FactsOf(c.Conduct.Token).NeedsCVC && !p.Has(field("cvc")) {
		visa, _ := testcard.ByToken("pm_card_visa")
		c.Conduct = visa.Conduct
	}
	c.ExpMonth, c.ExpYear = month, year
	c.Details = details{}.with(numberEntered, "yes")
	return c, nil
}

// expiry returns a month and a year of two or four digits that are not past.
func expiry(m, y string, now time.Time) (month, year int, err error) {
	month, e := strconv.Atoi(m)
	if e != nil || month < 1 || month > 12 {
		return 0, 0, refusedCard("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid.")
	}
	year, e = strconv.Atoi(y)
	if e == nil && len(y) <= 2 {
		year += 2000
	}
	// The limit of fifty years is assumed.
	if e != nil || year < now.Year() || year > now.Year()+50 {
		return 0, 0, refusedCard("invalid_expiry_year", "exp_year", "Your card's expiration year is invalid.")
	}
	if year == now.Year() && month < int(now.Month()) {
		return 0, 0, refusedCard("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid.")
	}
	return month, year, nil
}

// fits reports whether a security code has a length that the brand uses: three
// digits, for American Express also four.
func fits(cvc, brand string) bool {
	return strings.Trim(cvc, "0123456789") == "" && (len(cvc) == 3 || len(cvc) == 4 && brand == "amex")
}
