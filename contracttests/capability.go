package contracttests

import "strings"

// A Capability is something that a target may let the suite do.
type Capability uint

// The capabilities of targets.
const (
	Stripe       Capability = 1 << iota // a publishable key and a Stripe that takes it
	ChargePoints                        // virtual charging points
	MagicPoints                         // the fake's charge points that misbehave
	Clock                               // the target's time can be moved
	Faults                              // faults can be queued
	ThreeDS                             // 3-D Secure can be completed without a browser
	Operator                            // sessions can be metered, stopped and billed from the operator's side
	Scenarios                           // worlds can be started in a named state
)

var capabilityNames = [...]string{
	"Stripe key", "charge points", "magic charge points", "clock", "faults", "3-D Secure completion", "operator", "scenarios",
}

// String names the capabilities, joined by commas.
func (c Capability) String() string {
	var out []string
	for i, name := range capabilityNames {
		if c&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

// Lacking gives what is needed and not there.
func (c Capability) Lacking(needs Capability) Capability { return needs &^ c }
