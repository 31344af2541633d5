package stations

import (
	"cmp"
	"slices"

	"cariqamock/mockserver/internal/connect"
)

// MaxCount is the most synthetic stations that a catalogue can have.
const MaxCount = 1 << 22

// Config determines a catalogue.
type Config struct {
	Count int    // synthetic stations besides the fixed ones, at most MaxCount
	Seed  uint64 // same seed, same stations; a larger catalogue contains a smaller one
}

// A Catalogue is all stations. It never changes and is safe for concurrent use.
type Catalogue struct {
	*tables
	seed      uint64
	count     uint32 // synthetic stations
	fixed     []fixedStation
	fixedIDs  map[string]uint32   // station id -> number
	fixedEVSE map[string]pointRef // EVSE id -> point
	index     stationIndex
}

// A pointRef is a charge point: the number of its station, and its position
// there.
type pointRef struct {
	number uint32
	point  int
}

var _ connect.Catalogue = (*Catalogue)(nil)

// New returns a catalogue. It takes some milliseconds for hundreds of stations
// and about a second for a million.
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

// Len returns the number of stations, including the fixed ones.
func (c *Catalogue) Len() int { return len(c.fixed) + int(c.count) }

// Stations are numbered: the fixed ones first, then the synthetic ones.
func (c *Catalogue) isFixed(number uint32) bool { return int(number) < len(c.fixed) }

// synthetic returns the number of a synthetic station among the synthetic ones,
// as adding a fixed station must not change the others.
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

// ChargePoint finds a charge point by its EVSE id, exactly as spelled.
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
		Site:      c.describe(number, t).Site,
		Tariff:    c.tariff(t, p),
		Script:    c.script(number, i, p.KW, status),
	}, true
}

// Blank returns an available charge point with the site and tariff of the trouble
// station and no special behavior, for charge points that only a scenario has.
func (c *Catalogue) Blank(evse string) connect.ChargePoint {
	p, _ := c.ChargePoint("DE*MCK*E500")
	p.EVSE, p.Script = evse, connect.Script{}
	return p
}

// find decodes an EVSE id into the number of a station and a position there.
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

// Partners returns the partner operators by name, including those without a
// station in a small catalogue and those of a world's own stations. live may be
// nil.
func (c *Catalogue) Partners(live Live) []Partner {
	var list []Partner
	for _, o := range c.operators {
		if o.Partner {
			list = append(list, Partner{Name: o.Name, LogoURL: o.logo()})
		}
	}
	if live != nil {
		for _, s := range live.Stations() {
			if s.Partner && !slices.ContainsFunc(list, func(p Partner) bool { return p.Name == s.Operator }) {
				list = append(list, Partner{Name: s.Operator, LogoURL: s.Logo})
			}
		}
	}
	slices.SortFunc(list, func(a, b Partner) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
