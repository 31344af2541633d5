package stations

import (
	"math"
	"slices"

	"cariqamock/mockserver/internal/connect"
)

// A Filter restricts a search. Its zero value accepts every station; a list
// accepts stations with any of its members.
type Filter struct {
	ConnectorTypes []string
	OnlyAvailable  bool     // stations with a free connector now
	OnlyPartners   bool     // stations of partner operators
	Operators      []string // names; case matters
	MaxPrice       *float64 // of the price that a feature shows (assumed); features without one are accepted
	PowerGroups    []string // slow, fast, turbo: the station's speed
}

// Live knows how one world differs from the catalogue.
type Live interface {
	// PointStatus returns the status of a charge point; ok is false if it is
	// that of the catalogue.
	PointStatus(evse string) (status connect.EVSEStatus, ok bool)
	// ChangedPoints returns the EVSE ids of all charge points that may differ
	// from the catalogue.
	ChangedPoints() []string
	// Stations returns the stations that the catalogue does not have.
	Stations() []connect.Station
}

// A matcher is a filter in terms of traits, and the world to apply it to.
type matcher struct {
	c         *Catalogue
	all       bool   // nothing is filtered
	layouts   uint64 // accepted layouts, a bit each
	operators uint64 // accepted operators, a bit each
	cents     int32  // highest accepted price
	available bool

	live    Live
	changed map[uint32]struct{} // numbers of the stations that live may change
	filter  Filter
	owned   []ownStation // of live, by number
	entries stationIndex // of the same

	passed stationIndex // see accepted
}

func (c *Catalogue) matcher(f Filter, live Live) matcher {
	m := matcher{
		c:         c,
		layouts:   c.layoutsFor(f),
		operators: c.operatorsFor(f),
		cents:     math.MaxInt32,
		available: f.OnlyAvailable,
		live:      live,
		filter:    f,
	}
	m.owned, m.entries = c.owned(live)
	if f.MaxPrice != nil {
		m.cents = centsBelow(*f.MaxPrice)
	}
	m.all = len(f.ConnectorTypes) == 0 && len(f.Operators) == 0 && len(f.PowerGroups) == 0 &&
		f.MaxPrice == nil && !f.OnlyAvailable && !f.OnlyPartners
	if live != nil {
		m.changed = map[uint32]struct{}{}
		for _, evse := range live.ChangedPoints() {
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

// centsBelow returns the largest number of cents that is not above a price. The
// thousandth of a cent compensates for prices like 0.57 that have no exact binary
// representation.
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

// accepts reports whether a station passes. It checks the cheap traits first.
func (m *matcher) accepts(e entry) bool {
	if m.all {
		return true
	}
	if o := m.own(e); o != nil {
		return m.acceptsOwn(o)
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
	return !m.available || m.free(e)
}

// free reports whether a station of the catalogue has a free connector in the world.
func (m *matcher) free(e entry) bool {
	if len(m.changed) > 0 {
		return m.status(e) == Free
	}
	return e.traits.free()
}

// count returns how many entries pass. It does not read them without a filter.
func (m *matcher) count(entries stationIndex) int {
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

// accepted returns the entries that pass. It does not read them without a
// filter. The next call uses the same memory.
func (m *matcher) accepted(entries stationIndex) stationIndex {
	if m.all {
		return entries
	}
	m.passed = m.passed[:0]
	for _, e := range entries {
		if m.accepts(e) {
			m.passed = append(m.passed, e)
		}
	}
	return m.passed
}

// status returns the station's status in the world. That of the catalogue is a
// trait; the charge points are only looked at if the world may differ.
func (m *matcher) status(e entry) string {
	if o := m.own(e); o != nil {
		return o.Status(m.live)
	}
	if _, ok := m.changed[e.number]; !ok {
		return e.traits.status()
	}
	best := worst
	for i := range m.c.layouts[e.traits.layout()].points {
		status, ok := m.live.PointStatus(m.c.evseID(e.number, e.traits, i))
		if !ok {
			status = m.c.pointStatus(e.number, i)
		}
		best = min(best, standing(status))
	}
	return statuses[best]
}
