package testcard

import (
	"slices"
	"strings"
	"testing"
)

// TestFunding is what docs.stripe.com/testing calls debit and prepaid, in its
// tables or by the token's name. Every other card is a credit card.
func TestFunding(t *testing.T) {
	byNumber := map[string]string{
		"4000056655665556": "debit", "5200828282828210": "debit", "5105105105105100": "prepaid", "6011981111111113": "debit", "6200000000000047": "debit",
		"4000050360000001": "debit", "5555050360000080": "debit", "4000051230000072": "debit", "5200828282828897": "debit",
		"4000058260000005": "debit", "4000057640000008": "debit",
	}
	byToken := map[string]string{
		"pm_card_visa_debit": "debit", "pm_card_mastercard_debit": "debit", "pm_card_mastercard_prepaid": "prepaid", "pm_card_gb_debit": "debit",
		"pm_card_th_debit": "debit", "pm_card_visa_debit_eftposAuCoBranded": "debit", "pm_card_mastercard_debit_eftposAuCoBranded": "debit",
		"pm_card_debit_visaFsaProductCode": "debit", "pm_card_debit_visaHsaProductCode": "debit",
		"pm_card_mastercard_debit_mastercardFsaProductCode": "debit", "pm_card_visa_debit_chargeDeclinedInsufficientFunds": "debit",
	}
	want := func(funding string) string {
		if funding == "" {
			return "credit"
		}
		return funding
	}
	for _, e := range slices.Concat(cards().Cards, foreign().Cards) {
		for _, number := range e.Numbers {
			if c, _ := ByNumber(number); Funding(c) != want(byNumber[number]) {
				t.Errorf("%s: %q, want %q", number, Funding(c), want(byNumber[number]))
			}
			delete(byNumber, number)
		}
	}
	for _, token := range Tokens() {
		c, _ := ByToken(token)
		if Funding(c) != want(byToken[token]) {
			t.Errorf("%s: %q, want %q", token, Funding(c), want(byToken[token]))
		}
		named := strings.Contains(token, "debit") || strings.Contains(token, "prepaid")
		if _, listed := byToken[token]; named != listed {
			t.Errorf("%s: its name and the list disagree", token)
		}
		delete(byToken, token)
	}
	if len(byNumber)+len(byToken) > 0 {
		t.Errorf("no such cards: %v %v", byNumber, byToken)
	}
}
