package console

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A worldPage is what the page of one world shows.
type worldPage struct {
	worldInfo
	Own        bool // of a token of somebody's own, which is not its name
	Clock      clockInfo
	Title      string // of its scenario
	Scenarios  []scenarioInfo
	Users      userList
	Search     string
	User       *userView // nil: the world has none
	Points     []chargePoint
	Faults     []fault
	Requests   []entry // the latest
	Violations []string
	Options    options
}

// A userView is a user with the pictures of the sessions.
type userView struct {
	userInfo
	Sessions []sessionView
	Cards    []methodView
	Cut      bool // there may be earlier sessions
}

// A methodView is a payment method with what lifts the rules in its way.
type methodView struct {
	method
	Lifts []deedButton
}

// A sessionView is a session with its pictures.
type sessionView struct {
	session
	Life  lifePicture
	Curve *curvePicture // nil: the meter has sent nothing
	Bar   barPicture
}

// listedSessions is how many sessions of a user the admin API lists.
const listedSessions = 20

// latest is how many requests the page of a world shows.
const latest = 8

func (v *visit) world() (view, error) {
	id := v.r.PathValue("world")
	page := worldPage{Own: !strings.HasPrefix(id, "mock."), Search: v.r.URL.Query().Get("search"), Options: v.options()}
	var scenarios struct{ Scenarios []scenarioInfo }
	var points struct {
		Points []chargePoint `json:"charge_points"`
	}
	var faults struct{ Faults []fault }
	var requests struct{ Requests []entry }
	var books struct{ Violations []string }
	for _, ask := range []struct {
		path string
		into any
	}{
		{path(id), &page.worldInfo}, {path(id, "clock"), &page.Clock}, {"/scenarios", &scenarios},
		{path(id, "users") + "?" + url.Values{"search": {page.Search}, "limit": {"50"}}.Encode(), &page.Users},
		{path(id, "charge-points"), &points}, {path(id, "faults"), &faults},
		{path(id, "requests") + "?limit=" + strconv.Itoa(latest), &requests}, {path(id, "invariants"), &books},
	} {
		if err := v.admin.get(ask.path, ask.into); err != nil {
			return view{}, err
		}
	}
	page.Scenarios, page.Points, page.Faults = scenarios.Scenarios, points.Points, faults.Faults
	page.Requests, page.Violations = requests.Requests, books.Violations
	if i := slices.IndexFunc(page.Scenarios, func(s scenarioInfo) bool { return s.Name == page.Scenario }); i >= 0 {
		page.Title = page.Scenarios[i].Title
	}
	var err error
	if page.User, err = v.user(id, page.Users, page.Clock.Now); err != nil {
		return view{}, err
	}
	return view{Page: "world", Title: id, World: id, Data: page}, nil
}

// user is the one that is asked for, or the first.
func (v *visit) user(world string, users userList, now time.Time) (*userView, error) {
	id := v.r.URL.Query().Get("user")
	if id == "" && len(users.Users) > 0 {
		id = users.Users[0].ID
	}
	if id == "" {
		return nil, nil
	}
	var u userView
	if err := v.admin.get(path(world, "users", id), &u.userInfo); err != nil {
		return nil, err
	}
	u.Cut = len(u.userInfo.Sessions) >= listedSessions
	for _, s := range u.userInfo.Sessions {
		u.Sessions = append(u.Sessions, sessionView{session: s, Life: life(s.State), Curve: curve(s, now), Bar: bar(s.Hold, s.Cost)})
	}
	for _, m := range u.Methods {
		u.Cards = append(u.Cards, methodView{method: m, Lifts: lifts(world, u.userInfo, m, now)})
	}
	return &u, nil
}
