package connect_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

// ruleCase makes a rule hold, tries the operation, removes the cause and tries
// again.
type ruleCase struct {
	name string
	// set returns the attempt and what removes the cause; nil if nothing does
	// at this charge point.
	set func(w *world) (try func() error, fix func())
	// then is the rule that answers after the fix; empty if the operation
	// succeeds.
	then string
}

func runRules(t *testing.T, op connect.Operation, prefix string, cases []ruleCase) {
	tried := map[string]bool{}
	for _, c := range cases {
		name, _, _ := strings.Cut(c.name, ",")
		tried[prefix+name] = true
		t.Run(c.name, func(t *testing.T) {
			rule, ok := connect.DefaultRules().ByID(prefix + name)
			if !ok {
				t.Fatalf("unknown rule %s", prefix+name)
			}
			w := newWorld(t)
			try, fix := c.set(w)
			before := w.shown()
			err := try()
			r, ok := connect.AsRefusal(err)
			if !ok {
				t.Fatalf("got %v, want a refusal by %s", err, rule.ID)
			}
			if r.Rule.ID != rule.ID || r.Rule.Status != rule.Status || r.Rule.Type != rule.Type {
				t.Fatalf("refused by %s (%d %s), want %s (%d %s)",
					r.Rule.ID, r.Rule.Status, r.Rule.Type, rule.ID, rule.Status, rule.Type)
			}
			if (r.Secret != "") != (rule.ID == "start-charging/sca-required") {
				t.Errorf("secret is %q", r.Secret)
			}
			if diff := cmp.Diff(before, w.shown()); diff != "" {
				t.Errorf("the refusal changed the state (-before +after):\n%s", diff)
			}
			w.consistent()
			if fix == nil {
				if got := ruleOf(t, try()); got != rule.ID {
					t.Errorf("the second time: %q, want %s again", got, rule.ID)
				}
				return
			}
			fix()
			if got := ruleOf(t, try()); got != c.then {
				t.Errorf("after the fix: rule %q, want %q", got, c.then)
			}
			w.consistent()
		})
	}
	for _, r := range connect.DefaultRules().Of(op) {
		if !tried[r.ID] {
			t.Errorf("rule %s has no case here", r.ID)
		}
	}
}

func starting(at time.Time, evse string) connect.SeedSession {
	return connect.SeedSession{ID: "11111111-0000-4000-8000-000000000001", EVSE: evse, MethodID: "pm_first", Start: at}
}

