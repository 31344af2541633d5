package console

import (
	"errors"
	"net/url"
	"slices"
	"strings"

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
	User       *adminapi.UserDetail // nil if there is no user
	Truncated  bool                 // the user may have more sessions, methods or debts
	Points     []adminapi.Point     `json:"-"`
	MorePoints bool                 `json:"-"` // than are shown
	Faults     []adminapi.Fault
	Requests   []adminapi.Entry // the latest
	Options    adminapi.Options
}

const (
	maxSessions    = 20  // sessions of a user that the admin API lists
	maxRows        = 100 // payment methods or debts that it lists
	maxUsers       = "50"
	maxPoints      = "200"
	latestRequests = "8"
)

func (r *request) world() (view, error) {
	id := r.PathValue("world")
	page := worldPage{OwnToken: !strings.HasPrefix(id, "mock."), Search: r.URL.Query().Get("search")}
	var points struct {
		Points []adminapi.Point `json:"charge_points"`
		Next   string
	}
	err := r.admin.get(worldPath(id, "charge-points")+"?"+pageQuery(maxPoints, ""), &points)
	if err != nil {
		return view{}, err
	}
	page.Points, page.MorePoints = points.Points, points.Next != ""
	if page.Scenarios, err = all[adminapi.Scenario](r.admin, "/scenarios", "scenarios"); err != nil {
		return view{}, err
	}
	err = errors.Join(
		r.admin.get(worldPath(id), &page.World),
		r.admin.get(worldPath(id, "clock"), &page.Clock),
		r.admin.shown(worldPath(id, "users")+"?"+url.Values{"search": {page.Search}, "limit": {maxUsers}}.Encode(), &page.Users),
		r.admin.get("/options", &page.Options),
		r.admin.shown(worldPath(id, "faults"), &page),
		r.admin.get(worldPath(id, "requests")+"?limit="+latestRequests, &page),
	)
	if err != nil {
		return view{}, err
	}
	if i := slices.IndexFunc(page.Scenarios, func(s adminapi.Scenario) bool { return s.Name == page.Scenario }); i >= 0 {
		page.Title = page.Scenarios[i].Title
	}
	user := r.URL.Query().Get("user")
	if user == "" && len(page.Users.Users) > 0 {
		user = page.Users.Users[0].ID
	}
	if user != "" {
		if err := r.admin.shown(worldPath(id, "users", user), &page.User); err != nil {
			return view{}, err
		}
		page.Truncated = len(page.User.Sessions) >= maxSessions || len(page.User.Methods) >= maxRows || len(page.User.Debts) >= maxRows
	}
	return view{Page: "world", Title: id, World: id, Data: page}, nil
}
