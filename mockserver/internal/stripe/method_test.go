package stripe_test

import (
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCreateMethod(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	a := w.post(pk, "/v1/payment_methods", "type", "card", "card[number]", "4242424242424242", "card[exp_month]", "12",
		"card[exp_year]", "2030", "card[cvc]", "123", "billing_details[name]", "Jo", "billing_details[email]", "jo@example.com")
	id, _ := a.body["id"].(string)
	if !regexp.MustCompile(`^pm_[A-Za-z0-9]{24}$`).MatchString(id) {
		t.Errorf("id %q", id)
	}
	want := object{
		"id": id, "object": "payment_method", "allow_redisplay": "unspecified",
		"billing_details": object{
			"address": object{"city": nil, "country": nil, "line1": nil, "line2": nil, "postal_code": nil, "state": nil},
			"email":   "jo@example.com", "name": "Jo", "phone": nil, "tax_id": nil,
		},
		"card": object{
			"brand": "visa", "checks": object{"address_line1_check": nil, "address_postal_code_check": nil, "cvc_check": "unchecked"},
			"country": "US", "display_brand": "visa", "exp_month": float64(12), "exp_year": float64(2030),
			"funding": "credit", "generated_from": nil, "last4": "4242", "networks": object{"available": []any{"visa"}, "preferred": nil},
			"regulated_status": "unregulated", "three_d_secure_usage": object{"supported": true}, "wallet": nil,
		},
		"created": float64(noon().Unix()), "customer": nil, "livemode": false, "metadata": object{}, "type": "card",
	}
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPooledMethod(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	create := func(token string) string {
		t.Helper()
		id, _ := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", token).body["id"].(string)
		return id
	}
	good, bad, slow := create("tok_visa"), create("tok_chargeDeclined"), create("pm_card_authenticationRequired")
	i := w.setup()
	for range 2 { // after a decline the method stays in the pool
		a := w.confirm(i, "payment_method", bad)
		if m, _ := a.body["error"].(object)["payment_method"].(object); a.status != 402 || m["id"] != bad {
			t.Errorf("declined: %d %v", a.status, a.body)
		}
	}
	if a := w.confirm(i, "payment_method", good); a.status != 200 || a.body["payment_method"] != good {
		t.Errorf("accepted: %d %v", a.status, a.body)
	}
	if diff := cmp.Diff([]string{good, "pm_saved"}, w.methods()); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
	if a := w.confirm(w.setup(), "payment_method", slow); a.body["status"] != "requires_action" {
		t.Errorf("3-D Secure: %d %v", a.status, a.body)
	}
	for _, id := range []string{slow} { // used by an intent that is waiting, so no longer available
		if a := w.confirm(w.setup(), "payment_method", id); a.status != 400 {
			t.Errorf("a taken method: %d %v", a.status, a.body)
		}
	}
	old := create("tok_visa")
	w.wall = w.wall.Add(time.Hour)
	if a := w.confirm(w.setup(), "payment_method", old); a.status != 400 {
		t.Errorf("an old method: %d", a.status)
	}
}

// TestOneIntentTakesAMethod confirms many intents with the same method at once.
func TestOneIntentTakesAMethod(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	id, _ := w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", "pm_card_authenticationRequired").body["id"].(string)
	took := make([]bool, 16)
	var wg sync.WaitGroup
	for n := range took {
		i := w.setup()
		wg.Go(func() { took[n] = w.confirm(i, "payment_method", id).status == 200 })
	}
	wg.Wait()
	count := 0
	for _, ok := range took {
		if ok {
			count++
		}
	}
	if count != 1 {
		t.Errorf("%d intents took it, want 1", count)
	}
}

func TestCardErrors(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	typed := func(change ...string) []string {
		m := []string{"type", "card", "card[number]", "4242424242424242", "card[exp_month]", "12", "card[exp_year]", "2030", "card[cvc]", "123"}
		return append(m, change...)
	}
	card := func(code, param, message string) object {
		return object{"status": 402, "type": "card_error", "code": code, "param": param, "message": message}
	}
	absent := func(param string) object {
		return object{
			"status": 400, "type": "invalid_request_error", "code": "parameter_missing", "param": param,
			"message": "Missing required param: " + param + ".",
		}
	}
	const number, month, year, cvc = "Your card number is incorrect.", "Your card's expiration month is invalid.",
		"Your card's expiration year is invalid.", "Your card's security code is invalid."
	tests := []struct {
		name string
		form []string
		want object
	}{
		{"check digit", typed("card[number]", "4242424242424241"), card("incorrect_number", "number", number)},
		{"too short", typed("card[number]", "42"), card("incorrect_number", "number", number)},
		{"letters", typed("card[number]", "4242x"), card("invalid_number", "number", "The card number is not a valid credit card number.")},
		{"month 13", typed("card[exp_month]", "13"), card("invalid_expiry_month", "exp_month", month)},
		{"no month", typed("card[exp_month]", "x"), card("invalid_expiry_month", "exp_month", month)},
		{"month past", typed("card[exp_year]", "2026", "card[exp_month]", "3"), card("invalid_expiry_month", "exp_month", month)},
		{"year past", typed("card[exp_year]", "25"), card("invalid_expiry_year", "exp_year", year)},
		{"year far", typed("card[exp_year]", "2999"), card("invalid_expiry_year", "exp_year", year)},
		{"short code", typed("card[cvc]", "12"), card("invalid_cvc", "cvc", cvc)},
		{"long code", typed("card[cvc]", "1234"), card("invalid_cvc", "cvc", cvc)},
		{"no test card", typed("card[number]", "4111111111111111"), object{
			"status": 402, "type": "card_error", "code": "card_declined", "decline_code": "test_mode_live_card",
			"message": "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.",
		}},
		{"no type", nil, absent("type")},
		{"no card", []string{"type", "card"}, absent("card")},
		{"no month given", []string{"type", "card", "card[number]", "4242424242424242"}, absent("card[exp_month]")},
		{"other type", []string{"type", "sepa_debit"}, object{
			"status": 400, "type": "invalid_request_error", "param": "type", "message": "Invalid type: must be card, the only type that this account accepts.",
		}},
		{"unknown token", []string{"type", "card", "card[token]", "tok_x"}, object{
			"status": 400, "type": "invalid_request_error", "code": "resource_missing", "param": "card[token]", "message": "No such token: 'tok_x'",
		}},
		{"other wallet", typed("card[wallet][type]", "link"), object{
			"status": 400, "type": "invalid_request_error", "param": "card[wallet][type]", "message": "Invalid wallet: must be one of apple_pay or google_pay",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, w.post(pk, "/v1/payment_methods", tt.form...).fault()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if a := w.post(pk, "/v1/payment_methods", typed("card[number]", "378282246310005", "card[cvc]", "1234")...); a.status != 200 {
		t.Errorf("American Express with four digits: %d", a.status)
	}
	if a := w.post(pk, "/v1/payment_methods", typed("card[number]", "4111111111111111", "card[wallet][type]", "apple_pay")...); a.body["card"].(object)["last4"] != "4242" {
		t.Errorf("a real card in a wallet: %v", a.body)
	}
}
