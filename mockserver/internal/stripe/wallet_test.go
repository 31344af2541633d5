package stripe_test

import "testing"

// A token of a wallet makes a payment method of that wallet, wherever it is
// used.
func TestWalletTokens(t *testing.T) {
	apple := func(more ...string) []string {
		return append([]string{"pk_token", `{"version":"EC_v1"}`, "pk_token_instrument_name", "Visa 1234"}, more...)
	}
	tests := []struct {
		name                 string
		form                 []string
		wallet, token, last4 string
	}{
		{"Apple Pay", apple("pk_token_payment_network", "Visa", "pk_token_transaction_id", "abc"), "apple_pay", "apple_pay", "4242"},
		{"its network", apple("pk_token_payment_network", "AmEx"), "apple_pay", "apple_pay", "0005"},
		{"the simulator", []string{
			"pk_token", "", "pk_token_transaction_id", "ApplePayStubs~5555555555554444~0~USD~1", "pk_token_payment_network", "MasterCard",
		}, "apple_pay", "apple_pay", "4444"},
		{"no test card in the simulator", apple("pk_token_transaction_id", "ApplePayStubs~1~"), "apple_pay", "apple_pay", "4242"},
		{"Google Pay", []string{"card[tokenization_method]", "android_pay"}, "google_pay", "android_pay", "4242"},
		{"its newer name", []string{"card[tokenization_method]", "google_pay"}, "google_pay", "android_pay", "4242"},
		{"a test card in it", []string{
			"card[tokenization_method]", "android_pay", "card[number]", "4000000000000002", "card[exp_month]", "1", "card[exp_year]", "2031",
		}, "google_pay", "android_pay", "0002"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).load("pm_card_visa", false)
			token := func() string {
				a := w.post(pk, "/v1/tokens", tt.form...)
				card, _ := a.body["card"].(object)
				if card["tokenization_method"] != tt.token || card["last4"] != tt.last4 || card["dynamic_last4"] != tt.last4 {
					t.Fatalf("%d %v", a.status, a.body)
				}
				return a.body["id"].(string)
			}
			check := func(where string, method any) {
				t.Helper()
				m, _ := method.(object)
				card, _ := m["card"].(object)
				wallet, _ := card["wallet"].(object)
				if wallet["type"] != tt.wallet || card["last4"] != tt.last4 {
					t.Errorf("%s: %v", where, method)
				}
			}
			check("payment_methods", w.post(pk, "/v1/payment_methods", "type", "card", "card[token]", token()).body)
			a := w.confirm(w.setup(), "payment_method_data[type]", "card", "payment_method_data[card][token]", token(), "expand[]", "payment_method")
			if tt.last4 == "0002" {
				e, _ := a.body["error"].(object)
				check("declined", e["payment_method"])
				return
			}
			check("confirm", a.body["payment_method"])
		})
	}
	w := newWorld(t)
	if e := w.post(pk, "/v1/tokens", "card[tokenization_method]", "x").fault(); e["status"] != 400 || e["param"] != "card[tokenization_method]" {
		t.Errorf("unknown wallet: %v", e)
	}
}
