package cases

import (
	"net/http"

	contract "cariqamock/contracttests"
)

var startOrderCases = functions{
	"start/order-customer": func(a *contract.API) {
		w := frozen(a, "default")
		chargedAt(w, someone, failingCharge, usualMethod)
		second := chargeAt(w, someone, contract.ProgressPoints()[0], usualMethod) // the first session's debt does not exist yet
		w.Eventually("the first session's debt", func() bool { return len(listDebts(w, someone)) == 1 })
		invalid(w, w.Post("/users/"+someone+"/charging/start/", object{"evse_id": noPoint}))
		refused(w, w.Start(someone, noPoint, "null"), http.StatusConflict, "already_charging", "start-charging/already-charging")
		noContent(w, w.Stop(someone, second.ID))
		refused(w, w.Start(someone, noPoint, "null"), http.StatusPaymentRequired, "payment_error", "start-charging/outstanding-payment")
		confirmPayment(w, onlyDebt(w, someone).secret(), usualMethod, "succeeded")
		refused(w, w.Start(someone, noPoint, "null"), http.StatusNotFound, "", "start-charging/evse-not-found")
	},
	"start/order-billing": func(a *contract.API) {
		u := a.NewUser() // without billing details
		refused(a, a.Start(u.ID, noPoint, "null"), http.StatusNotFound, "", "start-charging/evse-not-found")
		refused(a, a.Start(u.ID, "DE*MCK*E424*STATION", "null"), http.StatusFailedDependency, "station_availability_issue", "start-charging/station-data-unavailable")
		refused(a, a.Start(u.ID, "DE*MCK*E409*OUTOFORDER", "null"), http.StatusConflict, "station_availability_issue", "start-charging/connector-out-of-order")
		incomplete := italianBilling()
		incomplete["city"] = nil
		bill(a, u.ID, incomplete)
		wantsBilling(a, a.Start(u.ID, italianPoint, "null"))
		bill(a, u.ID, italianBilling())
		refused(a, a.Start(u.ID, italianPoint, "null"), http.StatusConflict, "billing_data_required", "start-charging/billing-data-italy")
		holdRefused(a, a.Start(u.ID, contract.ProgressPoints()[0], "null"), "start-charging/unknown-payment-method")
	},
	"start/order-hold": func(a *contract.API) {
		w := frozen(a, "default")
		other, theirs := w.NewDriver()
		busy := chargeAt(w, other.ID, sharedPoint, theirs)
		declined := w.AddCard(someone, "pm_card_chargeCustomerFail")
		u := w.NewUser()
		w.Bill(u.ID)
		strict := addCardWithBank(w, u.ID, "pm_card_authenticationRequired")

		const no = "start-charging/pre-authorization-declined"
		for _, point := range []string{sharedPoint, "DE*MCK*E402*DECLINED"} {
			holdRefused(w, w.Start(someone, point, "null"), "start-charging/unknown-payment-method")
		}
		for _, point := range []string{sharedPoint, "DE*MCK*E402*SCA", "DE*MCK*E424*START", "DE*MCK*E500"} {
			holdRefused(w, w.Start(someone, point, declined), no)
		}
		for _, point := range []string{sharedPoint, "DE*MCK*E424*START", "DE*MCK*E500"} {
			requiresSCA(w, w.Start(u.ID, point, strict))
		}
		holdRefused(w, w.Start(u.ID, "DE*MCK*E402*DECLINED", strict), no)
		refused(w, w.Start(someone, sharedPoint, usualMethod), http.StatusFailedDependency, "charging_provider_error", "start-charging/charge-point-busy")
		noContent(w, w.Stop(other.ID, busy.ID))
		refused(w, w.Start(someone, "DE*MCK*E424*START", usualMethod), http.StatusFailedDependency, "charging_provider_error", "start-charging/provider-failed")
		refused(w, w.Start(someone, "DE*MCK*E500", usualMethod), http.StatusInternalServerError, "unexpected_error", "start-charging/unexpected-error")
	},
}

const (
	noPoint       = "DE*NIL*E0000000000"
	failingCharge = "DE*MCK*CHARGE*FAILS"
)
