package stripe_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// TestSetUpEveryCard confirms a setup intent with each test card, by token.
func TestSetUpEveryCard(t *testing.T) {
	for _, token := range testcard.Tokens() {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).load("pm_card_visa", false)
			i := w.setup()
			a := w.confirm(i, "payment_method", token)
			card, _ := testcard.ByToken(token)
			want, status := "succeeded", 200
			switch c := card.Conduct.Setup; {
			case c.Authenticate:
				want = "requires_action"
			case c.Decline != nil:
				want, status = "", 402
				if got := a.body["error"].(object)["setup_intent"].(object)["status"]; got != "requires_payment_method" {
					t.Errorf("the intent in the error is %v", got)
				}
				if a.body["error"].(object)["payment_method"].(object)["object"] != "payment_method" {
					t.Error("no method in the error")
				}
				if diff := cmp.Diff(object{
					"status": 402, "type": "card_error", "code": c.Decline.Code, "message": c.Decline.Message,
				}, withoutDecline(a.fault())); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
			}
			if got, _ := a.body["status"].(string); a.status != status || got != want {
				t.Fatalf("got %d %q, want %d %q", a.status, got, status, want)
			}
			if n := len(w.methods()); (n == 2) != (want == "succeeded") {
				t.Errorf("the user has %d methods", n)
			}
		})
	}
}

func withoutDecline(o object) object {
	o = maps.Clone(o)
	delete(o, "decline_code")
	return o
}

func TestSetupFields(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	want := object{
		"id": i.ID, "object": "setup_intent", "cancellation_reason": nil, "client_secret": i.Secret, "created": float64(noon().Unix()),
		"description": nil, "last_setup_error": nil, "livemode": false, "next_action": nil, "payment_method": nil,
		"payment_method_types": []any{"card"}, "status": "requires_payment_method", "usage": "off_session",
	}
	a := w.get(pk, path(i)+"?client_secret="+i.Secret)
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Errorf("publishable key (-want +got):\n%s", diff)
	}
	for _, k := range []string{
		"allowed_payment_method_types", "application", "automatic_payment_methods", "customer", "customer_account", "excluded_payment_method_types", "flow_directions", "latest_attempt", "mandate", "on_behalf_of",
		"payment_method_configuration_details", "single_use_mandate",
	} {
		want[k] = nil
	}
	want["metadata"], want["payment_method_options"] = object{}, object{}
	if diff := cmp.Diff(want, w.get(sk, path(i)).body); diff != "" {
		t.Errorf("secret key (-want +got):\n%s", diff)
	}
}

func TestPayDebt(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	i := w.debt()
	want := object{
		"id": i.ID, "object": "payment_intent", "amount": float64(500), "automatic_payment_methods": nil, "canceled_at": nil,
		"cancellation_reason": nil, "capture_method": "automatic", "client_secret": i.Secret, "confirmation_method": "automatic",
		"created": float64(i.CreatedAt.Unix()), "currency": "eur", "description": nil, "last_payment_error": nil, "livemode": false,
		"next_action": nil, "payment_method": nil, "payment_method_types": []any{"card"}, "processing": nil, "receipt_email": nil,
		"setup_future_usage": nil, "shipping": nil, "source": nil, "status": "requires_payment_method",
	}
	got := w.get(pk, path(i)+"?client_secret="+i.Secret).body
	delete(got, "last_payment_error") // the failed final charge may show there
	delete(want, "last_payment_error")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	if a := w.confirm(i, "payment_method", "pm_card_chargeCustomerFail"); a.status != 402 {
		t.Errorf("a card that fails: %d", a.status)
	}
	after := w.get(sk, path(i)).body
	if e, _ := after["last_payment_error"].(object); e["decline_code"] != "generic_decline" || e["type"] != "card_error" {
		t.Errorf("last_payment_error %v", after["last_payment_error"])
	}
	a := w.confirm(i, "payment_method", "pm_saved")
	if a.status != 200 || a.body["status"] != "succeeded" || a.body["payment_method"] != "pm_saved" {
		t.Fatalf("got %d %v", a.status, a.body)
	}
	if n, _, _ := w.state.Debts(userID, 0, 1); n != 0 {
		t.Errorf("%d debts are left", n)
	}
	if full := w.get(sk, path(i)).body; full["amount_received"] != float64(500) {
		t.Errorf("amount_received %v", full["amount_received"])
	}
	a = w.confirm(i, "payment_method", "pm_saved")
	if diff := cmp.Diff(object{
		"status": 400, "type": "invalid_request_error", "code": "payment_intent_unexpected_state",
		"message": "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
	}, a.fault()); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
}

