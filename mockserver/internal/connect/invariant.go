package connect

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// Invariants returns what is inconsistent in the state, a line for each object
// and in order, or nil. Anything it returns is a bug of this package. Others
// get the lock after each page of rows: what is checked of a row holds at that
// moment, whatever changes before the next one.
func (s *State) Invariants() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &checker{paged: paged{State: s}}
	s.listed.Copy().Scan(func(p *profile) bool {
		if u := s.users[p.ID]; u != nil {
			c.user(u)
		}
		return true
	})
	slices.Sort(c.bad)
	return slices.Compact(c.bad)
}

// A checker looks for what is inconsistent.
type checker struct {
	paged
	bad []string
}

func (c *checker) report(format string, args ...any) {
	c.bad = append(c.bad, fmt.Sprintf(format, args...))
}

// row counts a row and lets others have the lock after each page of them. It
// reports whether the user is still there.
func (c *checker) row(u *user) bool {
	if c.full() {
		c.pause()
	}
	return c.users[u.ID] == u
}

func (c *checker) user(u *user) {
	for c.row(u) && !c.settle(u, c.cfg.Clock.Now()) {
		c.pause()
	}
	c.methods(u)
	if n := u.open.of(StateStarting).n + u.open.of(StateActive).n; n > 1 {
		c.report("user %s: %d sessions at once; want at most 1", u.ID, n)
	}
	for i := 0; c.row(u) && i < len(u.sessions); i++ {
		c.session(u.sessions[i])
	}
	for i := 0; c.row(u) && i < len(u.billed); i++ {
		c.invoice(u, i)
	}
}

func (c *checker) methods(u *user) {
	defaults := 0
	for _, m := range u.methods.list {
		if m.Default {
			defaults++
		}
	}
	if defaults > 1 { // a scenario may have none
		c.report("user %s: %d payment methods, %d of them default; want at most 1", u.ID, len(u.methods.list), defaults)
	}
}

func (c *checker) session(o *session) {
	now := c.cfg.Clock.Now()
	st := o.stateAt(now)
	if running := st == StateStarting || st == StateActive; running && !o.point.Script.Open {
		if other := c.occupant(o.point.EVSE, now); other != o {
			c.report("charge point %s: session %s is not the only one", o.point.EVSE, o.id)
		}
	}
	_, found := slices.BinarySearchFunc(o.user.billed, o, byInvoice)
	if want := o.filed == StateBilled || o.filed == StateSettled; want != found {
		c.report("session %s: %s, has an invoice: %t", o.id, st, found)
	}
	checkMoney(o, o.view(now), c.report)
}

type reporter func(format string, args ...any)

func checkMoney(o *session, v Session, report reporter) {
	if v.Cost == nil {
		return
	}
	sum := decimal.Zero
	for _, part := range v.Cost.Parts() {
		if part.Net.IsNegative() || part.VAT.IsNegative() {
			report("session %s: a negative part of the cost", o.id)
		}
		sum = sum.Add(part.Net).Add(part.VAT)
	}
	if !sum.Equal(v.Cost.Total()) {
		report("session %s: cost %s, sum of parts %s", o.id, v.Cost.Total(), sum)
	}
	if v.Captured.GreaterThan(v.Cost.Total()) {
		report("session %s: captured %s of %s", o.id, v.Captured, v.Cost.Total())
	}
	left, want := v.Cost.Total().Sub(v.Captured), []SessionState{StateDebt, StateSettled}
	switch {
	case left.IsPositive() && left.GreaterThanOrEqual(MinimumCharge(v.Prices.Currency)):
	case v.Captured.IsPositive():
		want = []SessionState{StateBilled}
	default:
		want = []SessionState{StateReleased}
	}
	if !slices.Contains(want, v.State) {
		report("session %s: %s, captured %s of %s", o.id, v.State, v.Captured, v.Cost.Total())
	}
}

// invoice checks that an invoice has a session, and is not a second one: they
// are in order.
func (c *checker) invoice(u *user, i int) {
	o := u.billed[i]
	if c.sessions[o.id] != o {
		c.report("session %s: an invoice without a session", o.id)
	}
	if i > 0 && byInvoice(u.billed[i-1], o) >= 0 {
		c.report("session %s: two invoices, or in the wrong order", o.id)
	}
}
