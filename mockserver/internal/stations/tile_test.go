package stations

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/connect"
)

func mustFloat(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return v
}

// tileOf is the well-known formula of slippy maps.
func tileOf(lat, lon float64, z int) (x, y int) {
	n := math.Exp2(float64(z))
	phi := lat * math.Pi / 180
	x = int((lon + 180) / 360 * n)
	y = int((1 - math.Log(math.Tan(phi)+1/math.Cos(phi))/math.Pi) / 2 * n)
	return x, y
}

// bruteTile returns the ids of the stations in a tile by looking at every station.
func bruteTile(c *Catalogue, x, y, z int, f Filter, live Live) map[string]bool {
	ids := map[string]bool{}
	everything := c.matcher(Filter{}, nil)
	for i := range uint32(c.Len()) {
		tr := c.traits(i)
		s := c.station(i, tr)
		shown := c.single(entry{number: i, traits: tr}, &everything)
		if sx, sy := tileOf(mustFloat(s.Latitude), mustFloat(s.Longitude), z); sx == x && sy == y && passes(f, s, shown, live) {
			ids[s.StationID] = true
		}
	}
	return ids
}

func TestTileHasItsStations(t *testing.T) {
	c := New(Config{Count: 700, Seed: 9})
	property.Check(t, func(t *rapid.T) {
		z := rapid.IntRange(MinZoom, MaxZoom).Draw(t, "z")
		number := rapid.Uint32Range(0, uint32(c.Len()-1)).Draw(t, "station")
		at := c.position(number, c.traits(number))
		x, y := tileOf(float64(at.lat)/1e6, float64(at.lon)/1e6, z)
		f := rapid.OneOf(rapid.Just(Filter{}), rapid.Custom(drawFilter)).Draw(t, "filter")
		live := drawLive(t, c)
		want := bruteTile(c, x, y, z, f, live)
		got := 0
		for _, feature := range c.Tile(Tile{X: []int{x}, Y: []int{y}, Z: z, Filter: f}, live) {
			got += feature.Count
			checkFeature(t, c, feature, want, z, live)
			if fx, fy := tileOf(mustFloat(feature.Latitude), mustFloat(feature.Longitude), z); fx != x || fy != y {
				t.Fatalf("feature is in tile %d/%d, not %d/%d", fx, fy, x, y)
			}
		}
		if got != len(want) {
			t.Fatalf("%d stations in tile %d/%d/%d, want %d", got, z, x, y, len(want))
		}
	})
}

func checkFeature(t *rapid.T, c *Catalogue, f Feature, members map[string]bool, z int, live Live) {
	if f.Count > 1 {
		if f.ClusterID == "" || f.StationID != "" || f.HasPrice || f.ExpansionZoom <= z || f.ExpansionZoom > singlesFrom || z >= singlesFrom {
			t.Fatalf("bad cluster at zoom %d: %+v", z, f)
		}
		return
	}
	s, ok := c.Station(f.StationID)
	if !ok || !members[s.StationID] {
		t.Fatalf("station %q does not belong to the tile", f.StationID)
	}
	runsIt := func(o operator) bool { return o.Name == s.Operator }
	want := Feature{
		Latitude: s.Latitude, Longitude: s.Longitude, Count: 1, Speed: s.Speed, Status: s.Status(live),
		OperatorID: c.operators[slices.IndexFunc(c.operators, runsIt)].id(), StationID: s.StationID, IsPartner: s.Partner,
		HasPrice: f.HasPrice, Price: f.Price, PriceType: f.PriceType, Currency: f.Currency,
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Fatalf("feature differs from station (-station +feature):\n%s", diff)
	}
	if f.HasPrice != (f.Price != "" && f.PriceType != "" && f.Currency == "eur") {
		t.Fatalf("half a price: %+v", f)
	}
}

