package stations

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/connect"
)

// sparse returns a catalogue without synthetic stations whose fixed ones stand
// anywhere on earth, the poles and the date line included.
func sparse(t *rapid.T, near position) *Catalogue {
	coordinate := func(limit, around int32) *rapid.Generator[int32] {
		return rapid.OneOf(
			rapid.Int32Range(-limit, limit),
			rapid.SampledFrom([]int32{-limit, 0, limit, around}),
			rapid.Int32Range(max(around-5000, -limit), min(around+5000, limit)),
		)
	}
	n := rapid.IntRange(0, 60).Draw(t, "stations")
	list := make([]fixedStation, n)
	known := sharedTables().fixed
	for i := range list {
		list[i] = fixedStation{
			ID:       fmt.Sprintf("%012x%012x", rapid.IntRange(0, 1<<40).Draw(t, "id"), i),
			at:       position{coordinate(90e6, near.lat).Draw(t, "lat"), coordinate(180e6, near.lon).Draw(t, "lon")},
			operator: known[rapid.IntRange(0, len(known)-1).Draw(t, "operator")].operator,
			layout:   known[rapid.IntRange(0, len(known)-2).Draw(t, "layout")].layout, // the last one has many charge points
			Points:   []fixedPoint{{EVSE: string(rune('A' + i)), Status: rapid.SampledFrom(connect.EVSEStatuses()).Draw(t, "status")}},
		}
	}
	return build(Config{}, list)
}

// Connector types, as the vendor spells them.
const (
	typeTwo = "IEC_62196_T2"
	combo   = "IEC_62196_T2_COMBO"
	chademo = "CHADEMO"
)

// drawFilter draws a filter whose members sometimes exist.
func drawFilter(t *rapid.T) Filter {
	f := Filter{
		ConnectorTypes: rapid.SliceOfN(rapid.SampledFrom([]string{typeTwo, combo, chademo, "TESLA_S"}), 0, 2).Draw(t, "connectors"),
		OnlyAvailable:  rapid.Bool().Draw(t, "available"),
		OnlyPartners:   rapid.Bool().Draw(t, "partners"),
		Operators:      rapid.SliceOfN(rapid.SampledFrom([]string{"EVA Charge", "Blitzladen", "Power Way", "nobody"}), 0, 3).Draw(t, "operators"),
		PowerGroups:    rapid.SliceOfN(rapid.SampledFrom([]string{Slow, Fast, Turbo}), 0, 2).Draw(t, "groups"),
	}
	if rapid.Bool().Draw(t, "priced") {
		price := rapid.Float64Range(0, 1).Draw(t, "price")
		f.MaxPrice = &price
	}
	return f
}

// passes is the filter again, applied to the station that users see.
func passes(f Filter, s Station, shown Feature, live Live) bool {
	types := func(e EVSE) bool { return slices.Contains(f.ConnectorTypes, e.Connector) }
	switch {
	case len(f.ConnectorTypes) > 0 && !slices.ContainsFunc(s.EVSEs, types),
		f.OnlyAvailable && s.Status(live) != Free,
		f.OnlyPartners && !s.Partner,
		len(f.Operators) > 0 && !slices.Contains(f.Operators, s.Operator),
		len(f.PowerGroups) > 0 && !slices.Contains(f.PowerGroups, s.Speed):
		return false
	}
	return f.MaxPrice == nil || !shown.HasPrice || mustFloat(shown.Price) <= *f.MaxPrice+1e-9
}

// drawLive draws a world in which some charge points differ from the catalogue.
func drawLive(t *rapid.T, c *Catalogue) Live {
	w := fakeWorld{}
	for range rapid.IntRange(0, 5).Draw(t, "differences") {
		if c.Len() == 0 {
			break
		}
		number := rapid.Uint32Range(0, uint32(c.Len()-1)).Draw(t, "number")
		w[c.evseID(number, c.traits(number), 0)] = rapid.SampledFrom(connect.EVSEStatuses()).Draw(t, "live status")
	}
	if rapid.Bool().Draw(t, "no live") {
		return nil
	}
	return w
}

type fakeWorld map[string]connect.EVSEStatus

func (w fakeWorld) PointStatus(evse string) (connect.EVSEStatus, bool) {
	s, ok := w[evse]
	return s, ok
}

func (w fakeWorld) ChangedPoints() []string {
	var list []string
	for evse := range w {
		list = append(list, evse)
	}
	return append(list, "DE*NOT*EHERE")
}

func (w fakeWorld) Stations() []connect.Station { return nil }

