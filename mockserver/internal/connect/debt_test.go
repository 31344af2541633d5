package connect_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

func tenKWh(points ...string) connect.DebtSpec {
	return connect.DebtSpec{KWh: dec("10"), Points: points}
}

func TestMakeDebt(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	other := w.addCard(u, good)
	d := must[connect.Session](w)(w.MakeDebt(u, tenKWh(nowhere, shared, slow, virtual)))
	w.consistent()
	if d.State != connect.StateDebt || d.UserID != u || d.MethodID != m || d.Point.EVSE != virtual || d.EndedBy != connect.ByUser {
		t.Errorf("got %+v", d)
	}
	if d.Owed.String() != "5.39" || d.Energy.String() != "10" || !d.Captured.IsZero() || !d.CDRDue.Equal(start) || !d.EndedAt.Before(start) {
		t.Errorf("owed %s for %s kWh from %s to %s, record at %s", d.Owed, d.Energy, d.StartedAt, d.EndedAt, d.CDRDue)
	}
	if got := ruleOf(t, w.tryStart(u, shared, m)); got != "start-charging/outstanding-payment" {
		t.Errorf("start: %q", got)
	}
	if got := ruleOf(t, w.RemoveMethod(u, other)); got != "remove-payment-method/debt" {
		t.Errorf("removal: %q", got)
	}
	w.replica().state(d.ID, connect.StateDebt)
	w.pay(w.debtIntent(u))
	w.state(d.ID, connect.StateSettled)
	if got := w.invoices(u); !slices.Equal(got, []string{d.ID}) {
		t.Errorf("invoices %v", got)
	}
	w.check(w.tryStart(u, shared, m))
	w.replica()
}

// The same calls make the same debts.
func TestMakeDebt_deterministic(t *testing.T) {
	debts := func() string {
		w := newWorld(t)
		u, _ := w.driver()
		must[connect.Session](w)(w.MakeDebt(u, tenKWh(virtual)))
		must[connect.Session](w)(w.MakeDebt(u, connect.DebtSpec{KWh: dec("2"), Points: []string{virtual}}))
		return w.shown()
	}
	if diff := cmp.Diff(debts(), debts()); diff != "" {
		t.Error(diff)
	}
}

// The session lies where the user's other sessions leave room for it.
func TestMakeDebt_gap(t *testing.T) {
	type span struct{ from, to time.Duration } // before now; to 0: runs
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	for _, c := range []struct {
		name   string
		others []span
		want   time.Duration // of its end, before now
	}{
		{"alone", nil, minutes(1)},
		{"one runs", []span{{minutes(5), 0}}, minutes(5)},
		{"one has just begun", []span{{0, 0}}, minutes(1)},
		{"one was long ago", []span{{minutes(100), minutes(60)}}, minutes(1)},
		{"one ended when it would begin", []span{{minutes(30), minutes(21)}}, minutes(1)},
		{"one ended later", []span{{minutes(30), minutes(20)}}, minutes(30)},
		{"the first gap is too small", []span{{minutes(90), minutes(80)}, {minutes(61), minutes(25)}, {minutes(10), 0}}, minutes(90)},
		{"the second gap will do", []span{{minutes(90), minutes(82)}, {minutes(61), minutes(25)}, {minutes(10), 0}}, minutes(61)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sessions []connect.SeedSession
			for i, s := range c.others {
				ss := connect.SeedSession{
					ID: "3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d0" + string(rune('1'+i)), EVSE: shared, MethodID: "pm_second", Start: start.Add(-s.from),
				}
				if s.to > 0 {
					ss.Stop, ss.StoppedBy = ptr(start.Add(-s.to)), connect.ByUser
				}
				sessions = append(sessions, ss)
			}
			w := seeded(t, sessions...)
			d := must[connect.Session](w)(w.MakeDebt(seedUser, tenKWh(virtual)))
			if got := start.Sub(*d.EndedAt); got != c.want {
				t.Errorf("it ended %s ago, want %s", got, c.want)
			}
			w.consistent()
			_, list, err := w.Sessions(seedUser, 0, 100)
			w.check(err)
			if len(list) != len(c.others)+1 || !slices.IsSortedFunc(list, func(a, b connect.Session) int { return b.StartedAt.Compare(a.StartedAt) }) {
				t.Errorf("sessions %+v", list)
			}
			if got := w.detail(seedUser).Debts; len(got) != 1 || got[0].SessionID != d.ID {
				t.Errorf("debts %+v", got)
			}
			w.replica()
		})
	}
	// One that is being started comes after it.
	w := seeded(t, starting(start.Add(-time.Minute), slow))
	d := must[connect.Session](w)(w.MakeDebt(seedUser, tenKWh(virtual)))
	if _, list, _ := w.Sessions(seedUser, 0, 100); len(list) != 1 || list[0].ID != d.ID {
		t.Errorf("sessions %+v", list)
	}
	w.advance(time.Hour)
	if _, list, _ := w.Sessions(seedUser, 0, 100); len(list) != 2 || list[1].ID != d.ID {
		t.Errorf("sessions %+v", list)
	}
}

