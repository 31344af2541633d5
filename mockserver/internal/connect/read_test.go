package connect_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// detail is a user with everything that belongs to it.
func (w *world) detail(user string) connect.UserDetail {
	w.Helper()
	return must[connect.UserDetail](w)(w.InspectUser(user, connect.Skip{}))
}

func TestInspectUser(t *testing.T) {
	w := newWorld(t)
	u, first := w.driver()
	w.advance(time.Minute)
	second := w.addCard(u, alwaysSCA)
	w.check(w.SetDefault(u, second))
	d := w.detail(u)
	if d.User.ID != u || !d.BillingComplete || len(d.Sessions)+len(d.Debts)+len(d.Waiting) != 0 {
		t.Errorf("got %+v", d)
	}
	if len(d.Methods) != 2 || d.Methods[0].ID != second || d.Methods[1].ID != first {
		t.Fatalf("methods %+v, want the newest first", d.Methods)
	}
	if got := ids(d.Methods[0].Removal); !slices.Equal(got, []string{"remove-payment-method/default-method"}) || len(d.Methods[1].Removal) != 0 {
		t.Errorf("removal of the default one: %q, of the other: %q", got, ids(d.Methods[1].Removal))
	}
	w.check(w.DeleteUser(u))
	if _, err := w.InspectUser(u, connect.Skip{}); ruleOf(t, err) != "request/not-found" {
		t.Errorf("deleted: %v", err)
	}
}

// One of each kind waits for 3-D Secure, and nothing else is listed.
func TestInspectUser_waiting(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	must[connect.Intent](w)(w.NewSetupIntent(u)) // not confirmed
	setup := must[connect.Intent](w)(w.NewSetupIntent(u))
	must[connect.Intent](w)(w.Confirm(setup.ID, with(alwaysSCA)))
	debt := w.debt(u, m)
	if got := w.detail(u).Debts; len(got) != 1 || got[0].Intent.ID != debt || got[0].Intent.Status != connect.RequiresPaymentMethod || got[0].Intent.LastError.Code != "card_declined" {
		t.Errorf("debts %+v", got)
	}
	must[connect.Intent](w)(w.Confirm(debt, with(alwaysSCA)))
	other, card := w.driver()
	r, _ := connect.AsRefusal(w.tryStart(other, sca, card))
	if got := w.detail(other).Waiting; len(got) != 1 || got[0].Status != connect.RequiresPaymentMethod || got[0].HoldMethodID != card {
		t.Errorf("a hold that is to be confirmed: %+v", got)
	}
	must[connect.Intent](w)(w.Confirm(intentOf(r.Secret), connect.PaymentSource{MethodID: card}))

	waiting := w.detail(u).Waiting
	if len(waiting) != 2 || waiting[0].ID != setup.ID || !waiting[0].Setup || waiting[1].ID != debt || waiting[1].Amount.String() != "5.39" {
		t.Errorf("waiting %+v", waiting)
	}
	if got := w.detail(other).Waiting; len(got) != 1 || !got[0].Hold || got[0].Status != connect.RequiresAction || got[0].Amount.StringFixed(2) != "50.00" {
		t.Errorf("waiting %+v", got)
	}
	must[connect.Intent](w)(w.Authenticate(debt, true))
	d := w.detail(u)
	if len(d.Debts) != 0 || len(d.Waiting) != 1 {
		t.Errorf("after it is paid: debts %+v, waiting %+v", d.Debts, d.Waiting)
	}
	if s := d.Sessions[0]; s.State != connect.StateSettled || !s.Owed.IsZero() || s.SettledAt == nil || !s.SettledAt.Equal(w.Now()) {
		t.Errorf("its session: %+v", s)
	}
}

func TestInspectUser_sessions(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	for range 25 {
		w.stop(u, w.charge(u, shared, m).ID)
		w.advance(time.Hour)
	}
	last := starting(w.Now(), slow)
	last.MethodID = m
	seed := w.Snapshot().Seed
	seed.Users[0].Sessions = append(seed.Users[0].Sessions, last)
	c := &world{t, connect.New(config(w.clock)), w.clock}
	c.check(c.Load(seed))
	d := c.detail(u)
	if len(d.Sessions) != 20 || d.Sessions[0].ID != last.ID || d.Sessions[0].State != connect.StateStarting || d.Sessions[0].Readings != nil {
		t.Errorf("%d sessions, the first %+v", len(d.Sessions), d.Sessions[0])
	}
	if !slices.IsSortedFunc(d.Sessions, func(a, b connect.Session) int { return b.StartedAt.Compare(a.StartedAt) }) {
		t.Error("not newest first")
	}
}

func TestInspectSession_readings(t *testing.T) {
	type reading struct {
		After time.Duration
		KWh   string
	}
	for _, c := range []struct {
		name, evse string
		do         func(w *world, user, session string)
		want       []reading
	}{
		{"none yet", virtual, func(w *world, _, _ string) { w.advance(14 * time.Second) }, nil},
		{"those until now", virtual, func(w *world, _, _ string) { w.advance(30 * time.Second) }, []reading{{15 * time.Second, "1.000"}, {30 * time.Second, "2.000"}}},
		{"on after the stop", virtual, func(w *world, u, s string) {
			w.advance(16 * time.Second)
			w.stop(u, s)
			w.advance(15 * time.Second)
		}, []reading{{15 * time.Second, "1.000"}, {30 * time.Second, "2.000"}}},
		{"end with the session", metered, func(w *world, u, s string) {
			w.advance(16 * time.Second)
			w.stop(u, s)
			w.advance(15 * time.Second)
		}, []reading{{15 * time.Second, "1.000"}}},
		{"by an operator", plain, func(w *world, u, s string) {
			w.advance(time.Minute)
			must[connect.Session](w)(w.Meter(s, dec("3.5")))
			w.advance(time.Minute)
			w.stop(u, s)
			must[connect.Session](w)(w.Meter(s, dec("4")))
		}, []reading{{time.Minute, "3.500"}, {2 * time.Minute, "4.000"}}},
		{"meters do not fall", virtual, func(w *world, u, s string) {
			w.advance(20 * time.Second)
			must[connect.Session](w)(w.Meter(s, dec("2.5")))
			w.advance(25 * time.Second)
		}, []reading{{15 * time.Second, "1.000"}, {20 * time.Second, "2.500"}, {45 * time.Second, "3.000"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			u, m := w.driver()
			s := w.charge(u, c.evse, m)
			c.do(w, u, s.ID)
			var got []reading
			for _, r := range must[connect.Session](w)(w.InspectSession(s.ID)).Readings {
				got = append(got, reading{r.At.Sub(s.StartedAt), r.KWh.StringFixed(3)})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	if _, err := newWorld(t).InspectSession("none"); !errors.Is(err, connect.ErrNoSession) {
		t.Errorf("unknown session: %v", err)
	}
}

// Of many readings some are left out, but never the last one.
func TestInspectSession_manyReadings(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, plain, m)
	for i := range 777 {
		w.advance(time.Second)
		must[connect.Session](w)(w.Meter(s.ID, decimal.New(int64(i+1), -1)))
	}
	got := must[connect.Session](w)(w.InspectSession(s.ID)).Readings
	if n := len(got); n > 200 || n < 150 || !got[n-1].At.Equal(w.Now()) || got[n-1].KWh.String() != "77.7" {
		t.Errorf("%d readings, the last %+v", n, got[n-1])
	}
	if !slices.IsSortedFunc(got, func(a, b connect.MeterReading) int { return a.KWh.Cmp(b.KWh) }) {
		t.Error("meter values fall")
	}
}
