package cases

import (
	"maps"
	"net/http"
	"strings"
	"time"

	contract "cariqamock/contracttests"
)

// effectCases look at everything of two users before and after each write, for what
// it changes and for what it must not.
var effectCases = functions{
	"effects/users": func(a *contract.API) {
		tag := a.Tag()
		u, other := alike(a, tag)
		w := a.Watch(tag, u, other)
		third := newUserAs(a, tag+"/3", map[string]any{"email": "driver@example.org", "locale": "en"}).ID
		w.Add(third)
		patchUser(a, u, object{"email": "DRIVER@example.org"})
		patchUser(a, third, object{"email": "DRIVER@example.org"}) // equal to the first one's
		w.Changed(object{
			"user " + third + "*": nil, "users " + third: "listed", "billing " + third + "*": nil,
			"user " + u + " /email": "DRIVER@example.org",
		})
		moved := tag + "/moved"
		patchUser(a, other, object{"locale": "de", "custom_properties": object{"external_id": moved}})
		a.Equal("what search finds for the former external id", []contract.User{}, search(a, tag+"/2"))
		putBilling(a, u, allBilling())
		want := object{"user " + other + " /locale": "de", "user " + other + " /custom_properties/external_id": moved}
		for name, v := range allBilling() {
			want["billing "+u+" /"+name] = v
		}
		w.Changed(want)
		noContent(a, a.Delete("/users/"+third+"/"))
		w.Changed(allOf(third))
	},
	"effects/methods": func(a *contract.API) {
		tag := a.Tag()
		u, other := alike(a, tag)
		a.AddCard(other, "pm_card_visa")
		a.AddCard(other, "pm_card_visa")
		first, second := ready(a, u), a.AddCard(u, "pm_card_visa")
		w := a.Watch(tag, u, other)
		a.Want(a.ConfirmSetup(a.Secret(u), "pm_card_visa_chargeDeclined"), http.StatusPaymentRequired)
		third := a.AddCard(u, "pm_card_visa")
		w.Changed(object{"methods of " + u + " " + third: "listed", "method " + third + " /default": false, "method " + third + "*": nil})
		noContent(a, chooseMethod(a, u, second))
		w.Changed(object{"method " + first + " /default": false, "method " + second + " /default": true})
		noContent(a, removeMethod(a, u, first))
		fourth := a.AddCard(u, "pm_card_visa") // after which the removed one is still gone
		w.Changed(object{
			"methods of " + u + " " + first: nil, "method " + first + "*": nil,
			"methods of " + u + " " + fourth: "listed", "method " + fourth + " /default": false, "method " + fourth + "*": nil,
		})
	},
	"effects/sessions": func(a *contract.API) {
		tag := a.Tag()
		u, other := alike(a, tag)
		mine, theirs := ready(a, u), ready(a, other)
		spare := a.AddCard(u, "pm_card_mastercard")
		old := charged(a, u, mine)
		a.Charge(other, theirs)
		a.Want(a.Patch(sessionPath(u, old.ID), object{"rates": 5}), http.StatusOK)
		bill(a, u, allBilling())
		w := a.Watch(tag, u, other)
		s := a.Charge(u, mine)
		noContent(a, chooseMethod(a, u, spare)) // which does not pay for what is running
		w.Changed(object{
			"sessions of " + u + " " + s.ID: "listed", "session " + s.ID + "*": nil,
			"method " + mine + " /default": false, "method " + spare + " /default": true,
		})
		want := object{}
		for i, id := range []string{old.ID, s.ID} {
			a.Want(a.Patch(sessionPath(u, id), object{"rates": 2 + i}), http.StatusOK)
			want["session "+id+" /rates"] = 2 + i
		}
		w.Changed(want)
		noContent(a, a.Stop(u, s.ID))
		patchUser(a, u, object{"locale": "de"})
		invalid(a, a.Patch(sessionPath(u, old.ID), object{"rates": 6}))
		a.Want(a.Patch(sessionPath(u, old.ID), object{"rates": nil}), http.StatusOK)
		w.Changed(object{"session " + s.ID + " /is_active": false, "session " + old.ID + " /rates": nil, "user " + u + " /locale": "de"})
	},
	"effects/bills": func(a *contract.API) {
		tag := a.Tag()
		u, other := alike(a, tag)
		mine, theirs := ready(a, u), ready(a, other)
		newest := a.AddCard(u, "pm_card_visa")
		bill(a, u, allBilling()) // of a company
		first, second, foreign := charged(a, u, mine), charged(a, u, newest), charged(a, other, theirs)
		a.Want(a.Patch(sessionPath(u, first.ID), object{"rates": 5}), http.StatusOK)
		w := a.Watch(tag, u, other)
		if s := a.AwaitBill(u, first.ID); strings.HasPrefix(s.EVSE, "DE") {
			germanVAT(a, s) // companies pay it, too
		}
		a.AwaitBill(u, second.ID)
		a.AwaitBill(other, foreign.ID)
		w.Changed(nil) // but for what final records bring
		a.Want(a.Patch(sessionPath(u, first.ID), object{"rates": 1}), http.StatusOK)
		if a.Has(contract.Clock) {
			a.Advance(24 * time.Hour)
		}
		moved := allBilling()
		moved["city"] = "Hamburg"
		bill(a, u, moved)
		noContent(a, chooseMethod(a, u, newest))
		noContent(a, removeMethod(a, u, mine))
		w.Changed(object{
			"session " + first.ID + " /rates": 1, "billing " + u + " /city": "Hamburg",
			"method " + newest + " /default": true, "methods of " + u + " " + mine: nil, "method " + mine + "*": nil,
		})
		noContent(a, a.Delete("/users/"+other+"/"))
		w.Changed(allOf(other, foreign.ID, theirs))
		missing(a, other, foreign.ID, theirs)
		refused(a, a.Start(u, contract.ProgressPoints()[0], theirs), "start-charging/unknown-payment-method")
	},
	"effects/debts": func(a *contract.API) {
		for range 3 { // a first bill that comes before the second start leaves one debt only
			if payDebts(a) > 1 || a.Failed() {
				return
			}
		}
		a.Skipf("each bill came before the next session could start, so that no user had two debts")
	},
}

