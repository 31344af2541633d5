package scenario

import (
	"slices"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// Known is what a scenario may refer to. A nil function knows everything, but
// a nil EndsItself nothing.
type Known struct {
	Rule       func(id string) bool   // is there such a rule
	EVSE       func(evse string) bool // is there such a charge point
	EndsItself func(evse string) bool // does the station end sessions there by itself
	Operation  func(id string) bool   // is there such an operation

	// AnyName lets a file have another name than its scenario.
	AnyName bool
	// FaultStatus says whether a fault may make an operation, or * for all,
	// answer with an error status.
	FaultStatus func(operation string, status int) bool
}

// A Scenario is a state for worlds to start in. It is shared and never
// changes.
type Scenario struct {
	Name, Title string
	Proves      []string // ids of rules
	Revoked     bool     // the token of its worlds is revoked
	Frozen      bool     // its worlds' clock stands still at first
	Speed       float64  // of its worlds' clock at first; 1: the wall's
	Steps       []Step

	file  *File
	cards [][]connect.Card // by user and payment method
	src   []byte
}

func newScenario(f *File, src []byte) *Scenario {
	s := &Scenario{
		Name: string(f.Name), Title: f.Title, Proves: f.Proves, Steps: f.Try,
		Revoked: f.Tokens != nil && f.Tokens.Revoked,
		Frozen:  f.Clock != nil && f.Clock.Frozen, Speed: 1,
		file: f, src: slices.Clone(src),
	}
	if f.Clock != nil && f.Clock.Speed != nil {
		s.Speed = *f.Clock.Speed
	}
	for _, u := range f.Users {
		cards := make([]connect.Card, len(u.PaymentMethods))
		for i, m := range u.PaymentMethods {
			cards[i] = m.card()
		}
		s.cards = append(s.cards, cards)
	}
	return s
}

// Source is the file as written.
func (s *Scenario) Source() []byte { return slices.Clone(s.src) }

// Start is the time at which a world starts that is made at a wall time.
func (s *Scenario) Start(wall time.Time) time.Time {
	if c := s.file.Clock; c != nil && c.Start != nil {
		return c.Start.At(wall).UTC()
	}
	return wall.UTC()
}

const defaultCard = "pm_card_visa"

// card is the test card that a method behaves as, under the method's own face.
func (m PaymentMethod) card() connect.Card {
	token := m.Behaves
	if token == "" {
		token = defaultCard
	}
	c, _ := testcard.ByToken(token)
	c.Type = connect.TypeCard
	if m.Type != "" {
		c.Type = connect.MethodType(m.Type)
	}
	if m.Brand != "" {
		c.Brand = string(m.Brand)
	}
	if m.Last4 != "" {
		c.Last4 = string(m.Last4)
	}
	if m.Expires != nil {
		c.ExpMonth, c.ExpYear = m.Expires.Month, m.Expires.Year
	}
	if m.Name != nil {
		c.Holder = m.Name
	}
	return c
}
