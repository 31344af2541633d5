package fault

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
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
	const accepted = `xpected an operationId of openapi.yaml, or "*" for all`
	quoted := strconv.Quote(text.Shorten(operation, 60))
	if hint := text.DidYouMean(operation, IDs(operations)); hint != "" {
		return quoted + hint + " E" + accepted
	}
	return quoted + ": e" + accepted
}

// IDs returns the ids of operations.
func IDs(operations []Operation) []string {
	ids := make([]string, len(operations))
	for i, op := range operations {
		ids[i] = op.ID
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
		return wrong("operation", `expected an operationId, or "*" for all`)
	case s.Operation != AnyOperation && operations != nil && at < 0:
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
	case s.Error != nil && !slices.Contains(connect.ErrorTypes(), *s.Error):
		return wrong("error", "expected one of the vendor's error types (%s), got %q", listed(connect.ErrorTypes()), *s.Error)
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

func listed(types []connect.ErrorType) string {
	texts := make([]string, len(types))
	for i, t := range types {
		texts[i] = string(t)
	}
	return strings.Join(texts, ", ")
}
