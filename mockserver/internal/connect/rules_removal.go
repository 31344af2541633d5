package connect

// Detail texts. Only two are published; the others are assumed.
const (
	chargingError = "Charging Error" // vendor docs, start charging errors
	paymentDetail = "Payment Method Error"
	deleteDetail  = "User Error"
)

const (
	seedPage     = "docs: Payment Method Setup Flow, Removal Restrictions"
	seedAndSpec  = seedPage + "; status 400 is the only one openapi.yaml leaves, error.type assumed"
	debtPages    = "docs: Outstanding Payments; " + seedPage
	startPage    = "docs: Start Charging Errors"
	stopPage     = "docs: Stop Charging Errors"
	clientSource = "vendor's reference client"
)

// DefaultRules is the table as the vendor's public sources have it, and as
// assumed where they are silent.
func DefaultRules() Rules {
	var rs Rules
	rs = append(rs, genericRules()...)
	rs = append(rs, removalRules()...)
	rs = append(rs, startRules()...)
	rs = append(rs, stopRules()...)
	rs = append(rs, deletionRules()...)
	return rs
}

// removalRules are in the order of checks: the most specific first, so that a
// method on the running session is told apart from a session on another one.
func removalRules() Rules {
	removal := func(name string, r Rule) Rule {
		r.ID, r.Operation = "remove-payment-method/"+name, OpRemoveMethod
		r.Detail = paymentDetail
		if r.Status == 0 {
			r.Status, r.Type, r.Source, r.Assumed = 400, PaymentMethodError, seedAndSpec, true
		}
		return r
	}
	return Rules{
		removal("session-starting", Rule{
			Sentence: "A charging session is in progress: a start request is being processed.",
			Details:  "A charging session is being started. Wait until it has started or failed, then try again.",
			Remedy:   "Wait until the provider has answered the start request.",
			Facts:    factStarting,
			Holds:    func(s *Situation) bool { return s.user.starting(s.now) },
		}),
		removal("method-on-active-session", Rule{
			Sentence: "The payment method is attached to the active session.",
			Details:  "The payment method pays for the active charging session.",
			Remedy:   "Stop the session and wait for its CDR.",
			Facts:    factActive,
			Holds: func(s *Situation) bool {
				a := s.user.active(s.now)
				return a != nil && s.method != nil && a.methodID == s.method.id
			},
		}),
		removal("active-session", Rule{
			Sentence: "The user has an active charging session.",
			Details:  "The user has an active charging session.",
			Remedy:   "Stop the session and wait for its CDR.",
			Facts:    factActive,
			Holds:    func(s *Situation) bool { return s.user.active(s.now) != nil },
		}),
		removal("cdr-pending", Rule{
			Sentence: "CDR processing is incomplete: a session has ended, its charge detail record has not been billed yet.",
			Details:  "The final record of a charging session has not been processed yet.",
			Remedy:   "Wait for the CDR: about a minute in the vendor's development environment.",
			Facts:    factPending,
			Holds:    func(s *Situation) bool { return s.user.pending(s.now) != nil },
		}),
		removal("debt", Rule{
			Status: 402, Type: PaymentError, Source: debtPages + "; error.type assumed",
			Sentence: "The user has a debt.",
			Details:  "The user has an outstanding payment.",
			Remedy:   "Pay the debt: confirm its payment intent with Stripe.",
			Facts:    factDebt,
			Holds:    func(s *Situation) bool { return s.user.indebted(s.now) != nil },
		}),
		removal("default-method", Rule{
			Sentence: "The payment method is the default one; that it is the only one makes no difference (assumed).",
			Details:  "The default payment method cannot be removed.",
			Remedy:   "Make another payment method the default.",
			Facts:    factDefault,
			Holds:    func(s *Situation) bool { return s.method != nil && s.method.isDefault },
		}),
	}
}

