package stripesdk_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stripe/stripe-go/v85"

	"cariqamock/mockserver"
)

// An outcome is the result of a setup: a payment method or a decline, either of
// them possibly after 3-D Secure.
type outcome struct {
	number, brand string
	asks          bool             // requires 3-D Secure
	tokenOnly     bool             // the number is another card's
	code          stripe.ErrorCode // "" if the card is set up
	decline       stripe.DeclineCode
}

func accepted(number, brand string) outcome { return outcome{number: number, brand: brand} }

func tokenOnly(number string) outcome { return outcome{number: number, brand: "visa", tokenOnly: true} }

func asking(number string) outcome { return outcome{number: number, brand: "visa", asks: true} }

func refused(number string, code stripe.ErrorCode, decline stripe.DeclineCode) outcome {
	return outcome{number: number, brand: "visa", code: code, decline: decline}
}

// outcomes returns the outcomes that docs.stripe.com/testing documents.
func outcomes() map[string]outcome {
	askingThenDeclined := asking("4000008400001629")
	askingThenDeclined.code, askingThenDeclined.decline = "card_declined", "generic_decline"
	return map[string]outcome{
		"pm_card_visa":                                accepted("4242424242424242", "visa"),
		"pm_card_visa_debit":                          accepted("4000056655665556", "visa"),
		"pm_card_mastercard":                          accepted("5555555555554444", "mastercard"),
		"pm_card_mastercard_debit":                    accepted("5200828282828210", "mastercard"),
		"pm_card_mastercard_prepaid":                  accepted("5105105105105100", "mastercard"),
		"pm_card_amex":                                accepted("378282246310005", "amex"),
		"pm_card_amex_threeDSecureNotSupported":       accepted("378282246310005", "amex"),
		"pm_card_discover":                            accepted("6011111111111117", "discover"),
		"pm_card_diners":                              accepted("3056930009020004", "diners"),
		"pm_card_jcb":                                 accepted("3566002020360505", "jcb"),
		"pm_card_unionpay":                            accepted("6200000000000005", "unionpay"),
		"pm_card_threeDSecureOptional":                accepted("4000000000003055", "visa"),
		"pm_card_threeDSecureOptionalProcessingError": accepted("4000000000003097", "visa"),

		"pm_card_visa_chargeDeclined":                      refused("4000000000000002", "card_declined", "generic_decline"),
		"pm_card_chargeDeclined":                           refused("4000000000000002", "card_declined", "generic_decline"),
		"pm_card_visa_chargeDeclinedInsufficientFunds":     refused("4000000000009995", "card_declined", "insufficient_funds"),
		"pm_card_chargeDeclinedInsufficientFunds":          refused("4000000000009995", "card_declined", "insufficient_funds"),
		"pm_card_visa_chargeDeclinedLostCard":              refused("4000000000009987", "card_declined", "lost_card"),
		"pm_card_visa_chargeDeclinedStolenCard":            refused("4000000000009979", "card_declined", "stolen_card"),
		"pm_card_chargeDeclinedExpiredCard":                refused("4000000000000069", "expired_card", ""),
		"pm_card_chargeDeclinedIncorrectCvc":               refused("4000000000000127", "incorrect_cvc", ""),
		"pm_card_chargeDeclinedProcessingError":            refused("4000000000000119", "processing_error", ""),
		"pm_card_visa_chargeDeclinedVelocityLimitExceeded": refused("4000000000006975", "card_declined", "card_velocity_exceeded"),
		"pm_card_radarBlock":                               refused("4100000000000019", "card_declined", "fraudulent"),
		"pm_card_threeDSecureRequiredProcessingError":      refused("4000008400001280", "card_declined", "generic_decline"),

		// Three of the cards by country, which all behave alike.
		"pm_card_us":            accepted("4242424242424242", "visa"),
		"pm_card_de":            accepted("4000002760000016", "visa"),
		"pm_card_gb_mastercard": accepted("5555558265554449", "mastercard"),

		// Can be attached; later charges fail.
		"pm_card_chargeCustomerFail": accepted("4000000000000341", "visa"),

		"pm_card_authenticationRequiredOnSetup":                         asking("4000002500003155"),
		"pm_card_authenticationRequired":                                asking("4000002760003184"),
		"pm_card_authenticationRequiredSetupForOffSession":              accepted("4000003800000446", "visa"),
		"pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": asking("4000008260003178"),
		"pm_card_threeDSecure2Required":                                 asking("4000000000003220"),
		"pm_card_threeDSecureRequiredChargeDeclined":                    askingThenDeclined,
		// What happens after the charge, and what an account can be set to, does not concern the client.
		"pm_card_createDispute":                             accepted("4000000000000259", "visa"),
		"pm_card_createDisputeProductNotReceived":           accepted("4000000000002685", "visa"),
		"pm_card_createDisputeInquiry":                      accepted("4000000000001976", "visa"),
		"pm_card_createIssuerFraudRecord":                   accepted("4000000000005423", "visa"),
		"pm_card_createMultipleDisputes":                    accepted("4000000404000079", "visa"),
		"pm_card_createCe3EligibleDispute":                  accepted("4000000404000038", "visa"),
		"pm_card_createComplianceDispute":                   accepted("4000008400000779", "visa"),
		"pm_card_createMastercardComplianceDispute":         accepted("5105008400000002", "mastercard"),
		"pm_card_createAutoRepresentmentEligibleDispute":    accepted("4000000001000043", "visa"),
		"pm_card_createRapidDisputeResolutionDispute":       accepted("4000000404004816", "visa"),
		"pm_card_createCe3BlockDispute":                     accepted("4000000404005649", "visa"),
		"pm_card_createEthocaAlert":                         accepted("5105000300000018", "mastercard"),
		"pm_card_pendingRefund":                             accepted("4000000000007726", "visa"),
		"pm_card_refundFail":                                accepted("4000000000005126", "visa"),
		"pm_card_bypassPending":                             accepted("4000000000000077", "visa"),
		"pm_card_bypassPendingInternational":                accepted("4000003720000278", "visa"),
		"pm_card_domesticPricing":                           accepted("4000000000000093", "visa"),
		"pm_card_riskLevelHighest":                          accepted("4000000000004954", "visa"),
		"pm_card_riskLevelElevated":                         accepted("4000000000009235", "visa"),
		"pm_card_highFraudDisputeScore":                     accepted("4000008400000407", "visa"),
		"pm_card_highEfwScore":                              accepted("4000008400000159", "visa"),
		"pm_card_radarDynamicRiskThreshold":                 accepted("4000008400001017", "visa"),
		"pm_card_adaptive3dsChallenge":                      accepted("4000008405600003", "visa"),
		"pm_card_cvcCheckFail":                              accepted("4000000000000101", "visa"),
		"pm_card_avsZipFail":                                accepted("4000000000000036", "visa"),
		"pm_card_cvcCheckFailElevatedRisk":                  accepted("4000058400307872", "visa"),
		"pm_card_avsZipFailElevatedRisk":                    accepted("4000058400306072", "visa"),
		"pm_card_avsLine1Fail":                              accepted("4000000000000028", "visa"),
		"pm_card_avsFail":                                   accepted("4000000000000010", "visa"),
		"pm_card_avsUnchecked":                              accepted("4000000000000044", "visa"),
		"pm_card_visa_cartesBancaires":                      accepted("4000002500001001", "visa"),
		"pm_card_mastercard_cartesBancaires":                accepted("5555552500001001", "mastercard"),
		"pm_card_visa_debit_eftposAuCoBranded":              accepted("4000050360000001", "visa"),
		"pm_card_mastercard_debit_eftposAuCoBranded":        accepted("5555050360000080", "mastercard"),
		"pm_card_debit_visaFsaProductCode":                  accepted("4000051230000072", "visa"),
		"pm_card_debit_visaHsaProductCode":                  accepted("4000051230000072", "visa"),
		"pm_card_mastercard_debit_mastercardFsaProductCode": accepted("5200828282828897", "mastercard"),

		// Older tokens of the same cards; and two that can be attached, like the one above.
		"pm_card_visa_debit_chargeDeclinedInsufficientFunds": refused("4000000000009995", "card_declined", "insufficient_funds"),
		"pm_card_visa_chargeDeclinedExpiredCard":             refused("4000000000000069", "expired_card", ""),
		"pm_card_visa_chargeDeclinedIncorrectCvc":            refused("4000000000000127", "incorrect_cvc", ""),
		"pm_card_visa_chargeDeclinedProcessingError":         refused("4000000000000119", "processing_error", ""),
		"pm_card_chargeDeclinedFraudulent":                   refused("4100000000000019", "card_declined", "fraudulent"),
		"pm_card_visa_chargeDeclinedFraudulent":              refused("4000000000000069", "expired_card", ""),
		"pm_card_visa_chargeCustomerFail":                    accepted("4000000000000341", "visa"),
		"pm_card_visa_chargeCustomerFailLostCard":            tokenOnly("4000000000009987"),
		"pm_card_visa_chargeCustomerFailStolenCard":          tokenOnly("4000000000009979"),
		"pm_card_threeDSecureRequired":                       asking("4000000000003063"),
	}
}

