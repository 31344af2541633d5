package stations

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
)

// A charge point of an own station reports each kWh, up to what a battery takes.
// One whose power is missing has that of usualKW.
const (
	ownReadings = 60
	usualKW     = 11
)

// Adopt adds to a world's own station its speed, the readings of its charge
// points, and the tariff of the fixed stations where there is none. It fails with
// connect.ErrStationTaken if the catalogue has a station of its id.
func (c *Catalogue) Adopt(st *connect.Station) error {
	if _, taken := c.Station(st.StationID); taken {
		return fmt.Errorf("%w: %s", connect.ErrStationTaken, st.StationID)
	}
	fastest := 0.0
	for i := range st.Points {
		p := &st.Points[i]
		fastest = max(fastest, p.PowerKW)
		p.Script.Meter = ownMeter(cmp.Or(p.PowerKW, usualKW))
		if p.Tariff == nil {
			p.Tariff = c.Blank("").Tariff
		}
	}
	st.Speed = ""
	if fastest > 0 {
		st.Speed = speeds[classOf(fastest)]
	}
	return nil
}

func ownMeter(kw float64) []connect.Reading {
	readings := make([]connect.Reading, ownReadings)
	for i := range readings {
		k := i + 1
		after := time.Duration(float64(k) / kw * float64(time.Hour)).Truncate(time.Millisecond)
		readings[i] = connect.Reading{At: after, KWh: decimal.NewFromInt(int64(k))}
	}
	return readings
}

// Own returns a world's own station as the API shows it. Charge points whose
// connector, power or tariff is missing are in no price group.
func Own(st connect.Station) Station {
	s := Station{
		Site: st.Site, Operator: st.Operator, NoContact: st.NoContact, Opening: st.Opening, Amenities: st.Amenities,
		LastUpdated: st.LastUpdated, EVSEs: make([]EVSE, len(st.Points)), PriceGroups: []PriceGroup{},
	}
	for i, p := range st.Points {
		s.EVSEs[i] = EVSE{ID: p.EVSE, Status: p.Status, Connector: p.Connector, PowerKW: p.PowerKW}
		if p.Connector != "" && p.PowerKW > 0 && !p.Tariff.Unknown {
			s.addToGroup(s.EVSEs[i], p.Tariff)
		}
	}
	return s
}

// An ownStation is a world's own station that is on the map.
type ownStation struct {
	Station
	operatorID string
	at         position
	price      shownPrice
	currency   string // of the price
}

// owned returns the own stations of a world that have a place, and their entries
// in the order of the index. Their numbers follow those of the catalogue.
func (c *Catalogue) owned(live Live) (list []ownStation, entries stationIndex) {
	if live == nil {
		return nil, nil
	}
	for _, st := range live.Stations() {
		lat, latErr := strconv.ParseFloat(st.Latitude, 64)
		lon, lonErr := strconv.ParseFloat(st.Longitude, 64)
		if latErr != nil || lonErr != nil {
			continue
		}
		o := ownStation{Station: Own(st), operatorID: st.OperatorID, at: inDegrees(lat, lon)}
		for _, g := range o.PriceGroups {
			if p := shown(g.Tariff); p.before(o.price) {
				o.price, o.currency = p, g.Tariff.Currency
			}
		}
		entries = append(entries, entry{key: o.at.key(), number: uint32(c.Len() + len(list))})
		list = append(list, o)
	}
	return list, newIndex(entries)
}

// own returns the own station that an entry stands for, or nil.
func (m *matcher) own(e entry) *ownStation {
	if i := int(e.number) - m.c.Len(); i >= 0 {
		return &m.owned[i]
	}
	return nil
}

// with returns the entries of a range of keys with those of own stations, in
// order. It copies only where there are any.
func (m *matcher) with(entries stationIndex, from, below uint64) stationIndex {
	lo, hi := m.entries.within(from, below)
	if lo == hi {
		return entries
	}
	merged := make(stationIndex, 0, len(entries)+hi-lo)
	done := 0
	for _, e := range m.entries[lo:hi] {
		next := entries.from(done, len(entries), e.key+1)
		merged = append(append(merged, entries[done:next]...), e)
		done = next
	}
	return append(merged, entries[done:]...)
}

func (m *matcher) acceptsOwn(o *ownStation) bool {
	f := &m.filter
	hasType := func(e EVSE) bool { return slices.Contains(f.ConnectorTypes, e.Connector) }
	switch {
	case len(f.ConnectorTypes) > 0 && !slices.ContainsFunc(o.EVSEs, hasType):
	case len(f.PowerGroups) > 0 && !slices.Contains(f.PowerGroups, o.Speed):
	case len(f.Operators) > 0 && !slices.Contains(f.Operators, o.Operator):
	case f.OnlyPartners && !o.Partner:
	case m.cents != math.MaxInt32 && o.price.kind != "" && o.price.cents > m.cents:
	default:
		return !m.available || o.Status(m.live) == Free
	}
	return false
}

func (m *matcher) position(e entry) position {
	if o := m.own(e); o != nil {
		return o.at
	}
	return m.c.position(e.number, e.traits)
}

func (m *matcher) station(e entry) Station {
	if o := m.own(e); o != nil {
		return o.Station
	}
	return m.c.station(e.number, e.traits)
}

func (m *matcher) stationID(e entry) string {
	if o := m.own(e); o != nil {
		return o.StationID
	}
	return m.c.stationID(e.number)
}

// price returns what the map shows as the price of a station.
func (m *matcher) price(e entry) (p shownPrice, in string) {
	if o := m.own(e); o != nil {
		return o.price, o.currency
	}
	return m.c.headline(e.traits), currency
}
