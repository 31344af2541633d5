package cases

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	contract "cariqamock/contracttests"
)

var userLists = functions{
	"users/list": func(a *contract.API) {
		before, u := a.NewUser(), a.NewUser()
		noContent(a, a.Delete("/users/"+a.NewUser().ID+"/")) // who is not counted
		changed := patchUser(a, u.ID, object{"locale": "de"})
		list := contract.Into[contract.Page[contract.User]](a, complete(a, a.Want(a.Get("/users/?page_size=20"), http.StatusOK), "page of user"))
		a.True(len(list.Results) <= 20, "page_size=20: wanted at most twenty users, got %d", len(list.Results))
		older := slices.IndexFunc(list.Results, func(each contract.User) bool { return each.ID == before.ID })
		newer := slices.IndexFunc(list.Results, func(each contract.User) bool { return each.ID == u.ID })
		a.True(older > newer, "results: wanted the newest user first, but one is at place %d and an older one at %d", newer+1, older+1)
		a.Equal("the new user, among the newest", []contract.User{changed}, only(u.ID, list.Results))
		answer := a.Want(a.Get("/users/?page_size=20&page=last"), http.StatusOK)
		last := contract.Into[contract.Page[contract.User]](a, answer)
		a.Equal("count, against the number of the last page and its entries", 20*(pageBefore(last.Previous))+len(last.Results), last.Count)
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
		const mail = "nobody.searches@example.org"
		newUserAs(a, a.Tag(), map[string]any{"email": mail})
		wantEmpty(a, "/users/?search="+url.QueryEscape(mail)) // only ids are searched
	},
	"users/search-part": func(a *contract.API) {
		tag := a.Tag() + "/MiXed"
		u := newUserAs(a, tag, nil)
		a.Equal("what search finds for the end of the external id", []contract.User{u}, search(a, tag[strings.Index(tag, "/")+1:]))
		a.Equal("what search finds for the external id but for its first letter", []contract.User{u}, search(a, tag[1:]))
		a.Equal("what search finds in lower case", []contract.User{u}, search(a, strings.ToLower(tag)))
		a.Equal("what search finds for a part of the id", []contract.User{u}, only(u.ID, search(a, u.ID[:23])))
	},
	"users/pages": func(a *contract.API) {
		tag := a.Tag() + "/walk"
		var want []string
		for i := range 5 {
			want = append(want, newUserAs(a, fmt.Sprintf("%s/%d", tag, i), nil).ID)
		}
		slices.Reverse(want)
		path := "/users/?page_size=2&search=" + strings.ReplaceAll(tag, "/", "%2F")
		pages := walk(a, path, "id", "user")
		a.Equal("the users, newest first, on pages of two", [][]string{want[:2], want[2:4], want[4:]}, pages)
	},
}

// pageBefore returns the number of the page that a previous link leads to: 0 without
// a link, 1 if the link has none.
func pageBefore(link *string) int {
	if link == nil {
		return 0
	}
	u, err := url.Parse(*link)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(u.Query().Get("page"))
	if err != nil {
		return 1
	}
	return n
}

// only returns one user of a list: part of an id may match others.
func only(id string, list []contract.User) []contract.User {
	return slices.DeleteFunc(list, func(u contract.User) bool { return u.ID != id })
}

// wantEmpty checks that a list is empty.
func wantEmpty(a *contract.API, path string) {
	answer := a.Want(a.Get(path), http.StatusOK)
	empty := contract.Page[object]{Results: []object{}}
	a.Equal(path, empty, contract.Into[contract.Page[object]](a, complete(a, answer, "page of anything")))
}
