package cases

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/go-cmp/cmp"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/shape"
)

var detailsCases = functions{
	"stations/details": func(a *contract.API) {
		list := around(a, berlin+"&distance=2000&page_size=5")
		for _, s := range list[:min(len(list), 2)] {
			if s.ID == nil {
				a.Fatalf("the station %s has no id to look it up by", s.key())
			}
			a.Equal("the station by its id", s.identity(), details(a, "station_id", *s.ID).identity())
			if len(s.EVSEs) == 0 {
				a.Fatalf("the station %s has no charge point", s.key())
			}
			for _, e := range []stationEVSE{s.EVSEs[0], s.EVSEs[len(s.EVSEs)-1]} {
				a.Equal("the station by its charge point "+e.ID, s.identity(), details(a, "evse_id", e.ID).identity())
			}
		}
	},
	// The field that depends on the time is ignored. A charge point that changes
	// its state between two calls does not do so again in the second attempt.
	"stations/details-agree": func(a *contract.API) {
		list := results(a, a.Want(a.Get(berlin+"&distance=5000&page_size=12"), http.StatusOK))
		if len(list) == 0 {
			a.Skipf("no station in Berlin")
		}
		untimed := cmp.FilterPath(func(p cmp.Path) bool {
			step, ok := p.Last().(cmp.MapIndex)
			return ok && step.Key().String() == "local_datetime"
		}, cmp.Ignore())
		for _, s := range list {
			id, _ := s["id"].(string)
			byID := contract.Into[map[string]any](a, a.Want(a.Get(detailsPath("station_id", id)), http.StatusOK))
			if a.Equal("the station "+id+" in search and details", s, byID, untimed); a.Failed() {
				return // the others differ in the same way
			}
		}
	},
	"stations/virtual-points": func(a *contract.API) {
		for _, evse := range append(contract.ProgressPoints(), contract.SharedPoints()...) {
			s := details(a, "evse_id", evse)
			a.True(slices.ContainsFunc(s.EVSEs, func(e stationEVSE) bool { return e.ID == evse }), "the station of %s does not list it", evse)
			i := slices.IndexFunc(s.Groups, func(g priceGroup) bool { return slices.Contains(g.EVSEs, evse) })
			if i < 0 {
				a.Errorf("no price group of the station is for %s", evse)
				continue
			}
			hold, err := strconv.ParseFloat(s.Groups[i].Hold, 64)
			a.True(err == nil && hold > 0, "pre_authorization_amount of %s: wanted an amount above zero, got %s", evse, s.Groups[i].Hold)
		}
	},
	"stations/usual-fields": func(a *contract.API) {
		answer := a.Get(berlin + "&distance=5000&page_size=20")
		complete(a, a.Want(answer, http.StatusOK), "page of station")
		found := contract.Into[contract.Page[station]](a, answer).Results
		if len(found) == 0 {
			a.Skipf("no station in Berlin")
		}
		logos := slices.ContainsFunc(found, func(s station) bool { return s.Logo != nil })
		a.True(logos, "logo_url: no station has one")
		answer = a.Want(a.Get(detailsPath("evse_id", contract.ProgressPoints()[0])), http.StatusOK)
		complete(a, answer, "station")
		a.True(contract.Into[station](a, answer).Logo != nil, "logo_url: missing for the station of %s", contract.ProgressPoints()[0])
	},
	"stations/prices": func(a *contract.API) {
		seen := 0
		for _, s := range around(a, berlin+"&distance=5000&page_size=20") {
			for _, g := range s.Groups {
				for _, kind := range priceKinds() {
					for _, lines := range g.Prices[kind] {
						for _, l := range lines {
							seen++
							want := degrees(a, l.Net) * (1 + l.Tax/100)
							if kind == "time_price" || kind == "blocking_fee" {
								want /= 60
							}
							a.True(math.Abs(want-degrees(a, l.Shown)) <= 0.0101, "%s of station %s: net %s with %g %% tax is %.4f, shown is %s",
								kind, s.key(), l.Net, l.Tax, want, l.Shown)
						}
					}
				}
			}
		}
		a.True(seen > 0, "no station in Berlin has a price")
	},
	"stations/consistent": func(a *contract.API) {
		names := map[string]bool{}
		for _, p := range partners(a) {
			names[p.Name] = true
		}
		for _, s := range around(a, berlin+"&distance=5000&page_size=20") {
			a.True(s.Partner == names[s.Operator.Name], "is_partner of station %s is %t, with %s among the partners: %t", s.key(), s.Partner, s.Operator.Name, names[s.Operator.Name])
			free := slices.ContainsFunc(s.EVSEs, func(e stationEVSE) bool { return e.Status == "AVAILABLE" })
			a.True(free == (s.Status == "free"), "status of station %s is %q, with a free charge point: %t", s.key(), s.Status, free)
			in := map[string]int{}
			for _, g := range s.Groups {
				for _, evse := range g.EVSEs {
					in[evse]++
					known := slices.ContainsFunc(s.EVSEs, func(e stationEVSE) bool { return e.ID == evse })
					a.True(known && in[evse] == 1, "evse_ids of station %s: %s is in %d price groups, and in evses: %t", s.key(), evse, in[evse], known)
				}
			}
			updated, err := time.Parse(time.RFC3339, s.Updated)
			now := a.Now()
			a.True(err != nil || now.IsZero() || updated.Before(now.Add(time.Minute)), "last_updated of station %s is in the future: %s, it is %v", s.key(), s.Updated, now)
		}
	},
	"stations/local-datetime": func(a *contract.API) {
		seen := 0
		for _, s := range around(a, berlin+"&distance=5000&page_size=20") {
			for _, g := range s.Groups {
				seen++
				a.True(shape.IsUTC(g.Time), "local_datetime of station %s: wanted a time in UTC that ends in Z, got %s", s.key(), g.Time)
				if t, err := time.Parse(time.RFC3339, g.Time); seen == 1 && err == nil {
					near(a, "local_datetime of station "+s.key(), t)
				}
			}
		}
		a.True(seen > 0, "no station in Berlin has a price")
	},
	"stations/partners": func(a *contract.API) {
		seen := map[string]bool{}
		for _, p := range partners(a) {
			a.True(!seen[p.Name], "%q comes twice", p.Name)
			seen[p.Name] = true
		}
	},
	"stations/partners-locked": func(a *contract.API) {
		w := a.Scenario("partners-locked")
		for range 2 {
			p := w.Refused(w.Get("/stations/partners/"), http.StatusLocked, "temporary_locked")
			w.True(is("not blank", p.Error.Details) && p.Error.Secret == "", "error: wanted details, and no secret")
		}
		w.Admin(http.MethodDelete, "/faults", nil)
		partners(w)
	},
	"stations/partner-logos": func(a *contract.API) {
		stations, seen := around(a, inBerlin+"&only_partners=true"), 0
		logos := map[string]string{}
		for _, p := range partners(a) {
			if p.Logo != nil {
				logos[p.Name] = *p.Logo
			}
		}
		for _, s := range stations {
			if s.Logo != nil {
				seen++
				a.Equal("logo_url of the partner "+s.Operator.Name, *s.Logo, logos[s.Operator.Name])
			}
		}
		if seen == 0 {
			a.Skipf("no partner's station in Berlin has a logo")
		}
	},
}

