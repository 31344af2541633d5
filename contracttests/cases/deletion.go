package cases

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	contract "cariqamock/contracttests"
)

var deletionCases = functions{
	"deletion/deletes": func(a *contract.API) {
		u, other := a.NewUser(), a.NewUser()
		noContent(a, a.Delete("/users/"+u.ID+"/"))
		a.Equal("another user after the deletion", other, contract.Into[contract.User](a, a.Want(a.Get("/users/"+other.ID+"/"), http.StatusOK)))
		found := contract.Into[contract.Page[contract.User]](a, a.Want(a.Get("/users/?search="+other.ID), http.StatusOK))
		a.Equal("how many users have the other one's id", 1, found.Count)
	},
	"deletion/gone": func(a *contract.API) {
		u := a.NewUser()
		for _, word := range []string{u.ID, *u.Custom.ExternalID} {
			a.Equal("what search finds before the deletion", []contract.User{u}, search(a, word))
		}
		noContent(a, a.Delete("/users/"+u.ID+"/"))
		missing(a, u.ID, nobody, unknownMethod)
		for _, word := range []string{u.ID, *u.Custom.ExternalID} {
			found := contract.Into[contract.Page[contract.User]](a, a.Want(a.Get("/users/?search="+url.QueryEscape(word)), http.StatusOK))
			for _, f := range found.Results {
				a.True(f.ID != u.ID, "search=%s finds the deleted user", word)
			}
		}
	},
	"deletion/with-card": func(a *contract.API) {
		u, method := a.NewDriver()
		if a.Has(contract.Clock) { // elsewhere it would take a minute
			a.Finish(u.ID, a.Charge(u.ID, method).ID)
		}
		noContent(a, a.Delete("/users/"+u.ID+"/"))
	},
	"deletion/charging": func(a *contract.API) {
		u, s := charging(a)
		patchUser(a, u.ID, object{"email": "driver@example.org"})
		stays(a, u.ID, "active-session")
		a.True(a.Session(u.ID, s.ID).Active, "a deletion that was refused has ended the session")
		noContent(a, a.Stop(u.ID, s.ID))
		answer := a.Delete("/users/" + u.ID + "/")
		if answer.Status == http.StatusNoContent && !a.Has(contract.Clock) {
			a.News("the CDR arrived before the deletion")
			return
		}
		refused(a, answer, "delete-user/cdr-pending")
		a.AwaitBill(u.ID, s.ID)
		noContent(a, a.Delete("/users/"+u.ID+"/"))
	},
	"deletion/order": func(a *contract.API) {
		w := a.Scenario("rich-user")
		stays(w, someone, "active-session")
		stopAll(w, someone)
		stays(w, someone, "cdr-pending")
		w.Advance(25 * time.Hour)
		stays(w, someone, "debt")
		d := onlyDebt(w, someone)
		confirmPayment(w, d.secret(), usualMethod, "requires_action")
		authenticate(w, d.secret(), "succeed")
		noContent(w, w.Delete("/users/"+someone+"/"))
	},
}

// stays checks that a rule refuses a deletion and that the user still exists.
func stays(a *contract.API, user, rule string) {
	path := "/users/" + user + "/"
	before := contract.Into[object](a, a.Want(a.Get(path), http.StatusOK))
	refusal := a.Delete(path)
	refused(a, refusal, "delete-user/"+rule)
	answer := a.Want(a.Get(path), http.StatusOK)
	after := contract.Into[object](a, answer)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if !cmp.Equal(before[name], after[name]) {
			a.ErrorBetween(answer, []*contract.Answer{refusal}, "%s: a deletion that was refused has changed it from %v to %v", name, before[name], after[name])
		}
	}
}
