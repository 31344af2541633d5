package testcard

import (
	"slices"

	"cariqamock/mockserver/internal/connect"
)

// table is made anew at each call, so that nobody can change it for others.
func table() []entry {
	return slices.Concat(accepted(), refused(), authenticated(), foreign())
}

// accepted are the cards by brand, and those that 3-D Secure does not concern.
func accepted() []entry {
	return []entry{
		{token: "pm_card_visa", brand: "visa", numbers: []string{"4242424242424242"}},
		{token: "pm_card_visa_debit", brand: "visa", numbers: []string{"4000056655665556"}},
		{token: "pm_card_mastercard", brand: "mastercard", numbers: []string{"5555555555554444", "2223003122003222"}},
		{token: "pm_card_mastercard_debit", brand: "mastercard", numbers: []string{"5200828282828210"}},
		{token: "pm_card_mastercard_prepaid", brand: "mastercard", numbers: []string{"5105105105105100"}},
		// 378282246310005 doubles as the card that 3-D Secure does not support.
		{
			token: "pm_card_amex", aliases: []string{"pm_card_amex_threeDSecureNotSupported"},
			brand: "amex", numbers: []string{"378282246310005", "371449635398431"},
		},
		// The last of Discover and the second of UnionPay are debit cards; tokens of
		// their own they do not have.
		{token: "pm_card_discover", brand: "discover", numbers: []string{"6011111111111117", "6011000990139424", "6011981111111113"}},
		{token: "pm_card_diners", brand: "diners", numbers: []string{"3056930009020004", "36227206271667"}},
		{token: "pm_card_jcb", brand: "jcb", numbers: []string{"3566002020360505", "3530111333300000"}},
		{token: "pm_card_unionpay", brand: "unionpay", numbers: []string{"6200000000000005", "6200000000000047", "6205500000000000004"}},
		// 3-D Secure is possible and not required.
		{token: "pm_card_threeDSecureOptional", brand: "visa", numbers: []string{"4000000000003055"}},
		{token: "pm_card_threeDSecureOptionalProcessingError", brand: "visa", numbers: []string{"4000000000003097"}},
	}
}

