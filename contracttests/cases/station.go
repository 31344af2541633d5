package cases

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/internal/earth"
)

// Where the vendor's client searches for stations: in Berlin.
const (
	berlin      = "/stations/around/?latitude=52.51&longitude=13.45"
	inBerlin    = berlin + "&distance=5000&page_size=100"
	berlinNorth = 52.51
	berlinEast  = 13.45
)

var aroundCases = functions{
	"stations/around": func(a *contract.API) {
		around(a, berlin+"&distance=500&page_size=10&page=1&max_price=&only_available=false&only_partners=false")
	},
	"stations/around-distance": func(a *contract.API) {
		var before []station
		for _, limit := range []float64{500, 2000, 5000} {
			list := around(a, fmt.Sprintf("%s&distance=%.0f&page_size=100", berlin, limit))
			for _, s := range list {
				got := s.meters(a)
				a.True(got <= limit*1.01+5, "distance=%.0f returned station %s, %.0f m away", limit, s.key(), got)
			}
			if len(list) < 100 { // otherwise there are more pages
				subset(a, fmt.Sprintf("the shorter distance than %.0f", limit), before, list)
				a.True(len(list) > len(before), "distance=%.0f finds %d stations, the shorter one %d", limit, len(list), len(before))
			}
			before = list
		}
	},
	"stations/around-default-distance": func(a *contract.API) {
		s := besideOthers(a)
		at := "/stations/around/?latitude=" + s.Coordinates.Latitude + "&longitude=" + s.Coordinates.Longitude
		got := stationIDs(around(a, at))
		a.Equal("the stations around one of them", stationIDs(around(a, at+"&distance=100")), got)
		a.True(slices.Contains(got, s.key()), "the station %s is not around itself", s.key())
	},
	"stations/nearest-first": func(a *contract.API) {
		list := around(a, berlin+"&distance=5000&page_size=20")
		for i := 1; i < len(list); i++ {
			before, after := list[i-1].meters(a), list[i].meters(a)
			a.True(before <= after+1, "place %d is %.0f m away, place %d %.0f m", i, before, i+1, after)
		}
	},
	"stations/around-pages": func(a *contract.API) {
		path := berlin + "&distance=1000"
		first := contract.Into[contract.Page[station]](a, a.Want(a.Get(path+"&page_size=1"), http.StatusOK))
		if first.Next == nil && first.Count < 2 {
			a.Skipf("there is no second station within 1000 m: pages need two")
		}
		size := (first.Count + 2) / 3 // three pages, or fewer
		pages := walk(a, fmt.Sprintf("%s&page_size=%d", path, size), "id", "station")
		a.True(len(pages) > 1, "%d stations within 1000 m fit on one page of %d", first.Count, size)
		a.Refused(a.Get(path+"&page=9999"), http.StatusNotFound, "")
	},
	"stations/filter-partners": func(a *contract.API) {
		all := around(a, inBerlin)
		of := filteredOf(a, all, "only_partners=true", func(s station) bool { return s.Partner })
		name := first(a, "partners' stations", of).Operator.Name
		a.True(slices.ContainsFunc(partnerList(a), func(p partner) bool { return p.Name == name }),
			"%q has a partner's station, but is not in the list of partners", name)
		filteredOf(a, all, "operators="+url.QueryEscape(name), func(s station) bool { return s.Operator.Name == name })
		nobody := "operators=" + url.QueryEscape("Nobody's "+a.Tag())
		list := contract.Into[contract.Page[station]](a, a.Want(a.Get(inBerlin+"&"+nobody), http.StatusOK))
		a.Equal("stations of an operator that does not exist", 0, list.Count)
	},
	"stations/filters-together": func(a *contract.API) {
		all := around(a, inBerlin)
		types := byFrequency(all, func(s station) []string { return slices.Sorted(maps.Keys(s.connectors())) })
		operators := byFrequency(all, func(s station) []string { return []string{s.Operator.Name} })
		if len(types) < 3 || len(operators) < 3 {
			a.Skipf("the stations in Berlin have %d connector types and %d operators: filters need three of each", len(types), len(operators))
		}
		two := func(name string, values []string) string {
			return url.Values{name: values[:2]}.Encode()
		}
		filteredOf(a, all, two("connector_types", types), func(s station) bool { return s.connectors()[types[0]] || s.connectors()[types[1]] })
		filteredOf(a, all, two("operators", operators), func(s station) bool { return slices.Contains(operators[:2], s.Operator.Name) })
		pairs, parameters := 0, stationFilters(types, operators)
		for i, ps := range parameters {
			for _, qs := range parameters[i+1:] {
				if p, q, ok := witnessed(all, ps, qs); ok {
					pairs++
					filteredOf(a, all, p.query+"&"+q.query, func(s station) bool { return p.holds(s) && q.holds(s) })
				}
			}
		}
		if pairs == 0 {
			a.Skipf("no two filters each leave out a station in Berlin that the other one leaves")
		}
	},
	"stations/filter-available": func(a *contract.API) {
		filtered(a, "only_available=true", available)
	},
	"stations/filter-connectors": func(a *contract.API) {
		all := around(a, inBerlin)
		types := byFrequency(all, func(s station) []string { return slices.Sorted(maps.Keys(s.connectors())) })
		if len(types) == 0 {
			a.Skipf("no station in Berlin has a tariff")
		}
		filters := stationFilters(types, nil)[2]
		list := filteredOf(a, all, filters[0].query, filters[0].holds) // the rarest
		for _, f := range filters[1:] {
			if len(list) < 2 {
				list, filters[0] = filteredOf(a, all, f.query, f.holds), f
			}
		}
		nextFiltered(a, filters[0].query, list)
	},
}