func TestStart(t *testing.T) {
	startAt := func(evse string) func(*world) (func() error, func()) {
		return func(w *world) (func() error, func()) {
			u, m := w.driver()
			return func() error { return w.tryStart(u, evse, m) }, nil
		}
	}
	withCard := func(c connect.Card) func(*world) (func() error, func()) {
		return func(w *world) (func() error, func()) {
			u, _ := w.driver()
			m := w.addCard(u, c)
			return func() error { return w.tryStart(u, plain, m) }, func() { m = w.addCard(u, good) }
		}
	}
	withBilling := func(evse string, bad, fixed connect.Billing) func(*world) (func() error, func()) {
		return func(w *world) (func() error, func()) {
			u, m := w.driver()
			must[connect.Billing](w)(w.SetBilling(u, bad))
			return func() error { return w.tryStart(u, evse, m) },
				func() { must[connect.Billing](w)(w.SetBilling(u, fixed)) }
		}
	}
	without := func(change func(*connect.Billing)) connect.Billing {
		b := german()
		change(&b)
		return b
	}
	business := without(func(b *connect.Billing) {
		b.AccountType, b.CompanyName, b.FirstName = connect.Business, ptr("ACME"), nil
	})
	italian := without(func(b *connect.Billing) { b.Country = ptr("IT") })
	codice := without(func(b *connect.Billing) { b.Country, b.TaxID = ptr("it"), ptr("RSSMRA80A01H501U") })
	company := business
	company.Country = ptr("it")
	partita := company
	partita.VATID = ptr("IT12345678901")

	cases := []ruleCase{
		{"already-charging", func(w *world) (func() error, func()) {
			u, m := w.driver()
			s := w.charge(u, plain, m)
			return func() error { return w.tryStart(u, virtual, m) }, func() { w.stop(u, s.ID) }
		}, ""},
		{"already-charging, at the same point", func(w *world) (func() error, func()) {
			u, m := w.driver()
			s := w.charge(u, plain, m)
			return func() error { return w.tryStart(u, plain, m) }, func() { w.stop(u, s.ID) }
		}, ""},
		{"outstanding-payment", func(w *world) (func() error, func()) {
			u, m := w.driver()
			debt := w.debt(u, m)
			return func() error { return w.tryStart(u, plain, m) }, func() { w.pay(debt) }
		}, ""},
		{"evse-not-found", startAt(nowhere), ""},
		{"evse-not-found, spelled differently", startAt("de*t*plain"), ""},
		{"station-data-unavailable", startAt(noStation), ""},
		{"connector-out-of-order", startAt(outOfOrder), ""},
		{"billing-data-required", withBilling(plain, connect.Billing{AccountType: connect.Personal}, german()), ""},
		{"billing-data-required, business", withBilling(plain,
			without(func(b *connect.Billing) { b.AccountType, b.CompanyName = connect.Business, nil }), business), ""},
		{"billing-data-italy", withBilling(italy, italian, codice), ""},
		{"billing-data-italy, business", withBilling(italy, company, partita), ""},
		{"unknown-payment-method", func(w *world) (func() error, func()) {
			u, m := w.driver()
			id := "pm_unknown"
			return func() error { return w.tryStart(u, plain, id) }, func() { id = m }
		}, ""},
		{"unknown-payment-method, another user's", func(w *world) (func() error, func()) {
			u, m := w.driver()
			_, id := w.driver()
			return func() error { return w.tryStart(u, plain, id) }, func() { id = m }
		}, ""},
		{"pre-authorization-declined", withCard(refusesLater), ""},
		{"pre-authorization-declined, by the charge point", startAt(declined), ""},
		{"sca-required", withCard(alwaysSCA), ""},
		{"sca-required, by the charge point", startAt(sca), ""},
		{"charge-point-busy", func(w *world) (func() error, func()) {
			other, pm := w.driver()
			s := w.charge(other, plain, pm)
			u, m := w.driver()
			return func() error { return w.tryStart(u, plain, m) }, func() { w.stop(other, s.ID) }
		}, ""},
		{"charge-point-busy, by an unknown user", startAt(busy), ""},
		{"charge-point-busy, reserved", startAt(reserved), ""},
		{"provider-failed", startAt(fails), ""},
		{"unexpected-error", startAt(crashes), ""},
	}
	for _, field := range []struct {
		name  string
		clear func(*connect.Billing)
	}{
		{"country", func(b *connect.Billing) { b.Country = nil }},
		{"city", func(b *connect.Billing) { b.City = ptr(" ") }},
		{"line1", func(b *connect.Billing) { b.Line1 = ptr("") }},
		{"postal_code", func(b *connect.Billing) { b.PostalCode = nil }},
		{"first_name", func(b *connect.Billing) { b.FirstName = ptr("") }},
		{"last_name", func(b *connect.Billing) { b.LastName = nil }},
	} {
		cases = append(cases, ruleCase{"billing-data-required, " + field.name, withBilling(plain, without(field.clear), german()), ""})
	}
	runRules(t, connect.OpStart, "start-charging/", cases)

	t.Run("already-charging, while starting", func(t *testing.T) {
		w := seeded(t, starting(start, slow))
		before := w.shown()
		if got := ruleOf(t, w.tryStart(seedUser, virtual, "pm_second")); got != "start-charging/already-charging" {
			t.Fatalf("rule %q", got)
		}
		if diff := cmp.Diff(before, w.shown()); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("foreign statuses", func(t *testing.T) {
		for _, st := range connect.EVSEStatuses() {
			want := ""
			switch st {
			case connect.OutOfOrder, connect.Inoperative, connect.Blocked, connect.Planned, connect.Removed:
				want = "start-charging/connector-out-of-order"
			case connect.Charging, connect.Reserved:
				want = "start-charging/charge-point-busy"
			}
			w := newWorld(t)
			w.check(w.Load(connect.Seed{Points: []connect.PointOverride{{EVSE: plain, Status: &st}}}))
			u, m := w.driver()
			if got := ruleOf(t, w.tryStart(u, plain, m)); got != want {
				t.Errorf("%s: rule %q, want %q", st, got, want)
			}
		}
	})
	t.Run("Italy concerns Italians in Italy", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		w.stop(u, w.charge(u, italy, m).ID) // a German in Italy
		must[connect.Billing](w)(w.SetBilling(u, italian))
		w.charge(u, plain, m) // an Italian in Germany
	})
	t.Run("a pending record does not forbid a start", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		w.stop(u, w.charge(u, shared, m).ID)
		w.charge(u, shared, m)
		w.consistent()
	})
	t.Run("unknown user", func(t *testing.T) {
		w := newWorld(t)
		if got := ruleOf(t, w.tryStart("USER_ID", plain, "pm")); got != "request/not-found" {
			t.Errorf("rule %q", got)
		}
	})
}

