package browsertest_test

import (
	"testing"
)

// startAnswer is the part of the answer to a start that an app needs.
type startAnswer struct {
	Status int
	Body   struct {
		ID    string
		Error struct {
			Type   string
			Secret string `json:"payment_intent_client_secret"`
		}
	}
}

const (
	plug    = "DE*PWA*EALP22541X01617*01"
	heldPay = "pm_1TD1LuHtgZxQ1KXxNj5sKkKM"
)

// start starts a session from the page, as an app without a backend would.
func (s *shop) start() startAnswer {
	s.t.Helper()
	return eval[startAnswer](s.tab, `fetch(`+quote(s.URL+"/api/v1/users/"+customer+"/charging/start/")+`, {
		method: "POST", headers: {Authorization: `+quote("Bearer "+s.token)+`, "Content-Type": "application/json"},
		body: JSON.stringify({evse_id: `+quote(plug)+`, payment_method_id: `+quote(heldPay)+`}),
	}).then(r => r.json().then(body => ({Status: r.status, Body: body})))`)
}

// The bank requires 3-D Secure before it holds an amount: the app confirms the
// hold with Stripe and starts again.
func TestHoldNeedsTheCardHolder(t *testing.T) {
	t.Parallel()
	for name, confirm := range map[string]string{
		"confirmCardPayment": `stripe.confirmCardPayment(secret, {payment_method: method})`,
		"confirmPayment":     `stripe.confirmPayment({clientSecret: secret, confirmParams: {payment_method: method}, redirect: "if_required"})`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPlainShop(t, "sca-required")
			s.goTo("/")
			s.expect("402 POST /api/v1/users/*/charging/start/")
			refused := s.start()
			if refused.Status != 402 || refused.Body.Error.Type != "pre_authorization_failed" || refused.Body.Error.Secret == "" {
				t.Fatalf("start: %+v", refused)
			}
			eval[bool](s.tab, `((stripe, secret, method) => { `+confirm+`.then(r => { window.held = r }); return true })(Stripe("pk_test_mock"), `+
				quote(refused.Body.Error.Secret)+`, `+quote(heldPay)+`)`)
			s.click(button("Complete authentication"))
			s.until("the hold to be confirmed", "window.held")
			if got := eval[string](s.tab, "held.error ? held.error.message : held.paymentIntent.status"); got != "requires_capture" {
				t.Fatalf("the hold: %s", got)
			}
			if started := s.start(); started.Status != 201 || started.Body.ID == "" {
				t.Errorf("start: %+v", started)
			}
		})
	}
}

// A hold that is not captured yet counts as success on return from Stripe.
func TestHoldLeadsBack(t *testing.T) {
	t.Parallel()
	s := newPlainShop(t, "sca-required")
	s.goTo("/")
	s.expect("402 POST /api/v1/users/*/charging/start/")
	secret := s.start().Body.Error.Secret
	eval[bool](s.tab, `(Stripe("pk_test_mock").confirmPayment({clientSecret: `+quote(secret)+`, confirmParams: {
		return_url: location.origin + "/?held=1#done", payment_method: `+quote(heldPay)+`}}), true)`)
	s.click(button("Complete authentication"))
	s.until("the page that Stripe leads back to", `location.search.includes("held=1")`)
	u := s.location()
	if query(u, "redirect_status") != "succeeded" || query(u, "payment_intent_client_secret") != secret || u.Fragment != "done" {
		t.Errorf("at %s", u)
	}
}
