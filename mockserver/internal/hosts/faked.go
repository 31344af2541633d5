package hosts

import (
	"maps"
	"slices"
)

// A Side is the part of the fake that answers for a host of the vendor or of
// Stripe.
type Side int

// The sides. None is that of hosts that are not faked.
const (
	None      Side = iota
	Vendor         // the vendor's API
	StripeAPI      // Stripe's API
	StripeWeb      // Stripe's browser script and pages
	Telemetry      // takes what Stripe's own scripts and SDKs report, and keeps nothing
)

// faked are the hosts that a proxy answers for: those of the vendor's two
// environments, and those to which Stripe's scripts, pages and SDKs connect.
var faked = map[string]Side{
	"connect.cariqa.com":     Vendor,
	"dev.connect.cariqa.com": Vendor,
	"api.stripe.com":         StripeAPI,
	"js.stripe.com":          StripeWeb,
	"hooks.stripe.com":       StripeWeb,
	"errors.stripe.com":      Telemetry,
	"m.stripe.com":           Telemetry,
	"m.stripe.network":       Telemetry,
	"q.stripe.com":           Telemetry,
	"r.stripe.com":           Telemetry,
}

// Faked returns the names of the hosts that a proxy answers for, sorted.
func Faked() []string { return slices.Sorted(maps.Keys(faked)) }

// SideOf returns the side that answers for a host, with or without a port.
func SideOf(host string) Side {
	name, _, _ := split(host)
	return faked[name]
}