// TestStart_order starts with everything wrong and fixes one thing after
// the other: the rules answer in the order of the table.
func TestStart_order(t *testing.T) {
	st, fail := connect.OutOfOrder, connect.StartNoStation
	w := newWorld(t)
	w.check(w.Load(connect.Seed{Points: []connect.PointOverride{
		{EVSE: "BOTH", Status: &st, Start: &fail},
		{EVSE: "BROKEN", Status: &st, Start: ptr(connect.StartDeclined)},
		{EVSE: "BUSY*DECLINED", Busy: ptr(true), Start: ptr(connect.StartDeclined)},
		{EVSE: "BUSY*SCA", Busy: ptr(true), Start: ptr(connect.StartSCA)},
		{EVSE: "BUSY*FAILS", Busy: ptr(true), Start: ptr(connect.StartFails)},
		{EVSE: italy, Busy: ptr(true)},
	}}))
	u, m := w.driver()
	picky := w.addCard(u, alwaysSCA)
	w.stop(u, w.charge(u, chargeFails, m).ID)
	running := w.charge(u, virtual, m)
	w.advance(time.Minute)
	must[connect.Billing](w)(w.SetBilling(u, connect.Billing{AccountType: connect.Personal}))

	evse, method := nowhere, "pm_unknown"
	bill := func(change func(*connect.Billing)) func() {
		return func() {
			b := german()
			change(&b)
			must[connect.Billing](w)(w.SetBilling(u, b))
		}
	}
	var got []string
	for _, fix := range []func(){
		func() {},
		func() { w.stop(u, running.ID) },
		func() { w.pay(w.debtIntent(u)) },
		func() { evse = "BOTH" },
		func() { evse = "BROKEN" },
		func() { evse = italy },
		bill(func(b *connect.Billing) { b.Country = ptr("IT") }),
		bill(func(b *connect.Billing) { b.Country, b.TaxID = ptr("IT"), ptr("RSSMRA80A01H501U") }),
		func() { evse, method = "BUSY*DECLINED", picky },
		func() { evse = "BUSY*SCA" },
		func() { evse, method = "BUSY*FAILS", m },
		func() { evse = fails },
		func() { evse = crashes },
		func() { evse = plain },
	} {
		fix()
		got = append(got, ruleOf(t, w.tryStart(u, evse, method)))
	}
	var want []string
	for _, r := range connect.DefaultRules().Of(connect.OpStart) {
		want = append(want, r.ID)
	}
	if diff := cmp.Diff(append(want, ""), got); diff != "" {
		t.Errorf("order (-table +answers):\n%s", diff)
	}
}

