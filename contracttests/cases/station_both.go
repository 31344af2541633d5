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

// tileAndSearch compares the two ways to find stations: what one of them has, the
// other one has too. Without a station in either, the case is inconclusive.
func tileAndSearch(a *contract.API) {
	page := berlin + "&distance=3000&page_size=100"
	search, tiled := shaped(a, a.Want(a.Get(page), http.StatusOK), "page of station"), shaped(a, a.Want(a.Get(berlinTile), http.StatusOK), "tiles")
	found, features := contract.Into[contract.Page[station]](a, search).Results, contract.Into[tiles](a, tiled).Features
	if len(found)+len(features) == 0 {
		a.Skipf("there is no station in Berlin")
	}
	if len(found) >= 100 {
		a.Skipf("there are more stations in Berlin than fit on a page")
	}
	ids := stationIDs(found)
	for _, f := range features {
		if f.Station != "" && !slices.Contains(ids, f.Station) {
			a.ErrorBetween(tiled, []*contract.Answer{search}, "station %s is in the tile, but not found by the search around it", f.Station)
		}
	}
	surely, maybe := 0, 0 // in the tile, whose edges nobody has measured to the meter
	for _, s := range found {
		x, y := tileOf(degrees(a, s.Coordinates.Latitude), degrees(a, s.Coordinates.Longitude), 14)
		switch off := max(math.Abs(x-8803.5), math.Abs(y-5374.5)); {
		case off < 0.49:
			surely++
			maybe++
		case off < 0.51:
			maybe++
		}
	}
	if n := stationsIn(features); n < surely || n > maybe {
		a.ErrorBetween(tiled, []*contract.Answer{search}, "count: the tile has %d stations, the search finds %d to %d within it", n, surely, maybe)
	}
}

// drawnWrongly returns what a tile shows of a single station otherwise than the search
// does. ids are those of operators, which it adds to: one of each name.
func drawnWrongly(a *contract.API, f feature, s station, ids map[string]string) (wrong []string) {
	if away := earth.Meters(degrees(a, f.Geometry.Coordinates[0]), degrees(a, f.Geometry.Coordinates[1]), degrees(a, s.Coordinates.Latitude), degrees(a, s.Coordinates.Longitude)); away > 2 {
		wrong = append(wrong, fmt.Sprintf("geometry.coordinates: the tile draws station %s %.0f m from where the search has it", f.Station, away))
	}
	if f.Properties.Speed != s.Speed {
		wrong = append(wrong, fmt.Sprintf("properties.speed: %q in the tile, station %s is %q in the search", f.Properties.Speed, f.Station, s.Speed))
	}
	if f.Price == nil && slices.ContainsFunc(s.Groups, func(g priceGroup) bool { return len(g.Prices["kwh_price"])+len(g.Prices["time_price"]) > 0 }) {
		wrong = append(wrong, fmt.Sprintf("price_properties: station %s has none in the tile, but a tariff in the search", f.Station))
	}
	for name, id := range ids {
		if same := name == s.Operator.Name; same != (id == f.Properties.Operator) {
			wrong = append(wrong, fmt.Sprintf("properties.operator_id: %q for station %s of %s, %q for %s", f.Properties.Operator, f.Station, s.Operator.Name, id, name))
			return wrong
		}
	}
	ids[s.Operator.Name] = f.Properties.Operator
	return wrong
}

// tileOf returns the column and row of a place at a zoom level, with fractions.
func tileOf(lat, lon float64, zoom int) (x, y float64) {
	n := math.Exp2(float64(zoom))
	return (lon + 180) / 360 * n, (1 - math.Asinh(math.Tan(lat*math.Pi/180))/math.Pi) / 2 * n
}

// stationsOf returns the ids of the single stations of a tile.
func stationsOf(list []feature) map[string]bool {
	out := map[string]bool{}
	for _, f := range list {
		if f.Station != "" {
			out[f.Station] = true
		}
	}
	return out
}

// tileFiltersTogether checks filters of tiles against what the search and the tile say
// about the stations in them: with one value, with two, with an unknown one, and two
// filters at once.
func tileFiltersTogether(a *contract.API) {
	search, tiled := a.Want(a.Get(inBerlin), http.StatusOK), a.Want(a.Get(cityTiles), http.StatusOK)
	known := map[string]station{}
	for _, s := range contract.Into[contract.Page[station]](a, shaped(a, search, "page of station")).Results {
		known[s.key()] = s
	}
	features := map[string]feature{}
	ids := map[string]string{}  // of operators, by name
	var shown, priced []station // those that both have
	for i, f := range contract.Into[tiles](a, shaped(a, tiled, "tiles")).Features {
		s, ok := known[f.Station]
		if !ok {
			continue
		}
		for _, wrong := range drawnWrongly(a, f, s, ids) {
			a.ErrorBetween(tiled, []*contract.Answer{search}, "features.%d.%s", i, wrong)
		}
		shown, features[f.Station] = append(shown, s), f
		if f.Price != nil {
			priced = append(priced, s)
		}
	}
	types := byFrequency(shown, func(s station) []string { return slices.Sorted(maps.Keys(s.connectors())) })
	operators := byFrequency(shown, func(s station) []string { return []string{s.Operator.Name} })
	asked := 0
	ask := func(all []station, query string, holds func(station) bool) {
		asked++
		found := stationsOf(tile(a, cityTiles+"&"+query))
		for _, s := range all {
			a.True(holds(s) == found[s.key()], "%s, station %s: wanted in the tile: %t, got %t", query, s.key(), holds(s), found[s.key()])
		}
	}
	parameters := append(stationFilters(types, operators), featureFilters(a, shown, priced, features)...)
	for i, ps := range parameters {
		if (i == 2 || i == 3) && len(ps) > 2 { // one value of three, then two
			ask(shown, ps[0].query, ps[0].holds)
			ask(shown, ps[0].query+"&"+ps[1].query, func(s station) bool { return ps[0].holds(s) || ps[1].holds(s) })
		}
		for j, qs := range parameters[i+1:] {
			all := shown
			if i+1+j == len(parameters)-1 { // max_price
				all = priced
			}
			if p, q, ok := witnessed(all, ps, qs); ok {
				ask(all, p.query+"&"+q.query, func(s station) bool { return p.holds(s) && q.holds(s) })
			}
		}
	}
	if asked == 0 {
		a.Skipf("the %d single stations of the tiles do not differ enough", len(shown))
	}
	ask(shown, "operators="+url.QueryEscape("Nobody's "+a.Tag()), func(station) bool { return false })
}

// featureFilters returns the filters of tiles by what the features of stations show: the
// speed, and of those that have one the price.
func featureFilters(a *contract.API, shown, priced []station, of map[string]feature) [][]stationFilter {
	price := func(s station) float64 { return degrees(a, of[s.key()].Price.Price) }
	var out [2][]stationFilter
	for _, name := range byFrequency(shown, func(s station) []string { return []string{of[s.key()].Properties.Speed} }) {
		if name != "" {
			out[0] = append(out[0], stationFilter{"power_groups=" + url.QueryEscape(name), func(s station) bool { return of[s.key()].Properties.Speed == name }})
		}
	}
	bounds := map[float64]bool{}
	for _, s := range priced {
		bounds[price(s)] = true
	}
	for _, bound := range slices.Sorted(maps.Keys(bounds)) {
		out[1] = append(out[1], stationFilter{fmt.Sprintf("max_price=%g", bound), func(s station) bool { return price(s) <= bound }})
	}
	return out[:]
}
