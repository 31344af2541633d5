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
		lo, hi := c.index.tile(uint32(x), uint32(y), q.Z)
		if q.Z >= singlesFrom {
			features = c.singles(features, c.index[lo:hi], m)
		} else {
			features = c.clusters(features, c.index[lo:hi], q.Z, m)
		}
	}
	return features
}

func (c *Catalogue) singles(features []Feature, entries stationIndex, m matcher) []Feature {
	for _, e := range entries {
		if m.accepts(e) {
			features = append(features, c.single(e, m))
		}
	}
	return features
}

// clusters goes through a tile cell by cell. Without a filter a cell is a range
// whose entries are not read, so that the cost of zoom 0 depends on the number of
// features only.
func (c *Catalogue) clusters(features []Feature, entries stationIndex, zoom int, m matcher) []Feature {
	shift := 2 * (keyLevel - zoom - cellsPerTile)
	for lo := 0; lo < len(entries); {
		cell := entries[lo].key >> shift
		hi := entries.gallop(lo, len(entries), (cell+1)<<shift)
		g := m.group(entries[lo:hi])
		lo = hi
		switch g.count {
		case 0:
		case 1:
			features = append(features, c.single(g.first, m))
		default:
			features = append(features, c.cluster(&g, zoom, cell, m))
		}
	}
	return features
}

func (c *Catalogue) single(e entry, m matcher) Feature {
	f := c.feature(e, m)
	f.Latitude, f.Longitude = c.position(e.number, e.traits).text()
	f.Count = 1
	f.StationID = c.stationID(e.number)
	if p := c.headline(e.traits); p.kind != "" {
		f.HasPrice, f.Price, f.PriceType = true, centsText(p.cents), p.kind
		f.Currency = currency
	}
	return f
}

func (c *Catalogue) cluster(g *group, zoom int, cell uint64, m matcher) Feature {
	f := c.feature(g.first, m)
	f.Latitude, f.Longitude = c.middle(g).text()
	f.Count = g.count
	f.ExpansionZoom = expansion(g.first, g.last, zoom)
	f.ClusterID = fmt.Sprintf("%02x%022x", zoom, cell)
	return f
}

// feature returns what stations and clusters have in common.
func (c *Catalogue) feature(e entry, m matcher) Feature {
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

// middle returns the mean position of a cluster's samples (assumed: the vendor
// does not document where a cluster is drawn).
func (c *Catalogue) middle(g *group) position {
	var lat, lon int64
	for _, e := range g.samples[:g.sampled] {
		p := c.position(e.number, e.traits)
		lat, lon = lat+int64(p.lat), lon+int64(p.lon)
	}
	return position{int32(lat / int64(g.sampled)), int32(lon / int64(g.sampled))}
}
