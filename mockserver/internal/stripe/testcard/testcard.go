// Package testcard is Stripe's test cards: what each of them is, and how the
// bank behind it answers.
//
// Numbers, tokens and outcomes are those of docs.stripe.com/testing. Where
// that page says nothing about an occasion, the outcome here is assumed and
// marked so.
package testcard

import (
	"slices"
	"strings"

	"cariqamock/mockserver/internal/connect"
)

// Expiry of a card that is named by its token; Stripe's own moves with the
// calendar, ours does not (assumed).
const (
	expMonth = 12
	expYear  = 2040
)

// ByToken finds a test card by its payment method token, such as pm_card_visa.
func ByToken(token string) (connect.Card, bool) {
	return find(func(e entry) bool { return e.token == token || slices.Contains(e.aliases, token) }, token)
}

// ByNumber finds a test card by its number; spaces and dashes in it are
// skipped. Its Conduct.Token is the card's first token.
func ByNumber(number string) (connect.Card, bool) {
	number = Digits(number)
	c, ok := find(func(e entry) bool { return slices.Contains(e.numbers, number) }, "")
	if ok {
		c.Last4 = number[len(number)-4:]
	}
	return c, ok
}

// Tokens lists every token, sorted.
func Tokens() []string {
	var out []string
	for _, e := range table() {
		out = append(append(out, e.token), e.aliases...)
	}
	slices.Sort(out)
	return out
}

// Digits takes the spaces and dashes out of a card number.
func Digits(number string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(number)
}

// Valid says whether a number is one that a card can have: 12 to 19 digits,
// the last of which is the check digit (Luhn).
func Valid(number string) bool {
	if len(number) < 12 || len(number) > 19 {
		return false
	}
	sum := 0
	for i, c := range []byte(number) {
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if (len(number)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// NotATestCard is Stripe's answer to a well-formed number that is no test
// card, in test mode.
func NotATestCard() *connect.Decline {
	return declined("test_mode_live_card", "Your card was declined. Your request was in test mode, but used a non test card. "+
		"For a list of valid test cards, visit: https://stripe.com/docs/testing.")
}

// An entry is one card of the table.
type entry struct {
	token   string
	aliases []string // older tokens for the same card
	brand   string
	numbers []string // the first is the one that the tokens stand for
	conduct connect.Conduct
}

func find(match func(entry) bool, token string) (connect.Card, bool) {
	for _, e := range table() {
		if !match(e) {
			continue
		}
		c := connect.Card{
			Type: connect.TypeCard, Brand: e.brand, Last4: e.numbers[0][len(e.numbers[0])-4:],
			ExpMonth: expMonth, ExpYear: expYear, Conduct: e.conduct,
		}
		c.Conduct.Token = e.token
		if token != "" {
			c.Conduct.Token = token
		}
		return c, true
	}
	return connect.Card{}, false
}
