package cases

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/internal/earth"
)

var tileCases = functions{
	"stations/tile": func(a *contract.API) {
		seen := 0
		for _, f := range tile(a, berlinTile) {
			inTile(a, f, 8803, 5374, 14)
			if f.Station == "" || seen == 3 {
				continue
			}
			seen++
			s := details(a, "station_id", f.Station)
			a.Equal("id", f.Station, s.key())
			away := earth.Meters(degrees(a, f.Geometry.Coordinates[0]), degrees(a, f.Geometry.Coordinates[1]),
				degrees(a, s.Coordinates.Latitude), degrees(a, s.Coordinates.Longitude))
			a.True(away < 50, "the tile draws station %s %.0f m from its position in details", f.Station, away)
			a.Equal(fmt.Sprintf("is_partner of %s in tile and details", f.Station), s.Partner, f.Custom.Partner)
		}
		if seen == 0 {
			a.Skipf("the tile has no single station")
		}
	},
	"stations/tile-prices": func(a *contract.API) {
		seen := 0
		for _, f := range tile(a, berlinTile) {
			if p := f.Price; p != nil && f.Station != "" && seen < 3 {
				seen++
				s := details(a, "station_id", f.Station)
				a.True(s.charges(a, p.Type, p.Price, p.Currency), "no tariff of %s has the %s of %s %s that the tile shows", f.Station, p.Type, p.Price, p.Currency)
			}
		}
		if seen == 0 {
			a.Skipf("no single station of the tile has a price")
		}
	},
	"stations/tile-clusters": func(a *contract.API) {
		seen := 0
		for _, f := range tile(a, farTile) {
			inTile(a, f, 550, 335, 10)
			if f.Cluster == "" {
				continue
			}
			seen++
			a.True(f.Properties.Count > 1, "the cluster %s counts %d", f.Cluster, f.Properties.Count)
			a.True(f.Properties.Zoom == 0 || f.Properties.Zoom > 10, "the cluster %s, seen at zoom 10, falls apart at %d", f.Cluster, f.Properties.Zoom)
		}
		if seen == 0 {
			a.Skipf("the tile has no cluster")
		}
	},
	"stations/tile-usual-fields": func(a *contract.API) {
		near := complete(a, a.Want(a.Get(berlinTile), http.StatusOK), "tiles")
		single, priced := false, false
		for _, f := range contract.Into[tiles](a, near).Features {
			single = single || f.Station != ""
			priced = priced || f.Station != "" && f.Price != nil
		}
		if !single {
			a.Skipf("the tile has no single station")
		}
		a.True(priced, "price_properties: no station has any")
		complete(a, a.Want(a.Get(farTile), http.StatusOK), "tiles")
	},
	"stations/tiles": func(a *contract.API) {
		count := func(path string) int { return stationsIn(tile(a, path)) }
		first := count(farTile)
		for _, second := range []string{"x=551&y=335", "x=549&y=335", "x=550&y=334", "x=550&y=336"} {
			if n := count("/stations/tile/?" + second + "&z=10"); first > 0 && n > 0 {
				a.Equal("stations of both tiles", first+n, count("/stations/tile/?x=550&y=335&"+second+"&z=10"))
				return
			}
		}
		a.Skipf("the tile of Berlin or all tiles beside it have no station: two tiles with stations are needed")
	},
	"stations/tile-children": func(a *contract.API) {
		sum, filled := 0, 0
		children := []string{"x=1100&y=670", "x=1101&y=670", "x=1100&y=671", "x=1101&y=671"}
		var each []int
		for _, child := range children {
			n := stationsIn(tile(a, "/stations/tile/?"+child+"&z=11"))
			each = append(each, n)
			if sum += n; n > 0 {
				filled++
			}
		}
		if filled < 2 {
			a.Skipf("%d of the four tiles within the tile of Berlin have stations: two are needed", filled)
		}
		a.Equal("stations of a tile and of the four within it", sum, stationsIn(tile(a, farTile)))
		for _, some := range [][]int{{0, 0}, {0, 3}, {2, 0, 1, 3}} {
			query, want := "", 0
			for i, n := range some {
				query += children[n] + "&"
				if !slices.Contains(some[:i], n) {
					want += each[n]
				}
			}
			a.Equal("stations of the tiles "+query, want, stationsIn(tile(a, "/stations/tile/?"+query+"z=11")))
		}
	},
	"stations/tile-filters": func(a *contract.API) {
		all, singles := stationsIn(tile(a, farTile)), tile(a, cityTiles)
		if all == 0 {
			a.Skipf("the tile of Berlin has no station")
		}
		speeds := map[string]int{}
		for _, f := range singles {
			speeds[f.Properties.Speed]++
		}
		if names := slices.Sorted(maps.Keys(speeds)); len(names) > 1 && names[0] != "" {
			one := func(s string) int { return stationsIn(tile(a, farTile+"&power_groups="+url.QueryEscape(s))) }
			both := stationsIn(tile(a, farTile+"&power_groups="+url.QueryEscape(names[0])+"&power_groups="+url.QueryEscape(names[1])))
			a.Equal("stations of two power groups, against those of each", one(names[0])+one(names[1]), both)
		}
		for i, filter := range []struct {
			query string
			holds func(feature) bool
		}{
			{"only_partners=true", func(f feature) bool { return f.Custom.Partner }},
			{"only_available=true", func(f feature) bool { return f.Properties.Status == "free" }},
			{"power_groups=fast", func(f feature) bool { return f.Properties.Speed == "fast" }},
			{"connector_types=CHADEMO", func(feature) bool { return true }},
			{"operators=" + url.QueryEscape(partners(a)[0].Name), func(f feature) bool { return f.Custom.Partner }},
		} {
			list := tile(a, farTile+"&"+filter.query)
			a.True(stationsIn(list) < all, "%s: %d stations, %d without it", filter.query, stationsIn(list), all)
			for _, f := range list {
				a.True(f.Station == "" || filter.holds(f), "%s returned station %s, which should be filtered out", filter.query, f.Station)
			}
			if i > 2 {
				continue // the tile does not show these of a station
			}
			found := stationsOf(tile(a, cityTiles+"&"+filter.query))
			for _, f := range singles {
				a.True(f.Station == "" || filter.holds(f) == found[f.Station], "%s, station %s: wanted in the tiles: %t, got %t", filter.query, f.Station, filter.holds(f), found[f.Station])
			}
		}
	},
	"stations/tile-filters-together": tileFiltersTogether,
	"stations/tile-and-search":       tileAndSearch,
	"stations/tile-price-bound": func(a *contract.API) {
		all := tile(a, cityTiles)
		prices := map[float64]int{} // of single stations, with how many have it
		for _, f := range all {
			if f.Station != "" && f.Price != nil {
				prices[degrees(a, f.Price.Price)]++
			}
		}
		bounds := slices.Sorted(maps.Keys(prices))
		if len(bounds) < 2 {
			a.Skipf("the single stations of the tiles have %d prices: two are needed", len(bounds))
		}
		bound := bounds[len(bounds)/2-1] // there is a higher one
		list := tile(a, fmt.Sprintf("%s&max_price=%g", cityTiles, bound))
		found := stationsOf(list)
		for _, f := range list {
			a.True(f.Station == "" || f.Price == nil || degrees(a, f.Price.Price) <= bound, "max_price=%g returned station %s, which costs more", bound, f.Station)
		}
		for _, f := range all {
			cheap := f.Station != "" && f.Price != nil && degrees(a, f.Price.Price) <= bound
			a.True(!cheap || found[f.Station], "max_price=%g left out station %s, which does not cost more", bound, f.Station)
		}
		far := stationsIn(tile(a, fmt.Sprintf("%s&max_price=%g", farTile, bound)))
		a.True(far < stationsIn(tile(a, farTile)), "max_price=%g leaves out no station at low zoom, as it does at high zoom", bound)
	},
}

