package stations

import (
	"reflect"
	"slices"
	"strconv"

	"cariqamock/mockserver/internal/connect"
)

// traits computes what the index stores. It depends on nothing but seed and
// number, so that details can be computed without finding the entry.
func (c *Catalogue) traits(number uint32) traits {
	if c.isFixed(number) {
		f := &c.fixed[number]
		return newTraits(f.layout, f.operator, 0, c.baseStatus(number, len(f.Points)), 0)
	}
	d := newDraw(c.seed, c.synthetic(number), forTraits)
	city := int(c.byCity[d.below(len(c.byCity))])
	operators := c.countries[c.cities[city].country].operators
	operator := operators[d.below(len(operators))]
	layout := int(c.byLayout[d.below(len(c.byLayout))])
	variant := d.below(variants)
	return newTraits(layout, operator, variant, c.baseStatus(number, len(c.layouts[layout].points)), city)
}

// baseStatus returns the status of a station in the catalogue, as a position in
// statuses.
func (c *Catalogue) baseStatus(number uint32, points int) int {
	best := worst
	for i := range points {
		best = min(best, standing(c.pointStatus(number, i)))
	}
	return best
}

// pointStatus returns the status of a charge point in the catalogue: mostly free,
// every other status somewhere. At some stations all charge points have the same
// status, so that a map has busy, failing and unknown stations, too.
func (c *Catalogue) pointStatus(number uint32, point int) connect.EVSEStatus {
	if c.isFixed(number) {
		return c.fixed[number].Points[point].Status
	}
	d := newDraw(c.seed, c.synthetic(number), forStatus)
	switch p := d.below(100); {
	case p < 7:
		return connect.Charging
	case p < 10:
		return connect.OutOfOrder
	case p < 12:
		return connect.Unknown
	}
	own := d.next() >> (8 * point) % 256 // a byte each, as no layout has more than eight charge points
	for _, share := range statusShares {
		if own < share.below {
			return share.status
		}
	}
	return connect.Available
}

// statusShares are the statuses other than available, by their share of 256.
var statusShares = [...]struct {
	below  uint64
	status connect.EVSEStatus
}{
	{24, connect.Charging}, {30, connect.Reserved}, {32, connect.Blocked}, {37, connect.OutOfOrder},
	{40, connect.Inoperative}, {43, connect.Unknown}, {44, connect.Planned}, {45, connect.Removed},
}

// position returns where a station stands: three of four in the densest part of
// their city, the rest around it.
func (c *Catalogue) position(number uint32, t traits) position {
	if c.isFixed(number) {
		return c.fixed[number].at
	}
	city := &c.cities[t.city()]
	d := newDraw(c.seed, c.synthetic(number), forSite)
	wide := int64(1)
	if d.below(4) == 0 {
		wide = 3
	}
	return position{
		lat: city.middle.lat + int32(int64(city.radius)*wide*d.bell()>>16),
		lon: city.middle.lon + int32(int64(city.across)*wide*d.bell()>>16),
	}
}

// text returns the decimal strings that the vendor shows.
func (p position) text() (lat, lon string) {
	return strconv.FormatFloat(float64(p.lat)/1e6, 'f', 6, 64), strconv.FormatFloat(float64(p.lon)/1e6, 'f', 6, 64)
}

func (c *Catalogue) stationID(number uint32) string {
	if c.isFixed(number) {
		return c.fixed[number].ID
	}
	return syntheticID(c.seed, c.synthetic(number))
}

func (c *Catalogue) evseID(number uint32, t traits, point int) string {
	if c.isFixed(number) {
		return c.fixed[number].Points[point].EVSE
	}
	o := &c.operators[t.operator()]
	code, nth := stationCode(c.seed, c.synthetic(number)), strconv.Itoa(point+1)
	if o.Padded && point < 9 {
		nth = "0" + nth
	}
	return o.Country + "*" + o.Party + "*E" + string(code[:]) + "*" + nth
}

// script returns how a charge point behaves. At a synthetic one that the
// operator reports as charging, somebody charges.
func (c *Catalogue) script(number uint32, i int, kw float64, status connect.EVSEStatus) connect.Script {
	if c.isFixed(number) {
		return c.fixed[number].Points[i].script
	}
	return connect.Script{Busy: status == connect.Charging, Meter: c.meters()[kw]}
}

// station computes everything about a station.
func (c *Catalogue) station(number uint32, t traits) Station {
	s := c.describe(number, t)
	points := c.layouts[t.layout()].points
	s.EVSEs = make([]EVSE, len(points))
	s.PriceGroups = make([]PriceGroup, 0, 3)
	for i, p := range points {
		s.EVSEs[i] = EVSE{ID: c.evseID(number, t, i), Status: c.pointStatus(number, i), Connector: p.Type, PowerKW: p.KW}
		s.addToGroup(s.EVSEs[i], c.tariff(t, p))
	}
	return s
}

// tariff returns the tariff of a connector.
func (c *Catalogue) tariff(t traits, p connector) *connect.Tariff {
	return c.prices()[t.operator()][t.variant()][classOf(p.KW)].tariff
}

func (s *Station) addToGroup(e EVSE, tariff *connect.Tariff) {
	i := slices.IndexFunc(s.PriceGroups, func(g PriceGroup) bool {
		return g.Type == e.Connector && g.PowerKW == e.PowerKW && (g.Tariff == tariff || reflect.DeepEqual(g.Tariff, tariff))
	})
	if i < 0 {
		i = len(s.PriceGroups)
		s.PriceGroups = append(s.PriceGroups, PriceGroup{Type: e.Connector, PowerKW: e.PowerKW, Tariff: tariff})
	}
	s.PriceGroups[i].EVSEs = append(s.PriceGroups[i].EVSEs, e.ID)
}
