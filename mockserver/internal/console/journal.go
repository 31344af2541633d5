package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
)

// A journalPage is the data of a world's journal.
type journalPage struct {
	Requests   []adminapi.Entry
	Filter     map[string]string
	Filtered   bool
	Total      int `json:"count"` // of all matching requests, shown or not
	Operations []string
}

// maxRequests is how many requests the journal shows.
const maxRequests = 200

func (r *request) journal() (view, error) {
	world := r.PathValue("world")
	page := journalPage{Filter: map[string]string{}}
	filter := map[string]any{}
	for _, name := range []string{"operation", "method", "path", "status", "rule", "user"} {
		value := strings.TrimSpace(r.URL.Query().Get(name))
		page.Filter[name] = value
		if value == "" {
			continue
		}
		page.Filtered, filter[name] = true, value
		if name != "status" {
			continue
		}
		status, err := strconv.Atoi(value)
		if err != nil {
			return view{}, adminapi.BadValue("status", "Invalid status %q: want a number, such as 400.", value)
		}
		filter[name] = status
	}
	err := errors.Join(
		r.admin.get("/options", &page), r.admin.do(http.MethodPost, worldPath(world, "requests", "count"), filter, &page),
	)
	switch {
	case err != nil:
	case page.Filtered:
		err = r.admin.do(http.MethodPost, worldPath(world, "requests", "find"), filter, &page)
	default: // only as many as are shown, since bodies make them large
		err = r.admin.get(worldPath(world, "requests")+"?limit="+strconv.Itoa(maxRequests), &page)
	}
	if err != nil {
		return view{}, err
	}
	page.Requests = page.Requests[:min(len(page.Requests), maxRequests)]
	page.Total = max(page.Total, len(page.Requests)) // more may have arrived in between
	return view{Page: "journal", Title: "Journal of " + world, World: world, Data: page}, nil
}

// An entryPage is the data of one request.
type entryPage struct {
	adminapi.Entry
	World         string
	URL           string // path and query
	Why           adminapi.Explanation
	Curl, Step    string
	NoStep        string // why there is no step; empty if there is one
	Before, After string
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
	page.Before, page.After = pretty(page.Why.Before), pretty(page.Why.After)
	return view{Page: "request", Title: page.Method + " " + page.Path, World: world, Data: page}, nil
}
