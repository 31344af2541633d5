package cases

import (
	"net/http"
	"slices"

	contract "cariqamock/contracttests"
)

func removeMethod(a *contract.API, user, method string) *contract.Answer {
	return a.Delete("/users/" + user + "/payment-methods/" + method + "/")
}

func chooseMethod(a *contract.API, user, method string) *contract.Answer {
	return a.Post("/users/"+user+"/payment-methods/"+method+"/default/", nil)
}

var removableCases = functions{
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
	"removal/unknown": func(a *contract.API) {
		u := a.NewUser()
		for _, method := range []string{unknownMethod, "null", nobody} {
			notFound(a, removeMethod(a, u.ID, method))
		}
		notFound(a, removeMethod(a, nobody, usualMethod))
		notFound(a, removeMethod(a, "USER_ID", "null"))
	},
	"removal/foreign": func(a *contract.API) {
		u, stranger := a.NewUser(), a.NewUser()
		a.AddCard(u.ID, "pm_card_visa")
		second := a.AddCard(u.ID, "pm_card_mastercard") // not the default, so no other rule refuses
		notFound(a, removeMethod(a, stranger.ID, second))
		a.True(slices.Contains(methodIDs(a, u.ID), second), "another user has removed %s", second)
	},
}

func methodIDs(a *contract.API, user string) []string {
	return idsOf(results(a, a.Want(a.Get("/users/"+user+"/payment-methods/?page_size=100"), http.StatusOK)), "id")
}

// defaultOf returns the user's default method, of which there must be one.
func defaultOf(a *contract.API, user string) string {
	all := defaults(a, user)
	if len(all) != 1 {
		a.Fatalf("default methods: wanted one, got %d", len(all))
	}
	return all[0]
}

var restrictionCases = functions{
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
		refused(a, answer, http.StatusBadRequest, "payment_method_error", "remove-payment-method/cdr-pending")
		a.AwaitBill(u.ID, s.ID)
		noContent(a, removeMethod(a, u.ID, second))
		a.Equal("the methods that are left", []string{first}, methodIDs(a, u.ID))
	},
}

// kept checks that a rule refuses a removal and that nothing was removed.
func kept(a *contract.API, user, method, rule string) {
	status, errorType := http.StatusBadRequest, "payment_method_error"
	if rule == "debt" {
		status, errorType = http.StatusPaymentRequired, "payment_error"
	}
	refused(a, removeMethod(a, user, method), status, errorType, "remove-payment-method/"+rule)
	a.True(slices.Contains(methodIDs(a, user), method), "a removal that was refused has removed %s", method)
}