// deletionRules: the specification gives a 400 without saying when, so the
// reasons and the type are assumed, in line with those for removal.
func deletionRules() Rules {
	deletion := func(name string, r Rule) Rule {
		r.ID, r.Operation, r.Detail = "delete-user/"+name, OpDeleteUser, deleteDetail
		if r.Status == 0 {
			r.Status, r.Type, r.Assumed = 400, PaymentMethodError, true
			r.Source = "assumed (openapi.yaml has the status without a reason)"
		}
		return r
	}
	return Rules{
		deletion("session-starting", Rule{
			Sentence: "A start request of the user is being processed.",
			Details:  "A charging session is being started.",
			Remedy:   "Wait until the provider has answered the start request.",
			Facts:    factStarting,
			Holds:    func(s *Situation) bool { return s.user.starting(s.now) },
		}),
		deletion("active-session", Rule{
			Sentence: "The user has an active charging session.",
			Details:  "The user has an active charging session.",
			Remedy:   "Stop the session and wait for its CDR.",
			Facts:    factActive,
			Holds:    func(s *Situation) bool { return s.user.active(s.now) != nil },
		}),
		deletion("cdr-pending", Rule{
			Sentence: "A session has ended, its charge detail record has not been billed yet.",
			Details:  "The final record of a charging session has not been processed yet.",
			Remedy:   "Wait for the CDR.",
			Facts:    factPending,
			Holds:    func(s *Situation) bool { return s.user.pending(s.now) != nil },
		}),
		deletion("debt", Rule{
			Status: 402, Type: PaymentError, Source: "docs: Outstanding Payments; openapi.yaml; error.type assumed",
			Sentence: "The user has a debt.",
			Details:  "The user has an outstanding payment.",
			Remedy:   "Pay the debt: confirm its payment intent with Stripe.",
			Facts:    factDebt,
			Holds:    func(s *Situation) bool { return s.user.indebted(s.now) != nil },
		}),
	}
}

// genericRules are those that the HTTP side decides, the same for every
// operation.
func genericRules() Rules {
	generic := func(id string, status int, sentence, detail, source, lift string, assumed bool) Rule {
		return Rule{
			ID: id, Operation: OpAny, Status: status, Sentence: sentence, Detail: detail,
			Source: source, Remedy: lift, Assumed: assumed,
		}
	}
	const framework = "conventions of the vendor's framework, Django REST Framework"
	invalid := generic("request/invalid", 400, "A parameter or field is not acceptable.", "Validation Error",
		"openapi.yaml; texts: "+framework, "Mend what error.details names.", false)
	invalid.Type = ValidationError
	crash := generic("request/unexpected-error", 500, "The fake itself failed.", "Server Error",
		"openapi.yaml", "Report it, with the X-Request-Id: it is a bug of cariqa-mock.", true)
	crash.Type = UnexpectedError
	return Rules{
		generic("auth/missing", 401, "The Authorization header is missing or not \"Bearer TOKEN\".",
			"Authentication credentials were not provided.", "docs: Troubleshooting; text: "+framework,
			"Send \"Authorization: Bearer TOKEN\".", false),
		generic("auth/invalid", 403, "The token is invalid, revoked or of another environment.",
			"Incorrect authentication credentials.", "docs: Troubleshooting, Environments; text: "+framework,
			"Use a valid token; here, any but \"revoked\" and unknown scenarios.", false),
		generic("request/not-found", 404, "The object named in the path does not exist, is deleted, or is another user's.",
			"Not found.", "openapi.yaml; docs: Users; text: "+framework, "Use the id of an existing object.", false),
		invalid,
		generic("request/method-not-allowed", 405, "The path does not know the method.", "", framework, "Use a method that Allow lists.", false),
		generic("request/not-acceptable", 406, "The Accept header leaves out JSON.",
			"Could not satisfy the request Accept header.", framework, "Accept application/json.", false),
		generic("request/too-large", 413, "The body is over 1 MiB.", "Request body exceeds the limit of 1048576 bytes.", "assumed", "Send less.", true),
		generic("request/unsupported-media-type", 415, "The body is neither JSON nor a form.", "", framework,
			"Send application/json, application/x-www-form-urlencoded or multipart/form-data.", false),
		crash,
	}
}
