package stripe_test

import "testing"

// TestFunding: a card has the same funding in a method, in a token and in the
// method of an intent, however it was given.
func TestFunding(t *testing.T) {
	entered := func(number string) []string {
		return []string{"card[number]", number, "card[exp_month]", "12", "card[exp_year]", "2030"}
	}
	for _, test := range []struct {
		want string
		card []string
	}{
		{"debit", entered("6011981111111113")},
		{"credit", entered("6011111111111117")},
		{"debit", entered("6200000000000047")},
		{"debit", entered("4000050360000001")},
		{"debit", []string{"card[token]", "tok_mastercard_debit_mastercardFsaProductCode"}},
		{"debit", []string{"card[token]", "tok_gb_debit"}},
		{"prepaid", []string{"card[token]", "tok_mastercard_prepaid"}},
		{"credit", []string{"card[token]", "tok_visa"}},
	} {
		w := newWorld(t).load("pm_card_visa", false)
		shown := w.post(pk, "/v1/payment_methods", append(test.card, "type", "card")...).body
		id, _ := shown["id"].(string)
		confirmed := w.confirm(w.setup(), "payment_method", id, "expand[]", "payment_method").body["payment_method"]
		for at, method := range map[string]any{"created": shown, "confirmed": confirmed} {
			if got := method.(object)["card"].(object)["funding"]; got != test.want {
				t.Errorf("%s, %s: %v, want %s", test.card, at, got, test.want)
			}
		}
		if test.card[0] == "card[token]" {
			continue
		}
		if got := w.post(pk, "/v1/tokens", test.card...).body["card"].(object)["funding"]; got != test.want {
			t.Errorf("%s, token: %v, want %s", test.card, got, test.want)
		}
	}
}