// TestClustersExpand: a cluster is more than one feature at its expansion zoom,
// and only one before.
func TestClustersExpand(t *testing.T) {
	c := New(Config{Count: 3000, Seed: 2})
	property.Check(t, func(t *rapid.T) {
		z := rapid.IntRange(0, singlesFrom-1).Draw(t, "z")
		lo := rapid.IntRange(0, len(c.index)-1).Draw(t, "start")
		shift := 2 * (keyLevel - z - cellsPerTile)
		cell := c.index[lo].key >> shift
		lo = c.index.from(0, len(c.index), cell<<shift)
		members := c.index[lo:c.index.from(lo, len(c.index), (cell+1)<<shift)]
		if len(members) < 2 {
			return
		}
		at := expansion(members[0], members[len(members)-1], z)
		cellsAt := func(zoom int) int {
			if zoom >= singlesFrom {
				return len(members)
			}
			cells := map[uint64]bool{}
			for _, e := range members {
				cells[e.key>>(2*(keyLevel-zoom-cellsPerTile))] = true
			}
			return len(cells)
		}
		if cellsAt(at) < 2 || cellsAt(at-1) != 1 {
			t.Fatalf("expansion zoom %d: %d features there, %d before", at, cellsAt(at), cellsAt(at-1))
		}
	})
}

// TestGroupsAgree: a filter that accepts everything makes the same map as no
// filter.
func TestGroupsAgree(t *testing.T) {
	c := New(Config{Count: 3000, Seed: 2})
	property.Check(t, func(t *rapid.T) {
		lo := rapid.IntRange(0, len(c.index)-1).Draw(t, "lo")
		hi := rapid.IntRange(lo+1, len(c.index)).Draw(t, "hi")
		none, everything := c.matcher(Filter{}, nil), c.matcher(Filter{PowerGroups: []string{Slow, Fast, Turbo}}, nil)
		unread, read := none.accepted(c.index[lo:hi]), everything.accepted(c.index[lo:hi])
		if !slices.Equal(unread, read) {
			t.Fatalf("%d members without a filter, %d with one", len(unread), len(read))
		}
		if len(read) > 1 {
			if diff := cmp.Diff(c.cluster(unread, 3, 1, &none), c.cluster(read, 3, 1, &everything)); diff != "" {
				t.Fatalf("clusters (-unread +read):\n%s", diff)
			}
		}
	})
}

// TestMiddle: at most sixteen members count, evenly spread.
func TestMiddle(t *testing.T) {
	c := New(Config{Count: 100, Seed: 2})
	for n, stride := range map[int]int{2: 1, 16: 1, 17: 2, 32: 2, 33: 4, 100: 8} {
		var lat, lon, count int64
		for i := 0; i < n; i += stride {
			p := c.position(c.index[i].number, c.index[i].traits)
			lat, lon, count = lat+int64(p.lat), lon+int64(p.lon), count+1
		}
		if got, want := (&matcher{c: c}).middle(c.index[:n]), (position{int32(lat / count), int32(lon / count)}); got != want {
			t.Errorf("%d members: %v, want the mean of every %d-th, %v", n, got, stride, want)
		}
	}
}

// TestWorldIsTheSumOfItsTiles: the four quarters of a tile have its stations.
func TestWorldIsTheSumOfItsTiles(t *testing.T) {
	c := New(Config{Count: 2000, Seed: 2})
	sum := func(q Tile) (n int) {
		for _, f := range c.Tile(q, nil) {
			n += f.Count
		}
		return n
	}
	if n := sum(Tile{X: []int{0}, Y: []int{0}}); n != c.Len() {
		t.Errorf("zoom 0 holds %d of %d stations", n, c.Len())
	}
	property.Check(t, func(t *rapid.T) {
		z := rapid.IntRange(0, MaxZoom-1).Draw(t, "z")
		e := c.index[rapid.IntRange(0, len(c.index)-1).Draw(t, "entry")]
		cell := e.key >> (2 * (keyLevel - z))
		x, y := int(gather(cell)), int(gather(cell>>1))
		parent := sum(Tile{X: []int{x}, Y: []int{y}, Z: z})
		children := sum(Tile{X: []int{2 * x, 2*x + 1, 2 * x, 2*x + 1}, Y: []int{2 * y, 2 * y, 2*y + 1, 2*y + 1}, Z: z + 1})
		if parent != children || parent == 0 {
			t.Fatalf("tile %d/%d/%d holds %d, its quarters %d", z, x, y, parent, children)
		}
	})
}