func TestStop(t *testing.T) {
	stopAt := func(evse string) func(*world) (func() error, func()) {
		return func(w *world) (func() error, func()) {
			u, m := w.driver()
			s := w.charge(u, evse, m)
			return func() error { return w.State.Stop(u, s.ID) }, nil
		}
	}
	runRules(t, connect.OpStop, "stop-charging/", []ruleCase{
		{"not-found", func(w *world) (func() error, func()) {
			u, m := w.driver()
			id := "SESSION_ID"
			s := w.charge(u, plain, m)
			return func() error { return w.State.Stop(u, id) }, func() { id = s.ID }
		}, ""},
		{"not-found, another user's", func(w *world) (func() error, func()) {
			owner, m := w.driver()
			s := w.charge(owner, plain, m)
			u, _ := w.driver()
			return func() error { return w.State.Stop(u, s.ID) }, func() { u = owner }
		}, ""},
		{"already-stopped", func(w *world) (func() error, func()) {
			u, m := w.driver()
			s := w.charge(u, plain, m)
			w.stop(u, s.ID)
			return func() error { return w.State.Stop(u, s.ID) }, nil
		}, ""},
		{"already-stopped, by the station", func(w *world) (func() error, func()) {
			u, m := w.driver()
			s := w.charge(u, endsItself, m)
			w.advance(2 * time.Minute)
			return func() error { return w.State.Stop(u, s.ID) }, nil
		}, ""},
		{"already-stopped, billed long ago", func(w *world) (func() error, func()) {
			u, m := w.driver()
			s := w.charge(u, shared, m)
			w.stop(u, s.ID)
			w.advance(time.Hour)
			return func() error { return w.State.Stop(u, s.ID) }, nil
		}, ""},
		{"provider-failed", stopAt(stopFails), ""},
		{"provider-failed-409", stopAt(stopFails9), ""},
		{"unexpected-error", stopAt(stopCrashes), ""},
	})

	t.Run("a session that is starting is not found", func(t *testing.T) {
		s := starting(start, slow)
		w := seeded(t, s)
		if got := ruleOf(t, w.State.Stop(seedUser, s.ID)); got != "stop-charging/not-found" {
			t.Errorf("rule %q", got)
		}
		w.advance(5 * time.Minute)
		w.stop(seedUser, s.ID)
		w.consistent()
	})
}

// removals are the states in which a method cannot be removed. Where several
// rules hold, the explanation lists them all, the most specific first.
func removals() []struct {
	name  string
	rules []string
	build func(*world) (user, method string)
	fix   func(w *world, user string)
} {
	second := func(w *world) (user, used, other string) {
		u, m := w.driver()
		return u, m, w.addCard(u, good)
	}
	stopAll := func(w *world, user string) {
		_, list, err := w.Sessions(user, 0, 1)
		w.check(err)
		w.stop(user, list[0].ID)
		w.advance(10 * time.Minute)
	}
	return []struct {
		name  string
		rules []string
		build func(*world) (user, method string)
		fix   func(w *world, user string)
	}{
		{"session-starting", []string{"session-starting"}, func(w *world) (string, string) {
			w.check(w.Load(connect.Seed{Users: []connect.SeedUser{{
				User: connect.User{ID: seedUser, Locale: connect.English}, Billing: german(),
				Methods: []connect.PaymentMethod{
					{ID: "pm_first", Default: true, Card: good, CreatedAt: start}, {ID: "pm_second", Card: good, CreatedAt: start},
				},
				Sessions: []connect.SeedSession{starting(start, slowFails)},
			}}}))
			return seedUser, "pm_second"
		}, func(w *world, _ string) { w.advance(10 * time.Minute) }},
		{"method-on-active-session", []string{"method-on-active-session", "active-session"}, func(w *world) (string, string) {
			u, _, other := second(w)
			w.charge(u, plain, other)
			return u, other
		}, stopAll},
		{"active-session", []string{"active-session"}, func(w *world) (string, string) {
			u, m, other := second(w)
			w.charge(u, plain, m)
			return u, other
		}, stopAll},
		{"cdr-pending", []string{"cdr-pending"}, func(w *world) (string, string) {
			u, m, other := second(w)
			w.stop(u, w.charge(u, plain, m).ID)
			return u, other
		}, func(w *world, _ string) { w.advance(time.Minute) }},
		{"debt", []string{"debt"}, func(w *world) (string, string) {
			u, m, other := second(w)
			w.debt(u, m)
			return u, other
		}, func(w *world, u string) { w.pay(w.debtIntent(u)) }},
		{"default-method", []string{"default-method"}, func(w *world) (string, string) {
			u, m, _ := second(w)
			return u, m
		}, func(w *world, u string) {
			_, list, err := w.PaymentMethods(u, 0, 1)
			w.check(err)
			w.check(w.SetDefault(u, list[0].ID))
		}},
		{"default-method, the only one", []string{"default-method"}, func(w *world) (string, string) { return w.driver() },
			func(w *world, u string) { w.check(w.SetDefault(u, w.addCard(u, good))) }},
		{"method-on-active-session, and all that can hold besides",
			[]string{"method-on-active-session", "active-session", "cdr-pending", "debt", "default-method"},
			func(w *world) (string, string) {
				u, m := w.driver()
				w.stop(u, w.charge(u, chargeFails, m).ID)
				w.stop(u, w.charge(u, never, m).ID)
				w.charge(u, virtual, m)
				w.advance(time.Minute)
				return u, m
			}, nil},
	}
}