// refused are the cards that are declined. Up to the one with velocity limits
// they cannot be attached to a customer: they are declined at set-up too.
func refused() []entry {
	return []entry{
		{
			token: "pm_card_visa_chargeDeclined", aliases: []string{"pm_card_chargeDeclined"}, brand: "visa",
			numbers: []string{"4000000000000002"}, conduct: always(genericDecline()),
		},
		{
			token: "pm_card_visa_chargeDeclinedInsufficientFunds", aliases: []string{"pm_card_chargeDeclinedInsufficientFunds"}, brand: "visa",
			numbers: []string{"4000000000009995"}, conduct: always(insufficientFunds()),
		},
		{
			token: "pm_card_visa_chargeDeclinedLostCard", brand: "visa",
			numbers: []string{"4000000000009987"}, conduct: always(declined("lost_card", "Your card was declined.")),
		},
		{
			token: "pm_card_visa_chargeDeclinedStolenCard", brand: "visa",
			numbers: []string{"4000000000009979"}, conduct: always(declined("stolen_card", "Your card was declined.")),
		},
		// The next three have codes of their own and no decline code in the documentation.
		{
			token: "pm_card_chargeDeclinedExpiredCard", brand: "visa",
			numbers: []string{"4000000000000069"},
			conduct: always(&connect.Decline{Code: "expired_card", Message: "Your card has expired."}),
		},
		{
			token: "pm_card_chargeDeclinedIncorrectCvc", brand: "visa",
			numbers: []string{"4000000000000127"},
			conduct: always(&connect.Decline{Code: "incorrect_cvc", Message: "Your card's security code is incorrect."}),
		},
		{
			token: "pm_card_chargeDeclinedProcessingError", brand: "visa",
			numbers: []string{"4000000000000119"},
			conduct: always(&connect.Decline{
				Code: "processing_error", Message: "An error occurred while processing your card. Try again in a little bit.",
			}),
		},
		{
			token: "pm_card_visa_chargeDeclinedVelocityLimitExceeded", brand: "visa",
			numbers: []string{"4000000000006975"},
			conduct: always(declined("card_velocity_exceeded", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.")),
		},
		// Attaching succeeds, every later charge fails.
		{
			token: "pm_card_chargeCustomerFail", brand: "visa", numbers: []string{"4000000000000341"},
			conduct: connect.Conduct{OffSession: no(genericDecline()), OnSession: no(genericDecline())},
		},
		// Radar blocks the charge; that it blocks the set-up too is assumed.
		{
			token: "pm_card_radarBlock", brand: "visa", numbers: []string{"4100000000000019"},
			conduct: always(declined("fraudulent", "Your card was declined.")),
		},
	}
}

// authenticated are the cards that 3-D Secure concerns.
func authenticated() []entry {
	ask := connect.Answer{Authenticate: true}
	askThen := func(d *connect.Decline) connect.Answer { return connect.Answer{Authenticate: true, Decline: d} }
	return []entry{
		// Authentication at set-up and on session; none off session once set up.
		{
			token: "pm_card_authenticationRequiredOnSetup", brand: "visa", numbers: []string{"4000002500003155"},
			conduct: connect.Conduct{Setup: ask, OnSession: ask},
		},
		// Authentication on every transaction, however the card was set up.
		{
			token: "pm_card_authenticationRequired", brand: "visa", numbers: []string{"4000002760003184"},
			conduct: connect.Conduct{Setup: ask, OffSession: ask, OnSession: ask},
		},
		// Already set up: off session succeeds, on session authenticates. That
		// a set-up needs no authentication follows from "already set up" (assumed).
		{
			token: "pm_card_authenticationRequiredSetupForOffSession", brand: "visa", numbers: []string{"4000003800000446"},
			conduct: connect.Conduct{OnSession: ask},
		},
		// Authentication, then insufficient funds, "even after being set up".
		{
			token: "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", brand: "visa", numbers: []string{"4000008260003178"},
			conduct: connect.Conduct{Setup: ask, OffSession: no(insufficientFunds()), OnSession: askThen(insufficientFunds())},
		},
		// 3-D Secure must be completed; off session that cannot be (assumed).
		{
			token: "pm_card_threeDSecure2Required", brand: "visa", numbers: []string{"4000000000003220"},
			conduct: connect.Conduct{Setup: ask, OffSession: ask, OnSession: ask},
		},
		// 3-D Secure, then a decline. At set-up and off session: assumed.
		{
			token: "pm_card_threeDSecureRequiredChargeDeclined", brand: "visa", numbers: []string{"4000008400001629"},
			conduct: connect.Conduct{Setup: askThen(genericDecline()), OffSession: no(genericDecline()), OnSession: askThen(genericDecline())},
		},
		// The 3-D Secure lookup fails, so the payment is declined; the decline
		// code, and that the set-up is declined too, are assumed.
		{
			token: "pm_card_threeDSecureRequiredProcessingError", brand: "visa", numbers: []string{"4000008400001280"},
			conduct: always(genericDecline()),
		},
	}
}

func always(d *connect.Decline) connect.Conduct {
	return connect.Conduct{Setup: no(d), OffSession: no(d), OnSession: no(d)}
}

func no(d *connect.Decline) connect.Answer { return connect.Answer{Decline: d} }

func declined(declineCode, message string) *connect.Decline {
	return &connect.Decline{Code: "card_declined", DeclineCode: declineCode, Message: message}
}

func genericDecline() *connect.Decline { return declined("generic_decline", "Your card was declined.") }

func insufficientFunds() *connect.Decline {
	return declined("insufficient_funds", "Your card has insufficient funds.")
}