func TestTileOddities(t *testing.T) {
	c := New(Config{Count: 100, Seed: 2})
	one := c.Tile(Tile{X: []int{8803}, Y: []int{5374}, Z: 14}, nil)
	for name, test := range map[string]struct {
		q    Tile
		want []Feature
	}{
		"none":           {Tile{Z: 14}, nil},
		"twice":          {Tile{X: []int{8803, 8803}, Y: []int{5374, 5374}, Z: 14}, one},
		"one y missing":  {Tile{X: []int{8803, 8804}, Y: []int{5374}, Z: 14}, one},
		"beside absurd":  {Tile{X: []int{-1, 8803, 1 << 14, 0}, Y: []int{5374, 5374, 0, math.MaxInt}, Z: 14}, one},
		"empty tile":     {Tile{X: []int{0}, Y: []int{0}, Z: 14}, nil},
		"negative zoom":  {Tile{X: []int{0}, Y: []int{0}, Z: -1}, nil},
		"zoom 23":        {Tile{X: []int{0}, Y: []int{0}, Z: 23}, nil},
		"beyond zoom 0":  {Tile{X: []int{1}, Y: []int{0}, Z: 0}, nil},
		"least of ints":  {Tile{X: []int{math.MinInt}, Y: []int{math.MinInt}, Z: 22}, nil},
		"huge zoom":      {Tile{X: []int{0}, Y: []int{0}, Z: math.MaxInt}, nil},
		"other operator": {Tile{X: []int{8803}, Y: []int{5374}, Z: 14, Filter: Filter{Operators: []string{"x"}}}, nil},
	} {
		if diff := cmp.Diff(test.want, c.Tile(test.q, nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMaxPriceMeetsTheCent(t *testing.T) {
	c := New(Config{})
	tile := Tile{X: []int{8803}, Y: []int{5374}, Z: 14}
	for _, test := range []struct {
		price float64
		want  int
	}{{0.54, 1}, {0.5399, 0}, {0, 0}, {-1, 0}, {1e300, 1}, {math.Inf(1), 1}, {math.Inf(-1), 0}} {
		tile.Filter.MaxPrice = &test.price
		got := c.Tile(tile, nil)
		if len(got) != test.want {
			t.Errorf("max_price %v: %d features, want %d", test.price, len(got), test.want)
		}
		if len(got) > 0 && (got[0].Price != "0.54" || got[0].PriceType != ChargingPrice || got[0].Currency != "eur") {
			t.Errorf("price %+v", got[0])
		}
	}
}

func TestStatusFollowsTheWorld(t *testing.T) {
	const evse, id = "DE*CIQ*EWBNHHLM82TLA*1", "6241f0a7c3b58e19d4a70102"
	c := New(Config{})
	for status, want := range map[connect.EVSEStatus]string{
		connect.Available: Free, connect.Charging: Busy, connect.Reserved: Busy, connect.Blocked: Busy,
		connect.Unknown: Unknown, connect.OutOfOrder: Failing, connect.Inoperative: Failing,
		connect.Planned: Failing, connect.Removed: Failing,
	} {
		live := fakeWorld{evse: status}
		s, _ := c.Station(id)
		x, y := tileOf(mustFloat(s.Latitude), mustFloat(s.Longitude), 18)
		q := Tile{X: []int{x}, Y: []int{y}, Z: 18}
		features := c.Tile(q, live)
		if len(features) != 1 || features[0].Status != want || s.Status(live) != want || s.EVSEStatus(0, live) != status {
			t.Errorf("%s: features %+v, station %s, want %s", status, features, s.Status(live), want)
		}
		q.Filter.OnlyAvailable = true
		if got := len(c.Tile(q, live)) == 1; got != (want == Free) {
			t.Errorf("%s: shown as available: %v", status, got)
		}
	}
}

func FuzzTile(f *testing.F) {
	f.Add(8803, 5374, 8804, 5374, 14, uint8(0))
	f.Add(0, 0, -1, 1, 0, uint8(255))
	f.Add(math.MaxInt, math.MinInt, 1<<22, 1<<22-1, 22, uint8(7))
	c := New(Config{Count: 500, Seed: 1})
	f.Fuzz(func(t *testing.T, x1, y1, x2, y2, z int, bits uint8) {
		filter := Filter{OnlyAvailable: bits&1 != 0, OnlyPartners: bits&2 != 0}
		if bits&4 != 0 {
			filter.ConnectorTypes = []string{combo}
		}
		seen := map[string]bool{}
		for _, feature := range c.Tile(Tile{X: []int{x1, x2, x1}, Y: []int{y1, y2, y1}, Z: z, Filter: filter}, nil) {
			id := feature.StationID + feature.ClusterID
			if seen[id] || feature.Count < 1 || (feature.StationID == "") == (feature.ClusterID == "") {
				t.Fatalf("bad or repeated feature %+v", feature)
			}
			seen[id] = true
		}
	})
}
