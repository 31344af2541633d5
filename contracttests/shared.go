package contracttests

import (
	"slices"
	"sync"
)

// A fixture is something that several cases read, made once in a run.
type fixture struct {
	once   sync.Once
	value  any
	ready  bool
	why    string // it is not ready, if the target is to blame
	calls  []*Exchange
	waited bool // for something that did not happen at once
}

// Shared returns what build returns. Within a run it is built only once for a
// name, by the first case that asks; cases that use it must not change it.
// Where making it failed, all of them are blocked; where the environment prevented
// it, they are inconclusive.
func Shared[V any](a *API, name string, build func(*API) V) V {
	f := a.suite.fixture(FixturePrefix + name)
	own := false
	f.once.Do(func() {
		own = true
		before := len(a.log.exchanges)
		maker := *a
		maker.ctx = withStep(a.ctx, FixturePrefix+name, 1)
		defer func() { f.why, f.waited, f.calls = a.blockedBy(), a.log.waited, a.log.exchanges[before:] }()
		f.value = build(&maker)
		f.ready = true
	})
	a.log.waited = a.log.waited || f.waited
	if !own {
		a.log.past = append(a.log.past, f.calls...)
	}
	switch {
	case !f.ready && f.why != "":
		a.blocked(f.why)
	case !f.ready:
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

// brokenFixtures returns the result of each fixture that failed twice.
func (s *suite) brokenFixtures() []Result {
	var out []Result
	for _, b := range s.broken {
		r := Result{
			Case: b.name, Title: "What cases begin with can be made: " + b.name[len(FixturePrefix):], Status: Fail,
			Why: "Other cases need it: they are blocked where it cannot be made.", Source: "openapi.yaml",
		}
		var calls []*Exchange
		for _, f := range b.failures {
			calls = append(calls, f.about...)
			r.Messages = append(r.Messages, f.Message)
		}
		r.keep(calls, true, b.failures)
		out = append(out, r)
	}
	return out
}

// A brokenFixture is a fixture, and what fails when it is made.
type brokenFixture struct {
	name     string
	failures []Failure
}

// confirm notes what failed in fixtures, once for each operation, place and kind.
func (s *suite) confirm(all []brokenFixture) {
	for _, b := range all {
		if s.known(b) {
			continue
		}
		i := slices.IndexFunc(s.broken, func(c brokenFixture) bool { return c.name == b.name })
		if i < 0 {
			i, s.broken = len(s.broken), append(s.broken, brokenFixture{name: b.name})
		}
		s.broken[i].failures = append(s.broken[i].failures, b.failures...)
	}
}

// known reports whether a failure of a fixture has been seen twice before.
func (s *suite) known(b brokenFixture) bool {
	return slices.ContainsFunc(s.broken, func(c brokenFixture) bool {
		return c.name == b.name && slices.ContainsFunc(c.failures, func(f Failure) bool { return f.same(b.failures[0]) })
	})
}