func TestRemoveMethod(t *testing.T) {
	var cases []ruleCase
	for _, c := range removals() {
		cases = append(cases, ruleCase{c.name, func(w *world) (func() error, func()) {
			u, m := c.build(w)
			var fix func()
			if c.fix != nil {
				fix = func() { c.fix(w, u) }
			}
			return func() error { return w.RemoveMethod(u, m) }, fix
		}, ""})
	}
	runRules(t, connect.OpRemoveMethod, "remove-payment-method/", cases)

	for _, c := range removals() {
		t.Run(c.name+", explained", func(t *testing.T) {
			w := newWorld(t)
			u, m := c.build(w)
			var want []string
			for _, r := range c.rules {
				want = append(want, "remove-payment-method/"+r)
			}
			if diff := cmp.Diff(want, ids(must[connect.Rules](w)(w.Removal(u, m)))); diff != "" {
				t.Errorf("explanation (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("allowed", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		other := w.addCard(u, good)
		if got := must[connect.Rules](w)(w.Removal(u, other)); got != nil {
			t.Errorf("explanation %v, want none", ids(got))
		}
		w.check(w.RemoveMethod(u, other))
		if got := ruleOf(t, w.RemoveMethod(u, other)); got != "request/not-found" {
			t.Errorf("the second time: rule %q", got)
		}
		if got := w.view(u).Methods; len(got) != 1 || got[0].ID != m || !got[0].Default {
			t.Errorf("left: %+v", got)
		}
	})
	t.Run("unknown and foreign", func(t *testing.T) {
		w := newWorld(t)
		u, _ := w.driver()
		_, foreign := w.driver()
		for _, call := range [][2]string{{u, foreign}, {u, "pm_unknown"}, {"USER_ID", foreign}} {
			_, err := w.Removal(call[0], call[1])
			got := []string{
				ruleOf(t, w.RemoveMethod(call[0], call[1])), ruleOf(t, w.SetDefault(call[0], call[1])), ruleOf(t, err),
			}
			if slices.ContainsFunc(got, func(s string) bool { return s != "request/not-found" }) {
				t.Errorf("%v: rules %q", call, got)
			}
		}
	})
}

func TestDeleteUser(t *testing.T) {
	var cases []ruleCase
	for _, c := range removals() {
		switch c.name {
		case "session-starting", "active-session", "cdr-pending", "debt":
			cases = append(cases, ruleCase{c.name, func(w *world) (func() error, func()) {
				u, _ := c.build(w)
				return func() error { return w.DeleteUser(u) }, func() { c.fix(w, u) }
			}, ""})
		}
	}
	runRules(t, connect.OpDeleteUser, "delete-user/", cases)

	t.Run("hidden from then on", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		keep, _ := w.driver()
		setup := must[connect.Intent](w)(w.NewSetupIntent(u))
		w.check(w.DeleteUser(u))
		if n, list := w.Users("", 0, every); n != 1 || list[0].ID != keep {
			t.Errorf("listed: %v", list)
		}
		if n, _ := w.Users(u, 0, every); n != 0 {
			t.Errorf("search finds %d", n)
		}
		_, err := w.User(u)
		got := []string{ruleOf(t, err), ruleOf(t, w.DeleteUser(u)), ruleOf(t, w.tryStart(u, plain, m)), ruleOf(t, w.SetDefault(u, m))}
		_, err = w.NewSetupIntent(u)
		got = append(got, ruleOf(t, err))
		if slices.ContainsFunc(got, func(s string) bool { return s != "request/not-found" }) {
			t.Errorf("afterwards: %q", got)
		}
		// An intent still in the client's hands is gone, too.
		if _, err := w.Confirm(setup.ID, connect.PaymentSource{Card: &good}); !errors.Is(err, connect.ErrNoIntent) {
			t.Errorf("confirmed afterwards: %v", err)
		}
		w.consistent()
	})
}