func TestHold(t *testing.T) {
	w := newWorld(t).load("pm_card_authenticationRequired", false)
	i := w.hold()
	a := w.confirm(i, "payment_method", "pm_saved")
	if a.status != 200 || a.body["status"] != "requires_action" || a.body["capture_method"] != "manual" || a.body["amount"] != float64(5000) {
		t.Fatalf("got %d %v", a.status, a.body)
	}
	want := object{
		"type": "use_stripe_sdk",
		"use_stripe_sdk": object{
			"type":      "three_d_secure_redirect",
			"stripe_js": "http://example.com/stripe/authenticate/" + i.ID + "/" + source(i) + "?client_secret=" + i.Secret,
		},
	}
	if diff := cmp.Diff(want, a.body["next_action"]); diff != "" {
		t.Errorf("next_action (-want +got):\n%s", diff)
	}
	if _, err := w.state.Authenticate(i.ID, true); err != nil {
		t.Fatal(err)
	}
	full := w.get(sk, path(i)).body
	if full["status"] != "requires_capture" || full["amount_capturable"] != float64(5000) {
		t.Errorf("got %v", full)
	}
}

func TestAccess(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	i, debt := w.setup(), w.debt()
	wrong := func(name string) object {
		return object{
			"status": 400, "type": "invalid_request_error", "param": "client_secret",
			"message": "The client_secret provided does not match the client_secret associated with the " + name + ".",
		}
	}
	none := func(name, id string) object {
		return object{
			"status": 404, "type": "invalid_request_error", "code": "resource_missing", "param": "intent",
			"message": "No such " + name + ": '" + id + "'",
		}
	}
	absent := object{
		"status": 400, "type": "invalid_request_error", "code": "parameter_missing", "param": "client_secret",
		"message": "Missing required param: client_secret.",
	}
	tests := []struct {
		name string
		got  answer
		want object
	}{
		{"no secret", w.get(pk, path(i)), absent},
		{"wrong secret", w.get(pk, path(i)+"?client_secret="+debt.Secret), wrong("SetupIntent")},
		{"wrong secret of a payment", w.get(pk, path(debt)+"?client_secret=x"), wrong("PaymentIntent")},
		{"wrong secret with a secret key", w.get(sk, path(i)+"?client_secret=x"), wrong("SetupIntent")},
		{"wrong secret on confirm", w.post(pk, path(i)+"/confirm", "client_secret", "x", "payment_method", "pm_card_visa"), wrong("SetupIntent")},
		{"unknown setup intent", w.get(sk, "/v1/setup_intents/seti_x"), none("setupintent", "seti_x")},
		{"unknown payment intent", w.get(pk, "/v1/payment_intents/pi_x?client_secret=x"), none("payment_intent", "pi_x")},
		{"a payment intent is no setup intent", w.get(sk, "/v1/setup_intents/"+debt.ID), none("setupintent", debt.ID)},
		{"unknown method", w.confirm(i, "payment_method", "pm_x"), object{
			"status": 400, "type": "invalid_request_error", "code": "resource_missing", "param": "payment_method",
			"message": "No such PaymentMethod: 'pm_x'",
		}},
		{"no method", w.confirm(i), object{
			"status": 400, "type": "invalid_request_error", "code": "setup_intent_unexpected_state",
			"message": "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the SetupIntent " +
				"with a payment method and then confirm it again, or confirm it again directly with a payment method.",
		}},
		{"two methods", w.confirm(i, "payment_method", "pm_card_visa", "payment_method_data[type]", "card"), object{
			"status": 400, "type": "invalid_request_error",
			"message": "You may only specify one of these parameters: payment_method, payment_method_data.",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.got.fault()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got, _ := w.state.Intent(i.ID); got.Status != connect.RequiresPaymentMethod || len(w.methods()) != 1 {
		t.Errorf("something changed: %v, methods %v", got.Status, w.methods())
	}
}

func TestPaymentMethodData(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	a := w.confirm(i, "payment_method_data[type]", "card", "payment_method_data[card][number]", "5555 5555 5555 4444",
		"payment_method_data[card][exp_month]", "3", "payment_method_data[card][exp_year]", "31", "payment_method_data[card][cvc]", "123",
		"payment_method_data[card][wallet][type]", "google_pay", "payment_method_data[billing_details][name]", "Jo Doe",
		"expand[]", "payment_method")
	m, _ := a.body["payment_method"].(object)
	card, _ := m["card"].(object)
	if a.status != 200 || card["brand"] != "mastercard" || card["exp_year"] != float64(2031) {
		t.Fatalf("got %d %v", a.status, a.body)
	}
	if diff := cmp.Diff(object{"type": "google_pay", "dynamic_last4": "4444", "google_pay": object{}}, card["wallet"]); diff != "" {
		t.Errorf("wallet (-want +got):\n%s", diff)
	}
	_, list, _ := w.state.PaymentMethods(userID, 0, 1)
	if c := list[0].Card; c.Type != connect.TypeGooglePay || c.Holder == nil || *c.Holder != "Jo Doe" || list[0].ID != m["id"] {
		t.Errorf("the user got %+v", list[0])
	}
	for _, wallet := range []connect.MethodType{connect.TypeApplePay, connect.TypeGooglePay} {
		a := w.confirm(w.setup(), "payment_method_data[type]", "card", "payment_method_data[card][wallet][type]", string(wallet))
		if _, list, _ := w.state.PaymentMethods(userID, 0, 1); a.status != 200 || list[0].Card.Type != wallet || list[0].Card.Last4 != "4242" {
			t.Errorf("%s alone: %d, %+v", wallet, a.status, list[0])
		}
	}
}

// TestConfirmAgain: the method of an intent that is waiting for 3-D Secure is no
// longer in the pool, but still belongs to the intent.
func TestConfirmAgain(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", true)
	for _, i := range []connect.Intent{w.setup(), w.debt()} {
		pm := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", "pm_card_authenticationRequired").body["id"].(string)
		for range 2 {
			a := w.confirm(i, "payment_method", pm)
			if a.status != 200 || a.body["status"] != "requires_action" || a.body["payment_method"] != pm {
				t.Errorf("%s: got %d %v", path(i), a.status, a.body)
			}
		}
		if a := w.confirm(w.setup(), "payment_method", pm); a.status != 400 {
			t.Errorf("another intent takes it, too: %d", a.status)
		}
	}
}

func TestReplayIsTheSame(t *testing.T) {
	run := func() []object {
		w := newWorld(t).load("pm_card_visa", false)
		i := w.setup()
		p := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", "tok_visa")
		return []object{p.body, w.confirm(i, "payment_method", "pm_card_chargeDeclined").body, w.confirm(i, "payment_method", p.body["id"].(string)).body}
	}
	if diff := cmp.Diff(run(), run()); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

func TestSecretsStaySecret(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	for _, a := range []answer{w.get(pk, path(i)), w.get(pk, path(i)+"?client_secret=x"), w.get("sk_live_1234567890123456", path(i))} {
		for _, k := range slices.Sorted(maps.Keys(a.body)) {
			if s, _ := a.body[k].(object)["message"].(string); strings.Contains(s, i.Secret) || strings.Contains(s, "567890") {
				t.Errorf("reveals a secret: %s", s)
			}
		}
	}
}
