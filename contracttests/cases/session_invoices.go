package cases

import (
	"net/http"
	"strings"
	"time"

	contract "cariqamock/contracttests"
)

var invoiceCases = functions{
	"invoices/shape": func(a *contract.API) {
		p := sharedPast(a)
		answer := complete(a, a.Want(a.Get("/users/"+p.user.ID+"/invoices/"), http.StatusOK), "page of invoice")
		bill, s := onlyInvoice(a, p.user.ID), whole(a, p.session)
		a.Equal("the invoice's session", &s.ID, bill.SessionID)
		a.Equal("the invoice's total, against the session's", s.Cost.Summary, bill.Total)
		a.Equal("the invoice's currency, against the session's", s.Cost.Currency, bill.Currency)
		a.True(!bill.Refund, "refund: nothing has been paid back")
		if now := a.Now(); !now.IsZero() {
			a.True(bill.Date.Before(now.Add(time.Minute)), "date: %v is in the future, it is %v at the target", bill.Date, now)
		}
		a.True(!bill.Date.Before(s.EndTime.Truncate(time.Second)), "date: %v is before the session's end, %v", bill.Date, s.EndTime)
		a.Equal("the list when read again", contract.Into[object](a, answer), contract.Into[object](a, a.Want(a.Get("/users/"+p.user.ID+"/invoices/"), http.StatusOK)))
	},
	"invoices/link": func(a *contract.API) {
		p := sharedPast(a)
		link := onlyInvoice(a, p.user.ID).Link
		a.True(strings.HasPrefix(link, "https://pay.stripe.com/invoice/acct_") && strings.Contains(link, "/pdf"),
			"link: wanted https://pay.stripe.com/invoice/acct_…/…/pdf…, got %q", link)
		a.Equal("invoice_download of the session, against the invoice's link", &link, a.Session(p.user.ID, p.session.ID).Cost.Download)
	},
	"invoices/newest-first": func(a *contract.API) {
		u, method := a.NewDriver()
		first := charged(a, u.ID, method)
		if a.Has(contract.Clock) {
			a.Advance(2 * time.Second) // dates are in seconds
		}
		second := charged(a, u.ID, method) // a pending CDR does not prevent charging
		a.AwaitBill(u.ID, first.ID)
		a.AwaitBill(u.ID, second.ID)
		bills := listInvoices(a, u.ID)
		if len(bills) != 2 || bills[0].SessionID == nil {
			a.Fatalf("invoices of two sessions: wanted two that name them, got %d", len(bills))
		}
		a.True(!bills[0].Date.Before(bills[1].Date), "dates: the first of the list is of %v, the second of %v", bills[0].Date, bills[1].Date)
		a.True(bills[0].Link != bills[1].Link, "two invoices have one link")
		want := []string{second.ID, first.ID}
		if !a.Has(contract.Clock) && *bills[0].SessionID == first.ID {
			want = []string{first.ID, second.ID} // CDRs need not arrive in the order of the sessions
		}
		inPages(a, "/users/"+u.ID+"/invoices/", "charging_session_id", want)
	},
	"invoices/late-record": func(a *contract.API) {
		w := a.Scenario("late-cdr")
		late := onlySession(w, someone)
		blocked := func() {
			refused(w, removeMethod(w, someone, spareMethod), "remove-payment-method/cdr-pending")
		}
		blocked()
		w.Advance(71 * time.Hour)
		blocked()
		next := chargedAt(w, someone, sharedPoint, usualMethod)
		w.AwaitBill(someone, next.ID)
		a.Equal("the invoices' sessions", []*string{&next.ID}, sessionsOf(listInvoices(w, someone)))
		blocked()
		w.Advance(time.Hour)
		a.Equal("the invoices' sessions, newest invoice first", []*string{&late, &next.ID}, sessionsOf(listInvoices(w, someone)))
		noContent(w, removeMethod(w, someone, spareMethod))
	},
}

func sessionsOf(bills []invoice) []*string {
	var out []*string
	for _, b := range bills {
		out = append(out, b.SessionID)
	}
	return out
}
