package connect_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

// replica loads a snapshot of the world into another of the same id and seed.
func (w *world) replica() *world {
	w.Helper()
	d := w.Snapshot()
	c := clock.New(func() time.Time { return start }, d.Now, true)
	r := &world{w.TB, connect.New(config(c)), c}
	w.check(r.Load(d.Seed))
	r.consistent()
	if diff := cmp.Diff(d, r.Snapshot()); diff != "" {
		w.Fatalf("the snapshot of a snapshot, -first +second\n%s", diff)
	}
	return r
}

// invoices lists the sessions of a user's invoices.
func (w *world) invoices(user string) []string {
	w.Helper()
	_, list, err := w.Invoices(user, 0, 100)
	w.check(err)
	var out []string
	for _, i := range list {
		out = append(out, i.SessionID)
	}
	return out
}

// A loaded world continues the series of ids without repeating one.
func TestSnapshot_uniqueIDs(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	for range 3 {
		w.stop(u, w.charge(u, virtual, m).ID)
		w.addCard(u, good)
		w.CreateUser(connect.UserUpdate{})
	}
	w.advance(time.Hour)
	r := w.replica()
	for range 40 {
		r.stop(u, r.charge(u, virtual, m).ID)
		r.addCard(u, good)
		r.CreateUser(connect.UserUpdate{})
	}
	var ids []string
	for _, su := range r.Snapshot().Seed.Users {
		ids = append(ids, su.User.ID)
		for _, pm := range su.Methods {
			ids = append(ids, pm.ID)
		}
		for _, s := range su.Sessions {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	if n := len(ids); n != 4+40+4+40+3+40 || len(slices.Compact(ids)) != n {
		t.Errorf("%d ids, %d different", n, len(slices.Compact(ids)))
	}
}

// The session at a charge point does not depend on the order of users.
func TestSnapshot_occupiedPoint(t *testing.T) {
	for _, olderRuns := range []bool{false, true} {
		w := newWorld(t)
		older, a := w.driver()
		newer, b := w.driver()
		first, second := older, newer
		if olderRuns {
			first, second, a, b = newer, older, b, a
		}
		w.stop(first, w.charge(first, plain, a).ID) // all at one moment
		w.charge(second, plain, b)
		if st, _ := w.replica().PointStatus(plain); st != connect.Charging {
			t.Errorf("the older user charges: %t; the point is %q", olderRuns, st)
		}
	}
}

// The order of invoices of one moment does not depend on reads in between.
func TestInvoices_ofOneMoment(t *testing.T) {
	order := func(read bool) []string {
		w := newWorld(t)
		u, m := w.driver()
		a := w.charge(u, chargeFails, m).ID
		w.stop(u, a)
		b := w.charge(u, chargeFails, m).ID
		w.stop(u, b)
		w.advance(time.Minute)
		_, debts, err := w.Debts(u, 0, 10)
		w.check(err)
		if len(debts) != 2 || debts[0].SessionID != b {
			t.Fatalf("got %v, want the newer session's first", debts)
		}
		for _, d := range debts { // the newer one is paid first
			w.pay(intentOf(d.Secret))
			if read {
				w.invoices(u)
			}
		}
		if diff := cmp.Diff(w.invoices(u), w.replica().invoices(u)); diff != "" {
			t.Errorf("-original +copy\n%s", diff)
		}
		return w.invoices(u)
	}
	if diff := cmp.Diff(order(false), order(true)); diff != "" {
		t.Errorf("-unread +read\n%s", diff)
	}
}

func TestSnapshot_holds(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *world, intent, method string)
		want string // status of the hold in the snapshot; empty without one
		rule string // that answers the next start in the copy
	}{
		{"waiting", func(*world, string, string) {}, "", "start-charging/sca-required"},
		{"authenticating", func(w *world, intent, method string) {
			must[connect.Intent](w)(w.Confirm(intent, connect.PaymentSource{MethodID: method}))
		}, "requires_action", "start-charging/sca-required"},
		{"authenticating with another card", func(w *world, intent, _ string) {
			must[connect.Intent](w)(w.Confirm(intent, connect.PaymentSource{Card: &alwaysSCA}))
		}, "", "start-charging/sca-required"},
		{"authorized", func(w *world, intent, _ string) { w.pay(intent) }, "requires_capture", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			u, m := w.driver()
			r, _ := connect.AsRefusal(w.tryStart(u, sca, m))
			c.do(w, intentOf(r.Secret), m)
			var got string
			for _, h := range w.Snapshot().Seed.Users[0].Holds {
				got += string(h.Status)
			}
			if got != c.want {
				t.Errorf("hold %q, want %q", got, c.want)
			}
			if got := ruleOf(t, w.replica().tryStart(u, sca, m)); got != c.rule {
				t.Errorf("start: %q, want %q", got, c.rule)
			}
		})
	}
	// A 3-D Secure step that has begun can be ended in the copy.
	w := newWorld(t)
	u, m := w.driver()
	r, _ := connect.AsRefusal(w.tryStart(u, sca, m))
	must[connect.Intent](w)(w.Confirm(intentOf(r.Secret), connect.PaymentSource{MethodID: m}))
	w = w.replica()
	r, _ = connect.AsRefusal(w.tryStart(u, sca, m))
	must[connect.Intent](w)(w.Authenticate(intentOf(r.Secret), true))
	w.check(w.tryStart(u, sca, m))
}

