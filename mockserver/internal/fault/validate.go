package fault

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
)

// Bounds of a fault.
const (
	maxCount     = 1_000_000
	maxUser      = 200
	maxDelay     = 10 * time.Minute
	maxRateLimit = time.Hour
)

// A FieldError says which field of a spec is wrong, by its name in JSON, and
// what was expected there.
type FieldError struct{ Field, Text string }

func (e *FieldError) Error() string { return e.Field + ": " + e.Text }

func wrong(field, format string, args ...any) error {
	return &FieldError{Field: field, Text: fmt.Sprintf(format, args...)}
}

// Validate says what is wrong with a spec, as a *FieldError. The functions
// know the API: which operations there are, and which error statuses an
// operation may be made to answer with. A nil function allows everything.
func (s Spec) Validate(knownOperation func(string) bool, statusAllowed func(op string, status int) bool) error {
	switch {
	case s.Operation == "":
		return wrong("operation", `expected an operationId, or "*" for all`)
	case s.Operation != AnyOperation && knownOperation != nil && !knownOperation(s.Operation):
		return wrong("operation", `expected an operationId, or "*" for all; there is no %q`, s.Operation)
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
	return s.validateEffect(statusAllowed)
}

// validateOneEffect finds out whether the spec says exactly once what goes
// wrong.
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

func (s Spec) validateEffect(statusAllowed func(op string, status int) bool) error {
	switch {
	case s.Status != nil && (*s.Status < 400 || *s.Status > 599):
		return wrong("status", "expected an error status, 400 to 599, got %d", *s.Status)
	case s.Status != nil && statusAllowed != nil && !statusAllowed(s.Operation, *s.Status):
		return wrong("status", "expected a status that %s can answer with, got %d", s.Operation, *s.Status)
	case s.Error != nil && !slices.Contains(errorTypes(), *s.Error):
		return wrong("error", "expected one of the vendor's error types (%s), got %q", listed(errorTypes()), *s.Error)
	case s.Drop != nil && !*s.Drop:
		return wrong("drop", "expected true")
	case s.Truncate != nil && !*s.Truncate:
		return wrong("truncate", "expected true")
	case s.Delay != nil:
		if d, err := time.ParseDuration(*s.Delay); err != nil || d <= 0 || d > maxDelay {
			return wrong("delay", "expected a duration such as 250ms, above 0 and at most %s, got %q", "10m", *s.Delay)
		}
	case s.RateLimit != nil:
		// Retry-After is in whole seconds (RFC 9110, section 10.2.3).
		if d, err := time.ParseDuration(*s.RateLimit); err != nil || d < time.Second || d > maxRateLimit || d%time.Second != 0 {
			return wrong("rate_limit", "expected whole seconds such as 30s, from 1s to %s, got %q", "1h", *s.RateLimit)
		}
	}
	return nil
}

// errorTypes are the types that the vendor's error bodies can have.
func errorTypes() []connect.ErrorType {
	return []connect.ErrorType{
		connect.ValidationError, connect.PaymentMethodError, connect.PaymentError, connect.TemporaryLocked,
		connect.AlreadyCharging, connect.AlreadyStopped, connect.StationAvailabilityIssue, connect.BillingDataRequired,
		connect.ChargingProviderError, connect.UnexpectedError, connect.PreAuthorizationFailed,
	}
}

func listed(types []connect.ErrorType) string {
	var b strings.Builder
	for i, t := range types {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(t))
	}
	return b.String()
}
