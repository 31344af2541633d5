package connect

import (
	"slices"
	"strings"
)

// startRules are in the order of checks that the vendor's page gives: the
// customer's state, the station, billing and payment readiness, the hold, the
// provider. The order within each group is assumed.
func startRules() Rules {
	start := func(name string, status int, t ErrorType, r Rule) Rule {
		r.ID, r.Operation, r.Status, r.Type = "start-charging/"+name, OpStart, status, t
		if r.Detail == "" {
			r.Detail = chargingError
		}
		if r.Source == "" {
			r.Source = startPage
		}
		return r
	}
	return slices.Concat(customerRules(start), stationRules(start), billingRules(start), holdRules(start), providerRules(start))
}

type makeRule func(name string, status int, t ErrorType, r Rule) Rule

func customerRules(start makeRule) Rules {
	return Rules{
		start("already-charging", 409, AlreadyCharging, Rule{
			Sentence: "The user has an active charging session, or another start request of the user is being processed.",
			Details:  "User already has active charging session OR is starting charging",
			Remedy:   "Stop the session, or wait until the provider has answered the other request.",
			Facts:    factCharging,
			Holds:    func(s *Situation) bool { return s.user.starting(s.now) || s.user.active(s.now) != nil },
		}),
		start("outstanding-payment", 402, PaymentError, Rule{
			Sentence: "The user has an outstanding payment.", Source: "docs: Outstanding Payments; " + clientSource,
			Details: "User has an outstanding payment.",
			Remedy:  "Pay the debt: confirm its payment intent with Stripe.",
			Facts:   factDebt,
			Holds:   func(s *Situation) bool { return s.user.indebted(s.now) != nil },
		}),
	}
}

func stationRules(start makeRule) Rules {
	return Rules{
		start("evse-not-found", 404, "", Rule{
			Sentence: "No charge point has this EVSE id.", Source: clientSource + "; text assumed",
			Detail: "Station or EVSE was not found",
			Remedy: "Use an EVSE id from the station endpoints.",
			Holds:  func(s *Situation) bool { return s.point == nil },
		}),
		start("station-data-unavailable", 424, StationAvailabilityIssue, Rule{
			Sentence: "Station data could not be fetched or validated.", Source: clientSource,
			Details: "Station data could not be fetched.",
			Remedy:  "Choose another charge point, or try later.",
			Facts:   factScript,
			Holds:   func(s *Situation) bool { return s.point.Script.Start == StartNoStation },
		}),
		start("connector-out-of-order", 409, StationAvailabilityIssue, Rule{
			Sentence: "The selected connector is out of order (for OUTOFORDER; INOPERATIVE, BLOCKED, PLANNED and REMOVED assumed).",
			Source:   clientSource,
			Details:  "The selected connector is out of order.",
			Remedy:   "Choose another charge point.",
			Facts:    factPoint,
			Holds:    func(s *Situation) bool { return s.status.broken() },
		}),
	}
}

func billingRules(start makeRule) Rules {
	return Rules{
		start("billing-data-required", 409, BillingDataRequired, Rule{
			Sentence: "Billing details are missing or incomplete: country, city, line1, postal_code, and first_name and last_name, or company_name for a business (which fields are needed outside Italy is assumed).",
			Details:  "Billing details are missing or incomplete.",
			Remedy:   "Complete the billing details.",
			Facts:    factBilling,
			Holds:    func(s *Situation) bool { return !s.user.billing.complete() },
		}),
		start("billing-data-italy", 409, BillingDataRequired, Rule{
			Assumed:  true,
			Sentence: "At a station in Italy a customer from Italy needs a tax_id (personal) or a vat_id (business).",
			Source:   "docs: Country-specific Requirements; that it applies at start is assumed",
			Details:  "Billing details do not meet the requirements of stations in Italy.",
			Remedy:   "Add the tax_id (codice fiscale) or vat_id (partita IVA) to the billing details.",
			Facts:    factItaly,
			Holds:    func(s *Situation) bool { return s.point.Site.Country == "IT" && !s.user.billing.fitForItaly() },
		}),
	}
}

func holdRules(start makeRule) Rules {
	const tryAgain = "We didn't manage to pre-authorize payment before starting charging. User should try again."
	return Rules{
		start("unknown-payment-method", 402, PreAuthorizationFailed, Rule{
			Sentence: "The user has no payment method of this id.", Assumed: true,
			Source:  startPage + " (\"method invalid\"); status and type assumed",
			Details: tryAgain,
			Remedy:  "Use the id of one of the user's payment methods.",
			Facts:   factMethods,
			Holds:   func(s *Situation) bool { return s.method == nil },
		}),
		start("pre-authorization-declined", 402, PreAuthorizationFailed, Rule{
			Sentence: "The bank declines the hold.",
			Details:  tryAgain,
			Remedy:   "Use another payment method.",
			Facts:    factCard,
			Holds: func(s *Situation) bool {
				return s.hold == nil && (s.point.Script.Start == StartDeclined ||
					s.method.card.Conduct.OffSession.Decline != nil && !s.method.card.Conduct.OffSession.Authenticate)
			},
		}),
		start("sca-required", 402, PreAuthorizationFailed, Rule{
			Sentence: "The bank wants the card holder to authenticate the hold.",
			Details:  tryAgain,
			Remedy:   "Confirm the payment intent with Stripe, then start again.",
			Facts:    factCard,
			Holds: func(s *Situation) bool {
				return s.hold == nil && (s.point.Script.Start == StartSCA || s.method.card.Conduct.OffSession.Authenticate)
			},
		}),
	}
}

