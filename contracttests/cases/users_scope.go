package cases

import (
	"net/http"

	contract "cariqamock/contracttests"
)

var userScope = functions{
	"users/delete": deletedUser,
	"users/delete-answer": func(a *contract.API) {
		u := a.NewUser()
		answer := a.Call(http.MethodDelete, "/users/"+u.ID+"/", nil, contract.Header("Content-Type", "application/json"))
		a.Want(answer, http.StatusNoContent)
	},
	"users/unknown": func(a *contract.API) {
		missing(a, "00000000-0000-4000-8000-000000000000")
	},
	"users/placeholders": func(a *contract.API) {
		u := a.NewUser()
		for _, path := range []string{
			"/users/USER_ID/", "/users/null/", "/users/123/", "/users/USER_ID/payment-methods/",
			"/users/" + u.ID + "/charging-sessions/SESSION_ID/", "/users/" + u.ID + "/charging-sessions/null/",
		} {
			a.Refused(a.Get(path), http.StatusNotFound, "")
		}
		a.Refused(a.Delete("/users/"+u.ID+"/payment-methods/null/"), http.StatusNotFound, "")
	},
	"users/unknown-objects": func(a *contract.API) {
		u := a.NewUser()
		missingObjects(a, u.ID, "00000000-0000-4000-8000-000000000000", "pm_1TD1M3HtgZxQ1KXx00000000")
	},
	"users/isolation": func(a *contract.API) {
		past := sharedPast(a)
		u := a.NewUser()
		missingObjects(a, u.ID, past.session.ID, past.method)
		for _, list := range userListPaths(u.ID) {
			wantEmpty(a, list)
		}
	},
	"users/other-client": func(a *contract.API) {
		u := a.NewUser()
		other := a.Scenario("default")
		missing(other, u.ID)
		a.Equal("what the other client's search finds", []contract.User{}, search(other, u.ID))
		a.Equal("the user after all that", u, readUser(a, u.ID))
	},
}

func deletedUser(a *contract.API) {
	u := a.NewUser()
	a.Want(a.Delete("/users/"+u.ID+"/"), http.StatusNoContent)
	a.Refused(a.Get("/users/"+u.ID+"/"), http.StatusNotFound, "")
	a.Refused(a.Patch("/users/"+u.ID+"/", map[string]any{"locale": "de"}), http.StatusNotFound, "")
	a.Refused(a.Delete("/users/"+u.ID+"/"), http.StatusNotFound, "")
	a.Refused(a.Get("/users/"+u.ID+"/billing-details/"), http.StatusNotFound, "")
	a.Equal("what search finds for the id", []contract.User{}, search(a, u.ID))
	a.Equal("what search finds for the external id", []contract.User{}, only(u.ID, search(a, *u.Custom.ExternalID)))
}

func userListPaths(id string) []string {
	return []string{
		"/users/" + id + "/charging-sessions/", "/users/" + id + "/charging/debts/",
		"/users/" + id + "/invoices/", "/users/" + id + "/payment-methods/",
	}
}

// missing checks that every call below a user is a 404. The calls are complete, so
// that only the user can be wrong.
func missing(a *contract.API, id string) {
	at := "/users/" + id + "/"
	gone := func(answer *contract.Answer) {
		a.Refused(answer, http.StatusNotFound, "")
	}
	gone(a.Get(at))
	gone(a.Patch(at, map[string]any{"locale": "de"}))
	gone(a.Get(at + "billing-details/"))
	gone(a.Put(at+"billing-details/", contract.GermanBilling()))
	gone(a.Get(at + "setup-intents/?pm_type=card"))
	for _, list := range userListPaths(id) {
		gone(a.Get(list))
	}
	gone(a.Start(id, contract.ProgressPoints()[0], "pm_1TD1M3HtgZxQ1KXx00000000"))
	missingObjects(a, id, "00000000-0000-4000-8000-000000000000", "pm_1TD1M3HtgZxQ1KXx00000000")
	gone(a.Delete(at))
}

// missingObjects checks that every call on a session or a payment method is a 404.
func missingObjects(a *contract.API, id, session, method string) {
	at := "/users/" + id + "/"
	gone := func(answer *contract.Answer) {
		a.Refused(answer, http.StatusNotFound, "")
	}
	gone(a.Get(at + "charging-sessions/" + session + "/"))
	gone(a.Patch(at+"charging-sessions/"+session+"/", map[string]any{"rates": 5}))
	gone(a.Stop(id, session))
	gone(a.Post(at+"payment-methods/"+method+"/default/", nil))
	gone(a.Delete(at + "payment-methods/" + method + "/"))
}
