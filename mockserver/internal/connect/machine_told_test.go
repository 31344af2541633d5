package connect_test

import (
	"errors"
	"fmt"
	"slices"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

// What the machine does by hand: it sets charge points and makes debts.

// saying is what was said of a charge point.
type saying struct {
	status *connect.EVSEStatus
	busy   *bool
}

var (
	broken   = []connect.EVSEStatus{connect.OutOfOrder, connect.Inoperative}
	statuses = []*connect.EVSEStatus{
		nil, nil, ptr(connect.Available), ptr(connect.Unknown), ptr(connect.OutOfOrder), ptr(connect.Inoperative), ptr(connect.Charging),
	}
	busies = []*bool{nil, ptr(true), ptr(false)}
)

func (m *machine) tell(o op) {
	evse, s := pick(machinePoints, o.A), saying{pick(statuses, o.B), pick(busies, o.C)}
	_, sessions := m.Counts()
	d, err := m.SetPoint(evse, s.status, s.busy)
	if evse == nowhere {
		if !errors.Is(err, connect.ErrNoPoint) {
			m.Fatalf("%s: %v", o, err)
		}
		return
	}
	m.no(err)
	m.said[evse] = s
	p, _ := m.Point(evse)
	if want := m.statusOf(p); d.Status != want {
		m.Fatalf("%s: %s is %s, want %s", o, evse, d.Status, want)
	}
	if diff := cmp.Diff(s, saying{d.Override.Status, d.Override.Busy}, cmp.AllowUnexported(saying{})); diff != "" {
		m.Fatalf("%s: -told +shown\n%s", o, diff)
	}
	if _, now := m.Counts(); now != sessions {
		m.Fatalf("%s: %d sessions, were %d", o, now, sessions)
	}
	fmt.Fprintln(&m.log, o, d.Status)
}

// statusOf is the status that the API shows: what is said of the point, unless
// that is free and somebody charges there, and then what the catalogue says.
func (m *machine) statusOf(p connect.ChargePoint) connect.EVSEStatus {
	own, said := catalogue()[p.EVSE], m.said[p.EVSE]
	free := said.status == nil || *said.status == connect.Available || *said.status == connect.Unknown
	switch {
	case !free:
		return *said.status
	case said.busy != nil && *said.busy, m.taken(p):
		return connect.Charging
	case said.status != nil:
		return *said.status
	case own.Script.Busy && said.busy == nil:
		return connect.Charging
	}
	return own.Status
}

// owe makes a debt. The new session is in nobody's way.
func (m *machine) owe(o op, user string, with owned) {
	spec := connect.DebtSpec{MethodID: with.id, KWh: dec("10"), Points: []string{nowhere, shared, slow, virtual, italy}}
	if kwh := pick(figures, o.B); kwh != nil {
		spec.KWh = *kwh
	}
	if o.C%3 == 0 {
		spec.MethodID = ""
	}
	var want error
	switch {
	case len(m.methods[user]) == 0:
		want = connect.ErrNoMethods
	case spec.MethodID != "" && !m.owns(user, spec.MethodID):
		want = connect.ErrNoMethod
	case spec.KWh.IsZero():
		want = connect.ErrNothingOwed
	}
	before, others := m.snapshot(), m.look(user).Sessions
	d, err := m.MakeDebt(user, spec)
	if !errors.Is(err, want) {
		m.Fatalf("%s: %v, want %v", o, err, want)
	}
	fmt.Fprintln(&m.log, o, err)
	if err != nil {
		if diff := cmp.Diff(before, m.snapshot()); diff != "" {
			m.Fatalf("%s: refused, yet (-before +after):\n%s", o, diff)
		}
		return
	}
	if d.State != connect.StateDebt || !d.Owed.Equal(d.Cost.Total()) || d.EndedAt.After(m.Now()) || !d.CDRDue.Equal(m.Now()) {
		m.Fatalf("%s: %+v", o, d)
	}
	for _, s := range others {
		if s.StartedAt.Before(*d.EndedAt) && (s.EndedAt == nil || s.EndedAt.After(d.StartedAt)) {
			m.Fatalf("%s: the new session, %s to %s, overlaps %+v", o, d.StartedAt, d.EndedAt, s)
		}
	}
	i := slices.IndexFunc(m.sessions[user], func(id string) bool {
		s, err := m.InspectSession(id)
		return err == nil && s.StartedAt.After(d.StartedAt)
	})
	if i < 0 {
		i = len(m.sessions[user])
	}
	m.sessions[user] = slices.Insert(slices.Clone(m.sessions[user]), i, d.ID)
	m.told[d.ID] = true
}
