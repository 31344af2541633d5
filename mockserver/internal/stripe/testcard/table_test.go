package testcard

import (
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	brands := []string{"visa", "mastercard", "amex", "discover", "diners", "jcb", "unionpay", "unknown"}
	tokens, numbers := map[string]bool{}, map[string]bool{"4242424242424242": false}
	for _, e := range slices.Concat(cards().Cards, foreign().Cards) {
		for _, token := range append([]string{e.Token}, e.Aliases...) {
			if tokens[token] {
				t.Errorf("%s is there twice", token)
			}
			tokens[token] = true
		}
		if !slices.Contains(brands, e.Brand) || len(e.Numbers) == 0 {
			t.Errorf("%s: brand %q, numbers %q", e.Token, e.Brand, e.Numbers)
		}
		for _, n := range e.Numbers {
			if !Valid(n) || numbers[n] && e.Token != "pm_card_us" && !strings.HasPrefix(e.Token, "pm_card_visa_chargeCustomerFail") && e.Token != "pm_card_visa_debit_chargeDeclinedInsufficientFunds" {
				t.Errorf("%s: number %s is invalid or there twice", e.Token, n)
			}
			numbers[n] = true
		}
		if e.Always != (answer{}) && (e.Setup != answer{} || e.OffSession != answer{} || e.OnSession != answer{}) {
			t.Errorf("%s: always and another occasion", e.Token)
		}
		for _, a := range []answer{e.Always, e.Setup, e.OffSession, e.OnSession} {
			if _, ok := cards().Declines[a.Decline]; !ok && a.Decline != "" {
				t.Errorf("%s: unknown decline %q", e.Token, a.Decline)
			}
		}
	}
	for name, d := range cards().Declines {
		if d.Code == "" || d.Message == "" || d.Code != name && d.DeclineCode != name {
			t.Errorf("decline %s: %+v", name, d)
		}
	}
	if NotATestCard() == nil {
		t.Error("no answer to numbers that are no test cards")
	}
}
