package cases

import (
	"fmt"
	"net/http"

	contract "cariqamock/contracttests"
)

// readCases are about lists and reads of any kind.
var readCases = functions{
	"wire/empty-lists": func(a *contract.API) {
		u := a.NewUser()
		for _, path := range userListPaths(u.ID) {
			wantEmpty(a, path)
			wantEmpty(a, path+"?page=1&page_size=10")
		}
	},
	"wire/no-such-page": func(a *contract.API) {
		u := a.NewUser()
		paths := []string{"/users/?search=" + u.ID + "&", berlin + "&distance=500&"}
		for _, path := range userListPaths(u.ID) {
			paths = append(paths, path+"?")
		}
		for _, path := range paths {
			for _, page := range []string{"0", "abc", "9999"} {
				a.Refused(a.Get(path+"page="+page), http.StatusNotFound, "")
			}
		}
		for _, page := range []string{"-1", "1.5"} {
			a.Refused(a.Get(paths[0]+"page="+page), http.StatusNotFound, "")
		}
	},
	"wire/page-size": func(a *contract.API) {
		const path = berlin + "&distance=20000"
		usual := contract.Into[contract.Page[object]](a, a.Want(a.Get(path), http.StatusOK))
		a.Equal("entries without page_size", min(20, usual.Count), len(usual.Results))
		for _, size := range []string{"", "0", "-1", "abc"} {
			p := contract.Into[contract.Page[object]](a, a.Want(a.Get(path+"&page_size="+size), http.StatusOK))
			a.Equal("the page of page_size="+size, idsOf(usual.Results, "id"), idsOf(p.Results, "id"))
		}
		for _, size := range []int{1, 7} {
			p := contract.Into[contract.Page[object]](a, a.Want(a.Get(fmt.Sprintf("%s&page_size=%d", path, size)), http.StatusOK))
			a.Equal(fmt.Sprintf("entries with page_size=%d", size), idsOf(usual.Results, "id")[:min(size, usual.Count)], idsOf(p.Results, "id"))
		}
		users := contract.Into[contract.Page[object]](a, a.Want(a.Get("/users/?page_size=1000"), http.StatusOK))
		a.True(len(users.Results) <= 100, "page_size=1000 returned %d users", len(users.Results))
	},
	"wire/stable-reads": func(a *contract.API) {
		u := newUserAs(a, a.Tag(), map[string]any{"email": "driver@example.org", "locale": "de"})
		a.Bill(u.ID)
		paths := append(userListPaths(u.ID),
			"/users/"+u.ID+"/", "/users/"+u.ID+"/billing-details/", "/users/?search="+u.ID, "/stations/partners/")
		for _, path := range paths {
			wantSame(a, path)
		}
	},
	"wire/stable-history": func(a *contract.API) {
		past := sharedPast(a)
		for _, path := range append(userListPaths(past.user.ID), "/users/"+past.user.ID+"/charging-sessions/"+past.session.ID+"/") {
			wantSame(a, path)
		}
	},
}