func TestMakeDebt_refuses(t *testing.T) {
	w := seeded(t)
	poor := w.CreateUser(connect.UserUpdate{}).ID
	gone, _ := w.driver()
	w.check(w.DeleteUser(gone))
	spec := func(change func(*connect.DebtSpec)) connect.DebtSpec {
		s := tenKWh(virtual)
		change(&s)
		return s
	}
	before := w.shown()
	for _, c := range []struct {
		name, user string
		spec       connect.DebtSpec
		want       error
	}{
		{"no methods", poor, tenKWh(virtual), connect.ErrNoMethods},
		{"unknown method", seedUser, spec(func(s *connect.DebtSpec) { s.MethodID = "pm_none" }), connect.ErrNoMethod},
		{"no energy", seedUser, spec(func(s *connect.DebtSpec) { s.KWh = dec("0") }), connect.ErrNothingOwed},
		{"not a cent", seedUser, spec(func(s *connect.DebtSpec) { s.KWh = dec("0.01") }), connect.ErrNothingOwed},
		{"less than Stripe charges", seedUser, spec(func(s *connect.DebtSpec) { s.KWh = dec("0.91") }), connect.ErrNothingOwed},
		{"nowhere", seedUser, tenKWh(nowhere, shared, slow), connect.ErrNoPlainPoint},
	} {
		if _, err := w.MakeDebt(c.user, c.spec); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for _, user := range []string{gone, "USER_ID"} {
		if _, err := w.MakeDebt(user, tenKWh(virtual)); ruleOf(t, err) != "request/not-found" {
			t.Errorf("%s: %v", user, err)
		}
	}
	if diff := cmp.Diff(before, w.shown()); diff != "" {
		t.Errorf("refused, but the state changed:\n%s", diff)
	}
	d := must[connect.Session](w)(w.MakeDebt(seedUser, spec(func(s *connect.DebtSpec) { s.KWh = dec("0.92") })))
	if d.Owed.StringFixed(2) != "0.50" {
		t.Errorf("owed %s", d.Owed)
	}
}

// Clients can only pile up so many debts, and a summary names few of them.
func TestMakeDebt_many(t *testing.T) {
	w := newWorld(t)
	u, _ := w.driver()
	before, _ := w.Summary(u)
	for range 100 {
		must[connect.Session](w)(w.MakeDebt(u, tenKWh(virtual)))
	}
	w.consistent()
	if _, err := w.MakeDebt(u, tenKWh(virtual)); !errors.Is(err, connect.ErrTooManyDebts) {
		t.Errorf("the 101st: %v", err)
	}
	after, _ := w.Summary(u)
	if more := after.Size() - before.Size(); len(after.Sessions) != 10 || after.MoreSessions != 90 || more < 500 || more > 1000 {
		t.Errorf("a summary has %d debts and %d more, and takes %d bytes more", len(after.Sessions), after.MoreSessions, more)
	}
	w.pay(w.debtIntent(u))
	must[connect.Session](w)(w.MakeDebt(u, tenKWh(virtual)))
}

// Points whose starts a scenario delays or refuses are not used.
func TestMakeDebt_changedPoints(t *testing.T) {
	w := seeded(t)
	d := w.Snapshot().Seed
	late, fails := time.Minute, connect.StartFails
	d.Points = []connect.PointOverride{{EVSE: virtual, StartDelay: &late}, {EVSE: italy, Start: &fails}}
	c := newWorld(t)
	c.check(c.Load(d))
	if _, err := c.MakeDebt(seedUser, tenKWh(virtual, italy)); !errors.Is(err, connect.ErrNoPlainPoint) {
		t.Errorf("got %v", err)
	}
	d.Points = d.Points[1:]
	c = newWorld(t)
	c.check(c.Load(d))
	must[connect.PointDetail](c)(c.SetPoint(virtual, ptr(connect.OutOfOrder), ptr(true))) // of now, not of then
	if s := must[connect.Session](c)(c.MakeDebt(seedUser, tenKWh(italy, virtual))); s.Point.EVSE != virtual {
		t.Errorf("at %s", s.Point.EVSE)
	}
	c.replica()
}
