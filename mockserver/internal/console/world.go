package console

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A worldPage is the data of a world's page.
type worldPage struct {
	adminapi.World
	OwnToken   bool // of a token that is not a mock token, so it is not the id
	Clock      adminapi.Clock
	Title      string // of its scenario
	Scenarios  []adminapi.Scenario
	Users      adminapi.UserList
	Search     string
	User       *userView // nil if there is no user
	Points     []adminapi.Point
	Faults     []adminapi.Fault
	Requests   []adminapi.Entry // the latest
	Violations []string
	Options    adminapi.Options
}

// A userView is a user with what the page adds.
type userView struct {
	adminapi.UserDetail
	Sessions    []sessionView
	Methods     []methodView
	Truncated   bool   // there may be earlier sessions
	JournalPath string // of the user's requests
}

// A methodView is a payment method with buttons that clear the rules which
// prevent its removal.
type methodView struct {
	adminapi.Method
	Name     string
	Remedies []button
}

// A sessionView is a session with its charts.
type sessionView struct {
	adminapi.SessionDetail
	Lifecycle  lifecycleChart
	MeterChart *meterChart // nil without readings
	CostChart  costChart
}

const (
	maxSessions    = 20 // sessions of a user that the admin API lists
	maxUsers       = "50"
	latestRequests = "8"
)

func (r *request) world() (view, error) {
	id := r.PathValue("world")
	page := worldPage{OwnToken: !strings.HasPrefix(id, "mock."), Search: r.URL.Query().Get("search")}
	var scenarios adminapi.ScenarioList
	var points adminapi.PointList
	var faults adminapi.FaultList
	var requests adminapi.RequestList
	var invariants adminapi.Invariants
	for _, part := range []struct {
		path string
		v    any
	}{
		{worldPath(id), &page.World}, {worldPath(id, "clock"), &page.Clock}, {"/scenarios", &scenarios}, {"/options", &page.Options},
		{worldPath(id, "users") + "?" + url.Values{"search": {page.Search}, "limit": {maxUsers}}.Encode(), &page.Users},
		{worldPath(id, "charge-points"), &points}, {worldPath(id, "faults"), &faults},
		{worldPath(id, "requests") + "?limit=" + latestRequests, &requests}, {worldPath(id, "invariants"), &invariants},
	} {
		if err := r.admin.get(part.path, part.v); err != nil {
			return view{}, err
		}
	}
	page.Scenarios, page.Points, page.Faults = scenarios.Scenarios, points.Points, faults.Faults
	page.Requests, page.Violations = requests.Requests, invariants.Violations
	if i := slices.IndexFunc(page.Scenarios, func(s adminapi.Scenario) bool { return s.Name == page.Scenario }); i >= 0 {
		page.Title = page.Scenarios[i].Title
	}
	var err error
	if page.User, err = r.user(id, page.Users, page.Clock.Now); err != nil {
		return view{}, err
	}
	return view{Page: "world", Title: id, World: id, Data: page}, nil
}

// user returns the user in the query, or else the first one listed. It returns
// nil if there is none.
func (r *request) user(world string, users adminapi.UserList, now time.Time) (*userView, error) {
	id := r.URL.Query().Get("user")
	if id == "" && len(users.Users) > 0 {
		id = users.Users[0].ID
	}
	if id == "" {
		return nil, nil
	}
	var u userView
	if err := r.admin.get(worldPath(world, "users", id), &u.UserDetail); err != nil {
		return nil, err
	}
	u.Truncated = len(u.UserDetail.Sessions) >= maxSessions
	u.JournalPath = worldPath(world, "journal") + "?" + url.Values{"user": {id}}.Encode()
	for _, s := range u.UserDetail.Sessions {
		u.Sessions = append(u.Sessions, sessionView{
			SessionDetail: s, Lifecycle: chartLifecycle(s.State), MeterChart: chartMeter(s, now), CostChart: chartCost(s.Hold, s.Cost),
		})
	}
	for _, m := range u.UserDetail.Methods {
		u.Methods = append(u.Methods, methodView{Method: m, Name: methodName(m), Remedies: remedies(world, u.UserDetail, m, now)})
	}
	return &u, nil
}
