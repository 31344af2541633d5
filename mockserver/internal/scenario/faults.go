package scenario

import (
	"errors"
	"fmt"

	"cariqamock/mockserver/internal/fault"
)

// maxFaults is how many faults a world can hold.
const maxFaults = 1000

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
	if n := len(c.f.Faults); n > maxFaults {
		c.fail("faults", "expected at most %d faults, got %d", maxFaults, n)
		return
	}
	for i, f := range c.f.Faults {
		err := fault.Spec(f).Validate(c.known.Operation)
		var bad *fault.FieldError
		switch {
		case errors.As(err, &bad):
			c.fail(fmt.Sprintf("faults[%d].%s", i, bad.Field), "%s", bad.Text)
		case err != nil:
			c.fail(fmt.Sprintf("faults[%d]", i), "%s", err)
		}
	}
}