// TestEveryCard sets up every test card in each way that an app can: with its
// token, with a method created from its token, with a method created from its
// number.
func TestEveryCard(t *testing.T) {
	table := outcomes()
	var tokens []string
	byCountry := regexp.MustCompile(`^pm_card_[a-z]{2}(_|$)`)
	for _, token := range mockserver.TestCards() {
		if _, ok := table[token]; ok || !byCountry.MatchString(token) {
			tokens = append(tokens, token)
		}
	}
	want(t, "cards with a known outcome", slices.Sorted(maps.Keys(table)), tokens)
	f := start(t, "default")
	for token, o := range table {
		ways := map[string]func(*fake) (string, error){
			"token":             func(*fake) (string, error) { return token, nil },
			"method from token": func(f *fake) (string, error) { return id(f.tokened(token)) },
			"method from tok_":  func(f *fake) (string, error) { return id(f.tokened("tok_" + strings.TrimPrefix(token, "pm_card_"))) },
			"method of number":  func(f *fake) (string, error) { return id(f.typed(o.number)) },
		}
		if o.tokenOnly {
			delete(ways, "method of number")
		}
		for way, create := range ways {
			t.Run(token+"/"+way, func(t *testing.T) {
				f := f.newUser(t)
				pm, err := create(f)
				if err != nil {
					t.Fatal(err)
				}
				f.setUp(pm, o)
			})
		}
	}
}

