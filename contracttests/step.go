package contracttests

import (
	"context"
	"strings"
)

// A Step is what a call belongs to: an attempt at a case, or the making of a
// shared fixture. Calls of the run itself, such as cleaning up, have no name.
type Step struct {
	Name    string
	Attempt int
	setup   string // the fixture that it prepares, if it only prepares what a case is about
}

// fixture returns the fixture that a call helps to make, or "".
func (s Step) fixture() string {
	if s.setup == "" && strings.HasPrefix(s.Name, FixturePrefix) {
		return s.Name
	}
	return s.setup
}

type stepKey struct{}

func withStep(ctx context.Context, name string, attempt int) context.Context {
	return context.WithValue(ctx, stepKey{}, Step{Name: name, Attempt: attempt})
}

// StepOf returns the step that a request with this context belongs to.
// Transports of a Target learn from it which case makes a call.
func StepOf(ctx context.Context) Step {
	s, _ := ctx.Value(stepKey{}).(Step)
	return s
}

// setup returns the API for calls that only prepare what a case is about. What
// fails there is a failure of the named fixture, and blocks the case.
func (a *API) setup(fixture string) *API {
	other := *a
	step := StepOf(a.ctx)
	step.setup = FixturePrefix + fixture
	other.ctx = context.WithValue(a.ctx, stepKey{}, step)
	return &other
}

// FixturePrefix begins the names of fixtures, which are also the names of the
// steps that make shared ones.
const FixturePrefix = "fixture/"

// sharedFixture returns the name of the shared fixture that a call helps to make,
// or "".
func sharedFixture(ctx context.Context) string {
	if name := StepOf(ctx).Name; strings.HasPrefix(name, FixturePrefix) {
		return name
	}
	return ""
}
