package console

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A homePage is the data of the home page.
type homePage struct {
	URL     string
	Search  string // words that the scenarios have
	Topic   string // the only one whose scenarios are shown, or ""
	Found   int    // scenarios
	Gallery []shelf
	Wanted  string // words that the worlds have
	Worlds  []adminapi.World
	// The page without a search for scenarios, and without one for worlds.
	AllScenarios, AllWorlds string
	Pages                   map[string]pager // of worlds and scenarios
	Points                  []adminapi.KnownPoint
}

const (
	worldsShown = 10
	tilesShown  = 8  // of a shelf, unless one topic is shown
	tilesOfPage = 40 // of one topic, or of a search
)

func (r *request) home() (view, error) {
	query := r.URL.Query()
	page := homePage{
		URL: r.h.cfg.Base(r.Request), Search: strings.TrimSpace(query.Get("search")), Topic: query.Get("topic"),
		Wanted: strings.TrimSpace(query.Get("worlds")), Pages: map[string]pager{},
		AllScenarios: without(r.URL, query, "search", "topic", "from"), AllWorlds: without(r.URL, query, "worlds", "after"),
	}
	scenarios, err := all[adminapi.Scenario](r.admin, "/scenarios", "scenarios")
	if err != nil {
		return view{}, err
	}
	if page.Points, err = all[adminapi.KnownPoint](r.admin, "/charge-points", "charge_points"); err != nil {
		return view{}, err
	}
	if err := r.addWorlds(&page); err != nil {
		return view{}, err
	}
	r.addGallery(&page, gallery(having(scenarios, page.Search)))
	return view{Page: "home", Title: "Home", Data: page}, nil
}

// addWorlds adds a page of the worlds, or of those that are searched for.
func (r *request) addWorlds(page *homePage) error {
	query := r.URL.Query()
	var list struct {
		Worlds []adminapi.World
		Next   string
	}
	search := url.Values{"search": {page.Wanted}}.Encode()
	if err := r.admin.get("/worlds?"+pageQuery(strconv.Itoa(worldsShown), query.Get("after"))+"&"+search, &list); err != nil {
		return err
	}
	page.Worlds, page.Pages["worlds"] = list.Worlds, newPager(r.URL, query, "after", list.Next)
	return nil
}

// addGallery adds some scenarios of each topic or, if one topic is shown or
// searched for, a page of all.
func (r *request) addGallery(page *homePage, shelves []shelf) {
	var found []adminapi.Scenario
	for _, s := range shelves {
		if page.Topic == "" || s.Group == page.Topic {
			found = append(found, s.Scenarios...)
		}
	}
	page.Found = len(found)
	if page.Topic == "" && page.Search == "" {
		for i, s := range shelves {
			shelves[i].More = max(0, len(s.Scenarios)-tilesShown)
			shelves[i].Scenarios = s.Scenarios[:len(s.Scenarios)-shelves[i].More]
		}
		page.Gallery = shelves
		return
	}
	query := r.URL.Query()
	from, err := strconv.Atoi(query.Get("from"))
	if err != nil || from < 0 || from >= len(found) {
		from = 0
	}
	to, next := min(from+tilesOfPage, len(found)), ""
	if to < len(found) {
		next = strconv.Itoa(to)
	}
	page.Gallery, page.Pages["scenarios"] = gallery(found[from:to]), newPager(r.URL, query, "from", next)
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
	More        int      // scenarios of the topic that are not shown
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
		name = strings.TrimPrefix(r.newWorld(r.field("scenario")), scenario)
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
