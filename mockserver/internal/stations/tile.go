package stations

import "fmt"

// Zooms that a map may request, as usual with slippy maps.
const (
	MinZoom = 0
	MaxZoom = 22
)

// singlesFrom is the first zoom that shows every station by itself, and
// cellsPerTile the size of clusters at lower zooms: 2^2 by 2^2 cells of 64
// pixels. Both are assumed, as the vendor documents neither. Its own client needs
// a single station in a tile of zoom 14.
const (
	singlesFrom  = 14
	cellsPerTile = 2
)

// Tile is a request for slippy-map tiles of one zoom. X and Y form pairs
// (assumed). Numbers without a partner and tiles that do not exist are ignored.
type Tile struct {
	X, Y   []int
	Z      int
	Filter Filter
}

// Types of the price of a feature, as the vendor spells them.
const (
	ChargingPrice = "charging_price" // per kWh
	TimePrice     = "time_price"     // per minute
)

// A Feature is a station or a cluster of stations on the map. Speed, status,
// operator and partnership of a cluster are those of its first station, as in
// Chargetrip's tiles, which these resemble; a cluster has no price (assumed).
type Feature struct {
	Latitude, Longitude string
	Count               int
	ExpansionZoom       int // clusters only: the zoom at which it splits
	Speed, Status       string
	OperatorID          string
	StationID           string // single stations only
	ClusterID           string // clusters only
	IsPartner           bool
	HasPrice            bool
	Price               string // VAT included, two decimals
	PriceType           string
	Currency            string
}

// Tile returns the features of tiles, in the order of the tiles and in each along
// the Z-order curve. A tile that is named twice is returned once. live may be
// nil.
func (c *Catalogue) Tile(q Tile, live Live) []Feature {
	if q.Z < MinZoom || q.Z > MaxZoom {
		return nil
	}
	n := 1 << q.Z
	m := c.matcher(q.Filter, live)
	seen := map[[2]int]bool{}
	var features []Feature
	for i := range min(len(q.X), len(q.Y)) {
		x, y := q.X[i], q.Y[i]
		if x < 0 || y < 0 || x >= n || y >= n || seen[[2]int{x, y}] {
			continue
		}
		seen[[2]int{x, y}] = true
		from, below := keysOf(uint32(x), uint32(y), q.Z)
		lo, hi := c.index.within(from, below)
		entries := m.with(c.index[lo:hi], from, below)
		if q.Z < singlesFrom {
			features = c.clusters(features, entries, q.Z, &m)
			continue
		}
		for _, e := range m.accepted(entries) {
			features = append(features, c.single(e, &m))
		}
	}
	return features
}

// clusters goes through a tile cell by cell. Without a filter a cell is a range
// whose entries are not read, so that the cost of zoom 0 depends on the number of
// features only.
func (c *Catalogue) clusters(features []Feature, entries stationIndex, zoom int, m *matcher) []Feature {
	shift := 2 * (keyLevel - zoom - cellsPerTile)
	for lo := 0; lo < len(entries); {
		cell := entries[lo].key >> shift
		hi := entries.gallop(lo, len(entries), (cell+1)<<shift)
		members := m.accepted(entries[lo:hi])
		lo = hi
		switch len(members) {
		case 0:
		case 1:
			features = append(features, c.single(members[0], m))
		default:
			features = append(features, c.cluster(members, zoom, cell, m))
		}
	}
	return features
}

func (c *Catalogue) single(e entry, m *matcher) Feature {
	f := c.feature(e, m)
	f.Latitude, f.Longitude = m.position(e).text()
	f.Count = 1
	f.StationID = m.stationID(e)
	if p, in := m.price(e); p.kind != "" {
		f.HasPrice, f.Price, f.PriceType, f.Currency = true, centsText(p.cents), p.kind, in
	}
	return f
}

func (c *Catalogue) cluster(members stationIndex, zoom int, cell uint64, m *matcher) Feature {
	f := c.feature(members[0], m)
	f.Latitude, f.Longitude = m.middle(members).text()
	f.Count = len(members)
	f.ExpansionZoom = expansion(members[0], members[len(members)-1], zoom)
	f.ClusterID = fmt.Sprintf("%02x%022x", zoom, cell)
	return f
}

// feature returns what stations and clusters have in common.
func (c *Catalogue) feature(e entry, m *matcher) Feature {
	if own := m.own(e); own != nil {
		return Feature{Speed: own.Speed, Status: m.status(e), OperatorID: own.operatorID, IsPartner: own.Partner}
	}
	o := &c.operators[e.traits.operator()]
	return Feature{
		Speed:      c.layouts[e.traits.layout()].speed,
		Status:     m.status(e),
		OperatorID: o.id(),
		IsPartner:  o.Partner,
	}
}

// expansion returns the first zoom whose grid has a cluster's members in more
// than one cell, at most the first zoom without clusters: the first and the last
// on the curve are in one cell if and only if all are.
func expansion(first, last entry, zoom int) int {
	split := commonLevel(first.key, last.key) + 1 - cellsPerTile
	return min(max(split, zoom+1), singlesFrom)
}

// maxSamples is how many members at most determine where a cluster is drawn:
// enough for its middle, few enough to cost the same for a hundred and for a
// million.
const maxSamples = 16

// middle returns the mean position of every n-th member of a cluster, where n is
// the least power of two that leaves at most maxSamples (assumed: the vendor
// does not document where a cluster is drawn).
func (m *matcher) middle(members stationIndex) position {
	stride := 1
	for (len(members)-1)/stride >= maxSamples {
		stride *= 2
	}
	var lat, lon, n int64
	for i := 0; i < len(members); i += stride {
		p := m.position(members[i])
		lat, lon, n = lat+int64(p.lat), lon+int64(p.lon), n+1
	}
	return position{int32(lat / n), int32(lon / n)}
}
