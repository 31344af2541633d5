package scenario

import (
	"errors"
	"fmt"

	"cariqamock/mockserver/internal/fault"
)

// Faults returns the faults that worlds start with, in the order in which they
// are queued.
func (s *Scenario) Faults() []fault.Spec {
	out := make([]fault.Spec, len(s.file.Faults))
	for i, f := range s.file.Faults {
		out[i] = fault.Spec(f)
	}
	return out
}

func (c *checker) faults() {
	if n := len(c.f.Faults); n > fault.MaxFaults {
		c.fail("faults", "expected at most %d faults, got %d", fault.MaxFaults, n)
		return
	}
	for i, f := range c.f.Faults {
		var bad *fault.FieldError
		if errors.As(fault.Spec(f).Validate(c.known.Operations), &bad) {
			c.fail(fmt.Sprintf("faults[%d].%s", i, bad.Field), "%s", bad.Text)
		}
	}
}
