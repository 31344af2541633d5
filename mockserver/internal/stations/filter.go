package stations

import (
	"math"
	"slices"

	"cariqamock/mockserver/internal/connect"
)

// A Filter narrows a search down. Its zero value lets everything pass; a list
// lets pass what has any of its members.
type Filter struct {
	ConnectorTypes []string
	OnlyAvailable  bool     // stations with a free connector now
	OnlyPartners   bool     // stations of partner operators
	Operators      []string // names, spelt exactly
	MaxPrice       *float64 // against the price that a feature shows (assumed); what shows none passes
	PowerGroups    []string // slow, fast, turbo: the station's speed
}

// Live knows what deviates from the catalogue in one world.
type Live interface {
	// PointStatus gives the status of a charge point; ok is false where the
	// catalogue is right.
	PointStatus(evse string) (status connect.EVSEStatus, ok bool)
}

// Changes may be implemented by a Live that can list the charge points it has
// something to say about. All others are then never asked for, which is what
// makes searches for available stations fast in large catalogues.
type Changes interface {
	ChangedPoints() []string
}

// A matcher is a filter in the terms of traits, and the world it looks at.
type matcher struct {
	c         *Catalogue
	all       bool   // nothing is filtered
	layouts   uint64 // bit per layout that passes
	operators uint64 // bit per operator that passes
	cents     int32  // highest price that passes
	available bool

	live    Live
	listed  bool                // changed is complete
	changed map[uint32]struct{} // stations that live has something to say about
}

func (c *Catalogue) matcher(f Filter, live Live) matcher {
	m := matcher{
		c:         c,
		layouts:   c.layoutsFor(f),
		operators: c.operatorsFor(f),
		cents:     math.MaxInt32,
		available: f.OnlyAvailable,
		live:      live,
	}
	if f.MaxPrice != nil {
		m.cents = centsBelow(*f.MaxPrice)
	}
	m.all = len(f.ConnectorTypes) == 0 && len(f.Operators) == 0 && len(f.PowerGroups) == 0 &&
		f.MaxPrice == nil && !f.OnlyAvailable && !f.OnlyPartners
	if l, ok := live.(Changes); ok {
		m.listed = true
		m.changed = map[uint32]struct{}{}
		for _, evse := range l.ChangedPoints() {
			if number, _, ok := c.find(evse); ok {
				m.changed[number] = struct{}{}
			}
		}
	}
	return m
}

func (c *Catalogue) layoutsFor(f Filter) uint64 {
	var set uint64
	for i, l := range c.layouts {
		if (len(f.PowerGroups) == 0 || slices.Contains(f.PowerGroups, l.speed)) && l.hasAny(f.ConnectorTypes) {
			set |= 1 << i
		}
	}
	return set
}

func (c *Catalogue) operatorsFor(f Filter) uint64 {
	var set uint64
	for i, o := range c.operators {
		if (len(f.Operators) == 0 || slices.Contains(f.Operators, o.Name)) && (o.Partner || !f.OnlyPartners) {
			set |= 1 << i
		}
	}
	return set
}

// centsBelow is the largest amount of cents that is not above a price. The
// thousandth of a cent makes up for prices like 0.57 that have no exact
// binary form.
func centsBelow(price float64) int32 {
	cents := math.Floor(price*100 + 1e-3)
	switch {
	case math.IsNaN(cents), cents >= math.MaxInt32:
		return math.MaxInt32
	case cents < 0:
		return -1
	}
	return int32(cents)
}

// accepts looks at the cheap traits first.
func (m *matcher) accepts(e entry) bool {
	if m.all {
		return true
	}
	t := e.traits
	if m.layouts>>t.layout()&1 == 0 || m.operators>>t.operator()&1 == 0 {
		return false
	}
	if m.cents != math.MaxInt32 {
		if p := m.c.headline(t); p.kind != "" && p.cents > m.cents {
			return false
		}
	}
	return !m.available || m.status(e) == Free
}

func (m *matcher) count(entries index) int {
	if m.all {
		return len(entries)
	}
	n := 0
	for _, e := range entries {
		if m.accepts(e) {
			n++
		}
	}
	return n
}

// status is the station's status in the world. The catalogue's own is a trait;
// only where the world may deviate the charge points are gone through.
func (m *matcher) status(e entry) string {
	if m.live == nil {
		return e.traits.status()
	}
	if m.listed {
		if _, ok := m.changed[e.number]; !ok {
			return e.traits.status()
		}
	}
	var s summary
	for i := range m.c.layouts[e.traits.layout()].points {
		status, ok := m.live.PointStatus(m.c.evseID(e.number, e.traits, i))
		if !ok {
			status = m.c.pointStatus(e.number, i)
		}
		s.add(status)
	}
	return s.word()
}
