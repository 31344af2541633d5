package scenario

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// Known is what a scenario may refer to. A nil field accepts everything.
type Known struct {
	Rule       func(id string) bool // reports whether there is such a rule
	Catalogue  connect.Catalogue    // of the charge points
	Operations []fault.Operation    // of the API

	AnyName bool // the file may have another name than the scenario

	applied bool // it is only a part of a file, see ReadApplied
}

// A Scenario is a state in which worlds start. It is shared and never changes.
type Scenario struct {
	Name, Title string
	Proves      []string // ids of rules
	Revoked     bool     // the token of its worlds is revoked
	Frozen      bool     // its worlds' clock stands still at their start
	Speed       float64  // seconds that pass in its worlds per real second
	Replay      bool     // the steps lead to what has been reported
	Steps       []Step

	file *File // its clock and tokens are not nil
	src  []byte
	made []byte // a comment with the ids that the file leaves out
}

func newScenario(f *File, src []byte) *Scenario {
	made := f.fillIDs()
	s := &Scenario{
		Name: f.Name, Title: f.Title, Proves: f.Proves, Replay: f.Replay, Steps: f.Try,
		Revoked: f.Tokens.Revoked, Frozen: f.Clock.Frozen, Speed: 1,
		file: f, src: slices.Clone(src), made: made,
	}
	if f.Clock.Speed != nil {
		s.Speed = *f.Clock.Speed
	}
	return s
}

// Source returns the file as it was read.
func (s *Scenario) Source() []byte { return slices.Clone(s.src) }

// Shown returns the file with a comment at its end that lists the ids which it
// leaves out, if it does.
func (s *Scenario) Shown() []byte {
	out := s.Source()
	if bytes.HasSuffix(out, s.made) {
		return out
	}
	if s.made != nil && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	return append(out, s.made...)
}

// Start returns the time at which a world starts that is made at a real time.
func (s *Scenario) Start(wall time.Time) time.Time { return s.file.start(wall) }

func (f *File) start(wall time.Time) time.Time {
	if start := f.Clock.Start; start != nil {
		wall = start.At(wall)
	}
	return wall.UTC()
}

const defaultCard = "pm_card_visa"

// card returns the test card that a method behaves like, with the brand, number
// and holder of the method.
func (m PaymentMethod) card() connect.Card {
	c, _ := testcard.ByToken(cmp.Or(m.Behaves, defaultCard))
	c.Type = cmp.Or(m.Type, connect.TypeCard)
	c.Brand = cmp.Or(m.Brand, c.Brand)
	c.Last4 = cmp.Or(m.Last4, c.Last4)
	c.Holder = cmp.Or(m.Name, c.Holder)
	if m.Expires != nil {
		c.ExpMonth, c.ExpYear = m.Expires.Month, m.Expires.Year
	}
	return c
}
