package lockstep

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cariqamock/contracttests"
	"cariqamock/contracttests/internal/earth"
)

// defaultDistance is how far a search goes without a distance, in meters.
const defaultDistance = 100

// found checks that stations are what was searched for. Which stations there are is a
// fact, so what is missing is not seen.
func (c *comparison) found(got target, query url.Values) {
	from, ok := parseSpot(query.Get("latitude"), query.Get("longitude"))
	within := float64(defaultDistance)
	if query.Has("distance") {
		within = number(query.Get("distance"))
	}
	for _, s := range got.results() {
		to, known := parseSpot(str(at(s, "coordinates/latitude")), str(at(s, "coordinates/longitude")))
		if ok && known {
			if away := earth.Meters(from.lat, from.lon, to.lat, to.lon); away > within+2+away/100 {
				c.add("body /results/*/coordinates", contracttests.KindValue, "coordinates: wanted stations within %.0f m, got %s at %.0f m", within, name(s), away)
			}
		}
		c.satisfies(s, query)
	}
}

// tile checks that the single stations of a tile are what was asked for.
func (c *comparison) tile(got target, query url.Values) {
	features, _ := got.object()["features"].([]any)
	for _, f := range features {
		if isTrue(query.Get("only_partners")) && at(f, "custom_properties/is_partner") == false && str(at(f, "station_id")) != "" {
			c.add("body /features/*/custom_properties/is_partner", contracttests.KindValue, "is_partner: station %s is no partner, although only_partners was asked for", at(f, "station_id"))
		}
	}
}

// satisfies checks that a station satisfies the filters of a search.
func (c *comparison) satisfies(s map[string]any, query url.Values) {
	if isTrue(query.Get("only_partners")) && s["is_partner"] == false {
		c.add("body /results/*/is_partner", contracttests.KindValue, "is_partner: %s is no partner, although only_partners was asked for", name(s))
	}
	evses, _ := s["evses"].([]any)
	free := func(e any) bool { return at(e, "status") == "AVAILABLE" }
	if isTrue(query.Get("only_available")) && !slices.ContainsFunc(evses, free) {
		c.add("body /results/*/evses", contracttests.KindValue, "evses: no charge point of %s is AVAILABLE, although only_available was asked for", name(s))
	}
	groups, _ := s["price_groups"].([]any)
	wanted := func(g any) bool { return slices.Contains(query["connector_types"], str(at(g, "type"))) }
	if query.Has("connector_types") && !slices.ContainsFunc(groups, wanted) {
		c.add("body /results/*/price_groups", contracttests.KindValue, "price_groups: %s has none of the connector types %q that were asked for", name(s), query["connector_types"])
	}
	operator := str(at(s, "operator/name"))
	same := func(asked string) bool { return strings.EqualFold(asked, operator) }
	if query.Has("operators") && operator != "" && !slices.ContainsFunc(query["operators"], same) {
		c.add("body /results/*/operator", contracttests.KindValue, "operator: %s is of %q, although %q were asked for", name(s), operator, query["operators"])
	}
}

// name is how messages call a station.
func name(s map[string]any) string {
	if id := str(s["id"]); id != "" {
		return "station " + id
	}
	return "station " + str(s["name"])
}

func isTrue(parameter string) bool {
	v, err := strconv.ParseBool(parameter)
	return err == nil && v
}

// A spot is a place, in degrees.
type spot struct{ lat, lon float64 }

func parseSpot(latitude, longitude string) (s spot, ok bool) {
	lat, err := strconv.ParseFloat(latitude, 64)
	lon, err2 := strconv.ParseFloat(longitude, 64)
	return spot{lat, lon}, err == nil && err2 == nil
}