// station is the suite's own reading of a station.
type station struct {
	ID          *string `json:"id"`
	Name        string  `json:"name"`
	Speed       string  `json:"speed"`
	Status      string  `json:"status"`
	Updated     string  `json:"last_updated"`
	Address     string  `json:"address"`
	Partner     bool    `json:"is_partner"`
	Logo        *string `json:"logo_url"`
	Coordinates struct {
		Latitude  string `json:"latitude"`
		Longitude string `json:"longitude"`
	} `json:"coordinates"`
	Operator struct {
		Name string `json:"name"`
	} `json:"operator"`
	EVSEs  []stationEVSE `json:"evses"`
	Groups []priceGroup  `json:"price_groups"`
}

type stationEVSE struct {
	ID     string `json:"evse_id"`
	Status string `json:"status"`
}

type priceGroup struct {
	Type     string                            `json:"type"`
	EVSEs    []string                          `json:"evse_ids"`
	Prices   map[string]map[string][]priceLine `json:"prices"`
	Currency string                            `json:"currency"`
	Hold     string                            `json:"pre_authorization_amount"`
	Time     string                            `json:"local_datetime"`
}

type priceLine struct {
	Net   string  `json:"gross_price"`
	Shown string  `json:"user_facing_price"`
	Tax   float64 `json:"tax"`
}

func (s station) metersTo(a *contract.API, other station) float64 {
	return earth.Meters(degrees(a, s.Coordinates.Latitude), degrees(a, s.Coordinates.Longitude),
		degrees(a, other.Coordinates.Latitude), degrees(a, other.Coordinates.Longitude))
}

// key identifies a station, whose id may be null.
func (s station) key() string {
	if s.ID != nil {
		return *s.ID
	}
	return s.Name + ", " + s.Address
}

func (s station) meters(a *contract.API) float64 {
	return earth.Meters(berlinNorth, berlinEast, degrees(a, s.Coordinates.Latitude), degrees(a, s.Coordinates.Longitude))
}

func stationIDs(list []station) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.key()
	}
	return out
}

// around searches for stations. Without any the case is inconclusive: nothing can
// be seen in an empty list.
func around(a *contract.API, path string) []station {
	list := searched(a, path)
	if len(list) == 0 {
		a.Skipf("no station at %s", path)
	}
	return list
}

// searched searches for stations, of which there may be none.
func searched(a *contract.API, path string) []station {
	return contract.Into[contract.Page[station]](a, shaped(a, a.Want(a.Get(path), http.StatusOK), "page of station")).Results
}

// besideOthers returns a station with another one within the default distance and
// a third one a little farther away: the witnesses that a wrong default would lose
// or find. Without them, the case is inconclusive.
func besideOthers(a *contract.API) station {
	list := around(a, berlin+"&distance=2000&page_size=100")
	best, most := station{}, 0
	for _, s := range list {
		near, far := 0, 0
		for _, other := range list {
			switch d := s.metersTo(a, other); {
			case other.key() == s.key():
			case d <= 95:
				near = 1
			case d > 105 && d < 1000:
				far = 1
			}
		}
		if far == 1 && near+far > most {
			best, most = s, near+far
		}
	}
	if most == 0 {
		a.Skipf("no station in Berlin has another one at 105 to 1000 m, which a larger default would find")
	}
	return best
}

// byFrequency returns the values that stations have, the rarest first.
func byFrequency(list []station, of func(station) []string) []string {
	count := map[string]int{}
	for _, s := range list {
		for _, value := range of(s) {
			count[value]++
		}
	}
	values := slices.Sorted(maps.Keys(count))
	slices.SortStableFunc(values, func(x, y string) int { return count[x] - count[y] })
	return values
}

func (s station) connectors() map[string]bool {
	out := map[string]bool{}
	for _, g := range s.Groups {
		out[g.Type] = true
	}
	return out
}
