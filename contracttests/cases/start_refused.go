package cases

import (
	"net/http"
	"net/url"

	contract "cariqamock/contracttests"
)

var startRefusedCases = functions{
	"start/unknown-evse": func(a *contract.API) {
		u := a.NewUser()
		path := "/users/" + u.ID + "/charging/start/"
		fields := map[string]string{"evse_id": "DE*NIL*E0000000000", "payment_method_id": usualMethod}
		form := url.Values{"evse_id": {fields["evse_id"]}, "payment_method_id": {fields["payment_method_id"]}}
		for _, body := range []*contract.Body{{JSON: fields}, {Form: form.Encode()}, {Multipart: fields}} {
			refused(a, a.Call(http.MethodPost, path, body), "start-charging/evse-not-found")
		}
		a.Equal("sessions after starts that were refused", []string(nil), sessionIDs(a, u.ID))
	},
	"start/billing-required": func(a *contract.API) {
		u := a.NewUser()
		method := a.AddCard(u.ID, "pm_card_visa")
		wantsBilling(a, a.Start(u.ID, contract.ProgressPoints()[0], method))
		bill(a, u.ID, germanBut("first_name", nil))
		wantsBilling(a, a.Start(u.ID, contract.ProgressPoints()[0], method))
		a.Equal("sessions after starts that were refused", []string(nil), sessionIDs(a, u.ID))
		a.Bill(u.ID)
		charged(a, u.ID, method)
	},
	"start/billing-fields": func(a *contract.API) {
		u := a.NewUser()
		method := a.AddCard(u.ID, "pm_card_visa")
		for _, name := range []string{"country", "city", "first_name", "last_name"} {
			bill(a, u.ID, germanBut(name, nil))
			wantsBilling(a, a.Start(u.ID, contract.ProgressPoints()[0], method))
		}
		business := germanBut("account_type", "business")
		bill(a, u.ID, business)
		wantsBilling(a, a.Start(u.ID, contract.ProgressPoints()[0], method))
		business["company_name"] = "Example GmbH"
		delete(business, "first_name")
		delete(business, "last_name")
		bill(a, u.ID, business)
		charged(a, u.ID, method)
	},
	"start/billing-italy": func(a *contract.API) {
		u := a.NewUser()
		method := a.AddCard(u.ID, "pm_card_visa")
		personal, business := italianBilling(), italianBilling()
		business["account_type"], business["company_name"] = "business", "Rossi S.r.l."
		business["tax_id"] = "RSSMRA80A01H501U" // does not replace the vat_id
		for _, details := range []object{personal, business} {
			bill(a, u.ID, details)
			refused(a, a.Start(u.ID, italianPoint, method), "start-charging/billing-data-italy")
		}
		charged(a, u.ID, method) // the same details are enough elsewhere
		personal["tax_id"], business["vat_id"] = "RSSMRA80A01H501U", "IT12345678901"
		for _, details := range []object{personal, business, contract.GermanBilling()} {
			bill(a, u.ID, details)
			tryShared(a, u.ID, italianPoint, method)
		}
	},
	"start/busy-point": func(a *contract.API) {
		first, firstMethod := a.NewDriver()
		second, secondMethod := a.NewDriver()
		for _, evse := range contract.SharedPoints() {
			answer := a.Start(first.ID, evse, firstMethod)
			if answer.Status == http.StatusFailedDependency {
				continue // in use by others
			}
			s := contract.Into[contract.Session](a, a.Want(answer, http.StatusCreated))
			a.StopAtEnd(first.ID, s.ID)
			refused(a, a.Start(second.ID, evse, secondMethod), "start-charging/charge-point-busy")
			noContent(a, a.Stop(first.ID, s.ID))
			a.Equal("the second user's sessions", []string(nil), sessionIDs(a, second.ID))
			tryShared(a, second.ID, evse, secondMethod)
			return
		}
		a.Skipf("all shared charging points are busy")
	},
	"start/out-of-order":     startAtTrouble("DE*MCK*E409*OUTOFORDER", "start-charging/connector-out-of-order"),
	"start/no-station-data":  startAtTrouble("DE*MCK*E424*STATION", "start-charging/station-data-unavailable"),
	"start/provider-failed":  startAtTrouble("DE*MCK*E424*START", "start-charging/provider-failed"),
	"start/unexpected-error": startAtTrouble("DE*MCK*E500", "start-charging/unexpected-error"),
	"start/order-customer": func(a *contract.API) {
		w := frozen(a, "default")
		chargedAt(w, someone, failingCharge, usualMethod)
		second := chargeAt(w, someone, contract.ProgressPoints()[0], usualMethod) // the first session's debt does not exist yet
		w.Eventually("the first session's debt", func() bool { return len(listDebts(w, someone)) == 1 })
		invalid(w, w.Post("/users/"+someone+"/charging/start/", object{"evse_id": noPoint}))
		refused(w, w.Start(someone, noPoint, "null"), "start-charging/already-charging")
		noContent(w, w.Stop(someone, second.ID))
		refused(w, w.Start(someone, noPoint, "null"), "start-charging/outstanding-payment")
		confirmPayment(w, onlyDebt(w, someone).secret(), usualMethod, "succeeded")
		refused(w, w.Start(someone, noPoint, "null"), "start-charging/evse-not-found")
	},
	"start/order-billing": func(a *contract.API) {
		u := a.NewUser() // without billing details
		refused(a, a.Start(u.ID, noPoint, "null"), "start-charging/evse-not-found")
		refused(a, a.Start(u.ID, "DE*MCK*E424*STATION", "null"), "start-charging/station-data-unavailable")
		refused(a, a.Start(u.ID, "DE*MCK*E409*OUTOFORDER", "null"), "start-charging/connector-out-of-order")
		incomplete := italianBilling()
		incomplete["city"] = nil
		bill(a, u.ID, incomplete)
		wantsBilling(a, a.Start(u.ID, italianPoint, "null"))
		bill(a, u.ID, italianBilling())
		refused(a, a.Start(u.ID, italianPoint, "null"), "start-charging/billing-data-italy")
		refused(a, a.Start(u.ID, contract.ProgressPoints()[0], "null"), "start-charging/unknown-payment-method")
	},
	"start/order-hold": func(a *contract.API) {
		w := frozen(a, "default")
		other, theirs := w.NewDriver()
		busy := chargeAt(w, other.ID, sharedPoint, theirs)
		declined := w.AddCard(someone, "pm_card_chargeCustomerFail")
		u, strict := strictDriver(w)

		const no = "start-charging/pre-authorization-declined"
		for _, point := range []string{sharedPoint, "DE*MCK*E402*DECLINED"} {
			refused(w, w.Start(someone, point, "null"), "start-charging/unknown-payment-method")
		}
		for _, point := range []string{sharedPoint, "DE*MCK*E402*SCA", "DE*MCK*E424*START", "DE*MCK*E500"} {
			refused(w, w.Start(someone, point, declined), no)
		}
		for _, point := range []string{sharedPoint, "DE*MCK*E424*START", "DE*MCK*E500"} {
			requiresSCA(w, w.Start(u.ID, point, strict))
		}
		refused(w, w.Start(u.ID, "DE*MCK*E402*DECLINED", strict), no)
		refused(w, w.Start(someone, sharedPoint, usualMethod), "start-charging/charge-point-busy")
		noContent(w, w.Stop(other.ID, busy.ID))
		refused(w, w.Start(someone, "DE*MCK*E424*START", usualMethod), "start-charging/provider-failed")
		refused(w, w.Start(someone, "DE*MCK*E500", usualMethod), "start-charging/unexpected-error")
	},
}

