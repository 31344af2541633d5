package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A journalPage is the data of a world's journal.
type journalPage struct {
	Requests   []adminapi.Entry
	Filter     map[string]string
	Filtered   bool
	Details    bool // other fields than the search box are in use
	Total      int  `json:"count"` // of all matching requests, shown or not
	Operations []string
	Next       string           // the last request, if there are more
	Pages      pager            `json:"-"`
	Marked     map[string]bool  `json:"-"` // ids of marked requests
	Elsewhere  []adminapi.Entry `json:"-"` // marked requests that the page does not show
}

// maxRequests is how many requests a page of the journal shows.
const maxRequests = "100"

func (r *request) journal() (view, error) {
	world := r.PathValue("world")
	page := journalPage{Filter: map[string]string{}}
	filter := map[string]any{}
	for _, name := range []string{"text", "operation", "method", "path", "status", "rule", "user"} {
		value := strings.TrimSpace(r.URL.Query().Get(name))
		page.Filter[name] = value
		if value == "" {
			continue
		}
		page.Filtered, filter[name] = true, value
		page.Details = page.Details || name != "text"
		if name != "status" {
			continue
		}
		status, err := strconv.Atoi(value)
		if err != nil {
			return view{}, adminapi.BadValue("status", "Invalid status %q: want a number, such as 400.", value)
		}
		filter[name] = status
	}
	after := r.URL.Query().Get("after")
	page.Filter["after"] = after
	err := errors.Join(
		r.admin.get("/options", &page), r.admin.do(http.MethodPost, worldPath(world, "requests", "count"), filter, &page),
		r.admin.do(http.MethodPost, worldPath(world, "requests", "find")+"?"+pageQuery(maxRequests, after), filter, &page),
	)
	if err != nil {
		return view{}, err
	}
	if err := r.addMarks(&page); err != nil {
		return view{}, err
	}
	page.Pages = newPager(r.URL, r.URL.Query(), "after", page.Next)
	page.Total = max(page.Total, len(page.Requests)) // more may have arrived in between
	return view{Page: "journal", Title: "Journal of " + world, World: world, Data: page}, nil
}

// addMarks adds which requests are marked. Those that the journal no longer has
// are no longer marked.
func (r *request) addMarks(page *journalPage) error {
	page.Marked = map[string]bool{}
	for _, id := range r.marks() {
		page.Marked[id] = true
		if slices.ContainsFunc(page.Requests, func(e adminapi.Entry) bool { return e.ID == id }) {
			continue
		}
		var e adminapi.Entry
		var p *adminapi.Problem
		err := r.admin.get(worldPath(r.PathValue("world"), "requests", id), &e)
		switch {
		case err == nil:
			page.Elsewhere = append(page.Elsewhere, e)
		case !errors.As(err, &p) || p.Status != http.StatusNotFound:
			return err
		}
	}
	return nil
}

// An entryPage is the data of one request.
type entryPage struct {
	adminapi.Entry
	World      string
	URL        string // path and query
	Why        adminapi.Explanation
	Curl, Step string
	NoStep     string        // why there is no step; empty if there is one
	State      []pairOfLines // of the user before and after
	Changed    bool
	Read       bool // the request can change nothing
}

func (r *request) entry() (view, error) {
	world, id := r.PathValue("world"), r.PathValue("request")
	page := entryPage{World: world}
	err := errors.Join(
		r.admin.get(worldPath(world, "requests", id), &page.Entry),
		r.admin.get(worldPath(world, "requests", id, "explain"), &page.Why),
		r.admin.get(worldPath(world, "requests", id, "curl"), &page.Curl),
	)
	if err != nil {
		return view{}, err
	}
	err = r.admin.get(worldPath(world, "requests", id, "step"), &page.Step)
	var p *adminapi.Problem
	if errors.As(err, &p) && p.Status == http.StatusConflict { // not every request can be a step
		page.NoStep, err = p.Detail, nil
	}
	if err != nil {
		return view{}, err
	}
	if page.URL = page.Path; page.Query != "" {
		page.URL += "?" + page.Query
	}
	page.State = align(lines(pretty(page.Why.Before)), lines(pretty(page.Why.After)))
	page.Changed = slices.ContainsFunc(page.State, func(p pairOfLines) bool { return !p.Same })
	page.Read = page.Method == http.MethodGet || page.Method == http.MethodHead || page.Method == http.MethodOptions
	return view{Page: "request", Title: page.Method + " " + page.Path, World: world, Data: page}, nil
}
