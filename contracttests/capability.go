package contracttests

import (
	"fmt"
	"slices"
	"strings"
)

// A Capability is something that a target allows the suite to do, or a set of
// such things.
type Capability uint

// The capabilities of targets.
const (
	Stripe       Capability = 1 << iota // a publishable key, and a Stripe that accepts it
	ChargePoints                        // virtual charging points
	MagicPoints                         // the fake's charge points that misbehave
	Clock                               // the target's time can be moved
	Faults                              // faults can be injected
	ThreeDS                             // 3-D Secure can be completed without a browser
	Operator                            // sessions can be metered, stopped and billed from the operator's side
	Scenarios                           // a world can start in a named state
	OtherClient                         // there is a second client's token
	Undeclared                          // input that openapi.yaml does not have is read as the framework does, not refused as by a strict fake
)

var capabilityNames = [...]string{
	"Stripe key", "charge points", "magic charge points", "clock", "faults", "3-D Secure completion", "operator", "scenarios", "another client", "undeclared input",
}

// String returns the names of the capabilities, separated by commas.
func (c Capability) String() string {
	var out []string
	for i, name := range capabilityNames {
		if c&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

// Lacking returns what of needs is not in c.
func (c Capability) Lacking(needs Capability) Capability { return needs &^ c }

// ParseCapabilities returns the set of the named capabilities, or an error for
// a name that none has.
func ParseCapabilities(names []string) (Capability, error) {
	var c Capability
	for _, name := range names {
		i := slices.Index(capabilityNames[:], name)
		if i < 0 {
			return 0, fmt.Errorf("unknown capability %q (known: %s)", name, strings.Join(capabilityNames[:], ", "))
		}
		c |= 1 << i
	}
	return c, nil
}
