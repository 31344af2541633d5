// Package testcard is Stripe's test cards: what each of them is, and how the
// bank behind it answers. See cards.yaml and countries.yaml.
package testcard

import (
	"cmp"
	"embed"
	"slices"
	"strings"
	"sync"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/embedded"
)

// Expiry of a card that is named by its token; Stripe's own moves with the
// calendar, ours does not (assumed).
const (
	expMonth = 12
	expYear  = 2040
)

// ByToken finds a test card by its payment method token, such as pm_card_visa.
func ByToken(token string) (connect.Card, bool) {
	e := byToken(token)
	if e == nil {
		return connect.Card{}, false
	}
	return e.card(token, e.Numbers[0]), true
}

// ByNumber finds a test card by its number; spaces and dashes in it are
// ignored. Its Conduct.Token is the card's first token.
func ByNumber(number string) (connect.Card, bool) {
	number = Digits(number)
	e := cards().byNumber[number]
	if e == nil {
		e = foreign().byNumber[number]
	}
	if e == nil {
		return connect.Card{}, false
	}
	return e.card(e.Token, number), true
}

// Tokens returns every token, sorted.
func Tokens() []string {
	var out []string
	for _, e := range slices.Concat(cards().Cards, foreign().Cards) {
		out = append(append(out, e.Token), e.Aliases...)
	}
	slices.Sort(out)
	return out
}

// NotATestCard returns Stripe's answer to a valid number that is no test card,
// in test mode.
func NotATestCard() *connect.Decline { return cards().Declines["test_mode_live_card"] }

// Facts are what Stripe's objects show of a card besides connect.Card.
type Facts struct {
	Country  string `yaml:"country"`  // of the bank, ISO 3166 alpha-2
	CoBrand  string `yaml:"co_brand"` // a second network, or empty
	Checks   Checks `yaml:"checks"`
	NeedsCVC bool   `yaml:"needs_cvc"` // the card succeeds if no security code is given
	Funding  string // debit or prepaid, or empty for credit

	DebitNumbers []string `yaml:"debit"` // among the numbers, of debit cards without a token
}

// Checks are the results of a bank's checks, in Stripe's words, where they do
// not pass; else empty.
type Checks struct {
	CVC        string
	PostalCode string `yaml:"postal_code"`
	Line1      string
}

// FactsOf returns the facts of the card of a token; those of an American card
// that passes all checks if there is no such token.
func FactsOf(token string) Facts {
	var f Facts
	if e := byToken(token); e != nil {
		f = e.Facts
	}
	f.Country = cmp.Or(f.Country, "US")
	return f
}

// Funding returns debit, prepaid or credit. A card that has no token of its own is
// told from the others of its token by its last four digits.
func Funding(c connect.Card) string {
	f := FactsOf(c.Conduct.Token)
	if slices.ContainsFunc(f.DebitNumbers, func(n string) bool { return strings.HasSuffix(n, c.Last4) }) {
		return "debit"
	}
	return cmp.Or(f.Funding, "credit")
}

// Digits returns a card number without its spaces and dashes.
func Digits(number string) string {
	return strings.NewReplacer(" ", "", "-", "").Replace(number)
}

// Valid reports whether a card can have a number: 12 to 19 digits, the last of
// which is the check digit (Luhn).
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

//go:embed *.yaml
var files embed.FS

// The cards that scenarios and tests name are decoded on first use, those by
// country only if none of them is meant.
var (
	cards   = sync.OnceValue(func() *table { return new(embedded.YAML[table](files, "cards.yaml")).index() })
	foreign = sync.OnceValue(func() *table { return (&table{Cards: embedded.YAML[[]entry](files, "countries.yaml")}).index() })
)

// A table is cards.yaml.
type table struct {
	Declines map[string]*connect.Decline
	Cards    []entry

	byToken, byNumber map[string]*entry // the first one
}

func (t *table) index() *table {
	t.byToken, t.byNumber = map[string]*entry{}, map[string]*entry{}
	for i := range slices.Backward(t.Cards) {
		e := &t.Cards[i]
		for _, token := range append([]string{e.Token}, e.Aliases...) {
			t.byToken[token] = e
		}
		for _, number := range e.Numbers {
			t.byNumber[number] = e
		}
	}
	return t
}

func byToken(token string) *entry {
	if e := cards().byToken[token]; e != nil {
		return e
	}
	return foreign().byToken[token]
}

// An entry is one card.
type entry struct {
	Token      string
	Aliases    []string
	Brand      string
	Numbers    []string
	Always     answer
	Setup      answer
	OffSession answer `yaml:"off_session"`
	OnSession  answer `yaml:"on_session"`
	Facts      `yaml:",inline"`
}

// An answer is that of a bank; the zero value accepts.
type answer struct {
	Authenticate bool
	Decline      string // one of the declines
}

func (e *entry) card(token, number string) connect.Card {
	return connect.Card{
		Type: connect.TypeCard, Brand: e.Brand, Last4: number[len(number)-4:], ExpMonth: expMonth, ExpYear: expYear,
		Conduct: connect.Conduct{
			Token: token, Setup: e.answer(e.Setup), OffSession: e.answer(e.OffSession), OnSession: e.answer(e.OnSession),
		},
	}
}

func (e *entry) answer(a answer) connect.Answer {
	if e.Always != (answer{}) {
		a = e.Always
	}
	return connect.Answer{Authenticate: a.Authenticate, Decline: cards().Declines[a.Decline]}
}