func priceKinds() []string {
	return []string{"time_price", "kwh_price", "blocking_fee", "session_fee", "starting_fee"}
}

func detailsPath(kind, id string) string {
	return "/stations/details/?type=" + kind + "&id=" + url.QueryEscape(id)
}

func details(a *contract.API, kind, id string) station {
	return contract.Into[station](a, shaped(a, a.Want(a.Get(detailsPath(kind, id)), http.StatusOK), "station"))
}

// identity returns the parts of a station that do not change between two calls.
func (s station) identity() map[string]any {
	evses := make([]string, len(s.EVSEs))
	for i, e := range s.EVSEs {
		evses[i] = e.ID
	}
	return map[string]any{
		"id": s.key(), "name": s.Name, "address": s.Address, "coordinates": s.Coordinates,
		"operator": s.Operator.Name, "evses": evses, "is_partner": s.Partner,
	}
}

type partner struct {
	Name string  `json:"name"`
	Logo *string `json:"logo_url"`
}

// partners returns the partners. Without any the case is inconclusive.
func partners(a *contract.API) []partner {
	list := partnerList(a)
	if len(list) == 0 {
		a.Skipf("there is no partner")
	}
	return list
}

func partnerList(a *contract.API) []partner {
	return contract.Into[[]partner](a, shaped(a, a.Want(a.Get("/stations/partners/"), http.StatusOK), "list of partner"))
}

// degrees parses a number that is sent as text.
func degrees(a *contract.API, s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		a.Fatalf("wanted a number as a text, got %q", s)
	}
	return f
}
