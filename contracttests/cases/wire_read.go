package cases

import (
	"fmt"
	"net/http"

	contract "cariqamock/contracttests"
)

// readCases are about lists and reads of any kind.
func readCases() []contract.Case {
	return []contract.Case{
		{
			ID: "wire/empty-lists", Title: "Empty lists are pages with a count of 0 and no links",
			Why:    "A new driver's screens read them; null or a 404 breaks each of them.",
			Source: "openapi.yaml, Paginated…List; " + framework, Run: func(a *contract.API) {
				u := a.NewUser()
				for _, path := range userListPaths(u.ID) {
					wantEmpty(a, path)
					wantEmpty(a, path+"?page=1&page_size=10")
				}
			},
		},
		{
			ID: "wire/no-such-page", Title: "A page that does not exist, or is not a number, is a 404",
			Why:    "Clients that load page by page stop there; an empty 200, or the first page again, never ends.",
			Source: framework + "; openapi.yaml, stations_around_list, 404", Assumed: true, Rules: []string{"request/not-found"},
			Run: func(a *contract.API) {
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
		},
		{
			ID: "wire/page-size", Title: "A page has the requested number of entries: 20 by default and for invalid sizes, at most 100",
			Why:    "Clients size their requests by it; the default and the limit are not documented.",
			Source: "openapi.yaml, page_size; default and limit assumed, unusable sizes: " + framework, Assumed: true,
			Run: sizedPages,
		},
		{
			ID: "wire/stable-reads", Title: "Reading twice returns the same bytes",
			Why:    "Clients compare answers to detect changes, and page through lists that must not move.",
			Source: "openapi.yaml (GET)",
			Run: func(a *contract.API) {
				u := newUserAs(a, a.Tag(), map[string]any{"email": "driver@example.org", "locale": "de"})
				a.Bill(u.ID)
				paths := append(userListPaths(u.ID),
					"/users/"+u.ID+"/", "/users/"+u.ID+"/billing-details/", "/users/?search="+u.ID, "/stations/partners/")
				for _, path := range paths {
					wantSame(a, path)
				}
			},
		},
		{
			ID: "wire/stable-history", Title: "A finished session, its invoice and its payment method read the same twice",
			Why:    "What is billed is final; accounting that imports it twice must get the same twice.",
			Source: "openapi.yaml (GET)", Needs: contract.Stripe | contract.ChargePoints,
			Run: func(a *contract.API) {
				past := sharedPast(a)
				for _, path := range append(userListPaths(past.user.ID), "/users/"+past.user.ID+"/charging-sessions/"+past.session.ID+"/") {
					wantSame(a, path)
				}
			},
		},
	}
}

func sizedPages(a *contract.API) {
	const path = berlin + "&distance=20000"
	usual := contract.Into[contract.Page[named]](a, a.Want(a.Get(path), http.StatusOK))
	a.Equal("entries without page_size", min(20, usual.Count), len(usual.Results))
	for _, size := range []string{"", "0", "-1", "abc"} {
		p := contract.Into[contract.Page[named]](a, a.Want(a.Get(path+"&page_size="+size), http.StatusOK))
		a.Equal("the page of page_size="+size, ids(usual), ids(p))
	}
	for _, size := range []int{1, 7} {
		p := contract.Into[contract.Page[named]](a, a.Want(a.Get(fmt.Sprintf("%s&page_size=%d", path, size)), http.StatusOK))
		a.Equal(fmt.Sprintf("entries with page_size=%d", size), ids(usual)[:min(size, usual.Count)], ids(p))
	}
	users := contract.Into[contract.Page[named]](a, a.Want(a.Get("/users/?page_size=1000"), http.StatusOK))
	a.True(len(users.Results) <= 100, "page_size=1000 returned %d users", len(users.Results))
}
