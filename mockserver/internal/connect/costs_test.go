package connect_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

// A quantity is how much a world and its user have.
type quantity struct{ users, methods, waiting, debts, billed int }

// grown returns a world with a user who has so much, and a running session. The
// clock is frozen where the CDRs of those who wait have not arrived.
func grown(t *testing.T, q quantity) (w *world, user, running string) {
	t.Helper()
	w = newWorld(t)
	for range q.users {
		w.CreateUser(connect.UserUpdate{})
	}
	su := connect.SeedUser{User: connect.User{ID: seedUser, Locale: connect.English}, Billing: german()}
	for i := range max(q.methods, 2) {
		su.Methods = append(su.Methods, connect.PaymentMethod{ID: fmt.Sprintf("pm_%d", i), Default: i == 0, Card: good, CreatedAt: start})
	}
	session := func(evse string, cdr time.Time) {
		i := len(su.Sessions)
		from := start.Add(-time.Hour).Add(time.Duration(i) * time.Millisecond)
		su.Sessions = append(su.Sessions, connect.SeedSession{
			ID: fmt.Sprintf("%08d-0000-4000-8000-000000000000", i), EVSE: evse, MethodID: "pm_0",
			Start: from, Stop: ptr(from), StoppedBy: connect.ByUser, CDR: &connect.CDR{At: cdr, KWh: ptr(dec("10"))},
		})
	}
	for range q.debts {
		session(chargeFails, start.Add(-time.Minute))
	}
	for range q.billed {
		session(shared, start.Add(-time.Minute))
	}
	for range q.waiting {
		session(shared, start.Add(time.Hour))
	}
	su.Sessions = append(su.Sessions, connect.SeedSession{
		ID: "99999999-0000-4000-8000-000000000000", EVSE: virtual, MethodID: "pm_0", Start: start.Add(-time.Second),
	})
	w.check(w.Load(connect.Seed{Users: []connect.SeedUser{su}}))
	_, _, err := w.Sessions(seedUser, 0, 1) // settles what the seed has
	w.check(err)
	return w, seedUser, "99999999-0000-4000-8000-000000000000"
}

// operations are those whose cost does not depend on what the state holds,
// in an order in which all of them succeed or are refused alike.
func operations(w *world, user, running string) []struct {
	name string
	do   func() error
} {
	type operation = struct {
		name string
		do   func() error
	}
	var started string
	page := func(n int, err error) error { return err }
	return []operation{
		{"user", func() error { _, err := w.User(user); return err }},
		{"update user", func() error {
			_, err := w.UpdateUser(user, connect.UserUpdate{Email: connect.Some(ptr("a@b.de"))})
			return err
		}},
		{"users", func() error { w.Users("", 0, 20); return nil }},
		{"first user", func() error { w.FirstUser(); return nil }},
		{"billing", func() error { _, err := w.SetBilling(user, german()); return err }},
		{"methods", func() error { n, _, err := w.PaymentMethods(user, 0, 2); return page(n, err) }},
		{"set default", func() error { return w.SetDefault(user, "pm_1") }},
		{"remove", func() error { _ = w.RemoveMethod(user, "pm_1"); return nil }},
		{"removal", func() error { _, err := w.Removal(user, "pm_0"); return err }},
		{"refused start", func() error { _ = w.tryStart(user, virtual, "pm_0"); return nil }},
		{"sessions", func() error { n, _, err := w.Sessions(user, 0, 5); return page(n, err) }},
		{"session", func() error { _, err := w.Session(user, running); return err }},
		{"rate", func() error { _, err := w.Rate(user, running, connect.Some(ptr(4))); return err }},
		{"inspect user", func() error { _, err := w.InspectUser(user, connect.Skip{}); return err }},
		{"inspect points", func() error { w.InspectPoints([]string{plain, shared}, "", 100); return nil }},
		{"inspect", func() error { _, err := w.InspectSession(running); return err }},
		{"meter", func() error { _, err := w.Meter(running, dec("1")); return err }},
		{"debts", func() error { n, _, err := w.Debts(user, 0, 1); return page(n, err) }},
		{"invoices", func() error { n, _, err := w.Invoices(user, 0, 5); return page(n, err) }},
		{"summary", func() error { w.Summary(user, "pm_0", running); return nil }},
		{"stop", func() error { return w.State.Stop(user, running) }},
		{"start", func() error {
			s, err := w.Start(context.Background(), user, virtual, "pm_0")
			started = s.ID
			if _, refused := connect.AsRefusal(err); refused {
				return nil
			}
			return err
		}},
		{"stop by the station", func() error { _, _ = w.StopByStation(started); return nil }},
		{"CDR", func() error { _, err := w.DeliverCDR(running, nil, connect.ChargeFails); return err }},
		{"pay", func() error {
			_, list, err := w.Debts(user, 0, 1)
			w.check(err)
			_, err = w.Confirm(list[0].ID, connect.PaymentSource{Card: &good})
			return err
		}},
		{"setup intent", func() error { _, err := w.NewSetupIntent(user); return err }},
		{"points", func() error { w.ChangedPoints(); return nil }},
	}
}

