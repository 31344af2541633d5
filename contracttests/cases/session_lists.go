package cases

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	contract "cariqamock/contracttests"
)

const number0 = json.Number("0")

var historyCases = functions{
	"sessions/pages": historyPages("charging-sessions", "id"),
	"invoices/pages": historyPages("invoices", "charging_session_id"),
}

// historyPages reads the hundred sessions of the scenario, of which the newest
// has the lowest id.
func historyPages(list, id string) func(*contract.API) {
	return func(a *contract.API) {
		w := a.Scenario("many-sessions")
		var want []string
		for n := 1; n <= 100; n++ {
			want = append(want, fmt.Sprintf("5e550000-0000-4000-8000-%012d", n))
		}
		path := "/users/" + someone + "/" + list + "/"
		pages := walk(w, path, id, "anything")
		a.Equal("the ids in pages of the usual size", slices.Collect(slices.Chunk(want, 20)), pages)
		pages = walk(w, path+"?page_size=33", id, "anything")
		a.Equal("the ids in pages of 33", slices.Collect(slices.Chunk(want, 33)), pages)
		a.Equal("a page that is too large is the largest", want, idsOf(results(w, w.Want(w.Get(path+"?page_size=1000"), http.StatusOK)), id))
		for _, bad := range []string{"page=6", "page=0", "page=-1", "page=two", "page_size=50&page=3"} {
			notFound(w, w.Get(path+"?"+bad))
		}
	}
}

// walk follows a list from page to page by its links, and checks what applies to
// every list: the first and last page have no further link, the count is
// constant, no entry appears twice, all pages but the last are full, and each
// previous link leads back. It returns the entries' value of a field, page by
// page. Pages are read once: a previous link is followed only if the page before
// has another address.
func walk(a *contract.API, path, field, of string) [][]string {
	const most = 200
	var pages [][]string
	var addresses []string
	seen := map[string]bool{}
	count := 0
	for next := path; next != ""; {
		if len(pages) == most {
			a.Fatalf("%s: the next links lead beyond %d pages", path, most)
		}
		p := contract.Into[contract.Page[object]](a, complete(a, a.Want(a.Get(next), http.StatusOK), "page of "+of))
		page := idsOf(p.Results, field)
		if len(pages) == 0 {
			count = p.Count
		}
		a.True(p.Count == count, "count: %d on page %d, %d on the first", p.Count, len(pages)+1, count)
		for _, id := range page {
			a.True(!seen[id], "%s is on two pages", id)
			seen[id] = true
		}
		if previous := neighbor(a, p.Previous, path); len(pages) == 0 || !samePage(previous, addresses[len(pages)-1]) {
			leadsBack(a, previous, field, pages)
		}
		pages = append(pages, page)
		addresses = append(addresses, next)
		next = neighbor(a, p.Next, path)
	}
	a.True(len(seen) == count, "count: %d, but the pages hold %d", count, len(seen))
	last := len(pages) - 1
	for i, p := range pages[:last] {
		a.True(len(p) == len(pages[0]), "page %d has %d entries, the first has %d", i+1, len(p), len(pages[0]))
	}
	a.True(last == 0 || len(pages[last]) > 0, "the last page is empty")
	a.Equal("page=last", pages[last], idsOf(results(a, a.Want(a.Get(withQuery(path, "page=last")), http.StatusOK)), field))
	return pages
}

// leadsBack checks the previous link of a page against the pages before it.
func leadsBack(a *contract.API, previous, field string, before [][]string) {
	switch n := len(before); {
	case n == 0:
		a.Equal("previous on the first page", "", previous)
	case previous == "":
		a.Errorf("previous: wanted a link on page %d, got null", n+1)
	default:
		back := idsOf(results(a, a.Want(a.Get(previous), http.StatusOK)), field)
		a.Equal(fmt.Sprintf("what the previous link of page %d leads to", n+1), before[n-1], back)
	}
}

// samePage reports whether two paths of pages ask for the same one: parameters
// have no order, and the first page is the one without a number.
func samePage(a, b string) bool {
	page := func(path string) (list, query string) {
		list, query, _ = strings.Cut(path, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			return path, ""
		}
		if values.Get("page") == "1" {
			values.Del("page")
		}
		return list, values.Encode()
	}
	listA, queryA := page(a)
	listB, queryB := page(b)
	return listA == listB && queryA == queryB
}

// withQuery adds a parameter to a path that may have some.
func withQuery(path, parameter string) string {
	if strings.Contains(path, "?") {
		return path + "&" + parameter
	}
	return path + "?" + parameter
}

// neighbor returns the path of a link to another page, which must be an absolute
// link to the same list, or "" if the link is null.
func neighbor(a *contract.API, link *string, path string) string {
	if link == nil {
		return ""
	}
	list, _, _ := strings.Cut(path, "?")
	base, err := url.Parse(a.Base())
	if err != nil {
		a.Fatalf("the target's base: %v", err)
	}
	u, err := url.Parse(*link)
	if err != nil || !u.IsAbs() || u.Host != base.Host || u.Path != strings.TrimSuffix(base.Path, "/")+list {
		a.Fatalf("a link between pages: wanted an absolute one to %s on %s, got %q", list, base.Host, *link)
	}
	return list + "?" + u.RawQuery
}
