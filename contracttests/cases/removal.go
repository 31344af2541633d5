package cases

import (
	"net/http"
	"slices"
	"time"

	contract "cariqamock/contracttests"
)

func removeMethod(a *contract.API, user, method string) *contract.Answer {
	return a.Delete("/users/" + user + "/payment-methods/" + method + "/")
}

func chooseMethod(a *contract.API, user, method string) *contract.Answer {
	return a.Post("/users/"+user+"/payment-methods/"+method+"/default/", nil)
}

var removalCases = functions{
	"removal/removes": func(a *contract.API) {
		u := a.NewUser()
		first := a.AddCard(u.ID, "pm_card_visa")
		second := a.AddCard(u.ID, "pm_card_mastercard")
		third := a.AddCard(u.ID, "pm_card_amex")
		noContent(a, removeMethod(a, u.ID, second))
		a.Equal("the methods that are left, newest first", []string{third, first}, methodIDs(a, u.ID))
		a.Equal("the default after the removal", first, defaultOf(a, u.ID))
		notFound(a, removeMethod(a, u.ID, second))
		notFound(a, chooseMethod(a, u.ID, second))
	},
	"removal/foreign": func(a *contract.API) {
		u, stranger := a.NewUser(), a.NewUser()
		a.AddCard(u.ID, "pm_card_visa")
		second := a.AddCard(u.ID, "pm_card_mastercard") // not the default, so no other rule refuses
		notFound(a, removeMethod(a, stranger.ID, second))
		a.True(slices.Contains(methodIDs(a, u.ID), second), "another user has removed %s", second)
	},
	"removal/default-method": func(a *contract.API) {
		u := a.NewUser()
		first := a.AddCard(u.ID, "pm_card_visa")
		kept(a, u.ID, first, "default-method") // the only one
		second := a.AddCard(u.ID, "pm_card_mastercard")
		kept(a, u.ID, first, "default-method")
		noContent(a, chooseMethod(a, u.ID, second))
		a.Equal("the default", second, defaultOf(a, u.ID))
		kept(a, u.ID, second, "default-method")
		noContent(a, removeMethod(a, u.ID, first))
		a.Equal("the methods that are left", []string{second}, methodIDs(a, u.ID))
		a.Equal("the default", second, defaultOf(a, u.ID))
	},
	"removal/method-on-active-session": func(a *contract.API) {
		u, first := a.NewDriver()
		second := a.AddCard(u.ID, "pm_card_mastercard")
		s := a.Charge(u.ID, second)
		kept(a, u.ID, second, "method-on-active-session")
		a.Equal("the default during the session", first, defaultOf(a, u.ID))
		a.True(a.Session(u.ID, s.ID).Active, "a removal that was refused has ended the session")
		noContent(a, a.Stop(u.ID, s.ID))
	},
	"removal/active-session": func(a *contract.API) {
		u, first := a.NewDriver()
		second := a.AddCard(u.ID, "pm_card_mastercard")
		s := a.Charge(u.ID, first)
		kept(a, u.ID, second, "active-session")
		noContent(a, a.Stop(u.ID, s.ID))
		answer := removeMethod(a, u.ID, second)
		if answer.Status == http.StatusNoContent && !a.Has(contract.Clock) && a.Session(u.ID, s.ID).Cost.KWh != nil {
			return // the CDR has arrived already
		}
		refused(a, answer, "remove-payment-method/cdr-pending")
		a.AwaitBill(u.ID, s.ID)
		noContent(a, removeMethod(a, u.ID, second))
		a.Equal("the methods that are left", []string{first}, methodIDs(a, u.ID))
	},
	// All restrictions that can apply at once come first; one after the other is
	// cleared.
	"removal/order": func(a *contract.API) {
		w := a.Scenario("rich-user")
		left := []string{
			"remove-payment-method/method-on-active-session", "remove-payment-method/active-session", "remove-payment-method/cdr-pending",
			"remove-payment-method/debt", "remove-payment-method/default-method",
		}
		want := func(rule string) {
			a.Equal("the rules that refuse", left, explained(w, someone, usualMethod))
			kept(w, someone, usualMethod, rule)
		}
		want("method-on-active-session")
		kept(w, someone, "pm_amex1", "active-session")
		a.Equal("the rules that refuse another method", left[1:4], explained(w, someone, "pm_amex1"))

		stopAll(w, someone)
		left = left[2:]
		want("cdr-pending")
		w.Advance(25 * time.Hour)
		left = left[1:]
		want("debt")
		d := onlyDebt(w, someone)
		confirmPayment(w, d.secret(), "pm_apple1", "requires_action")
		authenticate(w, d.secret(), "succeed")
		left = left[1:]
		want("default-method")
		noContent(w, chooseMethod(w, someone, "pm_apple1"))
		a.Equal("the rules that refuse", []string(nil), explained(w, someone, usualMethod))
		noContent(w, removeMethod(w, someone, usualMethod))
	},
	// The CDR of a session is pending while another start is in progress, at a
	// point that takes five minutes to answer.
	"removal/order-starting": func(a *contract.API) {
		w := a.Scenario("delete-user-starting")
		user := "/users/" + someone + "/"
		w.Advance(5 * time.Minute) // the scenario's own start has become a session
		before := sessionIDs(w, someone)
		noContent(w, w.Stop(someone, first(w, "sessions", before)))
		kept(w, someone, usualMethod, "cdr-pending")

		started := w.PostLater("/users/"+someone+"/charging/start/", map[string]string{"evse_id": sharedPoint, "payment_method_id": usualMethod})
		awaitStart(w, someone, usualMethod)
		kept(w, someone, usualMethod, "session-starting")
		refused(w, w.Delete(user), "delete-user/session-starting")
		a.Equal("the sessions during the second start", before, sessionIDs(w, someone))
		w.Advance(5 * time.Minute)
		s := contract.Into[contract.Session](w, w.Want(started(), http.StatusCreated))
		kept(w, someone, usualMethod, "method-on-active-session")
		noContent(w, w.Stop(someone, s.ID))
		w.AwaitBill(someone, s.ID)
		kept(w, someone, usualMethod, "default-method")
		noContent(w, w.Delete(user))
	},
}

