package cases

import (
	"net/http"
	"slices"
	"time"

	contract "cariqamock/contracttests"
)

const (
	zeroEVSE  = "DE*MCK*CDR*ZERO"
	neverEVSE = "DE*MCK*CDR*NEVER"
)

var billCases = functions{
	"money/life": func(a *contract.API) {
		u, method := a.NewDriver()
		started := a.Charge(u.ID, method)
		a.Equal("the invoices of a running session", []invoice{}, listInvoices(a, u.ID))
		noDebts(a, u.ID)
		if a.Has(contract.Clock) {
			a.Advance(40 * time.Second)
		}
		noContent(a, a.Stop(u.ID, started.ID))
		stopped := a.Session(u.ID, started.ID)
		a.True(stopped.Cost.Download == nil || stopped.Cost.KWh != nil, "invoice_download is there before any cost")
		s := whole(a, a.AwaitBill(u.ID, started.ID))
		shaped(a, a.Want(a.Get(sessionPath(u.ID, s.ID)), http.StatusOK), sessionShape(billed))

		a.Equal("start_time, from start to bill", started.StartTime, s.StartTime)
		a.Equal("the charge point, from start to bill", started.EVSE, s.EVSE)
		a.Equal("the prices, from start to bill", started.Prices, s.Prices)
		a.Equal("duration in seconds, against end_time and start_time", seconds(s), *s.Duration)
		if stopped.EndTime != nil {
			a.Equal("end_time, from stop to bill", stopped.EndTime, s.EndTime)
		}
		if a.Has(contract.Clock) {
			a.True(*s.Duration >= 40, "duration: %d s, although the clock was moved by 40", *s.Duration)
		}
		bill := onlyInvoice(a, u.ID)
		a.Equal("the invoice's total, against the session's", s.Cost.Summary, bill.Total)
		a.True(!bill.Date.Before(s.EndTime.Truncate(time.Second)), "the invoice of %v is older than the session's end, %v", bill.Date, *s.EndTime)
		noDebts(a, u.ID)
	},
	"money/record-time": func(a *contract.API) {
		w := a.Scenario("cdr-pending")
		id := onlySession(w, someone)
		before := w.Session(someone, id)
		noCostYet(w, "before the record", before)
		w.Advance(5*time.Minute - time.Millisecond)
		noCostYet(w, "just before the record", w.Session(someone, id))
		a.Equal("the invoices just before the record", []invoice{}, listInvoices(w, someone))
		w.Advance(time.Millisecond)
		after := whole(w, contract.Into[contract.Session](w, complete(w, w.Want(w.Get(sessionPath(someone, id)), http.StatusOK), sessionShape(billed))))
		wantCost(w, after)
		a.Equal("from the session's end to the invoice", 6*time.Minute, onlyInvoice(w, someone).Date.Sub(after.EndTime.Truncate(time.Second)))
		a.Equal("what the record does not change", []any{before.StartTime, before.EndTime, before.Duration}, []any{after.StartTime, after.EndTime, after.Duration})
	},
	"money/zero-energy": func(a *contract.API) {
		u, method := a.NewDriver()
		spare := a.AddCard(u.ID, "pm_card_mastercard")
		started := chargedAt(a, u.ID, zeroEVSE, method)
		a.AwaitBill(u.ID, started.ID)
		s := contract.Into[contract.Session](a, complete(a, a.Want(a.Get(sessionPath(u.ID, started.ID)), http.StatusOK), sessionShape(free)))
		a.Equal("consumed_energy", ptr("0.000"), s.Energy)
		sum, _ := summed(a, s)
		a.Equal("the sum of the costs in cents", 0, sum)
		got := []string{s.Cost.VAT, s.Cost.Summary, s.Cost.Credits, s.Cost.Discount}
		a.Equal("the invoice's VAT, summary, credits and discount", []string{"0.00", "0.00", "0.00", "0.00"}, got)
		a.Equal("invoice_download", none(), s.Cost.Download)
		a.Equal("the invoices", []invoice{}, listInvoices(a, u.ID))
		noDebts(a, u.ID)
		noContent(a, removeMethod(a, u.ID, spare))
	},
	"money/never-billed": func(a *contract.API) {
		w := frozen(a, "default")
		s := chargedAt(w, someone, neverEVSE, usualMethod)
		spare := slices.DeleteFunc(methodIDs(w, someone), func(id string) bool { return id == usualMethod })[0]
		for range 3 {
			w.Advance(30 * 24 * time.Hour)
			noCostYet(w, "without a record", w.Session(someone, s.ID))
			refused(w, removeMethod(w, someone, spare), http.StatusBadRequest, "payment_method_error", "remove-payment-method/cdr-pending")
			refused(w, w.Delete("/users/"+someone+"/"), http.StatusBadRequest, "payment_method_error", "delete-user/cdr-pending")
		}
		a.Equal("the invoices without a record", []invoice{}, listInvoices(w, someone))
		operate(w, s.ID, "cdr", object{"kwh": "7.500", "charge": "succeed"})
		after := w.Session(someone, s.ID)
		a.Equal("consumed_energy, against the late record", ptr("7.500"), after.Energy)
		wantCost(w, after)
		a.Equal("the invoices' sessions", []*string{&s.ID}, sessionsOf(listInvoices(w, someone)))
		noContent(w, removeMethod(w, someone, spare))
	},
	"money/charge-outcomes": func(a *contract.API) {
		w := frozen(a, "default")
		var paid []*string
		for _, outcome := range []string{"succeed", "fail", "authenticate"} {
			s := chargedAt(w, someone, sharedPoint, usualMethod)
			operate(w, s.ID, "cdr", object{"kwh": "10.000", "charge": outcome})
			a.Equal("the session's total", "5.39", w.Session(someone, s.ID).Cost.Summary)
			if outcome != "succeed" {
				d := onlyDebt(w, someone)
				a.Equal("the debt's session", s.ID, d.SessionID)
				a.Equal("the debt's amount", "5.39", d.Amount)
				a.Equal("the invoices while in debt", paid, sessionsOf(listInvoices(w, someone)))
				w.Want(w.ConfirmPayment(d.secret(), usualMethod), http.StatusOK)
				if outcome == "authenticate" {
					authenticate(w, d.secret(), "succeed")
				}
			}
			noDebts(w, someone)
			w.Advance(time.Second)
			paid = append([]*string{&s.ID}, paid...)
			a.Equal("the invoices after the payment", paid, sessionsOf(listInvoices(w, someone)))
		}
	},
}
