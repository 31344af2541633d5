package mutants

import (
	"net/http"
	"net/url"
	"strconv"
)

const (
	opAround = "stations_around_list"
	opTile   = "stations_tile_retrieve"
)

// stationMutants are wrong about which stations a search finds.
func stationMutants() []Mutant {
	onFilter := func(name string, change func(query url.Values)) func() twist {
		return asking(opAround, func(query url.Values) {
			if query.Has(name) {
				change(query)
			}
		})
	}
	return []Mutant{
		behavior("the default distance is larger", opAround+" 200", asking(opAround, func(query url.Values) {
			if !query.Has("distance") {
				query.Set("distance", "1000")
			}
		}), opAround),
		behavior("the last of several connector types counts", opAround+" ?connector_types", onFilter("connector_types", lastOf("connector_types")), opAround),
		behavior("the last of several operators counts", opAround+" ?operators", onFilter("operators", lastOf("operators")), opAround),
		behavior("a connector type hides the filter for partners", opAround+" ?only_partners", onFilter("connector_types", func(query url.Values) {
			query.Del("only_partners")
		}), opAround),
		behavior("a filter finds one station only", opAround+" ?connector_types", instead(opAround, func(c *call, honest server) *reply {
			r := honest(c)
			query := c.request.URL.Query()
			if r == nil || r.status != http.StatusOK || !query.Has("connector_types") && !query.Has("operators") && query.Get("only_partners") != "true" {
				return r
			}
			page, ok := r.value().(map[string]any)
			if list, _ := page["results"].([]any); ok && len(list) > 1 {
				page["results"], page["count"] = list[:1], 1
				page["next"] = nil
			}
			return r.saying(page)
		}), opAround),
		behavior("max_price leaves out the price itself", opTile+" ?max_price", asking(opTile, func(query url.Values) {
			if bound, err := strconv.ParseFloat(query.Get("max_price"), 64); err == nil {
				query.Set("max_price", strconv.FormatFloat(bound-0.001, 'f', -1, 64))
			}
		}), opTile),
		behavior("a tile counts stations twice at low zoom", opTile+" 200", instead(opTile, func(c *call, honest server) *reply {
			r := honest(c)
			if z, _ := strconv.Atoi(c.request.URL.Query().Get("z")); r == nil || r.status != http.StatusOK || z > 10 {
				return r
			}
			body, changed := at(r.value(), path{"features", items, "properties", "count"}, func(v any) (any, bool) { return add1(v, 1), true })
			if !changed {
				return r
			}
			return r.saying(body)
		}), opTile),
		behavior("of several tiles the first counts", opTile+" ?x", asking(opTile, func(query url.Values) {
			query["x"], query["y"] = query["x"][:min(1, len(query["x"]))], query["y"][:min(1, len(query["y"]))]
		}), opTile),
	}
}

// lastOf keeps the last value of a parameter.
func lastOf(name string) func(url.Values) {
	return func(query url.Values) { query[name] = query[name][len(query[name])-1:] }
}
