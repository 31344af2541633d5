package cases

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	contract "cariqamock/contracttests"
)

var debtCases = functions{
	"debts/shape": func(a *contract.API) {
		w := a.Scenario("debt")
		d := onlyDebt(w, someone)
		s := w.Session(someone, d.SessionID)
		shaped(w, w.Want(w.Get(sessionPath(someone, d.SessionID)), http.StatusOK), "settled session")
		a.Equal("invoice_download of an unpaid session (assumed)", none(), s.Cost.Download)
		a.Equal("the debt's amount, against the session's total", s.Cost.Summary, d.Amount)
		a.Equal("the debt's currency, against the session's", s.Cost.Currency, strings.ToLower(d.Currency))
		intent := readPayment(w, d.secret())
		a.Equal("the amount at Stripe in cents", cents(a, d.Amount), intent.Amount)
		a.Equal("the currency at Stripe", strings.ToLower(d.Currency), intent.Currency)
		a.Equal("the debt when read again", d, onlyDebt(w, someone))
		a.Equal("the invoices before the payment", []invoice{}, listInvoices(w, someone))
		noDebts(w, w.NewUser().ID)
	},
	"debts/pay": func(a *contract.API) {
		w := a.Scenario("debt")
		d := onlyDebt(w, someone)
		refused(w, w.Start(someone, contract.ProgressPoints()[0], usualMethod), "start-charging/outstanding-payment")
		confirmPayment(w, d.secret(), usualMethod, "succeeded")
		noDebts(w, someone)
		paid := complete(w, w.Want(w.Get(sessionPath(someone, d.SessionID)), http.StatusOK), "billed session")
		s := contract.Into[contract.Session](w, paid)
		bill := onlyInvoice(w, someone)
		a.Equal("the invoice's total", d.Amount, bill.Total)
		a.Equal("the invoice's session", &d.SessionID, bill.SessionID)
		a.Equal("the session's link, against the invoice's", &bill.Link, s.Cost.Download)
		// A paid intent accepts no second payment.
		w.Want(w.ConfirmPayment(d.secret(), usualMethod), http.StatusBadRequest)
		chargedAt(w, someone, contract.ProgressPoints()[0], usualMethod)
	},
	"debts/authenticate": func(a *contract.API) {
		w := a.Scenario("outstanding-payment")
		d := onlyDebt(w, someone)
		for _, outcome := range []string{"fail", "succeed"} {
			confirmPayment(w, d.secret(), usualMethod, "requires_action")
			a.Equal("the debt while the bank asks", d, onlyDebt(w, someone))
			authenticate(w, d.secret(), outcome)
			if outcome == "fail" {
				a.Equal("the debt after a failed authentication", d, onlyDebt(w, someone))
				a.Equal("the invoices after a failed authentication", []invoice{}, listInvoices(w, someone))
			}
		}
		noDebts(w, someone)
		a.Equal("the invoice's session", &d.SessionID, onlyInvoice(w, someone).SessionID)
	},
	"debts/refused-payment": func(a *contract.API) {
		w := a.Scenario("debt")
		d := onlyDebt(w, someone)
		id := intentOf(d.secret())
		_, tail, _ := strings.Cut(w.Secret(someone), "_secret_") // of another intent
		for _, secret := range []string{id + "_secret_" + tail, id + "_secret_", strings.TrimSuffix(d.secret(), d.secret()[len(d.secret())-1:]), d.secret() + "0"} {
			w.Want(w.ConfirmPayment(secret, usualMethod), http.StatusBadRequest)
			a.Equal("the debt after a wrong secret", d, onlyDebt(w, someone))
		}
		w.Want(w.Stripe(http.MethodGet, "/v1/payment_intents/"+id+"?client_secret="+url.QueryEscape(id+"_secret_"+tail), ""), http.StatusBadRequest)
		stranger := w.NewUser()
		theirs := w.AddCard(stranger.ID, "pm_card_visa")
		w.Want(w.ConfirmPayment(d.secret(), theirs), http.StatusBadRequest)
		a.Equal("the debt after a stranger's card", d, onlyDebt(w, someone))
		declined := contract.Into[stripeProblem](w, w.Want(w.ConfirmPayment(d.secret(), "pm_card_visa_chargeDeclined"), http.StatusPaymentRequired))
		a.Equal("Stripe's error", "card_error card_declined", declined.Error.Type+" "+declined.Error.Code)
		a.Equal("the debt after a declined card", d, onlyDebt(w, someone))
		confirmPayment(w, d.secret(), usualMethod, "succeeded")
		noDebts(w, someone)
	},
	"debts/blocks": func(a *contract.API) {
		w := a.Scenario("debt")
		d := onlyDebt(w, someone)
		user := "/users/" + someone + "/"
		refused(w, w.Start(someone, sharedPoint, usualMethod), "start-charging/outstanding-payment")
		refused(w, removeMethod(w, someone, spareMethod), "remove-payment-method/debt")
		refused(w, w.Delete(user), "delete-user/debt")

		noContent(w, chooseMethod(w, someone, spareMethod))
		w.AddCard(someone, "pm_card_visa")
		bill(w, someone, germanBut("city", "Hamburg"))
		w.Want(w.Patch(user, object{"locale": "en"}), http.StatusOK)
		w.Want(w.Patch(sessionPath(someone, d.SessionID), object{"rates": 1}), http.StatusOK)
		for _, path := range []string{"", "billing-details/", "payment-methods/", "charging-sessions/", "invoices/", "charging/debts/"} {
			w.Want(w.Get(user+path), http.StatusOK)
		}
		w.Want(w.Get("/stations/details/?type=evse_id&id="+url.QueryEscape(sharedPoint)), http.StatusOK)
		a.Equal("the debt after all that", d, onlyDebt(w, someone))
		a.Equal("how many methods there are", 3, len(w.Methods(someone)))
	},
	"debts/several": func(a *contract.API) {
		w := frozen(a, "default")
		var want []string
		for range 3 {
			s := chargedAt(w, someone, failingCharge, usualMethod)
			want = append([]string{s.ID}, want...)
		}
		noDebts(w, someone)
		var all []debt
		w.Eventually("three debts", func() bool { all = listDebts(w, someone); return len(all) == 3 })
		path := "/users/" + someone + "/charging/debts/"
		a.Equal("the debts' sessions, newest first", want, idsOf(results(w, w.Want(w.Get(path), http.StatusOK)), "session_id"))
		inPages(w, path, "session_id", want)
		secrets := map[string]bool{}
		for _, d := range all {
			secrets[d.secret()] = true
		}
		a.Equal("how many different secrets there are", 3, len(secrets))
		confirmPayment(w, all[1].secret(), usualMethod, "succeeded")
		a.Equal("the debts after the middle one was paid", []debt{all[0], all[2]}, listDebts(w, someone))
		refused(w, w.Start(someone, sharedPoint, usualMethod), "start-charging/outstanding-payment")
		a.Equal("the invoice's session", &all[1].SessionID, onlyInvoice(w, someone).SessionID)
	},
	"debts/final-charge": func(a *contract.API) {
		u, method := a.NewDriver()
		s := chargedAt(a, u.ID, failingCharge, method)
		a.Eventually("the debt", func() bool { return len(listDebts(a, u.ID)) > 0 })
		d := onlyDebt(a, u.ID)
		a.Equal("the debt's session", s.ID, d.SessionID)
		a.Equal("the debt's amount", "5.39", d.Amount)
		a.Equal("the session's total", "5.39", a.Session(u.ID, s.ID).Cost.Summary)
		a.Equal("the invoices before the payment", []invoice{}, listInvoices(a, u.ID))
		_, tail, _ := strings.Cut(a.Secret(u.ID), "_secret_") // of another intent
		a.Want(a.ConfirmPayment(intentOf(d.secret())+"_secret_"+tail, method), http.StatusBadRequest)
		a.Want(a.ConfirmPayment(d.secret(), "pm_card_visa_chargeDeclined"), http.StatusPaymentRequired)
		whileOwing(a, u.ID, s.ID)
		a.Equal("the debt after a declined card, and what debts do not block", d, onlyDebt(a, u.ID))
		confirmPayment(a, d.secret(), method, "succeeded") // so that the user can be deleted
		noDebts(a, u.ID)
	},
	"debts/above-hold": func(a *contract.API) {
		w := a.Scenario("cost-above-hold")
		noDebts(w, someone)
		w.Advance(10 * time.Minute)
		d := onlyDebt(w, someone)
		s := w.Session(someone, d.SessionID)
		a.Equal("the session's total", "64.69", s.Cost.Summary)
		a.Equal("the debt's amount, above a hold of 50.00", "14.69", d.Amount)
		a.Equal("the amount at Stripe in cents", 1469, readPayment(w, d.secret()).Amount)
		a.Equal("the other session's total, for which the extra charge worked", "64.69", onlyInvoice(w, someone).Total)
		confirmPayment(w, d.secret(), usualMethod, "succeeded")
		noDebts(w, someone)
		bills := listInvoices(w, someone)
		a.Equal("how many invoices there are", 2, len(bills))
		for _, bill := range bills {
			a.Equal("the invoice's total, which is the whole cost", "64.69", bill.Total)
		}
	},
}

