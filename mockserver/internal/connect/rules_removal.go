package connect

// removalRules are in order of check, the most specific first: a method that
// pays for the running session is reported before a session on another one.
func removalRules() Rules {
	return Rules{
		{
			ID:       "remove-payment-method/session-starting",
			Sentence: "A charging session is being started: the provider has not answered a start request.",
			Details:  "A charging session is being started. Wait until it has started or failed, then try again.",
			Remedy:   "Wait until the provider has answered the start request.",
			Facts:    factStarting,
			Holds:    func(s *Situation) bool { return s.user.starting(s.now) },
		}, {
			ID:       "remove-payment-method/method-on-active-session",
			Sentence: "The payment method pays for the active charging session.",
			Details:  "The payment method pays for the active charging session.",
			Remedy:   "Stop the session and wait for its CDR.",
			Facts:    factActive,
			Holds: func(s *Situation) bool {
				a := s.user.active(s.now)
				return a != nil && a.methodID == s.method.id
			},
		}, {
			ID:       "remove-payment-method/active-session",
			Sentence: "The user has an active charging session.",
			Details:  "The user has an active charging session.",
			Remedy:   "Stop the session and wait for its CDR.",
			Facts:    factActive,
			Holds:    func(s *Situation) bool { return s.user.active(s.now) != nil },
		}, {
			ID:       "remove-payment-method/cdr-pending",
			Sentence: "CDR processing is incomplete: a session has ended, but its charge detail record (CDR) has not been processed.",
			Details:  "The final record of a charging session has not been processed yet.",
			Remedy:   "Wait for the CDR: about a minute in the vendor's development environment.",
			Facts:    factPending,
			Holds:    func(s *Situation) bool { return s.user.pending(s.now) != nil },
		}, {
			ID: "remove-payment-method/debt", Status: 402, Type: PaymentError,
			Sentence: "The user has an outstanding payment.",
			Details:  "The user has an outstanding payment.",
			Source:   debtPage + "; " + seedPage + "; error.type assumed",
			Remedy:   "Pay the debt: confirm its payment intent with Stripe.",
			Facts:    factDebt,
			Holds:    func(s *Situation) bool { return s.user.indebted(s.now) != nil },
		}, {
			ID:       "remove-payment-method/default-method",
			Sentence: "The payment method is the default one, even if it is the only one (assumed).",
			Details:  "The default payment method cannot be removed.",
			Remedy:   "Make another payment method the default.",
			Facts:    factDefault,
			Holds:    func(s *Situation) bool { return s.method.isDefault },
		},
	}.with(Rule{
		Operation: OpRemoveMethod, Detail: paymentDetail, Status: 400, Type: PaymentMethodError, Assumed: true,
		Source: seedPage + "; status 400 is the only one openapi.yaml leaves, error.type assumed",
	})
}
