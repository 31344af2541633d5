package connect

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Invariants returns what is inconsistent in the state, a line for each object
// and in order, or nil. Anything it returns is a bug of this package.
func (s *State) Invariants() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var bad []string
	report := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	now := s.cfg.Clock.Now()
	charging := map[string]string{}
	for _, u := range s.listed {
		s.settle(u, now)
		checkMethods(u, report)
		checkSessions(u, now, charging, report)
		checkInvoices(u, now, report)
	}
	slices.Sort(bad)
	return bad
}

type reporter func(format string, args ...any)

func checkMethods(u *user, report reporter) {
	defaults := 0
	for _, m := range u.methods {
		if m.Default {
			defaults++
		}
	}
	if defaults > 1 { // a scenario may have none
		report("user %s: %d payment methods, %d of them default; want at most 1", u.ID, len(u.methods), defaults)
	}
}

func checkSessions(u *user, now time.Time, charging map[string]string, report reporter) {
	running := 0
	for _, o := range u.sessions {
		st := o.stateAt(now)
		if st == StateStarting || st == StateActive {
			running++
			if other, ok := charging[o.point.EVSE]; ok && !o.point.Script.Open {
				report("charge point %s: sessions %s and %s at once", o.point.EVSE, other, o.id)
			}
			charging[o.point.EVSE] = o.id
		}
		checkMoney(o, o.view(now), report)
	}
	if running > 1 {
		report("user %s: %d sessions at once; want at most 1", u.ID, running)
	}
}

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
	owes := v.Cost.Total().Sub(v.Captured).IsPositive()
	if owes != (v.State == StateDebt || v.State == StateSettled) {
		report("session %s: %s, captured %s of %s", o.id, v.State, v.Captured, v.Cost.Total())
	}
}

func checkInvoices(u *user, now time.Time, report reporter) {
	invoiced := map[*session]bool{}
	for _, o := range u.billed {
		if invoiced[o] {
			report("session %s: two invoices", o.id)
		}
		invoiced[o] = true
	}
	for _, o := range u.sessions {
		st := o.stateAt(now)
		if want := st == StateBilled || st == StateSettled; want != invoiced[o] {
			report("session %s: %s, has an invoice: %t", o.id, st, invoiced[o])
		}
		delete(invoiced, o)
	}
	for o := range invoiced {
		report("session %s: an invoice without a session", o.id)
	}
}
