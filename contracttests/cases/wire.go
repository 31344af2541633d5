package cases

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	contract "cariqamock/contracttests"
)

var wireCases = functions{
	"wire/method": func(a *contract.API) {
		u := a.NewUser()
		for _, call := range []struct {
			method, path string
			has          []string
		}{
			{http.MethodPut, "/users/", []string{"GET", "POST"}},
			{http.MethodDelete, "/users/", []string{"GET", "POST"}},
			{http.MethodPut, "/users/" + u.ID + "/", []string{"GET", "PATCH", "DELETE"}},
			{http.MethodPatch, "/users/" + u.ID + "/billing-details/", []string{"GET", "PUT"}},
			{http.MethodPost, "/stations/partners/", []string{"GET"}},
		} {
			answer := refusedDetail(a, a.Call(call.method, call.path, nil), http.StatusMethodNotAllowed)
			allowed := strings.Split(strings.ReplaceAll(answer.Header.Get("Allow"), " ", ""), ",")
			for _, method := range call.has {
				a.True(slices.Contains(allowed, method), "Allow of %s: %q does not have %s", call.path, allowed, method)
			}
			a.True(!slices.Contains(allowed, call.method), "Allow of %s: %q has %s", call.path, allowed, call.method)
		}
		a.Equal("the user after it", u, readUser(a, u.ID))
	},
	"wire/accept": func(a *contract.API) {
		answer := a.Call(http.MethodGet, "/users/", nil, contract.Header("Accept", "text/html"))
		a.RuleIs(refusedDetail(a, answer, http.StatusNotAcceptable), "request/not-acceptable")
		for _, good := range []string{"*/*", "application/*", "text/html, application/json;q=0.9"} {
			a.Want(a.Call(http.MethodGet, "/users/?page_size=1", nil, contract.Header("Accept", good)), http.StatusOK)
		}
	},
	"wire/media-type": func(a *contract.API) {
		u := a.NewUser()
		for _, kind := range []string{"text/plain", "application/xml"} {
			body := &contract.Body{Raw: `{"locale":"de"}`, Type: kind}
			answer := a.Call(http.MethodPost, "/users/", body)
			adopt(a, answer)
			refusedDetail(a, answer, http.StatusUnsupportedMediaType)
			refusedDetail(a, a.Call(http.MethodPut, "/users/"+u.ID+"/billing-details/", body), http.StatusUnsupportedMediaType)
		}
	},
	"wire/too-large": func(a *contract.API) {
		answer := a.Call(http.MethodPost, "/users/", &contract.Body{Raw: "{" + strings.Repeat(" ", 1<<20) + "}"})
		adopt(a, answer)
		refusedDetail(a, answer, http.StatusRequestEntityTooLarge)
	},
	"wire/no-such-path": func(a *contract.API) {
		u := a.NewUser()
		for _, path := range []string{"/drivers/", "/users/" + u.ID + "/cars/", "/users//"} {
			a.Want(a.Get(path), http.StatusNotFound)
		}
	},
	"wire/removal-without-slash": func(a *contract.API) {
		u := a.NewUser()
		first, second := a.AddCard(u.ID, "pm_card_visa"), a.AddCard(u.ID, "pm_card_mastercard")
		rest, gone := first, second
		if !slices.Contains(defaults(a, u.ID), first) {
			rest, gone = second, first
		}
		path := "/users/" + u.ID + "/payment-methods/" + gone + "?"
		a.Want(a.Call(http.MethodDelete, path, nil, contract.Header("Content-Type", "application/json")), http.StatusNoContent)
		left := methodList(a, u.ID, "").Results
		a.True(len(left) == 1 && left[0].ID == rest, "wanted the payment method %s to be left, got %v", rest, left)
	},
	"wire/body-on-get": func(a *contract.API) {
		u := newUserAs(a, a.Tag(), map[string]any{"locale": "de"})
		body := &contract.Body{JSON: map[string]any{"locale": "en"}}
		override := contract.Header("X-HTTP-Method-Override", "DELETE") // which frameworks may take for the method
		got := contract.Into[contract.User](a, a.Want(a.Call(http.MethodGet, "/users/"+u.ID+"/", body, override), http.StatusOK))
		a.Equal("the answer", u, got)
		a.Equal("the user after it", u, readUser(a, u.ID))
		a.Want(a.Call(http.MethodGet, "/users/"+u.ID+"/billing-details/", &contract.Body{Raw: "no JSON"}), http.StatusOK)
	},
	"wire/type-without-body": func(a *contract.API) {
		typed := contract.Header("Content-Type", "application/json")
		answer := a.Call(http.MethodPost, "/users/", nil, typed)
		adopt(a, answer)
		u := contract.Into[contract.User](a, a.Want(answer, http.StatusCreated))
		patchUser(a, u.ID, map[string]any{"custom_properties": map[string]any{"external_id": a.Tag()}})
		for _, path := range []string{"/users/" + u.ID + "/", "/users/?page_size=1", "/stations/partners/"} {
			a.Want(a.Call(http.MethodGet, path, nil, typed), http.StatusOK)
		}
	},
	"wire/charset": func(a *contract.API) {
		tag := a.Tag()
		u := createUser(a, &contract.Body{
			Raw:  `{"email":null,"locale":"de","custom_properties":{"external_id":"` + tag + `"}}`,
			Type: "application/json; charset=utf-8",
		})
		a.Equal("the created user", userOf(u.ID, nil, "de", &tag), u)
	},
	"wire/form": func(a *contract.API) {
		form := func(values map[string]string) *contract.Body {
			out := url.Values{}
			for name, v := range values {
				out.Set(name, v)
			}
			return &contract.Body{Form: out.Encode()}
		}
		formBodies(a, form)
	},
	"wire/multipart": func(a *contract.API) {
		formBodies(a, func(values map[string]string) *contract.Body { return &contract.Body{Multipart: values} })
	},
	"wire/coercion": func(a *contract.API) {
		u := a.NewUser()
		send := contract.GermanBilling()
		send["postal_code"], send["city"] = 10243, "  Berlin "
		a.Equal("the answer", billing(contract.GermanBilling()), putBilling(a, u.ID, send))
		for _, bad := range []any{true, []string{"Weg 1"}, map[string]any{}, "", "   "} {
			send := contract.GermanBilling()
			send["line1"] = bad
			invalid(a, a.Put("/users/"+u.ID+"/billing-details/", send))
		}
		a.Equal("the details after refused changes", billing(contract.GermanBilling()), userBilling(a, u.ID))
	},
	"wire/query-spelling": func(a *contract.API) {
		path := berlin + "&distance=5000&page_size=100"
		all := stationIDs(around(a, path))
		partners := stationIDs(around(a, path+"&only_partners=true"))
		for _, spelling := range []string{"True", "1", "yes"} {
			a.Equal("only_partners="+spelling, partners, stationIDs(around(a, path+"&only_partners="+spelling)))
		}
		a.Equal("blank parameters", all, stationIDs(around(a, path+"&only_partners=&only_available=&max_price=")))
	},
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
		if usual.Next == nil && usual.Count <= 20 {
			a.Skipf("the %d stations within 20 km are on one page: two pages are needed", len(usual.Results))
		}
		a.Equal("entries without page_size", 20, len(usual.Results))
		for _, size := range []string{"", "0", "-1", "abc"} {
			p := contract.Into[contract.Page[object]](a, a.Want(a.Get(path+"&page_size="+size), http.StatusOK))
			a.Equal("the page of page_size="+size, idsOf(usual.Results, "id"), idsOf(p.Results, "id"))
		}
		for _, size := range []int{1, 7} {
			p := contract.Into[contract.Page[object]](a, a.Want(a.Get(fmt.Sprintf("%s&page_size=%d", path, size)), http.StatusOK))
			a.Equal(fmt.Sprintf("entries with page_size=%d", size), idsOf(usual.Results, "id")[:min(size, len(usual.Results))], idsOf(p.Results, "id"))
		}
		a.NewUser()
		users := contract.Into[contract.Page[object]](a, a.Want(a.Get("/users/?page_size=1000"), http.StatusOK))
		a.True(len(users.Results) > 0 && len(users.Results) <= 100, "page_size=1000 returned %d users", len(users.Results))
	},
	"wire/stable-reads": func(a *contract.API) {
		u := newUserAs(a, a.Tag(), map[string]any{"email": "driver@example.org", "locale": "de"})
		a.Bill(u.ID)
		a.Equal("what search finds for the id", []contract.User{u}, search(a, u.ID))
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

// refusedDetail is Refused for a body with a detail only. It returns the answer.
func refusedDetail(a *contract.API, answer *contract.Answer, status int) *contract.Answer {
	a.Refused(answer, status, "")
	return answer
}

// wantSame checks that two reads of a path return the same bytes.
func wantSame(a *contract.API, path string) {
	first := a.Want(a.Get(path), http.StatusOK)
	second := a.Want(a.Get(path), http.StatusOK)
	a.Equal(fmt.Sprintf("%s, read twice", path), string(first.Body), string(second.Body))
}

// formBodies sends the same fields as a kind of form.
func formBodies(a *contract.API, form func(map[string]string) *contract.Body) {
	tag, email := a.Tag(), "driver@example.org"
	u := createUser(a, form(map[string]string{"email": email, "locale": "de", "custom_properties.external_id": tag}))
	a.Equal("the created user", userOf(u.ID, &email, "de", &tag), u)
	answer := a.Call(http.MethodPatch, "/users/"+u.ID+"/", form(map[string]string{"locale": "en"}))
	a.Equal("the changed user", userOf(u.ID, &email, "en", &tag), contract.Into[contract.User](a, a.Want(answer, http.StatusOK)))
	a.Equal("the changed user when read again", userOf(u.ID, &email, "en", &tag), readUser(a, u.ID))
	want, send := contract.GermanBilling(), map[string]string{}
	for name, v := range want {
		send[name] = v.(string)
	}
	answer = a.Call(http.MethodPut, "/users/"+u.ID+"/billing-details/", form(send))
	a.Equal("the billing details", billing(want), billingOf(a, a.Want(answer, http.StatusOK)))
	delete(send, "line1")
	invalid(a, a.Call(http.MethodPut, "/users/"+u.ID+"/billing-details/", form(send)))
}
