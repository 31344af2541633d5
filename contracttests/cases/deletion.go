package cases

import (
	"net/http"
	"net/url"
	"time"

	contract "cariqamock/contracttests"
)

func deletionCases() []contract.Case {
	const assumedReason = "assumed; openapi.yaml has the status without a reason"
	return []contract.Case{
		{
			ID: "deletion/deletes", Title: "A user is deleted with a 204, and only that one",
			Why:    "Drivers have a right to be deleted.",
			Source: "docs: Users; openapi.yaml", Run: deletes,
		},
		{
			ID: "deletion/gone", Title: "A deleted user is not found, in any call and in the list",
			Why:    "The deletion is soft: what remains visible of the user is not documented.",
			Source: "assumed; docs: Users", Assumed: true, Rules: []string{"request/not-found"},
			Run: deletedIsGone,
		},
		{
			ID: "deletion/unknown", Title: "A user that does not exist cannot be deleted",
			Why:    "A client with ids of another environment must notice that.",
			Source: "openapi.yaml", Rules: []string{"request/not-found"}, Run: deletesNobody,
		},
		{
			ID: "deletion/with-card", Title: "A user with a card and billed sessions can be deleted",
			Why:    "Otherwise nobody could ever delete an account.",
			Source: "docs: Users; openapi.yaml", Needs: contract.Stripe, Run: deletesWithCard,
		},
		{
			ID: "deletion/charging", Title: "A user cannot be deleted while charging, nor before the CDR",
			Why:    "The session would never be paid.",
			Source: assumedReason, Assumed: true, Rules: []string{"delete-user/active-session", "delete-user/cdr-pending"},
			Needs: contract.Stripe | contract.ChargePoints, Run: deletionWhileCharging,
		},
		{
			ID: "deletion/starting", Title: "A user cannot be deleted while a start is being processed",
			Why:    "The resulting session would have no owner.",
			Source: assumedReason, Assumed: true, Rules: []string{"delete-user/session-starting", "delete-user/active-session", "delete-user/cdr-pending"},
			Needs: contract.Clock | contract.Scenarios, Run: deletionWhileStarting,
		},
		{
			ID: "deletion/debt", Title: "A user with a debt cannot be deleted until it is paid",
			Why:    "The debt would be lost. No card creates a debt on a real target, so only the fake can show it.",
			Source: docsOutstanding + "; openapi.yaml; error.type is assumed", Rules: []string{"delete-user/debt"},
			Needs: contract.Stripe | contract.Scenarios, Run: deletionInDebt,
		},
		{
			ID: "deletion/order", Title: "A running session is reported before a pending CDR, and that before a debt",
			Why:    "The first message must be the one that helps.",
			Source: "assumed, in line with removal", Assumed: true, Rules: []string{"delete-user/active-session", "delete-user/cdr-pending", "delete-user/debt"},
			Needs: contract.Stripe | contract.Clock | contract.Scenarios | contract.ThreeDS, Run: deletionOrder,
		},
	}
}

// stays checks that a rule refuses a deletion and that the user still exists.
func stays(a *contract.API, user, rule string) {
	a.Helper()
	status, errorType := http.StatusBadRequest, "payment_method_error"
	if rule == "debt" {
		status, errorType = http.StatusPaymentRequired, "payment_error"
	}
	refused(a, a.Delete("/users/"+user+"/"), status, errorType, "delete-user/"+rule)
	a.Want(a.Get("/users/"+user+"/"), http.StatusOK)
}

func deletes(a *contract.API) {
	u, other := a.NewUser(), a.NewUser()
	noContent(a, a.Delete("/users/"+u.ID+"/"))
	a.Equal("another user after the deletion", other, contract.Into[contract.User](a, a.Want(a.Get("/users/"+other.ID+"/"), http.StatusOK)))
	found := contract.Into[contract.Page[contract.User]](a, a.Want(a.Get("/users/?search="+other.ID), http.StatusOK))
	a.Equal("how many users have the other one's id", 1, found.Count)
}

