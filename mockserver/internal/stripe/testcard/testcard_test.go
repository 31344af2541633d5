package testcard_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// short describes an answer in few words: 3ds for authentication, then ok or
// the code and decline code of a decline.
func short(a connect.Answer) string {
	out := ""
	if a.Authenticate {
		out = "3ds "
	}
	if a.Decline == nil {
		return out + "ok"
	}
	return out + a.Decline.Code + "/" + a.Decline.DeclineCode
}

// TestCards is the table of docs.stripe.com/testing: set-up, off session, on
// session.
func TestCards(t *testing.T) {
	const generic, funds = "card_declined/generic_decline", "card_declined/insufficient_funds"
	same := func(s string) [3]string { return [3]string{s, s, s} }
	tests := []struct {
		number, token string
		want          [3]string
	}{
		{"4242424242424242", "pm_card_visa", same("ok")},
		{"4000056655665556", "pm_card_visa_debit", same("ok")},
		{"5555555555554444", "pm_card_mastercard", same("ok")},
		{"5200828282828210", "pm_card_mastercard_debit", same("ok")},
		{"5105105105105100", "pm_card_mastercard_prepaid", same("ok")},
		{"378282246310005", "pm_card_amex", same("ok")},
		{"378282246310005", "pm_card_amex_threeDSecureNotSupported", same("ok")},
		{"6011111111111117", "pm_card_discover", same("ok")},
		{"3056930009020004", "pm_card_diners", same("ok")},
		{"3566002020360505", "pm_card_jcb", same("ok")},
		{"6200000000000005", "pm_card_unionpay", same("ok")},
		{"4000000000000002", "pm_card_visa_chargeDeclined", same(generic)},
		{"4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds", same(funds)},
		{"4000000000009987", "pm_card_visa_chargeDeclinedLostCard", same("card_declined/lost_card")},
		{"4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", same("card_declined/stolen_card")},
		{"4000000000000069", "pm_card_chargeDeclinedExpiredCard", same("expired_card/")},
		{"4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", same("incorrect_cvc/")},
		{"4000000000000119", "pm_card_chargeDeclinedProcessingError", same("processing_error/")},
		{"4000000000006975", "pm_card_visa_chargeDeclinedVelocityLimitExceeded", same("card_declined/card_velocity_exceeded")},
		{"4000000000000341", "pm_card_chargeCustomerFail", [3]string{"ok", generic, generic}},
		{"4000002500003155", "pm_card_authenticationRequiredOnSetup", [3]string{"3ds ok", "ok", "3ds ok"}},
		{"4000002760003184", "pm_card_authenticationRequired", same("3ds ok")},
		{"4000003800000446", "pm_card_authenticationRequiredSetupForOffSession", [3]string{"ok", "ok", "3ds ok"}},
		{"4000008260003178", "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", [3]string{"3ds ok", funds, "3ds " + funds}},
		{"4000000000003220", "pm_card_threeDSecure2Required", same("3ds ok")},
		{"4000008400001629", "pm_card_threeDSecureRequiredChargeDeclined", [3]string{"3ds " + generic, generic, "3ds " + generic}},
		{"4000008400001280", "pm_card_threeDSecureRequiredProcessingError", same(generic)},
		{"4000000000003055", "pm_card_threeDSecureOptional", same("ok")},
		{"4000000000003097", "pm_card_threeDSecureOptionalProcessingError", same("ok")},
		{"4100000000000019", "pm_card_radarBlock", same("card_declined/fraudulent")},
	}
	for _, tt := range tests {
		t.Run(tt.token, func(t *testing.T) {
			c, ok := testcard.ByToken(tt.token)
			if !ok {
				t.Fatal("no such token")
			}
			got := [3]string{short(c.Conduct.Setup), short(c.Conduct.OffSession), short(c.Conduct.OnSession)}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("conduct (-want +got):\n%s", diff)
			}
			if c.Conduct.Token != tt.token || c.Last4 != tt.number[len(tt.number)-4:] || c.ExpMonth != 12 {
				t.Errorf("got %+v", c)
			}
			if !testcard.Valid(tt.number) {
				t.Errorf("%s fails the check digit", tt.number)
			}
			n, ok := testcard.ByNumber(tt.number[:4] + " " + tt.number[4:8] + "-" + tt.number[8:])
			n.Conduct.Token = c.Conduct.Token // an alias has the number of the first token
			if diff := cmp.Diff(c, n); !ok || diff != "" {
				t.Errorf("by number (-by token +by number):\n%s", diff)
			}
			if !slices.Contains(testcard.Tokens(), tt.token) {
				t.Error("Tokens leaves it out")
			}
		})
	}
	if !slices.IsSorted(testcard.Tokens()) || len(slices.Compact(testcard.Tokens())) != len(testcard.Tokens()) {
		t.Error("Tokens is not sorted and unique")
	}
}

// TestMoreNumbers has the further numbers of docs.stripe.com/testing: of other
// lengths, and second ones of a brand.
func TestMoreNumbers(t *testing.T) {
	for number, brand := range map[string]string{
		"2223003122003222": "mastercard", "371449635398431": "amex", "6011000990139424": "discover", "6011981111111113": "discover",
		"36227206271667": "diners", "6200000000000047": "unionpay", "6205500000000000004": "unionpay",
	} {
		c, ok := testcard.ByNumber(number)
		if !ok || !testcard.Valid(number) || c.Brand != brand || c.Last4 != number[len(number)-4:] {
			t.Errorf("%s: %+v, %v", number, c, ok)
		}
	}
}

