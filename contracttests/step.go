package contracttests

import (
	"context"
	"strings"
	"sync"
)

// A Step is what a call belongs to: an attempt at a case, or the making of a
// shared fixture. Calls of the run itself, such as cleaning up, have no name.
type Step struct {
	Name    string
	Attempt int
	setup   bool
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

// setup returns the API for calls that only prepare what a case is about.
func (a *API) setup() *API {
	other := *a
	step := StepOf(a.ctx)
	step.setup = true
	other.ctx = context.WithValue(a.ctx, stepKey{}, step)
	return &other
}

// FixturePrefix begins the names of steps that make shared fixtures.
const FixturePrefix = "fixture/"

// fixtureOf returns the name of the fixture that a call helps to make, or "".
func fixtureOf(ctx context.Context) string {
	if name := StepOf(ctx).Name; strings.HasPrefix(name, FixturePrefix) {
		return name
	}
	return ""
}

// A fixture is something that several cases read, made once in a run.
type fixture struct {
	once  sync.Once
	value any
	ready bool
}

// Shared returns what build returns. Within a run it is built only once for a
// name, by the first case that asks; cases that use it must not change it.
// Where making it failed, the case is inconclusive.
func Shared[V any](a *API, name string, build func(*API) V) V {
	f := a.suite.fixture(FixturePrefix + name)
	f.once.Do(func() {
		maker := *a
		maker.ctx = withStep(a.ctx, FixturePrefix+name, 1)
		f.value = build(&maker)
		f.ready = true
	})
	if !f.ready {
		a.Skipf("the shared fixture %q could not be made; see the first case that asked for it", name)
	}
	return f.value.(V)
}

func (s *suite) fixture(name string) *fixture {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fixtures[name] == nil {
		s.fixtures[name] = &fixture{}
	}
	return s.fixtures[name]
}

// remake forgets the fixtures that a failed attempt has made: making them may
// be what failed, and the next attempt has to show whether it fails again.
func (s *suite) remake(r Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range r.Exchanges {
		delete(s.fixtures, x.Fixture)
	}
}
