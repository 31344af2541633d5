package fault

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/errorcode"
	"cariqamock/mockserver/internal/text"
)

// Bounds of a fault.
const (
	maxCount     = 1_000_000
	maxUser      = 200
	maxDelay     = 10 * time.Minute
	maxRateLimit = time.Hour
)

// A FieldError is a wrong field of a spec, by its name in JSON, with what was
// expected there.
type FieldError struct{ Field, Text string }

func (e *FieldError) Error() string { return e.Field + ": " + e.Text }

func wrong(field, format string, args ...any) error {
	return &FieldError{Field: field, Text: fmt.Sprintf(format, args...)}
}

// unknown quotes an operation, suggests similar ones and describes what is accepted.
func unknown(operation string, operations []Operation) string {
	const accepted = `xpected an operationId of openapi.yaml, one of Stripe's such as stripe_setup_intents_confirm, "stripe_*" for all of those, or "*" for all`
	quoted := strconv.Quote(text.Shorten(operation, 60))
	if hint := text.DidYouMean(operation, append(IDs(operations), AnyOfStripe)); hint != "" {
		return quoted + hint + " E" + accepted
	}
	return quoted + ": e" + accepted
}

// IDs returns the ids of operations that faults can reach.
func IDs(operations []Operation) []string {
	var ids []string
	for _, op := range operations {
		if !op.Worldless {
			ids = append(ids, op.ID)
		}
	}
	return ids
}

// Validate returns what is wrong with a spec, as a *FieldError, or nil.
// operations are those of the API; nil accepts all. A fault that could never
// have an effect is refused. Any error status is accepted, also one that the
// operation does not declare.
func (s Spec) Validate(operations []Operation) error {
	at := slices.IndexFunc(operations, func(op Operation) bool { return op.ID == s.Operation })
	switch {
	case s.Operation == "":
		return wrong("operation", `expected an operationId, "stripe_*" for all of Stripe's, or "*" for all`)
	case s.Operation != AnyOperation && s.Operation != AnyOfStripe && operations != nil && at < 0:
		return wrong("operation", "unknown operation %s", unknown(s.Operation, operations))
	case len(s.User) > maxUser:
		return wrong("user", "expected at most %d bytes, got %d", maxUser, len(s.User))
	case s.Skip != nil && (*s.Skip < 0 || *s.Skip > maxCount):
		return wrong("skip", "expected 0 to %d, got %d", maxCount, *s.Skip)
	case s.Times != nil && (*s.Times < 1 || *s.Times > maxCount):
		return wrong("times", `expected 1 to %d, got %d (a fault that stays: "probability": 1 without times)`, maxCount, *s.Times)
	case s.Probability != nil && !(*s.Probability > 0 && *s.Probability <= 1): // not NaN either
		return wrong("probability", "expected more than 0 and at most 1, got %v", *s.Probability)
	}
	if err := s.validateOneEffect(); err != nil {
		return err
	}
	if err := s.validateEffect(); err != nil || at < 0 {
		return err
	}
	return s.validateFor(operations[at])
}

// validateFor refuses a fault that no call of its operation could hit.
func (s Spec) validateFor(op Operation) error {
	switch {
	case op.Worldless:
		return wrong("operation", "calls of %s name no intent and so belong to no world, so the fault would never apply: send a Prefer header, such as code=500", op.ID)
	case s.User != "" && !op.User:
		return wrong("user", "calls of %s are about no user, so the fault would never apply: leave user out", op.ID)
	case s.Truncate != nil && !op.Body:
		return wrong("truncate", "%s answers without a body when it succeeds, so there is nothing to truncate: use drop", op.ID)
	}
	return nil
}

// validateOneEffect checks that the spec has exactly one effect.
func (s Spec) validateOneEffect() error {
	const wanted = "expected exactly one of status, delay, drop, truncate and rate_limit; "
	var given []string
	for _, e := range []struct {
		kind  Kind
		given bool
	}{
		{KindStatus, s.Status != nil},
		{KindDelay, s.Delay != nil},
		{KindDrop, s.Drop != nil},
		{KindTruncate, s.Truncate != nil},
		{KindRateLimit, s.RateLimit != nil},
	} {
		if e.given {
			given = append(given, string(e.kind))
		}
	}
	switch {
	case len(given) > 1:
		return wrong(given[1], "%s", wanted+"got "+strings.Join(given, " and "))
	case s.Error != nil && s.Status == nil:
		return wrong("error", "expected a status beside it")
	case len(given) == 0:
		return wrong("status", "%s", wanted+"got none")
	}
	return nil
}

func (s Spec) validateEffect() error {
	switch {
	case s.Status != nil && (*s.Status < 400 || *s.Status > 599):
		return wrong("status", "expected an error status, 400 to 599, got %d", *s.Status)
	case s.Error != nil && !slices.Contains(s.errors(), *s.Error):
		return wrong("error", "%s", s.wrongError())
	case s.Drop != nil && *s.Drop != DropOnce && *s.Drop != DropReset:
		return wrong("drop", `expected true, or "reset" to close the connection without a byte, got %s`, text.Shorten(string(*s.Drop), 60))
	case s.Truncate != nil && !*s.Truncate:
		return wrong("truncate", "expected true")
	case s.Delay != nil && (s.Delay.Duration <= 0 || s.Delay.Duration > maxDelay):
		return wrong("delay", "expected a duration such as 250ms, above 0 and at most 10m, got %q", s.Delay.spelling())
	case s.RateLimit != nil:
		// Retry-After is in whole seconds (RFC 9110, section 10.2.3).
		if d := s.RateLimit.Duration; d < time.Second || d > maxRateLimit || d%time.Second != 0 {
			return wrong("rate_limit", "expected whole seconds such as 30s, from 1s to 1h, got %q", s.RateLimit.spelling())
		}
	}
	return nil
}

// errors returns the errors of the API that the spec's operation is of, both
// for AnyOperation.
func (s Spec) errors() []string {
	switch {
	case s.Operation == AnyOperation:
		return Errors()
	case ofStripe(s.Operation):
		return errorcode.All()
	}
	return types()
}

// Errors returns every error that a fault can have: the vendor's error types,
// then Stripe's error codes.
func Errors() []string { return append(types(), errorcode.All()...) }

// types returns the vendor's error types.
func types() []string {
	var out []string
	for _, t := range connect.ErrorTypes() {
		out = append(out, string(t))
	}
	return out
}

// wrongError describes what is wrong with an error and what is accepted.
func (s Spec) wrongError() string {
	got := strconv.Quote(text.Shorten(*s.Error, 60))
	const codes = "one of Stripe's error codes, such as card_declined (GET /__admin/options lists them)"
	accepted := "expected one of the vendor's error types (" + strings.Join(types(), ", ") + ")"
	switch known := slices.Contains(Errors(), *s.Error); {
	case known && ofStripe(s.Operation):
		return got + " is an error type of the vendor's API; expected " + codes
	case known:
		return got + " is an error code of Stripe's; " + accepted
	case ofStripe(s.Operation):
		accepted = "expected " + codes
	case s.Operation == AnyOperation:
		accepted += ", or " + codes
	}
	if similar := text.Similar(*s.Error, s.errors()); len(similar) > 0 {
		got += " (did you mean " + text.OneOf(similar) + "?)"
	}
	return accepted + ", got " + got
}