func methodIDs(a *contract.API, user string) []string {
	return idsOf(results(a, a.Want(a.Get("/users/"+user+"/payment-methods/?page_size=100"), http.StatusOK)), "id")
}

// first returns the first of a list, of which there must be one.
func first[T any](a *contract.API, what string, list []T) T {
	if len(list) == 0 {
		a.Fatalf("%s: wanted some, got none", what)
	}
	return list[0]
}

// defaultOf returns the user's default method, of which there must be one.
func defaultOf(a *contract.API, user string) string {
	all := defaults(a, user)
	if len(all) != 1 {
		a.Fatalf("default methods: wanted one, got %d", len(all))
	}
	return all[0]
}

// kept checks that a rule refuses a removal and that nothing was removed.
func kept(a *contract.API, user, method, rule string) {
	refused(a, removeMethod(a, user, method), "remove-payment-method/"+rule)
	a.True(slices.Contains(methodIDs(a, user), method), "a removal that was refused has removed %s", method)
}

// explained returns the rules that refuse a removal now, according to the fake.
func explained(a *contract.API, user, method string) []string {
	answer := a.Admin(http.MethodGet, "/users/"+user+"/payment-methods/"+method+"/removal", nil)
	out := contract.Into[struct {
		Allowed bool `json:"allowed"`
		Rules   []struct {
			ID string `json:"id"`
		} `json:"rules"`
	}](a, answer)
	var ids []string
	for _, r := range out.Rules {
		ids = append(ids, r.ID)
	}
	a.Equal("allowed, in the explanation", len(ids) == 0, out.Allowed)
	return ids
}

// awaitStart waits until a start that was sent is in progress: then it is among
// the rules that refuse a removal.
func awaitStart(a *contract.API, user, method string) {
	quiet := a.Unrecorded() // how often it asks is chance
	for range 200 {
		for _, rule := range explained(quiet, user, method) {
			if rule == "remove-payment-method/session-starting" {
				return
			}
		}
		a.Sleep(2 * time.Millisecond)
	}
	a.Fatalf("a start that takes five minutes is not being processed")
}
