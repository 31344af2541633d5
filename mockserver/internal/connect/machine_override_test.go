package connect_test

import (
	"errors"
	"fmt"
	"slices"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

// The machine overrides charge points and makes debts.

// override is how a charge point was changed.
type override struct {
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

func (m *machine) setPoint(o op) {
	evse, s := pick(machinePoints, o.A), override{pick(statuses, o.B), pick(busies, o.C)}
	_, sessions := m.Counts()
	d, err := m.SetPoint(evse, s.status, s.busy)
	if evse == nowhere {
		if !errors.Is(err, connect.ErrNoPoint) {
			m.Fatalf("%s: %v", o, err)
		}
		return
	}
	m.check(err)
	m.overrides[evse] = s
	p, _ := m.Point(evse)
	if want := m.statusOf(p); d.Status != want {
		m.Fatalf("%s: %s is %s, want %s", o, evse, d.Status, want)
	}
	if diff := cmp.Diff(s, override{d.Override.Status, d.Override.Busy}, cmp.AllowUnexported(override{})); diff != "" {
		m.Fatalf("%s: -set +shown\n%s", o, diff)
	}
	if _, now := m.Counts(); now != sessions {
		m.Fatalf("%s: %d sessions, were %d", o, now, sessions)
	}
	fmt.Fprintln(&m.log, o, d.Status)
}

// statusOf is the status that the API shows: the override, unless it is free
// and a session runs there, else the catalogue's.
func (m *machine) statusOf(p connect.ChargePoint) connect.EVSEStatus {
	own, set := catalogue()[p.EVSE], m.overrides[p.EVSE]
	free := set.status == nil || *set.status == connect.Available || *set.status == connect.Unknown
	switch {
	case !free:
		return *set.status
	case set.busy != nil && *set.busy, m.taken(p):
		return connect.Charging
	case set.status != nil:
		return *set.status
	case own.Script.Busy && set.busy == nil:
		return connect.Charging
	}
	return own.Status
}

// owe makes a debt. Its session overlaps no other.
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
	case spec.KWh.LessThan(dec("1")):
		want = connect.ErrNothingOwed
	}
	before, others := m.shown(), m.view(user).Sessions
	d, err := m.MakeDebt(user, spec)
	if !errors.Is(err, want) {
		m.Fatalf("%s: %v, want %v", o, err, want)
	}
	fmt.Fprintln(&m.log, o, err)
	if err != nil {
		if diff := cmp.Diff(before, m.shown()); diff != "" {
			m.Fatalf("%s: refused, but the state changed (-before +after):\n%s", o, diff)
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
	m.figures[d.ID] = true
}