// bruteAround returns the ids of the stations in a circle by looking at every one.
func bruteAround(c *Catalogue, q Around, live Live) []string {
	from, ok := newCenter(q.Latitude, q.Longitude)
	if !ok {
		return nil
	}
	var all []Near
	everything := c.matcher(Filter{}, nil)
	for i := range uint32(c.Len()) {
		tr := c.traits(i)
		s := c.station(i, tr)
		m := meters(from.hav(c.position(i, tr).radians()))
		shown := c.single(entry{number: i, traits: tr}, &everything)
		if m <= q.Distance && passes(q.Filter, s, shown, live) {
			all = append(all, Near{m, entry{number: i, traits: tr}, &everything})
		}
	}
	slices.SortFunc(all, func(a, b Near) int {
		if a.Meters != b.Meters {
			if a.Meters < b.Meters {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Station().StationID, b.Station().StationID)
	})
	return stationIDs(all)
}

func stationIDs(list []Near) []string {
	ids := []string{}
	for _, n := range list {
		ids = append(ids, n.Station().StationID)
	}
	return ids
}

func checkAround(t *rapid.T, c *Catalogue, q Around, live Live) {
	want := bruteAround(c, q, live)
	q.Limit = c.Len()
	total, all := c.Around(q, live)
	if total != len(want) {
		t.Fatalf("total %d, want %d", total, len(want))
	}
	if diff := cmp.Diff(want, stationIDs(all)); len(want) > 0 && diff != "" {
		t.Fatalf("stations (-want +got):\n%s", diff)
	}
	for i, n := range all {
		if n.Meters > q.Distance || i > 0 && n.Meters < all[i-1].Meters {
			t.Fatalf("station %d is %v m away, limit %v", i, n.Meters, q.Distance)
		}
	}
	q.Offset, q.Limit = rapid.IntRange(0, 10).Draw(t, "offset"), rapid.IntRange(0, 10).Draw(t, "limit")
	_, page := c.Around(q, live)
	lo := min(q.Offset, len(all))
	if diff := cmp.Diff(stationIDs(all[lo:min(lo+q.Limit, len(all))]), stationIDs(page)); diff != "" {
		t.Fatalf("page %d+%d (-want +got):\n%s", q.Offset, q.Limit, diff)
	}
}

func TestAroundAnywhereOnEarth(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		q := Around{
			Latitude:  rapid.OneOf(rapid.Float64Range(-90, 90), rapid.SampledFrom([]float64{90, -90, 0, 85.06, 89.9999})).Draw(t, "lat"),
			Longitude: rapid.OneOf(rapid.Float64Range(-540, 540), rapid.SampledFrom([]float64{180, -180, 179.9999, 0, 360})).Draw(t, "lon"),
			Distance:  rapid.OneOf(rapid.Float64Range(0, 2e7), rapid.Float64Range(0, 1000), rapid.SampledFrom([]float64{0, 2.1e7, math.Inf(1)})).Draw(t, "distance"),
		}
		lon := math.Remainder(q.Longitude, 360)
		c := sparse(t, position{int32(math.Round(q.Latitude * 1e6)), int32(math.Round(lon * 1e6))})
		q.Filter = rapid.OneOf(rapid.Just(Filter{}), rapid.Custom(drawFilter)).Draw(t, "filter")
		checkAround(t, c, q, drawLive(t, c))
	})
}

func TestAroundInTheCatalogue(t *testing.T) {
	c := New(Config{Count: 700, Seed: 5})
	property.Check(t, func(t *rapid.T) {
		checkAround(t, c, Around{
			Latitude:  rapid.Float64Range(43, 54).Draw(t, "lat"),
			Longitude: rapid.Float64Range(7, 16).Draw(t, "lon"),
			Distance:  rapid.Float64Range(0, 600_000).Draw(t, "distance"),
			Filter:    rapid.OneOf(rapid.Just(Filter{}), rapid.Custom(drawFilter)).Draw(t, "filter"),
		}, drawLive(t, c))
	})
}

func TestAroundNowhere(t *testing.T) {
	c := New(Config{Count: 50})
	for name, q := range map[string]Around{
		"latitude 91":       {Latitude: 91, Longitude: 13, Distance: 1e9},
		"no latitude":       {Latitude: math.NaN(), Distance: 1e9},
		"infinite":          {Latitude: math.Inf(-1), Distance: 1e9},
		"no longitude":      {Longitude: math.Inf(1), Distance: 1e9},
		"negative distance": {Latitude: 52.51, Longitude: 13.45, Distance: -1},
		"no distance":       {Latitude: 52.51, Longitude: 13.45, Distance: math.NaN()},
		"nothing near":      {Latitude: 0, Longitude: 0, Distance: 1000},
	} {
		q.Limit = 10
		if total, page := c.Around(q, nil); total != 0 || len(page) != 0 {
			t.Errorf("%s: %d stations", name, total)
		}
	}
}

// TestVendorClient checks what the vendor's client takes for granted, with any
// number of stations.
func TestVendorClient(t *testing.T) {
	for _, count := range []int{0, 400, 30_000} {
		c := New(Config{Count: count, Seed: 1})
		total, page := c.Around(Around{Latitude: 52.51, Longitude: 13.45, Distance: 500, Limit: 1000}, nil)
		ids := stationIDs(page)
		if total < 2 || !slices.Contains(ids, "6241f0a7c3b58e19d4a70301") || !slices.Contains(ids, "6241f0a7c3b58e19d4a70201") {
			t.Errorf("%d synthetic: around finds %v", count, ids)
		}
		singles := map[string]bool{}
		spots := map[string]bool{}
		for _, f := range c.Tile(Tile{X: []int{8803}, Y: []int{5374}, Z: 14}, nil) {
			singles[f.StationID] = f.Count == 1
			if spot := f.Latitude + f.Longitude; spots[spot] && f.StationID == "6241f0a7c3b58e19d4a70301" {
				t.Errorf("another station has the position of the trouble station")
			} else {
				spots[spot] = true
			}
		}
		if !singles["6241f0a7c3b58e19d4a70301"] {
			t.Errorf("%d synthetic: the trouble station is not a single in its tile", count)
		}
	}
}
