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
	"sessions/pages":       historyPages("charging-sessions", "id"),
	"invoices/pages":       historyPages("invoices", "charging_session_id"),
	"sessions/page-beyond": pageBeyond,
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
		for _, size := range []int{0, 7, 33, 50, 100} {
			a.Equal(fmt.Sprintf("the ids in pages of %d", size), want, idsOf(walkObjects(w, path, size), id))
		}
		first := contract.Into[contract.Page[object]](w, w.Want(w.Get(path), http.StatusOK))
		a.Equal("default number of entries on a page", 20, len(first.Results))
		last := results(w, w.Want(w.Get(path+"?page=last"), http.StatusOK))
		a.Equal("the ids of the last page", want[80:], idsOf(last, id))
		a.Equal("a page that is too large is the largest", want, idsOf(results(w, w.Want(w.Get(path+"?page_size=1000"), http.StatusOK)), id))
		for _, bad := range []string{"page=6", "page=0", "page=-1", "page=two", "page_size=50&page=3"} {
			notFound(w, w.Get(path+"?"+bad))
		}
	}
}

func pageBeyond(a *contract.API) {
	u := a.NewUser()
	for _, list := range []string{"charging-sessions", "charging/debts", "invoices"} {
		path := "/users/" + u.ID + "/" + list + "/"
		a.Want(a.Get(path+"?page=1"), http.StatusOK)
		for _, bad := range []string{"2", "0", "-1", "one"} {
			notFound(a, a.Get(path+"?page="+bad))
		}
	}
}

// walkObjects follows next from the first page of a list to the last and previous
// back again, and returns the objects in order. Size 0 means the target's default.
func walkObjects(a *contract.API, path string, size int) []object {
	query := ""
	if size > 0 {
		query = fmt.Sprintf("?page_size=%d", size)
	}
	var pages []contract.Page[object]
	var all []object
	for next := path + query; next != ""; {
		p := contract.Into[contract.Page[object]](a, a.Want(a.Get(next), http.StatusOK))
		pages, all = append(pages, p), append(all, p.Results...)
		if len(pages) > 200 {
			a.Fatalf("%s: the links to the next page never end", path)
		}
		next = neighbor(a, p.Next, path)
	}
	a.Equal("how many objects the pages hold, against count", pages[0].Count, len(all))
	for i, p := range pages {
		a.Equal(fmt.Sprintf("count on page %d", i+1), pages[0].Count, p.Count)
		if full := len(pages[0].Results); i < len(pages)-1 {
			a.Equal(fmt.Sprintf("how many objects are on page %d", i+1), full, len(p.Results))
		}
	}
	if size > 0 {
		a.Equal("how many objects are on the first page", min(size, pages[0].Count), len(pages[0].Results))
	}
	walkBack(a, pages, path)
	return all
}

func walkBack(a *contract.API, pages []contract.Page[object], path string) {
	for i, p := range slices.Backward(pages) {
		previous := neighbor(a, p.Previous, path)
		if i == 0 {
			a.Equal("previous on the first page", "", previous)
			return
		}
		if previous == "" {
			a.Errorf("page %d of %s has no previous page", i+1, path)
			return
		}
		before := contract.Into[contract.Page[object]](a, a.Want(a.Get(previous), http.StatusOK))
		a.Equal(fmt.Sprintf("the page that page %d calls previous", i+1), pages[i-1].Results, before.Results)
	}
}

// neighbor returns the path of a link to another page, which must be an absolute
// link to the same list, or "" if the link is null.
func neighbor(a *contract.API, link *string, path string) string {
	if link == nil {
		return ""
	}
	base, err := url.Parse(a.Base())
	if err != nil {
		a.Fatalf("the target's base: %v", err)
	}
	u, err := url.Parse(*link)
	if err != nil || !u.IsAbs() || u.Host != base.Host || u.Path != strings.TrimSuffix(base.Path, "/")+path {
		a.Fatalf("a link between pages: wanted an absolute one to %s on %s, got %q", path, base.Host, *link)
	}
	return path + "?" + u.RawQuery
}
