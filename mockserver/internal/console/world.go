package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A worldPage is the data of a world's page. Of each list it has one page.
type worldPage struct {
	adminapi.World
	OwnToken  bool // of a token that is not a mock token, so it is not the id
	Clock     adminapi.Clock
	Title     string // of its scenario
	Scenarios []adminapi.Scenario
	Users     adminapi.UserList
	Search    string
	User      *adminapi.UserDetail         // nil if there is no user
	Hidden    struct{ Waiting, Debts int } `json:"-"` // of the user, not shown
	Points    []adminapi.Point             `json:"-"`
	Faults    []adminapi.Fault
	Requests  []adminapi.Entry // the latest
	Options   adminapi.Options
	Changes   []shownChange    `json:"-"`
	Pages     map[string]pager `json:"-"` // of users, methods, sessions, points, faults and changes
	After     string           `json:"-"` // the user before the page of users, or ""
}

const (
	rowsShown      = 10 // users, payment methods, sessions or faults of a page
	noticesShown   = 5  // debts, or intents that wait
	pointsShown    = 50
	scenariosShown = 100 // that the form to reset suggests
	latestRequests = "8"
)

func (r *request) world() (view, error) {
	id := r.PathValue("world")
	page := worldPage{OwnToken: !strings.HasPrefix(id, "mock."), Search: r.URL.Query().Get("search"), After: r.URL.Query().Get("after"), Pages: map[string]pager{}}
	var err error
	if page.Scenarios, err = all[adminapi.Scenario](r.admin, "/scenarios", "scenarios"); err != nil {
		return view{}, err
	}
	err = errors.Join(
		r.admin.get(worldPath(id), &page.World),
		r.admin.get(worldPath(id, "clock"), &page.Clock),
		r.admin.get("/options", &page.Options),
		r.admin.get(worldPath(id, "requests")+"?limit="+latestRequests, &page),
		r.addLists(&page),
		r.addChanges(&page),
	)
	if err != nil {
		return view{}, err
	}
	if i := slices.IndexFunc(page.Scenarios, func(s adminapi.Scenario) bool { return s.Name == page.Scenario }); i >= 0 {
		page.Title = page.Scenarios[i].Title
	}
	page.Scenarios = page.Scenarios[:min(len(page.Scenarios), scenariosShown)]
	if err := r.addUser(&page); err != nil {
		return view{}, err
	}
	return view{Page: "world", Title: id, World: id, Data: page}, nil
}

// addLists adds users, charge points and faults.
func (r *request) addLists(page *worldPage) error {
	id := r.PathValue("world")
	var points struct {
		Points []adminapi.Point `json:"charge_points"`
		Next   string
	}
	var faults struct {
		Faults []adminapi.Fault
		Next   string
	}
	users := worldPath(id, "users") + "?" + url.Values{"search": {page.Search}}.Encode() + "&"
	err := errors.Join(
		r.list("after", users, rowsShown, &page.Users),
		r.list("points", worldPath(id, "charge-points")+"?", pointsShown, &points),
		r.list("faults", worldPath(id, "faults")+"?", rowsShown, &faults),
	)
	page.Points, page.Faults = points.Points, faults.Faults
	query := r.URL.Query()
	page.Pages["users"] = newPager(r.URL, query, "after", page.Users.Next)
	page.Pages["points"], page.Pages["faults"] = newPager(r.URL, query, "points", points.Next), newPager(r.URL, query, "faults", faults.Next)
	return err
}

// list gets the page of a list that a parameter of the address names. If what it
// names is gone, that is the first page.
func (r *request) list(param, path string, limit int, v any) error {
	after := r.URL.Query().Get(param)
	err := r.admin.shown(path+pageQuery(strconv.Itoa(limit), after), v)
	var p *adminapi.Problem
	if after != "" && errors.As(err, &p) && p.Status == http.StatusUnprocessableEntity {
		return r.admin.shown(path+pageQuery(strconv.Itoa(limit), ""), v)
	}
	return err
}

// addUser adds the user that the address names, or the newest one, with the parts
// of its lists that the address names.
func (r *request) addUser(page *worldPage) error {
	query := r.URL.Query()
	user := query.Get("user")
	if user == "" && len(page.Users.Users) > 0 {
		user = page.Users.Users[0].ID
	}
	if user == "" {
		return nil
	}
	skip := func(name string) int { n, _ := strconv.Atoi(query.Get(name)); return min(max(n, 0), 1_000_000) } // 0 if it is no number
	methods, sessions := skip("methods"), skip("sessions")
	path := fmt.Sprintf("%s?skip_payment_methods=%d&skip_sessions=%d", worldPath(r.PathValue("world"), "users", user), methods, sessions)
	if err := r.admin.shown(path, &page.User); err != nil {
		return err
	}
	u := page.User
	u.Methods, u.Sessions = u.Methods[:min(len(u.Methods), rowsShown)], u.Sessions[:min(len(u.Sessions), rowsShown)]
	page.Hidden.Waiting, page.Hidden.Debts = max(0, len(u.Waiting)-noticesShown), max(0, len(u.Debts)-noticesShown)
	u.Waiting, u.Debts = u.Waiting[:len(u.Waiting)-page.Hidden.Waiting], u.Debts[:len(u.Debts)-page.Hidden.Debts]
	next := func(skip, shown, count int) string {
		if skip+shown >= count {
			return ""
		}
		return strconv.Itoa(skip + shown)
	}
	query.Set("user", user)
	page.Pages["methods"] = newPager(r.URL, query, "methods", next(methods, len(u.Methods), u.MethodCount))
	page.Pages["sessions"] = newPager(r.URL, query, "sessions", next(sessions, len(u.Sessions), u.SessionCount))
	return nil
}

// UserLink returns the address of a user on the same page of users.
func (p worldPage) UserLink(id string) string {
	query := url.Values{"user": {id}}
	if p.Search != "" {
		query.Set("search", p.Search)
	}
	if p.After != "" {
		query.Set("after", p.After)
	}
	return worldPath(p.ID) + "?" + query.Encode()
}
