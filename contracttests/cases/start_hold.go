package cases

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	contract "cariqamock/contracttests"
)

var holdCases = functions{
	"start/declined-hold": func(a *contract.API) {
		u := a.NewUser()
		a.Bill(u.ID)
		good, bad := a.AddCard(u.ID, "pm_card_visa"), a.AddCard(u.ID, "pm_card_chargeCustomerFail")
		refused(a, a.Start(u.ID, contract.ProgressPoints()[0], bad), "start-charging/pre-authorization-declined")
		a.Equal("sessions after a declined hold", []string(nil), sessionIDs(a, u.ID))
		a.Equal("the payment methods after a declined hold", []string{bad, good}, methodIDs(a, u.ID))
		a.Equal("the default after a declined hold", good, defaultOf(a, u.ID))
		charged(a, u.ID, good)
	},
	"start/declined-at-point": startAtTrouble("DE*MCK*E402*DECLINED", "start-charging/pre-authorization-declined"),
	"start/unknown-method": func(a *contract.API) {
		u, mine := a.NewDriver()
		owner, theirs := a.NewDriver()
		removed := a.AddCard(u.ID, "pm_card_mastercard")
		noContent(a, removeMethod(a, u.ID, removed))
		for _, method := range []string{unknownMethod, "null", theirs, removed} {
			refused(a, a.Start(u.ID, contract.ProgressPoints()[0], method), "start-charging/unknown-payment-method")
		}
		a.Equal("sessions after starts that were refused", []string(nil), sessionIDs(a, u.ID))
		a.Equal("sessions of the owner of a method that others tried", []string(nil), sessionIDs(a, owner.ID))
		charged(a, u.ID, mine)
	},
	"start/authenticated": func(a *contract.API) {
		u, method := strictDriver(a)
		point := contract.ProgressPoints()[0]
		secret := requiresSCA(a, a.Start(u.ID, point, method))
		a.Equal("sessions before authentication", []string(nil), sessionIDs(a, u.ID))
		confirmPayment(a, secret, method, "requires_action")
		requiresSCA(a, a.Start(u.ID, point, method)) // the bank has not answered yet
		authenticate(a, secret, "succeed")
		s := contract.Into[contract.Session](a, a.Want(a.Start(u.ID, point, method), http.StatusCreated))
		a.StopAtEnd(u.ID, s.ID)
		a.True(s.Active, "the start after authentication returned an inactive session")
		noContent(a, a.Stop(u.ID, s.ID))
		// One authentication is for one session.
		next := requiresSCA(a, a.Start(u.ID, point, method))
		a.True(next != secret, "payment_intent_client_secret: the second session's hold has the secret of the first")
		a.Equal("the sessions of one consent", []string{s.ID}, sessionIDs(a, u.ID))
	},
	"start/authentication-failed": func(a *contract.API) {
		u, method := strictDriver(a)
		point := contract.ProgressPoints()[0]
		secret := requiresSCA(a, a.Start(u.ID, point, method))
		a.True(requiresSCA(a, a.Start(u.ID, point, method)) == secret, "payment_intent_client_secret: asking again places another hold")
		for range 2 {
			confirmPayment(a, secret, method, "requires_action")
			authenticate(a, secret, "fail")
			a.Equal("the intent's status after a failure", "requires_payment_method", readPayment(a, secret).Status)
			a.True(requiresSCA(a, a.Start(u.ID, point, method)) == secret, "payment_intent_client_secret: a failed authentication places another hold")
		}
		confirmPayment(a, secret, method, "requires_action")
		authenticate(a, secret, "succeed")
		a.Equal("the intent's status once authenticated", "requires_capture", readPayment(a, secret).Status)
		s := contract.Into[contract.Session](a, a.Want(a.Start(u.ID, point, method), http.StatusCreated))
		a.StopAtEnd(u.ID, s.ID)
		noContent(a, a.Stop(u.ID, s.ID))
	},
	"start/hold-amount": func(a *contract.API) {
		const point = "DE*MCK*E402*SCA"
		u, method := a.NewDriver()
		secret := requiresSCA(a, a.Start(u.ID, point, method))
		station := contract.Into[object](a, a.Want(a.Get("/stations/details/?type=evse_id&id="+url.QueryEscape(point)), http.StatusOK))
		group := groupOf(station, point)
		amount, _ := group["pre_authorization_amount"].(string)
		intent := readPayment(a, secret)
		a.Equal("the hold in cents", cents(a, amount), intent.Amount)
		a.Equal("the hold's currency", group["currency"], any(intent.Currency))
		a.Equal("the hold's status", "requires_payment_method", intent.Status)
		a.Equal("sessions before authentication", []string(nil), sessionIDs(a, u.ID))
		if a.Has(contract.ThreeDS) {
			confirmPayment(a, secret, method, "requires_action")
			authenticate(a, secret, "succeed")
			noContent(a, a.Stop(u.ID, chargeAt(a, u.ID, point, method).ID))
		}
	},
}

// strictDriver returns a new user who can charge, and the user's card, which
// requires 3-D Secure for payments and maybe at setup as well.
func strictDriver(a *contract.API) (user contract.User, method string) {
	user = a.NewUser()
	a.Bill(user.ID)
	secret := a.Secret(user.ID)
	intent := contract.Into[stripeIntent](a, a.Want(a.ConfirmSetup(secret, "pm_card_authenticationRequired"), http.StatusOK))
	if intent.Status == "requires_action" {
		authenticate(a, secret, "succeed")
	}
	return user, awaitMethod(a, user.ID, intent.PaymentMethod).ID
}

// requiresSCA fails and ends the case unless a start requires 3-D Secure, and
// returns the secret.
func requiresSCA(a *contract.API, answer *contract.Answer) string {
	p := refused(a, answer, "start-charging/sca-required")
	if !is("payment secret", p.Error.Secret) {
		a.Fatalf("payment_intent_client_secret: wanted pi_…_secret_… without further underscores, got %q", p.Error.Secret)
	}
	return p.Error.Secret
}

// confirmPayment confirms an intent with a saved method and checks its status.
func confirmPayment(a *contract.API, secret, method, status string) stripeIntent {
	i := contract.Into[stripeIntent](a, a.Want(a.ConfirmPayment(secret, method), http.StatusOK))
	a.Equal("the payment intent's status", status, i.Status)
	return i
}

// readPayment returns a payment intent, as an app reads it.
func readPayment(a *contract.API, secret string) stripeIntent {
	return contract.Into[stripeIntent](a, a.Want(a.Stripe(http.MethodGet, "/v1/payment_intents/"+intentOf(secret)+"?client_secret="+url.QueryEscape(secret), ""), http.StatusOK))
}

// cents parses an amount of the API.
func cents(a *contract.API, amount string) int {
	n, err := strconv.Atoi(strings.Replace(amount, ".", "", 1))
	if err != nil || !is("amount", amount) {
		a.Fatalf("wanted an amount with two places, got %q", amount)
	}
	return n
}