// looks returns how many rows each operation looks at.
func looks(t *testing.T, q quantity) map[string]int64 {
	t.Helper()
	w, user, running := grown(t, q)
	out := map[string]int64{}
	for _, o := range operations(w, user, running) {
		before := w.Looks()
		if err := o.do(); err != nil {
			t.Fatalf("%s: %v", o.name, err)
		}
		out[o.name] = w.Looks() - before
	}
	w.consistent()
	return out
}

// Operations look at as many rows in a large world as in a small one.
func TestCostsAreTheSame(t *testing.T) {
	few := quantity{users: 30, methods: 12, waiting: 12, billed: 12}
	indebted := few
	indebted.debts = 12
	for name, c := range map[string]struct{ small, large quantity }{
		"users":   {few, quantity{10_000, 12, 12, 0, 12}},
		"methods": {quantity{30, 120, 12, 0, 12}, quantity{30, 2000, 12, 0, 12}},
		"waiting": {few, quantity{30, 12, 10_000, 0, 12}},
		"debts":   {indebted, quantity{30, 12, 12, 3000, 12}},
		"billed":  {few, quantity{30, 12, 12, 0, 3000}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(looks(t, c.small), looks(t, c.large)); diff != "" {
				t.Errorf("rows looked at (-small +large):\n%s", diff)
			}
		})
	}
}

// Nobody holds the lock while all of many sessions change: others get it in
// between, and every list is right.
func TestManyChangeAtOnce(t *testing.T) {
	w, user, _ := grown(t, quantity{waiting: 1000, debts: 3})
	two := 2 * time.Hour
	_, err := w.clock.Apply(clock.Change{Advance: &two})
	w.check(err)
	if n, _, err := w.Invoices(user, 0, 1); n != 1000 || err != nil {
		t.Errorf("%d invoices, %v", n, err)
	}
	if n, _, err := w.Debts(user, 0, 1); n != 3 || err != nil {
		t.Errorf("%d debts, %v", n, err)
	}
	w.consistent()
}

// A search reads a copy of the list while others change it.
func TestSearchWithoutTheLock(t *testing.T) {
	w, user, _ := grown(t, quantity{users: 500})
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				u, err := w.State.CreateUser(connect.UserUpdate{})
				if err == nil {
					_, err = w.UpdateUser(user, connect.UserUpdate{Custom: connect.Some(&connect.CustomUpdate{ExternalID: connect.Some(&u.ID)})})
				}
				if err == nil {
					err = w.DeleteUser(u.ID)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		}
	}()
	for range 50 {
		if n, list := w.Users("-4", 0, 5); n < 500 || len(list) != 5 {
			t.Errorf("%d users, a page of %d", n, len(list))
		}
		if bad := w.Invariants(); bad != nil {
			t.Error(bad)
		}
	}
	close(stop)
	<-done
}

// Pages go on after a user, whatever has been created or deleted since.
func TestUsersAfter(t *testing.T) {
	w := newWorld(t)
	var want []string
	for range 25 {
		want = append([]string{w.CreateUser(connect.UserUpdate{}).ID}, want...)
	}
	var got []string
	for after := ""; ; {
		n, users, more, ok := w.UsersAfter("-4", after, 10)
		if !ok || n != 25 {
			t.Fatalf("%d users, %t", n, ok)
		}
		for _, u := range users {
			got = append(got, u.ID)
		}
		if !more {
			break
		}
		after = users[len(users)-1].ID
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	w.check(w.DeleteUser(want[3]))
	if _, _, _, ok := w.UsersAfter("", want[3], 10); ok {
		t.Error("a page after a deleted user")
	}
}
