// Package testcard is Stripe's test cards: what each of them is, and how the
// bank behind it answers. See cards.yaml and countries.yaml.
package testcard

import (
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
	e, ok := find(func(e entry) bool { return e.Token == token || slices.Contains(e.Aliases, token) })
	if !ok {
		return connect.Card{}, false
	}
	return e.card(token, e.Numbers[0]), true
}

// ByNumber finds a test card by its number; spaces and dashes in it are
// ignored. Its Conduct.Token is the card's first token.
func ByNumber(number string) (connect.Card, bool) {
	number = Digits(number)
	e, ok := find(func(e entry) bool { return slices.Contains(e.Numbers, number) })
	if !ok {
		return connect.Card{}, false
	}
	return e.card(e.Token, number), true
}

// Tokens returns every token, sorted.
func Tokens() []string {
	var out []string
	for _, e := range slices.Concat(cards().Cards, foreign()) {
		out = append(append(out, e.Token), e.Aliases...)
	}
	slices.Sort(out)
	return out
}

// NotATestCard returns Stripe's answer to a valid number that is no test card,
// in test mode.
func NotATestCard() *connect.Decline { return cards().Declines["test_mode_live_card"] }

// Country returns the country of the card of a token, ISO 3166 alpha-2. Cards
// by brand are from the United States, JCB's from Japan.
func Country(token string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(token, "pm_card_"), "_")
	switch {
	case len(name) == 2:
		return strings.ToUpper(name)
	case name == "jcb":
		return "JP"
	}
	return "US"
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
	cards   = sync.OnceValue(func() table { return embedded.YAML[table](files, "cards.yaml") })
	foreign = sync.OnceValue(func() []entry { return embedded.YAML[[]entry](files, "countries.yaml") })
)

// A table is cards.yaml.
type table struct {
	Declines map[string]*connect.Decline
	Cards    []entry
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
}

// An answer is that of a bank; the zero value accepts.
type answer struct {
	Authenticate bool
	Decline      string // one of the declines
}

func find(match func(entry) bool) (entry, bool) {
	for _, list := range []func() []entry{func() []entry { return cards().Cards }, foreign} {
		if i := slices.IndexFunc(list(), match); i >= 0 {
			return list()[i], true
		}
	}
	return entry{}, false
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