// TestSucceeds has the cards of the page whose specialty does not concern a
// client, or depends on settings of the account: disputes, refunds, risk levels,
// checks, fees, captchas, PINs, co-brands.
func TestSucceeds(t *testing.T) {
	for _, number := range strings.Fields(`
		4000000000000259 4000000000002685 4000000000001976 4000000000005423 4000000404000079 4000000404000038 4000008400000779 5105008400000002
		4000000001000043 4000000000007726 4000000000005126 4000000000000077 4000003720000278 4000000000004954 4000000000009235 4000008400000407
		4000008400000159 4000008400001017 4000008405600003 4000000000000101 4000000000000036 4000058400307872 4000058400306072 4000000000000028
		4000000000000010 4000000000000044 4000002500001001 5555552500001001 4000050360000001 5555050360000080 4000051230000072 5200828282828897
		4000000032200000 4000000000001208 4000000000003725 4001007020000002 4000008260000075 4001000360000005 4000002760000008 6555900000604105
		5062210000000009 4000006820000007`) {
		c, ok := testcard.ByNumber(number)
		if got := short(c.Conduct.Setup) + short(c.Conduct.OffSession) + short(c.Conduct.OnSession); !ok || got != "okokok" || c.Last4 != number[12:] {
			t.Errorf("%s: %v, %+v", number, ok, c)
		}
	}
	for _, number := range strings.Fields("4000000000003063 4000008400000027 4000582600000094 4000582600000045 4000582600000102 4000582600000110") {
		if c, _ := testcard.ByNumber(number); short(c.Conduct.Setup)+short(c.Conduct.OffSession)+short(c.Conduct.OnSession) != "3ds ok3ds ok3ds ok" {
			t.Errorf("%s: %+v", number, c)
		}
	}
	for token, want := range map[string]string{ // those that the page has as tok_ only
		"pm_card_visa_debit_chargeDeclinedInsufficientFunds": "insufficient_funds", "pm_card_visa_chargeDeclinedExpiredCard": "expired_card",
		"pm_card_visa_chargeDeclinedFraudulent": "expired_card/", "pm_card_visa_chargeDeclinedIncorrectCvc": "incorrect_cvc",
		"pm_card_visa_chargeDeclinedProcessingError": "processing_error", "pm_card_visa_chargeCustomerFail": "generic_decline",
		"pm_card_visa_chargeCustomerFailLostCard": "lost_card", "pm_card_visa_chargeCustomerFailStolenCard": "stolen_card",
	} {
		if c, _ := testcard.ByToken(token); !strings.Contains(short(c.Conduct.OffSession), want) || strings.Contains(token, "CustomerFail") != (short(c.Conduct.Setup) == "ok") {
			t.Errorf("%s: %+v", token, c.Conduct)
		}
	}
}

// TestForeign: the card of each country succeeds on all occasions and has its
// number and token.
func TestForeign(t *testing.T) {
	for number, want := range map[string][3]string{
		"4000002760000016": {"pm_card_de", "visa", "DE"}, "4000000400000008": {"pm_card_at", "visa", "AT"}, "4000003800000008": {"pm_card_it", "visa", "IT"},
		"4000058260000005": {"pm_card_gb_debit", "visa", "GB"}, "5555558265554449": {"pm_card_gb_mastercard", "mastercard", "GB"},
		"4242424242424242": {"pm_card_visa", "visa", "US"}, "3530111333300000": {"pm_card_jcb", "jcb", "JP"},
	} {
		c, ok := testcard.ByNumber(number)
		if got := [3]string{c.Conduct.Token, c.Brand, testcard.FactsOf(c.Conduct.Token).Country}; !ok || got != want {
			t.Errorf("%s: %v, want %v", number, got, want)
		}
	}
	for _, token := range testcard.Tokens() {
		c, _ := testcard.ByToken(token)
		if foreign := len(token) >= 10 && testcard.FactsOf(token).Country == strings.ToUpper(token[8:10]); foreign && short(c.Conduct.Setup)+short(c.Conduct.OffSession)+short(c.Conduct.OnSession) != "okokok" {
			t.Errorf("%s: %+v", token, c.Conduct)
		}
	}
	if c, ok := testcard.ByToken("pm_card_us"); !ok || c.Last4 != "4242" {
		t.Errorf("pm_card_us: %+v", c)
	}
}

func TestUnknown(t *testing.T) {
	if _, ok := testcard.ByToken(""); ok {
		t.Error("the empty token is a card")
	}
	for _, n := range []string{"", "4242424242424241", "4111111111111111", "x"} {
		if _, ok := testcard.ByNumber(n); ok {
			t.Errorf("%q is a test card", n)
		}
	}
	for n, want := range map[string]bool{"4111111111111111": true, "4242424242424241": false, "": false, "0": false, "4242x24242424242": false} {
		if got := testcard.Valid(n); got != want {
			t.Errorf("Valid(%q) = %v", n, got)
		}
	}
}