// providerRules come after the hold, which is released where one of them
// refuses.
func providerRules(start makeRule) Rules {
	return Rules{
		start("charge-point-busy", 424, ChargingProviderError, Rule{
			Sentence: "Somebody else charges at this charge point.", Assumed: true,
			Source:  "docs: Environments and Testing (\"may fail as busy\"); status and type assumed",
			Details: "The charging provider did not start the session: the charge point is busy.",
			Remedy:  "Wait until the charge point is free, or choose another.",
			Facts:   factPoint,
			Holds:   func(s *Situation) bool { return s.status == Charging || s.status == Reserved },
		}),
		start("provider-failed", 424, ChargingProviderError, Rule{
			Sentence: "The charging provider did not start the session.", Source: clientSource, Late: true,
			Details: "The charging provider did not start the session.",
			Remedy:  "Refresh, then try again later or at another charge point.",
			Facts:   factScript,
			Holds:   func(s *Situation) bool { return s.point.Script.Start == StartFails },
		}),
		start("unexpected-error", 500, UnexpectedError, Rule{
			Sentence: "An internal error of the vendor.", Source: clientSource, Late: true,
			Details: "Unexpected error. Support code: 00000000-0000-4000-8000-000000000500",
			Remedy:  "Try again later; at the charge point made for it this never helps.",
			Facts:   factScript,
			Holds:   func(s *Situation) bool { return s.point.Script.Start == StartUnexpected },
		}),
	}
}

func (s EVSEStatus) broken() bool {
	switch s {
	case OutOfOrder, Inoperative, Blocked, Planned, Removed:
		return true
	}
	return false
}

func stopRules() Rules {
	stop := func(name string, status int, t ErrorType, r Rule) Rule {
		r.ID, r.Operation, r.Status, r.Type = "stop-charging/"+name, OpStop, status, t
		if r.Detail == "" {
			r.Detail = chargingError
		}
		return r
	}
	failed := Rule{
		Facts:    factStopScript,
		Sentence: "The charging provider did not stop the session.",
		Details:  "The charging provider did not stop the session.",
		Remedy:   "Do not assume that anything changed: refresh, then try again later.",
	}
	byPage := failed
	failed.Source = "openapi.yaml; " + stopPage + " gives 409"
	failed.Holds = func(s *Situation) bool { return s.session.point.Script.Stop == StopFails }
	byPage.Source = stopPage + "; openapi.yaml gives 424"
	byPage.Holds = func(s *Situation) bool { return s.session.point.Script.Stop == StopFails409 }
	return Rules{
		stop("not-found", 404, "", Rule{
			Sentence: "The user has no session of this id.", Source: stopPage,
			Detail: "User session with this id was not found",
			Remedy: "Use the id of one of the user's sessions.",
			Holds:  func(s *Situation) bool { return s.session == nil || !s.session.visible(s.now) },
		}),
		stop("already-stopped", 409, AlreadyStopped, Rule{
			Sentence: "The session is not active any more: stopped by the user, by the station, or by the provider.",
			Source:   stopPage + "; text assumed",
			Details:  "The charging session has already been stopped.",
			Remedy:   "Nothing is left to do: refresh and treat the session as stopped.",
			Facts:    factEnded,
			Holds:    func(s *Situation) bool { return s.session.stateAt(s.now) != StateActive },
		}),
		stop("provider-failed", 424, ChargingProviderError, failed),
		stop("provider-failed-409", 409, ChargingProviderError, byPage),
		stop("unexpected-error", 500, UnexpectedError, Rule{
			Sentence: "An internal error of the vendor.", Source: clientSource,
			Details: "Unexpected error. Support code: 00000000-0000-4000-8000-000000000500",
			Remedy:  "Refresh, then try again later.",
			Facts:   factStopScript,
			Holds:   func(s *Situation) bool { return s.session.point.Script.Stop == StopUnexpected },
		}),
	}
}

// complete is the least that an invoice needs; blank counts as missing.
func (b Billing) complete() bool {
	if missing(b.Country) || missing(b.City) || missing(b.Line1) || missing(b.PostalCode) {
		return false
	}
	if b.AccountType == Business {
		return !missing(b.CompanyName)
	}
	return !missing(b.FirstName) && !missing(b.LastName)
}

func (b Billing) fitForItaly() bool {
	if b.Country == nil || !slices.Contains([]string{"it", "ita", "italy", "italia", "italien"}, strings.ToLower(strings.TrimSpace(*b.Country))) {
		return true
	}
	if b.AccountType == Business {
		return !missing(b.VATID)
	}
	return !missing(b.TaxID)
}

func missing(s *string) bool { return s == nil || strings.TrimSpace(*s) == "" }
