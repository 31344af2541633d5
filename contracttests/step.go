package contracttests

import (
	"context"
	"strings"
)

// A step says which case a call belongs to; calls of the run itself belong to
// none.
type step struct {
	name    string // of the case, or of the shared fixture
	attempt int
}

type stepKey struct{}

func withStep(ctx context.Context, name string, attempt int) context.Context {
	return context.WithValue(ctx, stepKey{}, step{name, attempt})
}

func stepOf(ctx context.Context) step {
	s, _ := ctx.Value(stepKey{}).(step)
	return s
}

// The steps in which what cases share is made, whichever case asks first.
const (
	fixturePrefix = "fixture/"
	fixturePast   = fixturePrefix + "past"
	fixtureWallet = fixturePrefix + "wallet"
)

// during is the API while it makes what cases share.
func (a *API) during(name string) *API {
	other := *a
	other.ctx = withStep(a.ctx, name, 1)
	return &other
}

// fixtureOf names the fixture that a call is part of; empty: none.
func fixtureOf(ctx context.Context) string {
	if name := stepOf(ctx).name; strings.HasPrefix(name, fixturePrefix) {
		return name
	}
	return ""
}

// remake forgets what a failing attempt has made for all cases: making it may
// be what failed, and the next attempt has to show whether it fails again.
func (s *suite) remake(r Result) {
	for _, x := range r.Exchanges {
		switch x.Fixture {
		case fixturePast:
			s.shared = shared{}
		case fixtureWallet:
			s.wallet = wallet{}
		}
	}
}