// Tiles of Berlin: the one that the vendor's client requests, that one with those
// around it, and one with a zoom low enough for clusters.
const (
	berlinTile = "/stations/tile/?x=8803&y=5374&z=14&max_price=&only_available=false&only_partners=false"
	cityTiles  = "/stations/tile/?x=8802&y=5373&x=8803&y=5373&x=8804&y=5373&x=8802&y=5374&x=8803&y=5374&x=8804&y=5374&x=8802&y=5375&x=8803&y=5375&x=8804&y=5375&x=8805&y=5373&z=14"
	farTile    = "/stations/tile/?x=550&y=335&z=10"
)

// tiles is the suite's own reading of tiles.
type tiles struct {
	Features []feature `json:"features"`
}

type feature struct {
	Station  string `json:"station_id"`
	Cluster  string `json:"cluster_id"`
	Geometry struct {
		Coordinates []string `json:"coordinates"`
	} `json:"geometry"`
	Properties struct {
		Count    int    `json:"count"`
		Zoom     int    `json:"expansion_zoom"`
		Speed    string `json:"speed"`
		Status   string `json:"status"`
		Operator string `json:"operator_id"`
	} `json:"properties"`
	Custom struct {
		Partner bool `json:"is_partner"`
	} `json:"custom_properties"`
	Price *struct {
		Price    string `json:"price"`
		Type     string `json:"type"`
		Currency string `json:"currency"`
	} `json:"price_properties"`
}

func tile(a *contract.API, path string) []feature {
	list := contract.Into[tiles](a, shaped(a, a.Want(a.Get(path), http.StatusOK), "tiles")).Features
	for i, f := range list {
		if len(f.Geometry.Coordinates) != 2 {
			a.Fatalf("feature %d: wanted latitude and longitude, got %q", i, f.Geometry.Coordinates)
		}
		a.True((f.Station == "") != (f.Cluster == ""), "feature %d: station_id %q, cluster_id %q; wanted one of them", i, f.Station, f.Cluster)
		a.True(f.Station == "" || f.Properties.Count == 1, "feature %d: the station %s counts %d", i, f.Station, f.Properties.Count)
	}
	return list
}

// inTile fails the case if a feature is outside a tile by more than a tenth of its
// size.
func inTile(a *contract.API, f feature, x, y, z int) {
	atX, atY := tileOf(degrees(a, f.Geometry.Coordinates[0]), degrees(a, f.Geometry.Coordinates[1]), z)
	inside := math.Abs(atX-float64(x)-0.5) <= 0.6 && math.Abs(atY-float64(y)-0.5) <= 0.6
	a.True(inside, "coordinates %q, latitude first, are not in tile %d/%d/%d", f.Geometry.Coordinates, z, x, y)
}

// charges reports whether a tariff of the station has the price on a tile.
func (s station) charges(a *contract.API, kind, price, currency string) bool {
	kinds := map[string]string{"charging_price": "kwh_price", "time_price": "time_price"}
	for _, g := range s.Groups {
		for _, lines := range g.Prices[kinds[kind]] {
			for _, l := range lines {
				if g.Currency == currency && degrees(a, l.Shown) == degrees(a, price) {
					return true
				}
			}
		}
	}
	return false
}

// stationsIn returns how many stations the features of a tile stand for.
func stationsIn(list []feature) int {
	n := 0
	for _, f := range list {
		n += f.Properties.Count
	}
	return n
}
