// Package stripesdk has tests alone: Stripe's own Go SDK works against the
// fake with nothing but its API base replaced. It is a module of its own, so
// that whoever uses the fake does not get the SDK too.
package stripesdk