// payDebts has the final charges of two users fail, pays them, and returns how many
// debts one of the users had at once.
func payDebts(a *contract.API) int {
	tag := a.Tag()
	u, other := alike(a, tag)
	mine, theirs := ready(a, u), ready(a, other)
	unpaid := []string{chargedAt(a, u, failingCharge, mine).ID}
	if answer := a.Start(u, failingCharge, mine); answer.Status != http.StatusPaymentRequired { // else the first debt is there already
		s := contract.Into[contract.Session](a, a.Want(answer, http.StatusCreated))
		a.StopAtEnd(u, s.ID)
		noContent(a, a.Stop(u, s.ID))
		unpaid = append(unpaid, s.ID)
	}
	foreign := chargedAt(a, other, failingCharge, theirs)
	billed := map[string]contract.Session{} // read before the debts: of answers with the same value, the last one is blamed
	for _, id := range unpaid {
		billed[id] = a.AwaitBill(u, id)
	}
	billed[foreign.ID] = a.AwaitBill(other, foreign.ID)
	w := a.Watch(tag, u, other)
	owed, alsoOwed := listDebts(a, u), listDebts(a, other)
	a.Equal("how many debts one user has of sessions whose final charge fails", len(unpaid), len(owed))
	a.Equal("how many debts the other user has", 1, len(alsoOwed))
	pay := func(user, method string, d debt) object {
		cost := billed[d.SessionID].Cost
		a.Equal("the debt's currency, against the session's", cost.Currency, d.Currency)
		a.Equal("the debt's amount, against the session's total", cost.Summary, d.Amount)
		confirmPayment(a, d.secret(), method, "succeeded")
		return object{
			"debts of " + user + " " + d.SessionID: nil, "debt " + d.SessionID + "*": nil,
			"invoices of " + user + " " + d.SessionID: "listed", "invoice " + d.SessionID + "*": nil,
			"invoice " + d.SessionID + " /total":                          d.Amount,
			"session " + d.SessionID + " /session_cost/invoice_download*": nil,
		}
	}
	want := object{}
	for i, d := range owed {
		maps.Copy(want, pay(u, mine, d))
		if i == 0 { // the others are still there
			w.Changed(want)
			clear(want)
		}
	}
	for _, d := range alsoOwed {
		maps.Copy(want, pay(other, theirs, d))
	}
	w.Changed(want)
	return len(unpaid)
}

// alike creates two users who are hard to tell apart: their emails are equal but
// for case.
func alike(a *contract.API, tag string) (u, other string) {
	u = newUserAs(a, tag+"/1", map[string]any{"email": "driver@example.org", "locale": "en"}).ID
	return u, newUserAs(a, tag+"/2", map[string]any{"email": "Driver@example.org", "locale": "en"}).ID
}

// ready makes a user able to charge and returns the payment method.
func ready(a *contract.API, user string) string {
	a.Bill(user)
	return a.AddCard(user, "pm_card_visa")
}

// allOf returns the names of everything of a user who is deleted.
func allOf(user string, objects ...string) object {
	out := object{"user " + user: "deleted", "users " + user: nil}
	for _, name := range []string{"user ", "billing ", "methods of ", "sessions of ", "debts of ", "invoices of "} {
		out[name+user+"*"] = nil
	}
	for _, id := range objects {
		for _, name := range []string{"method ", "session ", "debt ", "invoice "} {
			out[name+id+"*"] = nil
		}
	}
	return out
}
