package connect_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// moment is what a session is at a time after its start.
type moment struct {
	after  time.Duration
	state  connect.SessionState
	energy string // empty: no reading
	cost   string // of the final record; empty before it
}

func momentOf(s connect.Session, after time.Duration) moment {
	m := moment{after: after, state: s.State}
	if s.Energy != nil {
		m.energy = s.Energy.StringFixed(3)
	}
	if s.Cost != nil {
		m.cost = s.Cost.Total().StringFixed(2)
	}
	return m
}

func TestSession_life(t *testing.T) {
	const sec, minute = time.Second, time.Minute
	for _, c := range []struct {
		name, evse string
		stop       time.Duration // 0: not stopped
		want       []moment
	}{
		{"metered", metered, 40 * sec, []moment{
			{0, connect.StateActive, "0.000", ""},
			{15*sec - 1000, connect.StateActive, "0.000", ""},
			{15 * sec, connect.StateActive, "1.000", ""},
			{29 * sec, connect.StateActive, "1.000", ""},
			{30 * sec, connect.StateActive, "2.000", ""},
			{40 * sec, connect.StateCDRPending, "2.000", ""},
			{99 * sec, connect.StateCDRPending, "2.000", ""},
			{100 * sec, connect.StateBilled, "2.000", "1.08"},
			{1000 * sec, connect.StateBilled, "2.000", "1.08"},
		}},
		{"readings after the end", virtual, 40 * sec, []moment{
			{40 * sec, connect.StateCDRPending, "2.000", ""},
			{45 * sec, connect.StateCDRPending, "3.000", ""},
			{90 * sec, connect.StateCDRPending, "6.000", ""},
			{100 * sec, connect.StateBilled, "10.000", "5.39"},
		}},
		{"ten readings and no more", virtual, 0, []moment{
			{135 * sec, connect.StateActive, "9.000", ""},
			{150 * sec, connect.StateActive, "10.000", ""},
			{24 * time.Hour, connect.StateActive, "10.000", ""},
		}},
		{"no meter", shared, minute, []moment{
			{0, connect.StateActive, "", ""},
			{59 * sec, connect.StateActive, "", ""},
			{minute, connect.StateCDRPending, "", ""},
			{2 * minute, connect.StateBilled, "10.000", "5.39"},
		}},
		{"no meter and no energy on the CDR", plain, minute, []moment{
			{minute, connect.StateCDRPending, "", ""},
			{2 * minute, connect.StateReleased, "0.000", "0.00"},
		}},
		{"zero on the CDR", empty, minute, []moment{
			{minute, connect.StateCDRPending, "4.000", ""},
			{2 * minute, connect.StateReleased, "0.000", "0.00"},
		}},
		{"ended by the station", endsItself, 0, []moment{
			{2*minute - 1000, connect.StateActive, "7.000", ""},
			{2 * minute, connect.StateCDRPending, "8.000", ""},
			{3*minute - 1000, connect.StateCDRPending, "8.000", ""},
			{3 * minute, connect.StateBilled, "8.000", "4.31"},
		}},
		{"stopped before the station would", endsItself, 50 * sec, []moment{
			{50 * sec, connect.StateCDRPending, "3.000", ""},
			{2 * minute, connect.StateBilled, "3.000", "1.62"},
		}},
		{"a CDR that never arrives", never, minute, []moment{
			{minute, connect.StateCDRPending, "", ""},
			{365 * 24 * time.Hour, connect.StateCDRPending, "", ""},
		}},
		{"a CDR that takes long", lateCDR, minute, []moment{
			{6*minute - 1000, connect.StateCDRPending, "", ""},
			{6 * minute, connect.StateBilled, "10.000", "5.39"},
		}},
		{"a charge that fails", chargeFails, minute, []moment{
			{minute, connect.StateCDRPending, "", ""},
			{2 * minute, connect.StateDebt, "10.000", "5.39"},
			{365 * 24 * time.Hour, connect.StateDebt, "10.000", "5.39"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			u, m := w.driver()
			s := w.charge(u, c.evse, m)
			var got []moment
			now, stopped := time.Duration(0), c.stop == 0
			for _, at := range c.want {
				if !stopped && c.stop <= at.after {
					w.advance(c.stop - now)
					w.stop(u, s.ID)
					now, stopped = c.stop, true
				}
				w.advance(at.after - now)
				now = at.after
				got = append(got, momentOf(must[connect.Session](t)(w.Session(u, s.ID)), at.after))
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(moment{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSession_end(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, endsItself, m)
	if s.EndedAt != nil || s.EndedBy != "" || s.CDRDue == nil {
		t.Errorf("running: %+v", s)
	}
	w.advance(time.Hour)
	s = w.at(s.ID)
	if s.EndedAt == nil || !s.EndedAt.Equal(start.Add(2*time.Minute)) || s.EndedBy != connect.ByStation {
		t.Errorf("ended at %v by %q", s.EndedAt, s.EndedBy)
	}
	if s.InvoicedAt == nil || !s.InvoicedAt.Equal(start.Add(3*time.Minute)) || !s.Captured.Equal(dec("4.31")) {
		t.Errorf("invoiced at %v, captured %s", s.InvoicedAt, s.Captured)
	}
	s = w.charge(u, virtual, m)
	if s.CDRDue != nil {
		t.Errorf("record due at %v before the end", s.CDRDue)
	}
	w.stop(u, s.ID)
	if s = w.at(s.ID); s.EndedBy != connect.ByUser || !s.EndedAt.Equal(w.Now()) || !s.CDRDue.Equal(w.Now().Add(time.Minute)) {
		t.Errorf("stopped: ended at %v by %q, record due at %v", s.EndedAt, s.EndedBy, s.CDRDue)
	}
}

func TestSession_running(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, metered, m)
	w.advance(45 * time.Second)
	got := w.at(s.ID)
	if total := got.Running.Total(); !total.Equal(dec("1.62")) || got.Cost != nil || !got.Captured.IsZero() || got.InvoicedAt != nil {
		t.Errorf("running cost %s, final %v, captured %s", total, got.Cost, got.Captured)
	}
	if !got.Hold.Equal(dec("50")) {
		t.Errorf("hold %s", got.Hold)
	}
}

func TestSession_lists(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	var want []string
	for range 3 {
		s := w.charge(u, shared, m)
		w.stop(u, s.ID)
		w.advance(2 * time.Minute)
		want = append([]string{s.ID}, want...)
	}
	n, all, err := w.Sessions(u, 0, 2)
	w.check(err)
	_, rest, _ := w.Sessions(u, 2, 2)
	_, invoices, _ := w.Invoices(u, 0, every)
	var got, billed []string
	for _, s := range append(all, rest...) {
		got = append(got, s.ID)
	}
	for _, i := range invoices {
		billed = append(billed, i.SessionID)
	}
	if diff := cmp.Diff(want, got); n != 3 || diff != "" {
		t.Errorf("%d sessions (-want +got):\n%s", n, diff)
	}
	if diff := cmp.Diff(want, billed); diff != "" {
		t.Errorf("invoices (-want +got):\n%s", diff)
	}
	if i := invoices[0]; !i.Total.Equal(dec("5.39")) || i.Currency != "eur" || i.Date.Nanosecond() != 0 || i.Link != all[0].InvoiceLink() {
		t.Errorf("invoice %+v", i)
	}
	if _, none, _ := w.Sessions(u, 3, 2); len(none) != 0 {
		t.Errorf("past the end: %v", none)
	}
}

// A session that is starting is visible in InspectSession only.
func TestSession_starting(t *testing.T) {
	s := starting(start, slow)
	w := seeded(t, s)
	hidden := func(want bool) {
		t.Helper()
		n, _, err := w.Sessions(seedUser, 0, every)
		w.check(err)
		_, err = w.Session(seedUser, s.ID)
		_, rated := w.Rate(seedUser, s.ID, connect.Some(ptr(5)))
		got := []bool{n == 0, ruleOf(t, err) != "", ruleOf(t, rated) != ""}
		if diff := cmp.Diff([]bool{want, want, want}, got); diff != "" {
			t.Error(diff)
		}
	}
	hidden(true)
	w.state(s.ID, connect.StateStarting)
	if st, ok := w.PointStatus(slow); !ok || st != connect.Charging {
		t.Errorf("the point is %s", st)
	}
	w.advance(5 * time.Minute)
	hidden(false)
	if got := w.at(s.ID); !got.StartedAt.Equal(start.Add(5*time.Minute)) || *got.Rates != 5 {
		t.Errorf("started at %s, rates %v", got.StartedAt, got.Rates)
	}
}

func TestSession_refusedByProvider(t *testing.T) {
	s := starting(start, slowFails)
	w := seeded(t, s)
	w.advance(5 * time.Minute)
	if _, err := w.InspectSession(s.ID); !errors.Is(err, connect.ErrNoSession) {
		t.Errorf("error %v, want %v", err, connect.ErrNoSession)
	}
	if _, ok := w.PointStatus(slowFails); ok {
		t.Error("the point is taken")
	}
	w.charge(seedUser, virtual, "pm_first")
	w.consistent()
}

func TestRate(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, plain, m)
	for _, c := range []struct {
		set  connect.Optional[*int]
		want *int
	}{
		{connect.Some(ptr(4)), ptr(4)}, {connect.Optional[*int]{}, ptr(4)},
		{connect.Some(ptr(1)), ptr(1)}, {connect.Some[*int](nil), nil},
	} {
		got := must[connect.Session](t)(w.Rate(u, s.ID, c.set))
		if diff := cmp.Diff(c.want, got.Rates); diff != "" {
			t.Error(diff)
		}
	}
	other, _ := w.driver()
	if _, err := w.Rate(other, s.ID, connect.Some(ptr(1))); ruleOf(t, err) != "request/not-found" {
		t.Errorf("another user's session: %v", err)
	}
}

// An exclusive point belongs to one user until the end of the session.
func TestPointStatus(t *testing.T) {
	status := func(w *world, evse string, want connect.EVSEStatus) {
		t.Helper()
		if got, _ := w.PointStatus(evse); got != want {
			t.Errorf("%s is %q, want %q", evse, got, want)
		}
	}
	w := newWorld(t)
	u, m := w.driver()
	v, n := w.driver()
	status(w, plain, "")
	s := w.charge(u, plain, m)
	status(w, plain, connect.Charging)
	w.stop(u, s.ID)
	status(w, plain, "")
	w.charge(u, virtual, m)
	w.charge(v, virtual, n)
	status(w, virtual, "")
	w.consistent()

	t.Run("the last one's bill comes while the next one charges", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		v, n := w.driver()
		w.stop(u, w.charge(u, shared, m).ID)
		w.charge(v, shared, n)
		w.advance(time.Minute)
		if n := len(w.view(u).Invoices); n != 1 {
			t.Errorf("%d invoices", n)
		}
		status(w, shared, connect.Charging)
		if got := ruleOf(t, w.tryStart(u, shared, m)); got != "start-charging/charge-point-busy" {
			t.Errorf("rule %q", got)
		}
	})
	t.Run("available by a scenario", func(t *testing.T) {
		w := newWorld(t)
		w.check(w.Load(connect.Seed{Points: []connect.PointOverride{{EVSE: outOfOrder, Status: ptr(connect.Available)}}}))
		u, m := w.driver()
		v, n := w.driver()
		w.charge(u, outOfOrder, m)
		status(w, outOfOrder, connect.Charging)
		if got := ruleOf(t, w.tryStart(v, outOfOrder, n)); got != "start-charging/charge-point-busy" {
			t.Errorf("the second user: rule %q", got)
		}
		w.consistent()
	})
	t.Run("no longer busy by a scenario", func(t *testing.T) {
		w := newWorld(t)
		w.check(w.Load(connect.Seed{Points: []connect.PointOverride{{EVSE: busy, Busy: ptr(false)}}}))
		u, m := w.driver()
		w.charge(u, busy, m)
		status(w, busy, connect.Charging)
	})
}

func TestOperator_meter(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	energy := func(id, want string) {
		t.Helper()
		if got := w.at(id).Energy; got == nil || !got.Equal(dec(want)) {
			t.Errorf("energy %v, want %s", got, want)
		}
	}
	meter := func(id, kwh string) error { _, err := w.Meter(id, dec(kwh)); return err }

	s := w.charge(u, metered, m)
	w.check(meter(s.ID, "3.200"))
	energy(s.ID, "3.200")
	w.advance(45 * time.Second) // the script has 3.000
	energy(s.ID, "3.200")
	w.advance(15 * time.Second)
	energy(s.ID, "4.000")
	if err := meter(s.ID, "3.999"); !errors.Is(err, connect.ErrMeterFalls) {
		t.Errorf("error %v, want %v", err, connect.ErrMeterFalls)
	}
	w.check(meter(s.ID, "4.000"))
	w.check(meter(s.ID, "6.500"))
	w.stop(u, s.ID)
	w.advance(30 * time.Second)
	w.check(meter(s.ID, "7.000")) // progress may still arrive
	energy(s.ID, "7.000")
	w.advance(30 * time.Second)
	energy(s.ID, "7.000")
	w.state(s.ID, connect.StateBilled)
	if err := meter(s.ID, "8"); !errors.Is(err, connect.ErrSessionState) {
		t.Errorf("billed: error %v", err)
	}

	s = w.charge(u, plain, m) // a point without a meter
	w.check(meter(s.ID, "1.5"))
	energy(s.ID, "1.5")
	for i := range 1100 {
		w.check(meter(s.ID, fmt.Sprint(2+i)))
	}
	energy(s.ID, "1101")
	w.consistent()
	if err := meter("SESSION_ID", "1"); !errors.Is(err, connect.ErrNoSession) {
		t.Errorf("unknown session: %v", err)
	}
}

func TestOperator_stopAndRecord(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, never, m)
	if _, err := w.DeliverCDR(s.ID, nil, ""); !errors.Is(err, connect.ErrSessionState) {
		t.Errorf("record of an active session: %v", err)
	}
	got := must[connect.Session](t)(w.StopByStation(s.ID))
	if got.State != connect.StateCDRPending || got.EndedBy != connect.ByStation {
		t.Errorf("%s, ended by %q", got.State, got.EndedBy)
	}
	if _, err := w.StopByStation(s.ID); !errors.Is(err, connect.ErrSessionState) {
		t.Errorf("stopped twice: %v", err)
	}
	got = must[connect.Session](t)(w.DeliverCDR(s.ID, ptr(dec("2")), ""))
	if got.State != connect.StateBilled || !got.Energy.Equal(dec("2")) || !got.Cost.Total().Equal(dec("1.08")) {
		t.Errorf("%s with %s kWh at %s", got.State, got.Energy, got.Cost.Total())
	}
	if _, err := w.DeliverCDR(s.ID, nil, ""); !errors.Is(err, connect.ErrSessionState) {
		t.Errorf("two records: %v", err)
	}
	w.consistent()

	waiting := starting(start, slow)
	w = seeded(t, waiting)
	for name, do := range map[string]func() error{
		"meter":  func() error { _, err := w.Meter(waiting.ID, dec("1")); return err },
		"stop":   func() error { _, err := w.StopByStation(waiting.ID); return err },
		"record": func() error { _, err := w.DeliverCDR(waiting.ID, nil, ""); return err },
	} {
		if err := do(); !errors.Is(err, connect.ErrSessionState) {
			t.Errorf("%s of a starting session: %v", name, err)
		}
	}
}

func TestFinalCharge(t *testing.T) {
	for _, c := range []struct {
		name, evse     string
		card           connect.Card
		charge         connect.ChargeOutcome
		state          connect.SessionState
		captured, owed string
	}{
		{"good card", shared, good, "", connect.StateBilled, "5.39", ""},
		{"beyond the hold, good card", expensive, good, "", connect.StateBilled, "109.01", ""},
		{"beyond the hold, declined", expensive, scaThenNo, "", connect.StateDebt, "50.00", "59.01"},
		{"beyond the hold, card holder required", expensive, alwaysSCA, "", connect.StateDebt, "50.00", "59.01"},
		{"within the hold, card holder required", shared, alwaysSCA, "", connect.StateBilled, "5.39", ""},
		{"beyond the hold, scripted to succeed", expensive, alwaysSCA, connect.ChargeSucceeds, connect.StateBilled, "109.01", ""},
		{"scripted to fail", shared, good, connect.ChargeFails, connect.StateDebt, "0", "5.39"},
		{"scripted to authenticate", shared, good, connect.ChargeAuthenticates, connect.StateDebt, "0", "5.39"},
		{"the CDR overrides the point", chargeFails, good, connect.ChargeSucceeds, connect.StateBilled, "5.39", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			u, _ := w.driver()
			m := w.addCard(u, c.card)
			s, err := w.Start(t.Context(), u, c.evse, m)
			if r, ok := connect.AsRefusal(err); ok && r.Secret != "" { // authorize the hold
				w.payWith(intentOf(r.Secret), good)
				s, err = w.Start(t.Context(), u, c.evse, m)
			}
			w.check(err)
			w.stop(u, s.ID)
			got := must[connect.Session](t)(w.DeliverCDR(s.ID, nil, c.charge))
			w.consistent()
			if got.State != c.state || !got.Captured.Equal(dec(c.captured)) {
				t.Errorf("%s, captured %s; want %s, %s", got.State, got.Captured, c.state, c.captured)
			}
			n, debts, err := w.Debts(u, 0, every)
			w.check(err)
			switch {
			case c.owed == "" && n != 0:
				t.Errorf("debts: %+v", debts)
			case c.owed != "" && (n != 1 || !debts[0].Amount.Equal(dec(c.owed)) || debts[0].Currency != "eur" || debts[0].SessionID != s.ID):
				t.Errorf("debts: %+v, want %s", debts, c.owed)
			}
			wantInvoices := map[connect.SessionState]int{connect.StateBilled: 1}[c.state]
			if n, _, _ := w.Invoices(u, 0, every); n != wantInvoices {
				t.Errorf("%d invoices, want %d", n, wantInvoices)
			}
		})
	}
}

// Two users of a seed at one exclusive point: the one who charges there keeps
// it, whatever their order in the file.
func TestLoad_twoUsersAtOnePoint(t *testing.T) {
	for _, swapped := range []bool{false, true} {
		user := func(id string, s connect.SeedSession) connect.SeedUser {
			s.MethodID, s.EVSE = "pm_"+id, plain
			return connect.SeedUser{
				User: connect.User{ID: id}, Billing: german(), Sessions: []connect.SeedSession{s},
				Methods: []connect.PaymentMethod{{ID: "pm_" + id, Default: true, Card: good, CreatedAt: start}},
			}
		}
		stop := start.Add(-time.Hour)
		users := []connect.SeedUser{
			user("past", connect.SeedSession{ID: "s1", Start: start.Add(-2 * time.Hour), Stop: &stop, StoppedBy: connect.ByUser}),
			user("present", connect.SeedSession{ID: "s2", Start: start.Add(-time.Minute)}),
		}
		if swapped {
			users[0], users[1] = users[1], users[0]
		}
		w := newWorld(t)
		w.check(w.Load(connect.Seed{Users: users}))
		w.state("s2", connect.StateActive)
		u, m := w.driver()
		if got := ruleOf(t, w.tryStart(u, plain, m)); got != "start-charging/charge-point-busy" {
			t.Errorf("swapped %t: rule %q", swapped, got)
		}
		w.consistent()
	}
}

func TestLoad_dangling(t *testing.T) {
	for _, s := range []connect.SeedSession{
		{ID: "s", EVSE: nowhere, MethodID: "pm", Start: start}, {ID: "s", EVSE: plain, MethodID: "pm_unknown", Start: start},
	} {
		w := newWorld(t)
		err := w.Load(connect.Seed{Users: []connect.SeedUser{{User: connect.User{ID: "u"}, Sessions: []connect.SeedSession{s}}}})
		if err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
}

func TestLoad_unknownPoint(t *testing.T) {
	w := newWorld(t)
	w.check(w.Load(connect.Seed{Points: []connect.PointOverride{
		{EVSE: nowhere, Meter: []connect.Reading{{At: time.Second, KWh: decimal.NewFromInt(1)}}},
	}}))
	u, m := w.driver()
	s := w.charge(u, nowhere, m)
	w.advance(time.Second)
	if got := w.at(s.ID).Energy; !got.Equal(dec("1")) {
		t.Errorf("energy %s", got)
	}
	if _, ok := w.Point(nowhere); !ok {
		t.Error("the point is not found")
	}
}