func TestSnapshot_removedMethodAndDeletedUser(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	gone, _ := w.driver()
	second := w.addCard(u, refusesLater)
	w.check(w.SetDefault(u, second))
	w.stop(u, w.charge(u, shared, m).ID)
	w.advance(time.Hour)
	w.check(w.RemoveMethod(u, m))
	w.check(w.DeleteUser(gone))
	r := w.replica()
	if _, list, _ := r.PaymentMethods(u, 0, 10); len(list) != 1 || list[0].ID != second {
		t.Errorf("got %v", list)
	}
	if got := r.invoices(u); len(got) != 1 {
		t.Errorf("invoices %v", got)
	}
	if _, err := r.User(gone); ruleOf(t, err) != "request/not-found" {
		t.Errorf("got %v", err)
	}
}

// An ended session keeps the time of its CDR, whatever the CDR delay of the
// state that loads it.
func TestSnapshot_otherDelay(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, shared, m)
	w.stop(u, s.ID)
	d := w.Snapshot()
	cfg := config(w.clock)
	cfg.CDRDelay = 24 * time.Hour
	r := &world{t, connect.New(cfg), w.clock}
	w.check(r.Load(d.Seed))
	w.advance(time.Minute)
	r.state(s.ID, connect.StateBilled)
}

// A stop after the station's own end has no effect.
func TestSnapshot_stopAfterTheEnd(t *testing.T) {
	later := start.Add(time.Hour)
	w := seeded(t, connect.SeedSession{
		ID: "3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01", EVSE: endsItself, MethodID: "pm_first",
		Start: start, Stop: &later, StoppedBy: connect.ByUser,
	})
	if s := w.Snapshot().Seed.Users[0].Sessions[0]; s.Stop != nil || s.CDR != nil {
		t.Errorf("running: stop %v, record %v", s.Stop, s.CDR)
	}
	w.advance(3 * time.Minute)
	if s := w.Snapshot().Seed.Users[0].Sessions[0]; s.Stop != nil || s.CDR == nil {
		t.Errorf("ended: stop %v, record %v", s.Stop, s.CDR)
	}
	w.replica()
}

// noted keeps the intents that a state makes.
type noted struct{ ids []string }

func (n *noted) Add(id string) bool { n.ids = append(n.ids, id); return true }
func (n *noted) Remove(string)      {}

