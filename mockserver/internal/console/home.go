package console

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A homePage is the data of the home page.
type homePage struct {
	URL     string
	Search  string // words that the scenarios have
	Gallery []shelf
	Worlds  []adminapi.World
	After   string                `json:"-"` // the world before the first; empty on the first page
	Next    string                // the last world, if there are more
	Points  []adminapi.KnownPoint `json:"-"`
}

// maxWorlds is how many worlds a page of the home page lists, newest first.
const maxWorlds = "12"

func (r *request) home() (view, error) {
	query := r.URL.Query()
	page := homePage{URL: r.h.cfg.Base(r.Request), After: query.Get("after"), Search: strings.TrimSpace(query.Get("search"))}
	scenarios, err := all[adminapi.Scenario](r.admin, "/scenarios", "scenarios")
	if err != nil {
		return view{}, err
	}
	if page.Points, err = all[adminapi.KnownPoint](r.admin, "/charge-points", "charge_points"); err != nil {
		return view{}, err
	}
	if err := r.admin.get("/worlds?"+pageQuery(maxWorlds, page.After), &page); err != nil {
		return view{}, err
	}
	page.Gallery = gallery(having(scenarios, page.Search))
	return view{Page: "home", Title: "Home", Data: page}, nil
}

// having returns the scenarios that have every word of a text in their name,
// title or rules, in any case.
func having(all []adminapi.Scenario, text string) []adminapi.Scenario {
	words := strings.Fields(strings.ToLower(text))
	return slices.DeleteFunc(all, func(s adminapi.Scenario) bool {
		has := strings.ToLower(s.Name + " " + s.Title + " " + strings.Join(s.Proves, " "))
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(has, word) })
	})
}

// A shelf is the scenarios of one topic.
type shelf struct {
	Group       string // its heading, shown above the first of its shelves
	Title, Text string // of the shelf within the group; the vendor's own words for the restrictions
	Scenarios   []adminapi.Scenario
	First       bool     // of its group
	rules       string   // prefix of the first rule that its scenarios prove
	also        []string // scenarios that belong to the topic and prove no rule
}

// gallery arranges scenarios by topic.
func gallery(all []adminapi.Scenario) []shelf {
	const removal = "Removing a payment method"
	shelves := []shelf{
		{Group: removal, Title: "Charging session is in progress", rules: "remove-payment-method/session-starting"},
		{Group: removal, Title: "Method is attached to the active session", rules: "remove-payment-method/method-on-active-session"},
		{Group: removal, Title: "Method is set as default", rules: "remove-payment-method/default-method"},
		{Group: removal, Title: "Active charging session present", rules: "remove-payment-method/active-session"},
		{Group: removal, Title: "CDR processing incomplete", rules: "remove-payment-method/cdr-pending"},
		{Group: removal, Title: "User debt exists", rules: "remove-payment-method/debt"},
		{Group: removal, Title: "No restriction, and others", rules: "remove-payment-method/", also: []string{"removable"}},
		{Group: "Starting a session", Text: "Every way a start can be refused.", rules: "start-charging/"},
		{Group: "Stopping a session", rules: "stop-charging/"},
		{Group: "Deleting a user", rules: "delete-user/"},
		{Group: "Everything else", Text: "Complete journeys, cards, long histories and invalid input."},
	}
	for _, s := range all {
		i := slices.IndexFunc(shelves, func(t shelf) bool {
			return slices.Contains(t.also, s.Name) || len(s.Proves) > 0 && strings.HasPrefix(s.Proves[0], t.rules)
		})
		if i < 0 {
			i = len(shelves) - 1
		}
		shelves[i].Scenarios = append(shelves[i].Scenarios, s)
	}
	shelves = slices.DeleteFunc(shelves, func(t shelf) bool { return len(t.Scenarios) == 0 })
	for i := range shelves {
		shelves[i].First = i == 0 || shelves[i-1].Group != shelves[i].Group
	}
	return shelves
}

// openWorld redirects to a new world of a scenario, or to the one with the name
// that the user has chosen. If that already existed, the flash says so, since it
// may no longer look like its scenario.
func (r *request) openWorld() (flash, string, error) {
	scenario, name := "mock."+r.field("scenario")+".", r.field("name")
	var f flash
	if name == "" {
		for name == "" || r.isOpen(scenario+name) {
			name = strconv.FormatInt(r.h.opened.Add(1), 10)
		}
	} else if r.isOpen(scenario + name) {
		f = flash{Kind: "done", Text: "This world already existed and may have changed. Reset starts it from its scenario again."}
	}
	if err := r.admin.get(worldPath(scenario+name), nil); err != nil {
		return flashError(flash{}, "/", err)
	}
	return f, worldPath(scenario + name), nil
}

// isOpen reports whether there is a world of an id, without opening it.
func (r *request) isOpen(id string) bool {
	return r.admin.get("/worlds?"+pageQuery("1", id), nil) == nil
}

// A trustPage is the data of the page on how far the fake can be trusted.
type trustPage struct {
	Groups      []ruleGroup
	Total       int
	Assumed     int
	Evidence    adminapi.Evidence
	Differences adminapi.Differences
}

// A ruleGroup is the rules of one operation.
type ruleGroup struct {
	Operation string
	Rules     []adminapi.Rule
}

func (r *request) trust() (view, error) {
	var page trustPage
	var rules struct{ Rules []adminapi.Rule }
	err := errors.Join(
		r.admin.get("/rules", &rules), r.admin.get("/evidence", &page.Evidence), r.admin.get("/differences", &page.Differences),
	)
	if err != nil {
		return view{}, err
	}
	page.Total = len(rules.Rules)
	for _, rule := range rules.Rules {
		if rule.Assumed {
			page.Assumed++
		}
		last := len(page.Groups) - 1
		if last < 0 || page.Groups[last].Operation != rule.Operation {
			page.Groups = append(page.Groups, ruleGroup{Operation: rule.Operation})
			last++
		}
		page.Groups[last].Rules = append(page.Groups[last].Rules, rule)
	}
	return view{Page: "trust", Title: "Trust", Data: page}, nil
}
