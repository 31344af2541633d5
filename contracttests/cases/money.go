package cases

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	contract "cariqamock/contracttests"
)

var moneyCases = functions{
	"money/adds-up": func(a *contract.API) {
		p := sharedPast(a)
		s := a.Session(p.user.ID, p.session.ID)
		sum, charged := summed(a, s)
		a.True(charged > 0, "a session of %s kWh costs nothing", *s.Energy)
		credits, discount := cents(a, s.Cost.Credits), cents(a, s.Cost.Discount)
		if credits != 0 || discount != 0 {
			a.News("the session has credits of %s and a discount of %s", s.Cost.Credits, s.Cost.Discount)
			return
		}
		a.Equal("invoice_summary in cents, against the sum of the costs", sum, cents(a, s.Cost.Summary))
		a.True(cents(a, s.Cost.VAT) < sum, "invoice_vat %s is not below the total %s", s.Cost.VAT, s.Cost.Summary)
	},
	"money/vat": func(a *contract.API) {
		p := sharedPast(a)
		s := a.Session(p.user.ID, p.session.ID)
		if !strings.HasPrefix(s.EVSE, "DE") {
			a.Skipf("the run's session is not in Germany but at %s; the German points were busy", s.EVSE)
		}
		germanVAT(a, s)
	},
	"money/price": func(a *contract.API) {
		p := sharedPast(a)
		s := whole(a, a.Session(p.user.ID, p.session.ID))
		if s.Prices.KWh == nil || s.Cost.KWh == nil {
			a.Fatalf("kwh_price and kwh_cost of a session with energy: one of them is null")
		}
		wh := kWh(a, s)
		shown := wh * cents(a, *s.Prices.KWh) // thousandths of a cent
		off := shown - 1000*cents(a, *s.Cost.KWh)
		a.True(2*abs(off) <= wh+2000, "kwh_cost: %s kWh at %s cannot be %s", *s.Energy, *s.Prices.KWh, *s.Cost.KWh)
	},
	"money/worked-example": func(a *contract.API) {
		p := sharedPast(a)
		s := a.Session(p.user.ID, p.session.ID)
		a.Equal("consumed_energy", new("10.000"), s.Energy)
		a.Equal("kwh_price", new("0.54"), s.Prices.KWh)
		a.Equal("the five costs", []*string{new("5.39"), new("0.00"), new("0.00"), new("0.00"), new("0.00")}, parts(s))
		got := []string{s.Cost.Summary, s.Cost.VAT, s.Cost.Credits, s.Cost.Discount, s.Cost.Currency, s.Prices.Currency}
		a.Equal("summary, VAT, credits, discount and currencies", []string{"5.39", "0.86", "0.00", "0.00", "eur", "eur"}, got)
		for _, bill := range listInvoices(a, p.user.ID) {
			a.Equal("the invoice's total and currency", "5.39 eur", bill.Total+" "+bill.Currency)
		}
	},
	"money/each-session": func(a *contract.API) {
		w := a.Scenario("many-sessions")
		totals := map[string]string{}
		for _, s := range contract.Into[contract.Page[contract.Session]](w, shaped(w, listSessions(w, someone), "page of billed session")).Results {
			wantCost(w, whole(w, s))
			a.Equal("duration of "+s.ID, seconds(s), *s.Duration)
			totals[s.ID] = s.Cost.Summary
		}
		a.Equal("how many sessions there are", 100, len(totals))
		bills := listInvoices(w, someone)
		a.Equal("how many invoices there are", 100, len(bills))
		for _, bill := range bills {
			if bill.SessionID == nil {
				a.Fatalf("an invoice of a session does not name it")
			}
			a.Equal("the total of the invoice of "+*bill.SessionID, totals[*bill.SessionID], bill.Total)
			delete(totals, *bill.SessionID)
		}
		a.Equal("the sessions without an invoice", map[string]string{}, totals)
	},
	"money/any-energy": func(a *contract.API) {
		w := frozen(a, "default")
		for _, wh := range []int{1, 11, 12, 3311, 5000, 7500, 12345, 65432, 110000} {
			s := chargeAt(w, someone, sharedPoint, usualMethod)
			w.Advance(20 * time.Second)
			noContent(w, w.Stop(someone, s.ID))
			record := fmt.Sprintf("%d.%03d", wh/1000, wh%1000)
			operate(w, s.ID, "cdr", object{"kwh": record})
			answer := w.Want(w.Get(sessionPath(someone, s.ID)), http.StatusOK)
			after := contract.Into[contract.Session](w, answer)
			a.Equal("consumed_energy, against the record", &record, after.Energy)
			wantCost(w, after)
			if total, _ := virtualCost(wh); total > 0 {
				complete(w, answer, "billed session")
				a.Equal("the totals of the session's invoices", []string{after.Cost.Summary}, totalsOf(listInvoices(w, someone), s.ID))
				continue
			}
			a.Equal("invoice_download, where the cost rounds to nothing", none(), after.Cost.Download)
			a.Equal("how many invoices a session has whose cost rounds to nothing", 0, len(totalsOf(listInvoices(w, someone), s.ID)))
		}
		a.Equal("how many debts there are, at any cost", "0", strconv.Itoa(len(listDebts(w, someone))))
	},
	"money/life": func(a *contract.API) {
		u, started := charging(a)
		a.Equal("the invoices of a running session", []invoice{}, listInvoices(a, u.ID))
		noDebts(a, u.ID)
		if a.Has(contract.Clock) {
			a.Advance(40 * time.Second)
		}
		noContent(a, a.Stop(u.ID, started.ID))
		stopped := a.Session(u.ID, started.ID)
		a.True(stopped.Cost.Download == nil || stopped.Cost.KWh != nil, "invoice_download is there before any cost")
		s := whole(a, a.AwaitBill(u.ID, started.ID))
		shaped(a, a.Want(a.Get(sessionPath(u.ID, s.ID)), http.StatusOK), "billed session")

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
		after := whole(w, contract.Into[contract.Session](w, complete(w, w.Want(w.Get(sessionPath(someone, id)), http.StatusOK), "billed session")))
		wantCost(w, after)
		a.Equal("from the session's end to the invoice", 6*time.Minute, onlyInvoice(w, someone).Date.Sub(after.EndTime.Truncate(time.Second)))
		a.Equal("what the record does not change", []any{before.StartTime, before.EndTime, before.Duration}, []any{after.StartTime, after.EndTime, after.Duration})
	},
	"money/zero-energy": func(a *contract.API) {
		u, method := a.NewDriver()
		spare := a.AddCard(u.ID, "pm_card_mastercard")
		started := chargedAt(a, u.ID, zeroEVSE, method)
		a.AwaitBill(u.ID, started.ID)
		s := contract.Into[contract.Session](a, complete(a, a.Want(a.Get(sessionPath(u.ID, started.ID)), http.StatusOK), "settled session"))
		a.Equal("consumed_energy", new("0.000"), s.Energy)
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
		spare := first(w, "other payment methods than the default", slices.DeleteFunc(methodIDs(w, someone), func(id string) bool { return id == usualMethod }))
		for range 3 {
			w.Advance(30 * 24 * time.Hour)
			noCostYet(w, "without a record", w.Session(someone, s.ID))
			refused(w, removeMethod(w, someone, spare), "remove-payment-method/cdr-pending")
			refused(w, w.Delete("/users/"+someone+"/"), "delete-user/cdr-pending")
		}
		a.Equal("the invoices without a record", []invoice{}, listInvoices(w, someone))
		operate(w, s.ID, "cdr", object{"kwh": "7.500", "charge": "succeed"})
		after := w.Session(someone, s.ID)
		a.Equal("consumed_energy, against the late record", new("7.500"), after.Energy)
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

// summed returns the sum of the five costs of a session in cents, and how many of
// them are not zero. The session must have a CDR.
func summed(a *contract.API, s contract.Session) (sum, charged int) {
	for _, part := range parts(s) {
		if part == nil {
			a.Fatalf("a cost of a finished session is null")
		}
		n := cents(a, *part)
		a.True(n >= 0, "a cost is below zero: %s", *part)
		sum += n
		if n != 0 {
			charged++
		}
	}
	return sum, charged
}

// germanVAT checks that the VAT of a session is 19/119 of the total, give or take half
// a cent of rounding for each part.
func germanVAT(a *contract.API, s contract.Session) {
	sum, charged := summed(a, s)
	off := 119*cents(a, s.Cost.VAT) - 19*sum
	a.True(abs(2*off) <= 119*charged, "invoice_vat: %s of %s is not 19 %%", s.Cost.VAT, s.Cost.Summary)
}

func abs(n int) int { return max(n, -n) }

// virtualCost returns the cost of energy, in thousandths of a kWh, at a virtual
// point, in cents: 0.4530 net, rounded half up, then 19 % VAT, rounded as well.
func virtualCost(wh int) (total, vat int) {
	net := (wh*4530 + 50_000) / 100_000
	vat = (net*19 + 50) / 100
	return net + vat, vat
}

func amountOf(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// wantCost checks that the cost of a session follows from its energy.
func wantCost(a *contract.API, s contract.Session) {
	total, vat := virtualCost(kWh(a, s))
	sum, _ := summed(a, s)
	got := []string{amountOf(sum), s.Cost.Summary, s.Cost.VAT}
	a.Equal(fmt.Sprintf("what %d Wh cost: sum of the costs, total and VAT", kWh(a, s)), []string{amountOf(total), amountOf(total), amountOf(vat)}, got)
}

// totalsOf returns the totals of the invoices of a session.
func totalsOf(bills []invoice, session string) []string {
	var out []string
	for _, b := range bills {
		if b.SessionID != nil && *b.SessionID == session {
			out = append(out, b.Total)
		}
	}
	return out
}

const (
	zeroEVSE  = "DE*MCK*CDR*ZERO"
	neverEVSE = "DE*MCK*CDR*NEVER"
)
