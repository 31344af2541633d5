package stations

import (
	"cmp"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/connect"
)

// MaxCount is the most synthetic stations a catalogue has.
const MaxCount = 1 << 22

// Config is what a catalogue is made from.
type Config struct {
	Count int    // synthetic stations besides the fixed ones, at most MaxCount
	Seed  uint64 // same seed, same stations; a larger catalogue contains the smaller
}

// A Catalogue is the stations there are. It never changes and may be used from
// any number of goroutines.
type Catalogue struct {
	*tables
	seed      uint64
	count     uint32 // synthetic stations
	fixed     []fixedStation
	fixedIDs  map[string]uint32   // station id -> number
	fixedEVSE map[string]pointRef // EVSE id -> point
	index     index
}

// A pointRef is a charge point by station and position.
type pointRef struct {
	number uint32
	point  int
}

var _ connect.Catalogue = (*Catalogue)(nil)

// New makes a catalogue: some milliseconds for hundreds of stations, about a
// second for a million.
func New(cfg Config) *Catalogue { return build(cfg, sharedTables().fixed) }

func build(cfg Config, fixed []fixedStation) *Catalogue {
	c := &Catalogue{
		tables:    sharedTables(),
		seed:      cfg.Seed,
		count:     uint32(min(max(cfg.Count, 0), MaxCount)),
		fixed:     fixed,
		fixedIDs:  map[string]uint32{},
		fixedEVSE: map[string]pointRef{},
	}
	for i, s := range c.fixed {
		c.fixedIDs[s.ID] = uint32(i)
		for j, p := range s.Points {
			c.fixedEVSE[p.EVSE] = pointRef{uint32(i), j}
		}
	}
	entries := make([]entry, c.Len())
	for i := range entries {
		n := uint32(i)
		t := c.traits(n)
		entries[i] = entry{key: c.position(n, t).key(), number: n, traits: t}
	}
	c.index = newIndex(entries)
	return c
}

// Len is the number of stations, the fixed ones included.
func (c *Catalogue) Len() int { return len(c.fixed) + int(c.count) }

// Stations are numbered: the fixed ones first, then the synthetic ones.
func (c *Catalogue) isFixed(number uint32) bool { return int(number) < len(c.fixed) }

// synthetic is the number of a synthetic station among its kind: adding a
// fixed station must not move the others.
func (c *Catalogue) synthetic(number uint32) uint32 { return number - uint32(len(c.fixed)) }

func (c *Catalogue) fromSynthetic(n uint32) (number uint32, ok bool) {
	return n + uint32(len(c.fixed)), n < c.count
}

// Station finds a station by its id.
func (c *Catalogue) Station(id string) (Station, bool) {
	number, ok := c.fixedIDs[id]
	if !ok {
		n, read := numberOfID(c.seed, id)
		if !read {
			return Station{}, false
		}
		if number, ok = c.fromSynthetic(n); !ok || c.stationID(number) != id {
			return Station{}, false
		}
	}
	return c.station(number, c.traits(number)), true
}

// StationOfEVSE finds the station that has a charge point.
func (c *Catalogue) StationOfEVSE(evse string) (Station, bool) {
	number, _, ok := c.find(evse)
	if !ok {
		return Station{}, false
	}
	return c.station(number, c.traits(number)), true
}

// ChargePoint finds a charge point by its EVSE id, spelt exactly.
func (c *Catalogue) ChargePoint(evse string) (connect.ChargePoint, bool) {
	number, i, ok := c.find(evse)
	if !ok {
		return connect.ChargePoint{}, false
	}
	t := c.traits(number)
	p := c.layouts[t.layout()].points[i]
	status := c.pointStatus(number, i)
	return connect.ChargePoint{
		EVSE:      evse,
		Status:    status,
		Connector: p.Type,
		PowerKW:   p.KW,
		Site:      c.site(number, t, c.text(number, t)),
		Tariff:    c.prices[t.operator()][t.variant()][classOf(p.KW)].tariff,
		Script:    c.script(number, i, p.KW, status),
	}, true
}

// Blank is an available point at the trouble station's site and tariff that
// behaves as it is told, for scenarios that name points of their own.
func (c *Catalogue) Blank(evse string) connect.ChargePoint {
	p, _ := c.ChargePoint("DE*MCK*E500")
	p.EVSE, p.Script = evse, connect.Script{}
	return p
}

// find reads an EVSE id back into station and point.
func (c *Catalogue) find(evse string) (number uint32, point int, ok bool) {
	if ref, ok := c.fixedEVSE[evse]; ok {
		return ref.number, ref.point, true
	}
	code, nth, ok := splitEVSE(evse)
	if !ok {
		return 0, 0, false
	}
	n, ok := numberOfCode(code)
	if !ok {
		return 0, 0, false
	}
	if number, ok = c.fromSynthetic(n); !ok {
		return 0, 0, false
	}
	t := c.traits(number)
	if nth > len(c.layouts[t.layout()].points) || c.evseID(number, t, nth-1) != evse {
		return 0, 0, false
	}
	return number, nth - 1, true
}

// Partners lists the partner operators by name, whether or not a small
// catalogue has a station of each.
func (c *Catalogue) Partners() []Partner {
	var list []Partner
	for _, o := range c.operators {
		if o.Partner {
			list = append(list, Partner{Name: o.Name, LogoURL: o.logo()})
		}
	}
	slices.SortFunc(list, func(a, b Partner) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// idBefore orders stations by id.
func (c *Catalogue) idBefore(a, b entry) bool {
	return strings.Compare(c.stationID(a.number), c.stationID(b.number)) < 0
}