// whileOwing does what a debt does not block, and tries a removal, which it does.
func whileOwing(a *contract.API, user, session string) {
	spare := a.AddCard(user, "pm_card_mastercard")
	noContent(a, chooseMethod(a, user, spare))
	bill(a, user, germanBut("city", "Hamburg"))
	patchUser(a, user, object{"locale": "de"})
	a.Want(a.Patch(sessionPath(user, session), object{"rates": 1}), http.StatusOK)
	refused(a, removeMethod(a, user, spare), "remove-payment-method/debt")
}

// onlyDebt returns the only debt of the scenarios' user.
func onlyDebt(a *contract.API, user string) debt {
	answer := complete(a, a.Want(a.Get("/users/"+user+"/charging/debts/"), http.StatusOK), "page of debt")
	list := contract.Into[contract.Page[debt]](a, answer)
	if list.Count != 1 || len(list.Results) != 1 {
		a.Fatalf("debts: wanted one, got count %d and %d results", list.Count, len(list.Results))
	}
	d := list.Results[0]
	if d.Secret != "" && d.OldSecret != "" {
		a.True(d.Secret == d.OldSecret, "payment_intent_client_secret and client_secret of the debt differ")
	}
	if d.Secret == "" {
		generation(a, "debts", "payment_intent_client_secret", d.Secret, d.OldSecret)
	}
	return d
}

func noDebts(a *contract.API, user string) {
	a.Equal("the debts", []debt{}, listDebts(a, user))
}
