package cases

import (
	"math"
	"net/http"
	"slices"

	contract "cariqamock/contracttests"
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