func id(pm *stripe.PaymentMethod, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return pm.ID, nil
}

// setUp confirms a new setup intent and checks the outcome.
func (f *fake) setUp(pm string, o outcome) {
	f.t.Helper()
	i, last4 := f.setup(), o.number[len(o.number)-4:]
	si, err := f.confirmSetup(i, pm)
	switch {
	case o.code != "" && !o.asks:
		wantFault(f.t, err, declined(o.code, o.decline, last4))
	case err != nil:
		f.t.Fatal(err)
	case o.asks:
		if si.Status != stripe.SetupIntentStatusRequiresAction || len(f.methods()) != 0 {
			f.t.Fatalf("3-D Secure not required: %s, methods %+v", si.Status, f.methods())
		}
		f.authenticate(i, "succeed")
	}
	si = f.getSetup(i, "payment_method")
	if o.code != "" {
		e := si.LastSetupError
		if si.Status != stripe.SetupIntentStatusRequiresPaymentMethod || e == nil || e.Code != o.code || e.DeclineCode != o.decline {
			f.t.Errorf("%s with error %+v, want %s/%s", si.Status, e, o.code, o.decline)
		}
		want(f.t, "methods", f.methods(), []method{})
		return
	}
	if si.Status != stripe.SetupIntentStatusSucceeded || string(si.PaymentMethod.Card.Brand) != o.brand || si.PaymentMethod.Card.Last4 != last4 {
		f.t.Fatalf("not set up: %+v", si)
	}
	if got := f.methods(); len(got) != 1 || got[0].ID != si.PaymentMethod.ID || got[0].Card.Brand != o.brand || got[0].Card.Last4 != last4 {
		f.t.Errorf("methods %+v", got)
	}
}
