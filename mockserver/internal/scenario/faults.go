package scenario

import (
	"errors"
	"fmt"
	"time"

	"cariqamock/mockserver/internal/fault"
)

// maxFaults is how many faults a world can hold.
const maxFaults = 1000

// Faults returns the faults that worlds start with, in the order in which they
// are queued.
func (s *Scenario) Faults() []fault.Spec {
	out := make([]fault.Spec, len(s.file.Faults))
	for i, f := range s.file.Faults {
		out[i] = f.spec()
	}
	return out
}

func (f Fault) spec() fault.Spec {
	return fault.Spec{
		Operation: f.Operation, User: f.User, Skip: f.Skip, Times: f.Times, Probability: f.Probability, Status: f.Status, Error: f.Error,
		Delay: f.Delay.ofFault(), Drop: f.Drop, Truncate: f.Truncate, RateLimit: f.RateLimit.ofFault(),
	}
}

func (d *Duration) ofFault() *fault.Duration {
	if d == nil {
		return nil
	}
	return &fault.Duration{Duration: time.Duration(*d), Text: d.String()}
}

// newFault returns a fault as a file writes it.
func newFault(s fault.Spec) Fault {
	return Fault{
		Operation: s.Operation, User: s.User, Skip: s.Skip, Times: s.Times, Probability: s.Probability, Status: s.Status, Error: s.Error,
		Delay: durationOf(s.Delay), Drop: s.Drop, Truncate: s.Truncate, RateLimit: durationOf(s.RateLimit),
	}
}

func durationOf(d *fault.Duration) *Duration {
	if d == nil {
		return nil
	}
	return (*Duration)(&d.Duration)
}

func (c *checker) faults() {
	if n := len(c.f.Faults); n > maxFaults {
		c.fail("faults", "expected at most %d faults, got %d", maxFaults, n)
		return
	}
	for i, f := range c.f.Faults {
		err := f.spec().Validate(c.known.Operation)
		var bad *fault.FieldError
		switch {
		case errors.As(err, &bad):
			c.fail(fmt.Sprintf("faults[%d].%s", i, bad.Field), "%s", bad.Text)
		case err != nil:
			c.fail(fmt.Sprintf("faults[%d]", i), "%s", err)
		}
	}
}
