package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/admin/adminapi"
)

// A listing is a list of the admin API.
type listing struct {
	method, path string
	name, id     string         // of its items, and of their ids
	add          func(a *admin) // adds an item or uses one; nil: nothing can
}

var listings = map[string]listing{
	"worlds":       {method: "GET", path: "/worlds", name: "worlds", id: "id", add: func(a *admin) { a.ok("GET", "/worlds/"+a.Token("default"), "") }},
	"used worlds":  {method: "GET", path: "/worlds", name: "worlds", id: "id", add: useLast(http.MethodGet, "")},
	"reset worlds": {method: "GET", path: "/worlds", name: "worlds", id: "id", add: useLast(http.MethodPost, "/reset")},
	"found worlds": {method: "GET", path: "/worlds?search=Default+mock", name: "worlds", id: "id", add: func(a *admin) { a.ok("GET", "/worlds/"+a.Token("debt"), "") }},
	"users":        {method: "GET", path: "/worlds/{w}/users", name: "users", id: "id", add: func(a *admin) { a.vendor("POST", "/users/", `{}`) }},
	"found users": {
		method: "GET", path: "/worlds/{w}/users?search=-", name: "users", id: "id",
		add: func(a *admin) { a.vendor("POST", "/users/", `{}`) },
	},
	"requests":       {method: "GET", path: "/worlds/{w}/requests", name: "requests", id: "id", add: func(a *admin) { a.vendor("GET", "/users/", "") }},
	"found requests": {method: "POST", path: "/worlds/{w}/requests/find", name: "requests", id: "id", add: func(a *admin) { a.vendor("GET", "/users/", "") }},
	"faults": {
		method: "GET", path: "/worlds/{w}/faults", name: "faults", id: "id",
		add: func(a *admin) { a.do("POST", "/worlds/{w}/faults", `{"operation":"users_destroy","drop":true}`) },
	},
	"charge points": {method: "GET", path: "/worlds/{w}/charge-points", name: "charge_points", id: "evse"},
	"known points":  {method: "GET", path: "/charge-points", name: "charge_points", id: "evse"},
	"rules":         {method: "GET", path: "/rules", name: "rules", id: "id"},
	"scenarios":     {method: "GET", path: "/scenarios", name: "scenarios", id: "name"},
	"evidence":      {method: "GET", path: "/evidence", name: "cases", id: "id"},
}

// useLast uses the world that is listed last.
func useLast(method, path string) func(a *admin) {
	return func(a *admin) {
		worlds := a.ok("GET", "/worlds", "")["worlds"].([]any)
		a.ok(method, "/worlds/"+worlds[len(worlds)-1].(map[string]any)["id"].(string)+path, "")
	}
}

// page returns the ids of a page and the next.
func (a *admin) page(l listing, query string) (ids []string, next string) {
	a.t.Helper()
	sep := "?"
	if strings.Contains(l.path, "?") {
		sep = "&"
	}
	v := a.ok(l.method, l.path+sep+query, "")
	for _, item := range v[l.name].([]any) {
		ids = append(ids, item.(map[string]any)[l.id].(string))
	}
	next, _ = v["next"].(string)
	return ids, next
}

// TestPages reads every list page by page while items are added: the pages
// together are the whole list as it was.
func TestPages(t *testing.T) {
	cases := func() ([]adminapi.Case, error) {
		return []adminapi.Case{{ID: "a/1"}, {ID: "a/2"}, {ID: "b/1"}}, nil
	}
	for name, l := range listings {
		t.Run(name, func(t *testing.T) {
			a := start(t, "default", func(c *mockserver.Config) { c.Cases = cases })
			for range 5 {
				a.vendor("POST", "/users/", `{}`)
				a.do("POST", "/worlds/{w}/faults", `{"operation":"users_list","drop":true,"skip":1000}`)
				a.ok("GET", "/worlds/"+a.Token("default"), "")
			}
			whole, next := a.page(l, "limit=1000")
			if next != "" || len(whole) < 3 {
				t.Fatalf("the whole list: %q, next %q", whole, next)
			}
			for _, limit := range []int{1, 2, len(whole) - 1} {
				var got []string
				for after := ""; ; {
					query := fmt.Sprintf("limit=%d", limit)
					if after != "" {
						query += "&after=" + url.QueryEscape(after)
					}
					ids, next := a.page(l, query)
					if len(ids) > limit || next != "" && (len(ids) < limit || next != ids[limit-1]) {
						t.Fatalf("%s: %q, next %q", query, ids, next)
					}
					if got = append(got, ids...); next == "" {
						break
					}
					if after = next; l.add != nil && len(got) < len(whole) { // faults never end otherwise
						l.add(a)
					}
				}
				if l.name == "faults" { // those that were added are the last
					got = got[:len(whole)]
				}
				if diff := cmp.Diff(whole, got); diff != "" {
					t.Errorf("limit %d (-want +got):\n%s", limit, diff)
				}
				whole, _ = a.page(l, "limit=1000")
			}
			if ids, next := a.page(l, "after="+url.QueryEscape(whole[len(whole)-1])); len(ids) > 0 || next != "" {
				t.Errorf("after the last one: %q, next %q", ids, next)
			}
			for query, field := range map[string]string{
				"limit=0": "limit", "limit=-1": "limit", "limit=1001": "limit", "limit=x": "limit", "limit=": "limit", "limit=1.5": "limit",
				"after=none": "after", "after=": "after", "after=%00": "after", "limit=1&after=" + strings.Repeat("x", 300): "after", "page=2": "page",
			} {
				sep := "?"
				if strings.Contains(l.path, "?") {
					sep = "&"
				}
				problem(t, query, a.do(l.method, l.path+sep+query, ""), 422, field)
			}
		})
	}
}

// TestDefaultPage makes more worlds, users and calls than a page has by default.
func TestDefaultPage(t *testing.T) {
	a := start(t, "default")
	for range 101 {
		a.vendor("POST", "/users/", `{}`)
		a.ok("GET", "/worlds/"+a.Token("default"), "")
	}
	for _, name := range []string{"worlds", "users", "requests", "found requests"} {
		first, next := a.page(listings[name], "")
		if len(first) != 100 || next != first[99] {
			t.Errorf("%s: %d on a page, next %q", name, len(first), next)
		}
		second, _ := a.page(listings[name], "after="+next)
		if len(second) == 0 || slices.Contains(first, second[0]) {
			t.Errorf("%s: second page %q", name, second)
		}
	}
}
