package cases

import (
	"net/http"
	"net/url"

	contract "cariqamock/contracttests"
)

// bodyCases are about how the server reads requests.
var bodyCases = functions{
	"wire/body-on-get": func(a *contract.API) {
		u := newUserAs(a, a.Tag(), map[string]any{"locale": "de"})
		body := &contract.Body{JSON: map[string]any{"locale": "en"}}
		got := contract.Into[contract.User](a, a.Want(a.Call(http.MethodGet, "/users/"+u.ID+"/", body), http.StatusOK))
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
}

// formBodies sends the same fields as a kind of form.
func formBodies(a *contract.API, form func(map[string]string) *contract.Body) {
	tag, email := a.Tag(), "driver@example.org"
	u := createUser(a, form(map[string]string{"email": email, "locale": "de", "custom_properties.external_id": tag}))
	a.Equal("the created user", userOf(u.ID, &email, "de", &tag), u)
	answer := a.Call(http.MethodPatch, "/users/"+u.ID+"/", form(map[string]string{"locale": "en"}))
	a.Equal("the changed user", userOf(u.ID, &email, "en", &tag), contract.Into[contract.User](a, a.Want(answer, http.StatusOK)))
	want, send := contract.GermanBilling(), map[string]string{}
	for name, v := range want {
		send[name] = v.(string)
	}
	answer = a.Call(http.MethodPut, "/users/"+u.ID+"/billing-details/", form(send))
	a.Equal("the billing details", billing(want), billingOf(a, a.Want(answer, http.StatusOK)))
	delete(send, "line1")
	invalid(a, a.Call(http.MethodPut, "/users/"+u.ID+"/billing-details/", form(send)))
}
