package cases

import (
	"net/http"

	contract "cariqamock/contracttests"
)

var userScope = functions{
	"users/delete": func(a *contract.API) {
		u := a.NewUser()
		path := "/users/" + u.ID + "/"
		a.Equal("what search finds for the id before the deletion", []contract.User{u}, search(a, u.ID))
		a.Want(a.Delete(path), http.StatusNoContent)
		notFound(a, a.Get(path), a.Patch(path, object{"locale": "de"}), a.Delete(path), a.Get(path+"billing-details/"))
		a.Equal("what search finds for the id", []contract.User{}, search(a, u.ID))
		a.Equal("what search finds for the external id", []contract.User{}, only(u.ID, search(a, *u.Custom.ExternalID)))
		again := newUserAs(a, *u.Custom.ExternalID, object{"email": "driver@example.org"})
		a.True(again.ID != u.ID, "id: a new user has the id of a deleted one")
	},
	"users/delete-answer": func(a *contract.API) {
		u := a.NewUser()
		answer := a.Call(http.MethodDelete, "/users/"+u.ID+"/", nil, contract.Header("Content-Type", "application/json"))
		a.Want(answer, http.StatusNoContent)
	},
	"users/unknown": func(a *contract.API) {
		missing(a, nobody, nobody, unknownMethod)
	},
	"users/unknown-objects": func(a *contract.API) {
		u := a.NewUser()
		missingObjects(a, u.ID, nobody, unknownMethod)
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
		other := a.OtherClient()
		missing(other, u.ID, nobody, unknownMethod)
		a.Equal("what the other client's search finds", []contract.User{}, search(other, u.ID))
		a.Equal("what one's own search finds", []contract.User{u}, search(a, u.ID))
		a.Equal("the user after all that", u, readUser(a, u.ID))
	},
}

func userListPaths(id string) []string {
	return []string{
		"/users/" + id + "/charging-sessions/", "/users/" + id + "/charging/debts/",
		"/users/" + id + "/invoices/", "/users/" + id + "/payment-methods/",
	}
}

// missing checks that every call below a user is a 404. The calls are complete, so
// that only the user can be wrong.
func missing(a *contract.API, id, session, method string) {
	at := "/users/" + id + "/"
	notFound(a, a.Get(at), a.Patch(at, object{"locale": "de"}), a.Get(at+"billing-details/"),
		a.Put(at+"billing-details/", germanBut("city", "Hamburg")), a.Get(at+"setup-intents/?pm_type=card"))
	for _, list := range userListPaths(id) {
		notFound(a, a.Get(list))
	}
	notFound(a, a.Start(id, contract.ProgressPoints()[0], method))
	missingObjects(a, id, session, method)
	notFound(a, a.Delete(at))
}

// missingObjects checks that every call on a session or a payment method is a 404.
func missingObjects(a *contract.API, id, session, method string) {
	path := sessionPath(id, session)
	notFound(a, a.Get(path), a.Patch(path, object{"rates": 5}), chooseMethod(a, id, method), removeMethod(a, id, method))
	a.Refused(a.Stop(id, session), http.StatusNotFound, "") // stopping has a rule of its own, if the user exists
}
