package cases

import (
	"net/http"

	contract "cariqamock/contracttests"
)

func startOrderCases() []contract.Case {
	const order = "docs: Start Charging Errors (customer, station, billing and payment, hold, provider); the order within each group is assumed"
	return []contract.Case{
		{
			ID: "start/order-customer", Title: "Field errors are reported first, then a running session, then a debt, then the station",
			Why:    "The user must see the real obstacle; paying for a session that could not start anyway helps nobody.",
			Source: order, Assumed: true, Needs: contract.Stripe | contract.MagicPoints | contract.Clock | contract.Scenarios, Run: startOrderCustomer,
			Rules: []string{
				"request/invalid", "start-charging/already-charging", "start-charging/outstanding-payment", "start-charging/evse-not-found",
			},
		},
		{
			ID: "start/order-billing", Title: "The station is checked before the billing details, and those before the payment method",
			Why:    "A broken connector must not send the user to the billing form.",
			Source: order, Assumed: true, Needs: contract.Stripe | contract.MagicPoints, Run: startOrderBilling,
			Rules: []string{
				"start-charging/evse-not-found", "start-charging/station-data-unavailable", "start-charging/connector-out-of-order",
				"start-charging/billing-data-required", "start-charging/billing-data-italy", "start-charging/unknown-payment-method",
			},
		},
		{
			ID: "start/order-hold", Title: "The hold is placed before the provider is asked, and a declined hold never requires 3-D Secure",
			Why:    "A point must not be blocked for a driver who cannot pay.",
			Source: order, Assumed: true, Needs: contract.Stripe | contract.MagicPoints | contract.ThreeDS | contract.Scenarios, Run: startOrderHold,
			Rules: []string{
				"start-charging/unknown-payment-method", "start-charging/pre-authorization-declined", ruleSCA, "start-charging/charge-point-busy",
				"start-charging/provider-failed", "start-charging/unexpected-error",
			},
		},
	}
}

const (
	noPoint       = "DE*NIL*E0000000000"
	failingCharge = "DE*MCK*CHARGE*FAILS"
)

func startOrderCustomer(a *contract.API) {
	w := frozen(a, "default")
	first := chargeAt(w, someone, failingCharge, usualMethod)
	noContent(w, w.Stop(someone, first.ID))
	second := chargeAt(w, someone, contract.ProgressPoints()[0], usualMethod) // the first session's debt does not exist yet
	w.Eventually("the first session's debt", func() bool { return len(listDebts(w, someone)) == 1 })
	invalid(w, w.Post("/users/"+someone+"/charging/start/", object{"evse_id": noPoint}))
	refused(w, w.Start(someone, noPoint, "null"), http.StatusConflict, "already_charging", "start-charging/already-charging")
	noContent(w, w.Stop(someone, second.ID))
	refused(w, w.Start(someone, noPoint, "null"), http.StatusPaymentRequired, "payment_error", "start-charging/outstanding-payment")
	confirmPayment(w, onlyDebt(w, someone).secret(), usualMethod, "succeeded")
	refused(w, w.Start(someone, noPoint, "null"), http.StatusNotFound, "", "start-charging/evse-not-found")
}

func startOrderBilling(a *contract.API) {
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
}

func startOrderHold(a *contract.API) {
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
}
