package console

import (
	"slices"
	"strings"
)

// A startPage is what the first page shows.
type startPage struct {
	URL     string
	Gallery []shelf
	Worlds  []worldInfo
	More    int // worlds that are not listed
	Points  []chargePoint
}

// A shelf is the scenarios about one thing.
type shelf struct {
	Title, Text string
	Scenarios   []scenarioInfo
}

// firstWorlds is how many worlds the first page lists; the most recently used
// ones come first.
const firstWorlds = 12

func (v *visit) start() (view, error) {
	var scenarios struct{ Scenarios []scenarioInfo }
	var worlds struct{ Worlds []worldInfo }
	var points struct {
		Points []chargePoint `json:"charge_points"`
	}
	for path, into := range map[string]any{"/scenarios": &scenarios, "/worlds": &worlds, "/charge-points": &points} {
		if err := v.admin.get(path, into); err != nil {
			return view{}, err
		}
	}
	page := startPage{URL: v.cfg.Base(v.r), Gallery: gallery(scenarios.Scenarios), Worlds: worlds.Worlds, Points: points.Points}
	page.More = max(0, len(page.Worlds)-firstWorlds)
	page.Worlds = page.Worlds[:len(page.Worlds)-page.More]
	return view{Page: "start", Title: "Home", Data: page}, nil
}

// gallery sorts scenarios by the operation whose rules they prove.
func gallery(all []scenarioInfo) []shelf {
	shelves := []shelf{
		{Title: "Removing a payment method", Text: "Every restriction, and how to clear it."},
		{Title: "Starting a session", Text: "Every way a start can be refused."},
		{Title: "Stopping a session"},
		{Title: "Deleting a user"},
		{Title: "Everything else", Text: "Complete journeys, cards, long histories and invalid input."},
	}
	prefixes := []string{"remove-payment-method/", "start-charging/", "stop-charging/", "delete-user/", ""}
	for _, s := range all {
		first := ""
		if len(s.Proves) > 0 {
			first = s.Proves[0]
		}
		i := slices.IndexFunc(prefixes, func(p string) bool { return strings.HasPrefix(first, p) })
		if s.Name == "removable" { // proves that no rule is in the way
			i = 0
		}
		shelves[i].Scenarios = append(shelves[i].Scenarios, s)
	}
	return slices.DeleteFunc(shelves, func(s shelf) bool { return len(s.Scenarios) == 0 })
}

// open leads to the world of a scenario, under a name of the visitor's choice.
// Of one that was there already it says so, for it may look quite different
// from its scenario by now.
func (v *visit) open() (flash, string, error) {
	id := "mock." + strings.TrimSpace(v.r.PostForm.Get("scenario"))
	if own := strings.TrimSpace(v.r.PostForm.Get("name")); own != "" {
		id += "." + own
	}
	var worlds struct{ Worlds []worldInfo }
	if err := v.admin.get("/worlds", &worlds); err != nil {
		return flash{}, "", err
	}
	if slices.ContainsFunc(worlds.Worlds, func(w worldInfo) bool { return w.ID == id }) {
		return done("This world already existed and may have changed. Reset starts it from its scenario again."), path(id), nil
	}
	if err := v.admin.get(path(id), nil); err != nil {
		return mendable(err, "/")
	}
	return flash{}, path(id), nil
}
