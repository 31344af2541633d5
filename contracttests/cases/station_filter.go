package cases

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	contract "cariqamock/contracttests"
)

// filtered searches with a filter, and checks that it finds the stations that
// satisfy it, and no others. Without a station that the filter takes out, and one
// that it leaves, the case is inconclusive. What is missing is looked at again: it may have changed
// meanwhile.
func filtered(a *contract.API, filter string, holds func(station) bool) []station {
	return filteredOf(a, around(a, inBerlin), filter, holds)
}

// filteredOf is filtered for a list of all that is known.
func filteredOf(a *contract.API, all []station, filter string, holds func(station) bool) []station {
	if !slices.ContainsFunc(all, func(s station) bool { return !holds(s) }) {
		a.Skipf("every station in Berlin satisfies %s", filter)
	}
	if !slices.ContainsFunc(all, holds) {
		a.Skipf("no station in Berlin satisfies %s", filter)
	}
	list := searched(a, inBerlin+"&"+filter)
	subset(a, filter, list, all)
	for _, s := range list {
		a.True(holds(s), "results: %s returned station %s, which should be filtered out", filter, s.key())
	}
	found := stationIDs(list)
	missing := func(s station) bool { return !holds(s) || slices.Contains(found, s.key()) }
	if lost := slices.DeleteFunc(slices.Clone(all), missing); len(lost) > 0 {
		ids := stationIDs(lost)
		for _, s := range around(a, inBerlin) {
			a.True(!holds(s) || !slices.Contains(ids, s.key()), "results: %s left out station %s, which satisfies it", filter, s.key())
		}
	}
	return list
}

// subset checks that some stations are among others.
func subset(a *contract.API, what string, some, all []station) {
	if len(all) >= 100 {
		return // a full page: the others may be on the next one
	}
	in := stationIDs(all)
	for _, s := range some {
		a.True(slices.Contains(in, s.key()), "%s returned station %s, which the unfiltered search did not", what, s.key())
	}
}

// A stationFilter is a parameter with a value, and which stations satisfy it.
type stationFilter struct {
	query string
	holds func(station) bool
}

// stationFilters returns the filters of each parameter, with the values that stations
// have.
func stationFilters(types, operators []string) [][]stationFilter {
	out := [][]stationFilter{
		{{"only_partners=true", func(s station) bool { return s.Partner }}},
		{{"only_available=true", available}},
		nil, nil,
	}
	for _, t := range types {
		out[2] = append(out[2], stationFilter{"connector_types=" + url.QueryEscape(t), func(s station) bool { return s.connectors()[t] }})
	}
	for _, o := range operators {
		out[3] = append(out[3], stationFilter{"operators=" + url.QueryEscape(o), func(s station) bool { return s.Operator.Name == o }})
	}
	return out
}

// witnessed returns a filter of each parameter such that some station satisfies both,
// and some only one of them: if one of the two had no effect, it would show. Where each
// station that satisfies one satisfies the other, it can show of one filter only.
func witnessed(all []station, ps, qs []stationFilter) (p, q stationFilter, ok bool) {
	for _, least := range []int{2, 1} {
		for _, p := range ps {
			for _, q := range qs {
				seen, only := map[[2]bool]bool{}, 0
				for _, s := range all {
					seen[[2]bool{p.holds(s), q.holds(s)}] = true
				}
				for _, one := range [][2]bool{{true, false}, {false, true}} {
					if seen[one] {
						only++
					}
				}
				if seen[[2]bool{true, true}] && only >= least {
					return p, q, true
				}
			}
		}
	}
	return p, q, false
}

func available(s station) bool {
	return slices.ContainsFunc(s.EVSEs, func(e stationEVSE) bool { return e.Status == "AVAILABLE" })
}

// nextFiltered checks that the second page of a filtered list is filtered, too.
func nextFiltered(a *contract.API, filter string, list []station) {
	if len(list) < 2 || len(list) >= 100 {
		return
	}
	path := inBerlin[:len(inBerlin)-len("&page_size=100")] + "&" + filter
	page := contract.Into[contract.Page[station]](a, a.Want(a.Get(path+"&page_size="+strconv.Itoa(len(list)-1)), http.StatusOK))
	next := neighbor(a, page.Next, path)
	if next == "" {
		a.Errorf("next: wanted a link to the last of %d stations, got null", len(list))
		return
	}
	rest := contract.Into[contract.Page[station]](a, a.Want(a.Get(next), http.StatusOK))
	a.Equal("results of both pages of "+filter, stationIDs(list), append(stationIDs(page.Results), stationIDs(rest.Results)...))
}
