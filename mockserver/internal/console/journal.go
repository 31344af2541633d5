package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A journalPage is what a world was asked.
type journalPage struct {
	World      string
	Requests   []entry
	Filter     map[string]string
	Filtered   bool
	Total      int
	Operations []string
}

// shownRequests is how many entries the journal shows at once.
const shownRequests = 200

func (v *visit) journal() (view, error) {
	id := v.r.PathValue("world")
	page := journalPage{World: id, Filter: map[string]string{}, Operations: v.cfg.Operations}
	filter := map[string]any{}
	for _, name := range []string{"operation", "method", "path", "status", "rule", "user"} {
		value := strings.TrimSpace(v.r.URL.Query().Get(name))
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
			return view{}, &problem{Status: http.StatusUnprocessableEntity, Title: "Unprocessable Entity", Detail: fmt.Sprintf("Invalid status %q: want a number, such as 400.", value)}
		}
		filter[name] = status
	}
	var found struct{ Requests []entry }
	var total struct{ Count int }
	if err := v.admin.do(http.MethodPost, path(id, "requests", "count"), filter, &total); err != nil {
		return view{}, err
	}
	var err error
	if page.Filtered {
		err = v.admin.do(http.MethodPost, path(id, "requests", "find"), filter, &found)
	} else { // bodies make entries large, and most are not shown
		err = v.admin.get(path(id, "requests")+"?limit="+strconv.Itoa(shownRequests), &found)
	}
	if err != nil {
		return view{}, err
	}
	page.Requests = found.Requests[:min(len(found.Requests), shownRequests)]
	page.Total = max(total.Count, len(page.Requests)) // more may have come in between
	return view{Page: "journal", Title: "Journal of " + id, World: id, Data: page}, nil
}

// A requestPage is one request, with why it got its answer.
type requestPage struct {
	entry
	World         string
	Why           explanation
	Curl, Step    string
	NoStep        string // why there is none
	Before, After string
}

func (v *visit) request() (view, error) {
	world, id := v.r.PathValue("world"), v.r.PathValue("request")
	page := requestPage{World: world}
	for _, ask := range []struct {
		what []string
		into any
	}{
		{[]string{"requests", id}, &page.entry}, {[]string{"requests", id, "explain"}, &page.Why},
		{[]string{"requests", id, "curl"}, &page.Curl},
	} {
		if err := v.admin.get(path(world, ask.what...), ask.into); err != nil {
			return view{}, err
		}
	}
	err := v.admin.get(path(world, "requests", id, "step"), &page.Step)
	var p *problem
	if errors.As(err, &p) && p.Status == http.StatusConflict { // not every request can be one
		page.NoStep, err = p.Detail, nil
	}
	if err != nil {
		return view{}, err
	}
	page.Before, page.After = pretty(page.Why.Before), pretty(page.Why.After)
	return view{Page: "request", Title: page.Method + " " + page.Path, World: world, Data: page}, nil
}

// URL is what was asked for, the query included.
func (e entry) URL() string {
	if e.Query == "" {
		return e.Path
	}
	return e.Path + "?" + e.Query
}

func (v *visit) forget(world string) (flash, error) {
	err := v.admin.do(http.MethodDelete, path(world, "requests"), nil, nil)
	return done("Journal cleared."), err
}

// JournalLink leads to the requests of a user.
func (u userInfo) JournalLink(world string) string {
	return path(world, "journal") + "?" + url.Values{"user": {u.ID}}.Encode()
}
