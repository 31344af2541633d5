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
		list := contract.Into[contract.Page[contract.User]](a, complete(a, a.Want(a.Get("/users/?page_size=3"), http.StatusOK), "page of user"))
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
