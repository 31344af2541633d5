package cases

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	contract "cariqamock/contracttests"
)

var userLists = functions{
	"users/list": func(a *contract.API) {
		a.NewUser()
		list := contract.Into[contract.Page[contract.User]](a, complete(a, a.Want(a.Get("/users/?page_size=3"), http.StatusOK), pageOf(userShape())))
		a.True(len(list.Results) > 0 && len(list.Results) <= 3, "page_size=3: wanted one to three users, got %d", len(list.Results))
		a.True(list.Count >= len(list.Results), "count: %d is less than the %d users of the page", list.Count, len(list.Results))
	},
	"users/search-id": func(a *contract.API) {
		u := newUserAs(a, a.Tag(), map[string]any{"email": "driver@example.org", "locale": "de"})
		a.Equal("what search finds for the id", []contract.User{u}, search(a, u.ID))
	},
	"users/search-external-id": func(a *contract.API) {
		tag := a.Tag() + "/search"
		u := newUserAs(a, tag, map[string]any{"email": "driver@example.org", "locale": "de"})
		newUserAs(a, a.Tag()+"/other", nil)
		a.Equal("what search finds for the external id", []contract.User{u}, search(a, tag))
	},
	"users/search-nothing": func(a *contract.API) {
		wantEmpty(a, "/users/?search="+strings.ReplaceAll(a.Tag(), "/", "%2F")+"%2Fnobody")
	},
	"users/search-part": func(a *contract.API) {
		tag := a.Tag() + "/MiXed"
		u := newUserAs(a, tag, nil)
		a.Equal("what search finds for the end of the external id", []contract.User{u}, search(a, tag[strings.Index(tag, "/")+1:]))
		a.Equal("what search finds in lower case", []contract.User{u}, search(a, strings.ToLower(tag)))
		a.Equal("what search finds for a part of the id", []contract.User{u}, only(u.ID, search(a, u.ID[:23])))
	},
	"users/pages": walkedUsers,
}

// only returns one user of a list: part of an id may match others.
func only(id string, list []contract.User) []contract.User {
	return slices.DeleteFunc(list, func(u contract.User) bool { return u.ID != id })
}

func walkedUsers(a *contract.API) {
	tag := a.Tag() + "/walk"
	var want []string
	for i := range 5 {
		want = append(want, newUserAs(a, fmt.Sprintf("%s/%d", tag, i), nil).ID)
	}
	slices.Reverse(want)
	path := "/users/?page_size=2&search=" + strings.ReplaceAll(tag, "/", "%2F")
	pages := walkIDs(a, path, userShape())
	a.Equal("the users, newest first, on pages of two", [][]string{want[:2], want[2:4], want[4:]}, pages)
}

// named is anything with an id.
type named struct {
	ID string `json:"id"`
}

func ids(p contract.Page[named]) []string {
	out := make([]string, len(p.Results))
	for i, r := range p.Results {
		out[i] = r.ID
	}
	return out
}

// wantEmpty checks that a list is empty.
func wantEmpty(a *contract.API, path string) {
	answer := a.Want(a.Get(path), http.StatusOK)
	empty := contract.Page[named]{Results: []named{}}
	a.Equal(path, empty, contract.Into[contract.Page[named]](a, complete(a, answer, pageOf(record{}))))
}

// mostPages is the maximum number of pages that walkIDs follows.
const mostPages = 10

// walkIDs follows a list from page to page by its links, and checks what applies
// to every list: the first and last page have no further link, the count is
// constant, no entry appears twice, all pages but the last are full, and each
// previous link leads back. It returns the ids, page by page.
func walkIDs(a *contract.API, path string, of shape) [][]string {
	var pages [][]string
	seen := map[string]bool{}
	count, next := -1, path
	for next != "" {
		if len(pages) == mostPages {
			a.Fatalf("%s: the next links lead beyond %d pages", path, mostPages)
		}
		p := contract.Into[contract.Page[named]](a, complete(a, a.Want(a.Get(next), http.StatusOK), pageOf(of)))
		if count < 0 {
			count = p.Count
		}
		a.True(p.Count == count, "count: %d on page %d, %d on the first", p.Count, len(pages)+1, count)
		for _, id := range ids(p) {
			a.True(!seen[id], "%s stands on two pages", id)
			seen[id] = true
		}
		leadsBack(a, p, pages)
		pages = append(pages, ids(p))
		next = ""
		if p.Next != nil {
			next = below(a, *p.Next)
		}
	}
	a.True(len(seen) == count, "count: %d, but the pages hold %d", count, len(seen))
	for i, p := range pages[:len(pages)-1] {
		a.True(len(p) == len(pages[0]), "page %d has %d entries, the first has %d", i+1, len(p), len(pages[0]))
	}
	a.True(len(pages) == 1 || len(pages[len(pages)-1]) > 0, "the last page is empty")
	last := a.Want(a.Get(path+"&page=last"), http.StatusOK)
	a.Equal("page=last", pages[len(pages)-1], ids(contract.Into[contract.Page[named]](a, last)))
	return pages
}

// leadsBack checks the previous link of a page against the pages before it.
func leadsBack(a *contract.API, p contract.Page[named], before [][]string) {
	if len(before) == 0 {
		a.True(p.Previous == nil, "previous: wanted null on the first page")
		return
	}
	if p.Previous == nil {
		a.Errorf("previous: wanted a link on page %d, got null", len(before)+1)
		return
	}
	back := contract.Into[contract.Page[named]](a, a.Want(a.Get(below(a, *p.Previous)), http.StatusOK))
	a.Equal(fmt.Sprintf("what the previous link of page %d leads to", len(before)+1), before[len(before)-1], ids(back))
}

// below returns the path of a link below the target's base. The token is sent
// nowhere else.
func below(a *contract.API, link string) string {
	path, ok := strings.CutPrefix(link, a.Base())
	if !ok {
		a.Fatalf("the link %s leads elsewhere than %s", link, a.Base())
	}
	return path
}