func bill(a *contract.API, user string, details object) {
	a.Want(a.Put("/users/"+user+"/billing-details/", details), http.StatusOK)
}

func germanBut(name string, value any) object {
	details := contract.GermanBilling()
	details[name] = value
	return details
}

func wantsBilling(a *contract.API, answer *contract.Answer) {
	refused(a, answer, "start-charging/billing-data-required")
}

func italianBilling() object {
	return object{
		"country": "it", "city": "Milano", "account_type": "personal", "line1": "Via Torino 1",
		"postal_code": "20123", "first_name": "Maria", "last_name": "Rossi",
	}
}

// tryShared starts at a shared point and frees it at once. If others use it, that
// is not a failure.
func tryShared(a *contract.API, user, evse, method string) {
	answer := a.Start(user, evse, method)
	if answer.Status == http.StatusFailedDependency {
		a.News("%s was busy, or its provider did not start", evse)
		return
	}
	s := contract.Into[contract.Session](a, a.Want(answer, http.StatusCreated))
	a.StopAtEnd(user, s.ID)
	shaped(a, answer, "running session")
	a.Equal("station_info.country", any(evse[:2]), dig(contract.Into[object](a, answer), "station_info.country"))
	noContent(a, a.Stop(user, s.ID))
}

// startAtTrouble starts at a point that always refuses, and checks that the next
// start, elsewhere, works.
func startAtTrouble(evse, rule string) func(*contract.API) {
	return func(a *contract.API) {
		u, method := a.NewDriver()
		refused(a, a.Start(u.ID, evse, method), rule)
		a.Equal("sessions after a start that was refused", []string(nil), sessionIDs(a, u.ID))
		a.Equal("how many debts there are", 0, len(listDebts(a, u.ID)))
		charged(a, u.ID, method)
	}
}

const (
	noPoint       = "DE*NIL*E0000000000"
	failingCharge = "DE*MCK*CHARGE*FAILS"
)
