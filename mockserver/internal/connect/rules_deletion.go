package connect

// deletionRules are in order of check. The specification has a 400 without a
// reason, so the reasons and the type are assumed, as those of removal.
func deletionRules() Rules {
	return Rules{
		{
			ID:       "delete-user/session-starting",
			Sentence: "A charging session is being started: the provider has not answered a start request.",
			Details:  "A charging session is being started.",
			Remedy:   "Wait until the provider has answered the start request.",
			Facts:    factStarting,
			Holds:    func(s *Situation) bool { return s.user.starting(s.now) },
		}, {
			ID:       "delete-user/active-session",
			Sentence: "The user has an active charging session.",
			Details:  "The user has an active charging session.",
			Remedy:   "Stop the session and wait for its CDR.",
			Facts:    factActive,
			Holds:    func(s *Situation) bool { return s.user.active(s.now) != nil },
		}, {
			ID:       "delete-user/cdr-pending",
			Sentence: "A session has ended, but its charge detail record (CDR) has not been processed.",
			Details:  "The final record of a charging session has not been processed yet.",
			Remedy:   "Wait for the CDR.",
			Facts:    factPending,
			Holds:    func(s *Situation) bool { return s.user.pending(s.now) != nil },
		}, {
			ID: "delete-user/debt", Status: 402, Type: PaymentError,
			Sentence: "The user has an outstanding payment.",
			Details:  "The user has an outstanding payment.",
			Source:   debtPage + "; openapi.yaml; error.type assumed",
			Remedy:   "Pay the debt: confirm its payment intent with Stripe.",
			Facts:    factDebt,
			Holds:    func(s *Situation) bool { return s.user.indebted(s.now) != nil },
		},
	}.with(Rule{
		Operation: OpDeleteUser, Detail: deleteDetail, Status: 400, Type: PaymentMethodError, Assumed: true,
		Source: "assumed (openapi.yaml has the status without a reason)",
	})
}
