package connect

import "slices"

// startRules are in the order of checks on the vendor's page: the customer's
// state, the station, billing and payment readiness, the hold, the provider.
// The order within each group is assumed.
func startRules() Rules {
	return slices.Concat(customerRules(), stationRules(), billingRules(), holdRules(), providerRules()).
		with(Rule{Operation: OpStart, Detail: chargingError, Source: startPage})
}

func customerRules() Rules {
	return Rules{
		{
			ID: "start-charging/already-charging", Status: 409, Type: AlreadyCharging,
			Sentence: "The user has an active charging session, or another start request of the user is being processed.",
			Details:  "User already has active charging session OR is starting charging",
			Remedy:   "Stop the session, or wait until the provider has answered the other request.",
			Facts:    factCharging,
			Holds:    func(s *Situation) bool { return s.user.starting(s.now) || s.user.active(s.now) != nil },
		}, {
			ID: "start-charging/outstanding-payment", Status: 402, Type: PaymentError,
			Sentence: "The user has an outstanding payment.",
			Details:  "User has an outstanding payment.",
			Source:   debtPage + "; " + clientSource,
			Remedy:   "Pay the debt: confirm its payment intent with Stripe.",
			Facts:    factDebt,
			Holds:    func(s *Situation) bool { return s.user.indebted(s.now) != nil },
		},
	}
}

func stationRules() Rules {
	return Rules{
		{
			ID: "start-charging/evse-not-found", Status: 404,
			Sentence: "No charge point has this EVSE id.",
			Detail:   "Station or EVSE was not found",
			Source:   clientSource + "; text assumed",
			Remedy:   "Use an EVSE id from the station endpoints.",
			Holds:    func(s *Situation) bool { return s.point == nil },
		}, {
			ID: "start-charging/station-data-unavailable", Status: 424, Type: StationAvailabilityIssue,
			Sentence: "Station data could not be fetched or validated.",
			Details:  "Station data could not be fetched.",
			Source:   clientSource,
			Remedy:   "Choose another charge point, or try later.",
			Facts:    factScript,
			Holds:    func(s *Situation) bool { return s.point.Script.Start == StartNoStation },
		}, {
			ID: "start-charging/connector-out-of-order", Status: 409, Type: StationAvailabilityIssue,
			Sentence: "The selected connector is out of order (status OUTOFORDER; INOPERATIVE, BLOCKED, PLANNED and REMOVED are assumed).",
			Details:  "The selected connector is out of order.",
			Source:   clientSource,
			Remedy:   "Choose another charge point.",
			Facts:    factPoint,
			Holds:    func(s *Situation) bool { return s.status.broken() },
		},
	}
}

func billingRules() Rules {
	return Rules{
		{
			ID: "start-charging/billing-data-required", Status: 409, Type: BillingDataRequired,
			Sentence: "Billing details are missing or incomplete: country, city, line1, postal_code, and first_name and last_name, or company_name for a business (which fields are required outside Italy is assumed).",
			Details:  "Billing details are missing or incomplete.",
			Remedy:   "Complete the billing details.",
			Facts:    factBilling,
			Holds:    func(s *Situation) bool { return !s.user.billing.complete() },
		}, {
			ID: "start-charging/billing-data-italy", Status: 409, Type: BillingDataRequired, Assumed: true,
			Sentence: "At a station in Italy a customer from Italy needs a tax_id (personal) or a vat_id (business).",
			Details:  "Billing details do not meet the requirements of stations in Italy.",
			Source:   "docs: Country-specific Requirements; that it applies at start is assumed",
			Remedy:   "Add the tax_id (codice fiscale) or vat_id (partita IVA) to the billing details.",
			Facts:    factItaly,
			Holds:    func(s *Situation) bool { return s.point.Site.Country == "IT" && !s.user.billing.fitForItaly() },
		},
	}
}

func holdRules() Rules {
	const tryAgain = "We didn't manage to pre-authorize payment before starting charging. User should try again."
	return Rules{
		{
			ID: "start-charging/unknown-payment-method", Status: 402, Type: PreAuthorizationFailed, Assumed: true,
			Sentence: "The user has no payment method with this id.",
			Details:  tryAgain,
			Source:   startPage + " (\"method invalid\"); status and type assumed",
			Remedy:   "Use the id of one of the user's payment methods.",
			Facts:    factMethods,
			Holds:    func(s *Situation) bool { return s.method == nil },
		}, {
			ID: "start-charging/pre-authorization-declined", Status: 402, Type: PreAuthorizationFailed,
			Sentence: "The bank declines the pre-authorization.",
			Details:  tryAgain,
			Remedy:   "Use another payment method.",
			Facts:    factCard,
			Holds: func(s *Situation) bool {
				declined := func(b Answer) bool { return b.Decline != nil && !b.Authenticate }
				return s.hold == nil && (s.point.Script.Start == StartDeclined || declined(s.method.card.Conduct.OffSession))
			},
		}, {
			ID: scaRequired, Status: 402, Type: PreAuthorizationFailed,
			Sentence: "The bank requires the card holder to authenticate the pre-authorization (SCA).",
			Details:  tryAgain,
			Remedy:   "Confirm the payment intent with Stripe, then start again.",
			Facts:    factCard,
			Holds: func(s *Situation) bool {
				return s.hold == nil && (s.point.Script.Start == StartSCA || s.method.card.Conduct.OffSession.Authenticate)
			},
		},
	}
}

// internalError is the text of both unexpected-error rules.
const internalError = "Unexpected error. Support code: 00000000-0000-4000-8000-000000000500"

// providerRules come after the hold, which is released if one of them refuses.
func providerRules() Rules {
	return Rules{
		{
			ID: "start-charging/charge-point-busy", Status: 424, Type: ChargingProviderError, Assumed: true,
			Sentence: "The charge point is busy: another user is charging there, or it is reserved.",
			Details:  "The charging provider did not start the session: the charge point is busy.",
			Source:   "docs: Environments and Testing (\"may fail as busy\"); status and type assumed",
			Remedy:   "Wait until the charge point is free, or choose another.",
			Facts:    factPoint,
			Holds:    func(s *Situation) bool { return s.status == Charging || s.status == Reserved },
		}, {
			ID: providerFailed, Status: 424, Type: ChargingProviderError, Late: true,
			Sentence: "The charging provider did not start the session.",
			Details:  "The charging provider did not start the session.",
			Source:   clientSource,
			Remedy:   "Refresh, then try again later or at another charge point.",
			Facts:    factScript,
			Holds:    func(s *Situation) bool { return s.point.Script.Start == StartFails },
		}, {
			ID: "start-charging/unexpected-error", Status: 500, Type: UnexpectedError, Late: true,
			Sentence: "The vendor had an internal error.",
			Details:  internalError,
			Source:   clientSource,
			Remedy:   "Try again later; at the charge point made for this error it never helps.",
			Facts:    factScript,
			Holds:    func(s *Situation) bool { return s.point.Script.Start == StartUnexpected },
		},
	}
}
