package stripe_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (w *world) token(more ...string) string {
	w.t.Helper()
	a := w.post(pk, "/v1/tokens", append([]string{"card[number]", "4242424242424242", "card[exp_month]", "12", "card[exp_year]", "30"}, more...)...)
	id, _ := a.body["id"].(string)
	if !regexp.MustCompile(`^tok_[A-Za-z0-9]{24}$`).MatchString(id) {
		w.t.Fatalf("token %d %v", a.status, a.body)
	}
	return id
}

func TestCreateToken(t *testing.T) {
	w := newWorld(t)
	a := w.post(pk, "/v1/tokens", "card[number]", "378282246310005", "card[exp_month]", "1", "card[exp_year]", "2031", "card[cvc]", "1234",
		"card[name]", "Jo", "card[address_zip]", "10243", "card[address_line1]", "Weg 1", "card[address_country]", "DE")
	card := a.body["card"].(object)
	want := object{
		"id": a.body["id"], "object": "token", "client_ip": "192.0.2.1", "created": float64(noon().Unix()), "livemode": false, "type": "card", "used": false,
		"card": object{
			"id": card["id"], "object": "card", "address_city": nil, "address_country": "DE", "address_line1": "Weg 1", "address_line1_check": "unchecked",
			"address_line2": nil, "address_state": nil, "address_zip": "10243", "address_zip_check": "unchecked", "brand": "American Express",
			"country": "US", "cvc_check": "unchecked", "dynamic_last4": nil, "exp_month": float64(1), "exp_year": float64(2031), "funding": "credit",
			"last4": "0005", "metadata": object{}, "name": "Jo", "networks": object{"preferred": nil}, "regulated_status": "unregulated",
			"tokenization_method": nil, "wallet": nil,
		},
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := w.post(sk, "/v1/tokens", "card[number]", "4242424242424242", "card[exp_month]", "1", "card[exp_year]", "2031"); a.body["card"].(object)["fingerprint"] == nil {
		t.Error("a secret key sees no fingerprint")
	}
}

func TestTokenErrors(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name string
		form []string
		want object
	}{
		{"nothing", nil, object{"status": 400, "type": "invalid_request_error", "code": "parameter_missing", "param": "card", "message": "Missing required param: card."}},
		{
			"no year", []string{"card[number]", "4242424242424242", "card[exp_month]", "1"},
			object{"status": 400, "type": "invalid_request_error", "code": "parameter_missing", "param": "card[exp_year]", "message": "Missing required param: card[exp_year]."},
		},
		{
			"wrong number", []string{"card[number]", "4242424242424241", "card[exp_month]", "1", "card[exp_year]", "30"},
			object{"status": 402, "type": "card_error", "code": "incorrect_number", "param": "number", "message": "Your card number is incorrect."},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.post(pk, "/v1/tokens", tt.form...).fault()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if a := w.get(pk, "/v1/tokens/tok_x"); a.status != 404 {
		t.Errorf("a publishable key reads a token: %d", a.status)
	}
}

// TestTokenWorksOnce uses tokens in the three places that accept them.
func TestTokenWorksOnce(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	used := func(token, param string, a answer) {
		t.Helper()
		want := object{"status": 400, "type": "invalid_request_error", "code": "token_already_used", "param": param, "message": "You cannot use a Stripe token more than once: " + token + "."}
		if diff := cmp.Diff(want, a.fault()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	token := w.token("card[name]", "Jo")
	a := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", token)
	if a.status != 200 || a.body["card"].(object)["last4"] != "4242" || a.body["billing_details"].(object)["name"] != "Jo" {
		t.Errorf("method %d %v", a.status, a.body)
	}
	used(token, "card[token]", w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", token))

	token = w.token()
	i := w.setup()
	data := []string{"payment_method_data[type]", "card", "payment_method_data[card][token]", token}
	if a := w.confirm(i, data...); a.body["status"] != "succeeded" {
		t.Errorf("confirmed %d %v", a.status, a.body)
	}
	used(token, "payment_method_data[card][token]", w.confirm(w.setup(), data...))

	token = w.token()
	data[3] = token
	if a := w.confirm(i, data...); a.fault()["code"] != "setup_intent_unexpected_state" {
		t.Errorf("an intent that is done: %v", a.body)
	}
	if a := w.confirm(w.setup(), data...); a.status != 200 {
		t.Errorf("a refused request used the token up: %v", a.body)
	}
}

func TestTokenEnds(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	a := w.post(pk, "/v1/tokens", "card[number]", "4000000000000002", "card[exp_month]", "12", "card[exp_year]", "30")
	declined, _ := a.body["id"].(string)
	data := []string{"payment_method_data[type]", "card", "payment_method_data[card][token]", declined}
	if a := w.confirm(w.setup(), data...); a.status != 402 {
		t.Errorf("declined: %d", a.status)
	}
	if a := w.confirm(w.setup(), data...); a.fault()["code"] != "token_already_used" {
		t.Errorf("a declined card leaves its token: %v", a.body)
	}
	old := w.token()
	w.wall = w.wall.Add(time.Hour)
	if a := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", old); a.fault()["code"] != "resource_missing" {
		t.Errorf("after an hour: %v", a.body)
	}
}
