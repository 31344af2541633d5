package connect_test

import (
	"errors"
	"fmt"
	"testing"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

func TestSetPoint(t *testing.T) {
	for _, c := range []struct {
		name, evse string
		status     *connect.EVSEStatus
		busy       *bool
		want       connect.EVSEStatus
		rule       string // that answers a start
	}{
		{"nothing", shared, nil, nil, connect.Available, ""},
		{"broken", shared, ptr(connect.OutOfOrder), nil, connect.OutOfOrder, "start-charging/connector-out-of-order"},
		{"reserved", shared, ptr(connect.Reserved), nil, connect.Reserved, "start-charging/charge-point-busy"},
		{"repaired", outOfOrder, ptr(connect.Available), nil, connect.Available, ""},
		{"busy", shared, nil, ptr(true), connect.Charging, "start-charging/charge-point-busy"},
		{"busy but available", shared, ptr(connect.Available), ptr(true), connect.Charging, "start-charging/charge-point-busy"},
		{"broken and busy", shared, ptr(connect.Inoperative), ptr(true), connect.Inoperative, "start-charging/connector-out-of-order"},
		{"not busy", busy, nil, ptr(false), connect.Available, ""},
		{"as the catalogue has it", busy, nil, nil, connect.Charging, "start-charging/charge-point-busy"},
		{"charging in the catalogue", charging, nil, nil, connect.Charging, "start-charging/charge-point-busy"},
		{"not charging any more", charging, nil, ptr(false), connect.Available, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			u, m := w.driver()
			d := must[connect.PointDetail](w)(w.SetPoint(c.evse, c.status, c.busy))
			if d.EVSE != c.evse || d.Status != c.want || d.Own || d.SessionID != "" {
				t.Errorf("got %+v, want %s", d, c.want)
			}
			if st, differs := w.PointStatus(c.evse); differs && st != c.want {
				t.Errorf("the API shows %s", st)
			}
			if diff := cmp.Diff([2]any{c.status, c.busy}, [2]any{d.Override.Status, d.Override.Busy}); diff != "" {
				t.Errorf("-set +shown\n%s", diff)
			}
			if got := ruleOf(t, w.tryStart(u, c.evse, m)); got != c.rule {
				t.Errorf("start: %q, want %q", got, c.rule)
			}
			w.consistent()
			w.replica()
		})
	}
}

// A running session goes on and occupies the point until it ends.
func TestSetPoint_session(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	s := w.charge(u, shared, m)
	before := w.view(u)
	d := must[connect.PointDetail](w)(w.SetPoint(shared, ptr(connect.OutOfOrder), nil))
	if d.Status != connect.OutOfOrder || d.SessionID != s.ID {
		t.Errorf("got %+v", d)
	}
	if diff := cmp.Diff(before, w.view(u)); diff != "" {
		t.Errorf("the session, -before +after\n%s", diff)
	}
	d = must[connect.PointDetail](w)(w.SetPoint(shared, ptr(connect.Available), nil))
	if d.Status != connect.Charging || d.SessionID != s.ID {
		t.Errorf("got %+v", d)
	}
	w.stop(u, s.ID)
	if d := must[connect.PointDetail](w)(w.InspectPoint(shared)); d.Status != connect.Available || d.SessionID != "" {
		t.Errorf("after the stop: %+v", d)
	}
	w.stop(u, w.charge(u, virtual, m).ID)
	if d := must[connect.PointDetail](w)(w.InspectPoint(virtual)); d.SessionID != "" {
		t.Errorf("a point that is open to all is occupied: %+v", d)
	}
}

// SetPoint keeps a scenario's other overrides, and points that only the
// scenario has are never lost.
func TestSetPoint_afterScenario(t *testing.T) {
	w := newWorld(t)
	stop, own := connect.StopFails, "DE*X*OWN"
	w.check(w.Load(connect.Seed{Points: []connect.PointOverride{
		{EVSE: shared, Stop: &stop, Busy: ptr(true)}, {EVSE: own, Status: ptr(connect.Planned)},
	}}))
	for _, evse := range []string{shared, own} {
		d := must[connect.PointDetail](w)(w.SetPoint(evse, nil, nil))
		if d.Status != connect.Available || d.Own != (evse == own) || d.Override.Status != nil || d.Override.Busy != nil {
			t.Errorf("%s: %+v", evse, d)
		}
	}
	want := []connect.PointOverride{{EVSE: shared, Stop: &stop}, {EVSE: own}}
	if diff := cmp.Diff(want, w.Snapshot().Seed.Points); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if must[connect.PointDetail](w)(w.SetPoint(plain, nil, ptr(true))); len(w.Snapshot().Seed.Points) != 3 {
		t.Error("not in the snapshot")
	}
	if must[connect.PointDetail](w)(w.SetPoint(plain, nil, nil)); len(w.Snapshot().Seed.Points) != 2 {
		t.Error("in the snapshot although it is no longer overridden")
	}
}

func TestInspectPoints(t *testing.T) {
	w := newWorld(t)
	w.check(w.Load(connect.Seed{Points: []connect.PointOverride{{EVSE: "DE*OWN*1"}}}))
	u, m := w.driver()
	w.charge(u, metered, m)
	other, card := w.driver()
	w.stop(other, w.charge(other, shared, card).ID)
	must[connect.PointDetail](w)(w.SetPoint(sca, nil, ptr(true)))
	var got []string
	known := []string{virtual, nowhere, sca}
	for after := ""; ; {
		page, more, ok := w.InspectPoints(known, after, 1)
		if len(page) != 1 || !ok {
			t.Fatalf("after %q: %d points, %t", after, len(page), ok)
		}
		after = page[0].EVSE
		if got = append(got, after); !more {
			break
		}
	}
	if diff := cmp.Diff([]string{virtual, sca, metered, "DE*OWN*1"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if page, more, ok := w.InspectPoints(known, plain, 1); page != nil || more || ok {
		t.Errorf("after a point that is not listed: %d points, %t, %t", len(page), more, ok)
	}
}

func TestSetPoint_refuses(t *testing.T) {
	w := newWorld(t)
	if _, err := w.SetPoint(nowhere, nil, ptr(true)); !errors.Is(err, connect.ErrNoPoint) {
		t.Errorf("unknown: %v", err)
	}
	if _, err := w.InspectPoint(nowhere); !errors.Is(err, connect.ErrNoPoint) {
		t.Errorf("unknown: %v", err)
	}
	var seed connect.Seed
	for i := range 999 {
		seed.Points = append(seed.Points, connect.PointOverride{EVSE: fmt.Sprint("DE*X*", i)})
	}
	w.check(w.Load(seed))
	must[connect.PointDetail](w)(w.SetPoint(plain, nil, ptr(true)))
	before := w.shown()
	if _, err := w.SetPoint(shared, nil, ptr(true)); !errors.Is(err, connect.ErrTooManyPoints) {
		t.Errorf("the 1001st: %v", err)
	}
	if diff := cmp.Diff(before, w.shown()); diff != "" {
		t.Errorf("refused, but the state changed:\n%s", diff)
	}
	must[connect.PointDetail](w)(w.SetPoint(plain, nil, ptr(false))) // overridden already
	must[connect.PointDetail](w)(w.SetPoint(shared, nil, nil))       // no override
	must[connect.PointDetail](w)(w.SetPoint(plain, nil, nil))
	must[connect.PointDetail](w)(w.SetPoint(shared, nil, ptr(true))) // below the limit again
}