func TestLoad_settled(t *testing.T) {
	stop, paid := start.Add(-time.Hour), start.Add(-time.Minute)
	session := func(charge connect.ChargeOutcome) connect.SeedSession {
		return connect.SeedSession{
			ID: "3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01", EVSE: shared, MethodID: "pm_first", Start: start.Add(-2 * time.Hour), Stop: &stop,
			StoppedBy: connect.ByUser, CDR: &connect.CDR{At: stop, Charge: charge}, Settled: &paid,
		}
	}
	w := seeded(t, session(connect.ChargeFails))
	w.state("3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01", connect.StateSettled)
	if s := w.at("3f0c6d5e-8f1b-4a57-9c1d-0e6b1a7c2d01"); s.InvoicedAt == nil || !s.InvoicedAt.Equal(paid) {
		t.Errorf("invoiced at %v, want %s", s.InvoicedAt, paid)
	}
	d := w.Snapshot()
	cfg, intents := config(w.clock), &noted{}
	cfg.Intents = intents
	again := connect.New(cfg)
	w.check(again.Load(d.Seed))
	if i, err := again.Intent(intents.ids[0]); err != nil || i.Status != connect.Succeeded {
		t.Errorf("the intent of the debt is %s, %v", i.Status, err)
	}
	d.Seed.Users[0].Sessions[0].CDR.Charge = connect.ChargeSucceeds
	if err := newWorld(t).Load(d.Seed); err == nil || !strings.Contains(err.Error(), "nothing is owed") {
		t.Errorf("got %v", err)
	}
	for _, h := range []connect.SeedHold{{EVSE: nowhere, MethodID: "pm_first"}, {EVSE: sca, MethodID: "pm_x"}} {
		d := seeded(t).Snapshot()
		d.Seed.Users[0].Holds = []connect.SeedHold{h}
		if err := newWorld(t).Load(d.Seed); err == nil || !strings.Contains(err.Error(), "hold at "+h.EVSE) {
			t.Errorf("got %v", err)
		}
	}
}

// A snapshot is a copy: later changes do not show in it.
func TestSnapshot_values(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, virtual, m)
	d, again := w.Snapshot(), w.Snapshot()
	must[connect.User](w)(w.UpdateUser(u, connect.UserUpdate{Email: connect.Some(ptr("a@example.com"))}))
	must[connect.Session](w)(w.Meter(s.ID, dec("1")))
	must[connect.Session](w)(w.Rate(u, s.ID, connect.Some(ptr(3))))
	w.stop(u, s.ID)
	if diff := cmp.Diff(again, d); diff != "" {
		t.Error(diff)
	}
}

// Others get the lock after each page of rows.
func TestSnapshot_pages(t *testing.T) {
	for _, q := range []quantity{{users: 1000}, {billed: 1000}, {waiting: 1000}, {methods: 1000}} {
		w, _, _ := grown(t, q)
		locks := w.Locks()
		v := w.Snapshot()
		if n := w.Locks() - locks; n < 1000/50 {
			t.Errorf("%+v: locked %d times, want a time for each 50 rows", q, n)
		}
		if diff := cmp.Diff(v, w.Snapshot()); diff != "" {
			t.Errorf("%+v: -first +second\n%s", q, diff)
		}
	}
}

// Whatever changes between two pages, a snapshot is that of one moment: users are
// renamed one after the other, so at each moment those after the last one have the
// name before.
func TestSnapshot_ofOneMoment(t *testing.T) {
	const users = 200
	w := newWorld(t)
	var ids []string
	for range users {
		u := w.CreateUser(connect.UserUpdate{Email: connect.Some(ptr("0"))})
		ids = append(ids, u.ID)
	}
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		for n := 1; ; n++ {
			for _, id := range ids {
				if _, err := w.UpdateUser(id, connect.UserUpdate{Email: connect.Some(ptr(strconv.Itoa(n)))}); err != nil {
					t.Error(err)
				}
				select {
				case <-stop:
					done <- n
					return
				default:
				}
			}
		}
	}()
	torn := 0
	for range 300 {
		last, steps := "", 0
		for _, su := range w.Snapshot().Seed.Users {
			if email := *su.User.Email; email != last {
				last, steps = email, steps+1
			}
		}
		if steps > 2 {
			torn++
		}
	}
	close(stop)
	if n := <-done; torn > 0 {
		t.Errorf("%d snapshots of %d have more than two names at once, after %d rounds", torn, 300, n)
	}
}
