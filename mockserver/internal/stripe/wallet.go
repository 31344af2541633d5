package stripe

import (
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// Stripe's names of the wallets in tokens. Google Pay has kept its old one.
var tokenizations = map[connect.MethodType]string{connect.TypeApplePay: "apple_pay", connect.TypeGooglePay: "android_pay"}

// tokenization returns the name of a wallet in tokens, or nil.
func tokenization(t connect.MethodType) any {
	if name, ok := tokenizations[t]; ok {
		return name
	}
	return nil
}

// applePayTransaction is the parameter with the id of a payment with Apple Pay.
const applePayTransaction = "pk_token_transaction_id"

// applePayNetworks are the test cards of the networks that Apple names; any
// other is a Visa.
var applePayNetworks = map[string]string{
	"mastercard": "pm_card_mastercard", "amex": "pm_card_amex", "discover": "pm_card_discover", "jcb": "pm_card_jcb", "chinaunionpay": "pm_card_unionpay",
}

// applePay returns the card of a payment with Apple Pay, as the library for iOS
// sends it. The payment is encrypted, so the card is a test card of its network.
// In the simulator, the library replaces the id of the transaction by one with
// the number of a test card: ApplePayStubs~4242424242424242~…
func (p params) applePay() connect.Card {
	card, _ := testcard.ByToken("pm_card_visa")
	if token, ok := applePayNetworks[strings.ToLower(p.get("pk_token_payment_network"))]; ok {
		card, _ = testcard.ByToken(token)
	}
	if stub, ok := strings.CutPrefix(p.get(applePayTransaction), "ApplePayStubs~"); ok {
		number, _, _ := strings.Cut(stub, "~")
		if c, ok := testcard.ByNumber(number); ok {
			c.ExpMonth, c.ExpYear = card.ExpMonth, card.ExpYear
			card = c
		}
	}
	card.Type = connect.TypeApplePay
	return card
}

// inWallet returns the card that stands for one in a wallet: a test card, or a
// Visa without a number. The parameter is the fake's own: with Stripe, Google's
// server makes the token that an app receives from Google Pay.
func (p params) inWallet(method string, now time.Time) (connect.Card, error) {
	var wallet connect.MethodType
	switch p.get(method) {
	case "android_pay", "google_pay":
		wallet = connect.TypeGooglePay
	case "apple_pay":
		wallet = connect.TypeApplePay
	default:
		return connect.Card{}, invalid(method, "Invalid wallet: must be one of android_pay or apple_pay")
	}
	card, _ := testcard.ByToken("pm_card_visa")
	if p.Has("card[number]") {
		var err error
		if card, err = p.entered("", now, true); err != nil {
			return connect.Card{}, err
		}
	}
	card.Type = wallet
	return card, nil
}