func deletedIsGone(a *contract.API) {
	u := a.NewUser()
	path := "/users/" + u.ID + "/"
	noContent(a, a.Delete(path))
	for _, sub := range []string{"", "billing-details/", "payment-methods/", "setup-intents/", "charging-sessions/", "charging/debts/", "invoices/"} {
		notFound(a, a.Get(path+sub))
	}
	notFound(a, a.Patch(path, object{"locale": "de"}))
	notFound(a, a.Put(path+"billing-details/", contract.GermanBilling()))
	notFound(a, a.Start(u.ID, contract.ProgressPoints()[0], usualMethod))
	notFound(a, a.Delete(path))
	for _, word := range []string{u.ID, *u.Custom.ExternalID} {
		found := contract.Into[contract.Page[contract.User]](a, a.Want(a.Get("/users/?search="+url.QueryEscape(word)), http.StatusOK))
		for _, f := range found.Results {
			a.True(f.ID != u.ID, "search=%s finds the deleted user", word)
		}
	}
}

func deletesNobody(a *contract.API) {
	for _, id := range []string{nobody, "USER_ID", "1"} {
		notFound(a, a.Delete("/users/"+id+"/"))
	}
}

func deletesWithCard(a *contract.API) {
	u, method := a.NewDriver()
	if a.Has(contract.Clock) { // elsewhere it would take a minute
		a.Finish(u.ID, a.Charge(u.ID, method).ID)
	}
	noContent(a, a.Delete("/users/"+u.ID+"/"))
}

func deletionWhileCharging(a *contract.API) {
	u, method := a.NewDriver()
	s := a.Charge(u.ID, method)
	stays(a, u.ID, "active-session")
	a.True(a.Session(u.ID, s.ID).Active, "a deletion that was refused has ended the session")
	noContent(a, a.Stop(u.ID, s.ID))
	answer := a.Delete("/users/" + u.ID + "/")
	if answer.Status == http.StatusNoContent && !a.Has(contract.Clock) {
		a.News("the CDR arrived before the deletion")
		return
	}
	refused(a, answer, http.StatusBadRequest, "payment_method_error", "delete-user/cdr-pending")
	a.AwaitBill(u.ID, s.ID)
	noContent(a, a.Delete("/users/"+u.ID+"/"))
}

func deletionWhileStarting(a *contract.API) {
	w := a.Scenario("delete-user-starting")
	for range 2 {
		a.Equal("the sessions during the start", []string(nil), sessionIDs(w, someone))
		stays(w, someone, "session-starting")
		w.Advance(2 * time.Minute)
	}
	w.Advance(time.Minute)
	stays(w, someone, "active-session")
	id := onlySession(w, someone)
	noContent(w, w.Stop(someone, id))
	stays(w, someone, "cdr-pending")
	w.AwaitBill(someone, id)
	noContent(w, w.Delete("/users/"+someone+"/"))
}

func deletionInDebt(a *contract.API) {
	w := a.Scenario("delete-user-debt")
	stays(w, someone, "debt")
	confirmPayment(w, onlyDebt(w, someone).secret(), usualMethod, "succeeded")
	noContent(w, w.Delete("/users/"+someone+"/"))
	notFound(w, w.Get("/users/"+someone+"/"))
}

func deletionOrder(a *contract.API) {
	w := a.Scenario("rich-user")
	stays(w, someone, "active-session")
	for _, s := range contract.Into[contract.Page[contract.Session]](w, listSessions(w, someone)).Results {
		if s.Active {
			noContent(w, w.Stop(someone, s.ID))
		}
	}
	stays(w, someone, "cdr-pending")
	w.Advance(25 * time.Hour)
	stays(w, someone, "debt")
	d := onlyDebt(w, someone)
	confirmPayment(w, d.secret(), usualMethod, "requires_action")
	authenticate(w, d.secret(), "succeed")
	noContent(w, w.Delete("/users/"+someone+"/"))
}
