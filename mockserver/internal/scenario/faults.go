package scenario

import (
	"errors"
	"fmt"
	"time"

	"cariqamock/mockserver/internal/fault"
)

// maxFaults is the most faults a world holds.
const maxFaults = 1000

// Faults are what goes wrong in a world at first, in order of queueing.
func (s *Scenario) Faults() []fault.Spec {
	out := make([]fault.Spec, len(s.file.Faults))
	for i, f := range s.file.Faults {
		out[i] = f.spec()
	}
	return out
}

func (f Fault) spec() fault.Spec {
	return fault.Spec{
		Operation: f.Operation, User: f.User, Skip: copied(f.Skip), Times: copied(f.Times), Probability: copied(f.Probability),
		Status: copied(f.Status), Error: copied(f.Error), Delay: f.Delay.text(),
		Drop: copied(f.Drop), Truncate: copied(f.Truncate), RateLimit: f.RateLimit.text(),
	}
}

func (d *Duration) text() *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// newFault is how a file writes a fault.
func newFault(s fault.Spec) (Fault, error) {
	f := Fault{
		Operation: s.Operation, User: s.User, Skip: copied(s.Skip), Times: copied(s.Times), Probability: copied(s.Probability),
		Status: copied(s.Status), Error: copied(s.Error), Drop: copied(s.Drop), Truncate: copied(s.Truncate),
	}
	for _, d := range []struct {
		from *string
		to   **Duration
	}{{s.Delay, &f.Delay}, {s.RateLimit, &f.RateLimit}} {
		if d.from == nil {
			continue
		}
		v, err := time.ParseDuration(*d.from)
		if err != nil {
			return Fault{}, fmt.Errorf("fault of %s: %w", s.Operation, err)
		}
		*d.to = (*Duration)(&v)
	}
	return f, nil
}

func (c *checker) faults() {
	if n := len(c.f.Faults); n > maxFaults {
		c.fail("faults", "expected at most %d faults, got %d", maxFaults, n)
		return
	}
	for i, f := range c.f.Faults {
		err := f.spec().Validate(c.known.Operation, nil)
		var bad *fault.FieldError
		switch {
		case errors.As(err, &bad):
			c.fail(fmt.Sprintf("faults[%d].%s", i, bad.Field), "%s", bad.Text)
		case err != nil:
			c.fail(fmt.Sprintf("faults[%d]", i), "%s", err)
		}
	}
}
