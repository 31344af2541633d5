package testcard_test

import (
	"strings"
	"testing"

	"cariqamock/mockserver/internal/stripe/testcard"
)

// TestGroups: every card is in one group, which is about what it does, and is
// described by other words than its token.
func TestGroups(t *testing.T) {
	seen := map[string]string{}
	for _, g := range testcard.Groups() {
		for _, c := range g.Cards {
			if seen[c.Token] != "" {
				t.Errorf("%s is in %q and %q", c.Token, seen[c.Token], g.Title)
			}
			seen[c.Token] = g.Title
			card, ok := testcard.ByToken(c.Token)
			if byNumber, _ := testcard.ByNumber(c.Number); !ok || byNumber.Last4 != card.Last4 || c.Text == "" || strings.Contains(c.Text, "_") || strings.Contains(c.Text, "dsecure") {
				t.Errorf("%s: %+v", g.Title, c)
			}
			does := short(card.Conduct.Setup) + short(card.Conduct.OffSession) + short(card.Conduct.OnSession)
			if plain := does == "okokok"; plain != strings.HasPrefix(g.Title, "Succeeds") || strings.Contains(does, "3ds") != strings.HasPrefix(g.Title, "Requires 3-D Secure") {
				t.Errorf("%s is in %q and does %s", c.Token, g.Title, does)
			}
		}
	}
	for token, title := range map[string]string{
		"pm_card_visa": "Succeeds", "pm_card_mastercard_prepaid": "Succeeds", "pm_card_authenticationRequired": "Requires 3-D Secure",
		"pm_card_threeDSecureRequiredChargeDeclined":   "Requires 3-D Secure, then is declined",
		"pm_card_visa_chargeDeclinedInsufficientFunds": "Is declined", "pm_card_chargeCustomerFail": "Can be saved, then fails",
		"pm_card_createDispute": "Succeeds, for special tests", "pm_card_visa_cartesBancaires": "Succeeds, for special tests",
		"pm_card_de": "Succeeds, by country",
	} {
		if seen[token] != title {
			t.Errorf("%s is in %q, want %q", token, seen[token], title)
		}
	}
}
