package connect_test

import (
	"errors"
	"slices"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// The rules of the machine's model, in the order of the table, from the states
// of the sessions.

func (m *machine) stateOf(session string) connect.SessionState {
	s, err := m.InspectSession(session)
	if errors.Is(err, connect.ErrNoSession) {
		return ""
	}
	m.check(err)
	return s.State
}

func (m *machine) has(user string, states ...connect.SessionState) bool {
	return slices.ContainsFunc(m.sessions[user], func(id string) bool { return slices.Contains(states, m.stateOf(id)) })
}

func (m *machine) owns(user, method string) bool {
	return slices.ContainsFunc(m.methods[user], func(p owned) bool { return p.id == method })
}

func (m *machine) methodRule(user, method string) string {
	if !m.owns(user, method) {
		return "request/not-found"
	}
	return ""
}

func (m *machine) sessionRule(user, session string) string {
	if st := m.stateOf(session); !slices.Contains(m.sessions[user], session) || st == "" || st == connect.StateStarting {
		return "request/not-found"
	}
	return ""
}

func (m *machine) removeRule(user, method string) string {
	const remove = "remove-payment-method/"
	active := slices.ContainsFunc(m.sessions[user], func(id string) bool {
		s, err := m.InspectSession(id)
		return err == nil && s.State == connect.StateActive && s.MethodID == method
	})
	switch {
	case !m.owns(user, method):
		return "request/not-found"
	case m.has(user, connect.StateStarting):
		return remove + "session-starting"
	case active:
		return remove + "method-on-active-session"
	case m.has(user, connect.StateActive):
		return remove + "active-session"
	case m.has(user, connect.StateCDRPending):
		return remove + "cdr-pending"
	case m.has(user, connect.StateDebt):
		return remove + "debt"
	}
	for _, p := range m.view(user).Methods {
		if p.ID == method && p.Default {
			return remove + "default-method"
		}
	}
	return ""
}

func (m *machine) deleteRule(user string) string {
	switch {
	case m.has(user, connect.StateStarting):
		return "delete-user/session-starting"
	case m.has(user, connect.StateActive):
		return "delete-user/active-session"
	case m.has(user, connect.StateCDRPending):
		return "delete-user/cdr-pending"
	case m.has(user, connect.StateDebt):
		return "delete-user/debt"
	}
	return ""
}

func (m *machine) stopRule(user, session string) string {
	if m.sessionRule(user, session) != "" {
		return "stop-charging/not-found"
	}
	s := m.at(session)
	switch {
	case s.State != connect.StateActive:
		return "stop-charging/already-stopped"
	case s.Point.Script.Stop == connect.StopFails:
		return "stop-charging/provider-failed"
	case s.Point.Script.Stop == connect.StopFails409:
		return "stop-charging/provider-failed-409"
	case s.Point.Script.Stop == connect.StopUnexpected:
		return "stop-charging/unexpected-error"
	}
	return ""
}

func (m *machine) startRule(user, evse string, method owned) string {
	p, known := m.Point(evse)
	billing := must[connect.Billing](m)(m.Billing(user))
	off := method.card.Conduct.OffSession
	held := m.authorized(user, method.id)
	rule := ""
	switch {
	case m.has(user, connect.StateStarting, connect.StateActive):
		rule = "already-charging"
	case m.has(user, connect.StateDebt):
		rule = "outstanding-payment"
	case !known:
		rule = "evse-not-found"
	case p.Script.Start == connect.StartNoStation:
		rule = "station-data-unavailable"
	case slices.Contains(broken, m.statusOf(p)):
		rule = "connector-out-of-order"
	case billing.Country == nil:
		rule = "billing-data-required"
	case !m.owns(user, method.id):
		rule = "unknown-payment-method"
	case !held && (p.Script.Start == connect.StartDeclined || off.Decline != nil && !off.Authenticate):
		rule = "pre-authorization-declined"
	case !held && (p.Script.Start == connect.StartSCA || off.Authenticate):
		rule = "sca-required"
	case m.statusOf(p) == connect.Charging:
		rule = "charge-point-busy"
	case p.Script.Start == connect.StartFails:
		rule = "provider-failed"
	case p.Script.Start == connect.StartUnexpected:
		rule = "unexpected-error"
	default:
		return ""
	}
	return "start-charging/" + rule
}

func (m *machine) authorized(user, method string) bool {
	return slices.ContainsFunc(m.holds, func(h hold) bool {
		i, err := m.Intent(h.intent)
		return h.user == user && h.method == method && err == nil && i.Status == connect.RequiresCapture
	})
}

func (m *machine) taken(p connect.ChargePoint) bool {
	if p.Script.Open {
		return false
	}
	for _, list := range m.sessions {
		for _, id := range list {
			s, err := m.InspectSession(id)
			if err == nil && s.Point.EVSE == p.EVSE && (s.State == connect.StateStarting || s.State == connect.StateActive) {
				return true
			}
		}
	}
	return false
}

// judge checks the whole state after a step.
func (m *machine) judge(o op) {
	m.Helper()
	m.consistent()
	for _, u := range m.users {
		m.judgeUser(o, u)
		for _, v := range m.users {
			if u == v {
				continue
			}
			for _, id := range m.sessions[v] {
				_, err := m.Session(u, id)
				if got := [2]string{ruleOf(m, err), ruleOf(m, m.State.Stop(u, id))}; got != [2]string{"request/not-found", "stop-charging/not-found"} {
					m.Fatalf("%s: %s meets session %s of %s: %q", o, u, id, v, got)
				}
			}
		}
	}
	for _, u := range m.gone {
		if _, err := m.User(u); ruleOf(m, err) != "request/not-found" {
			m.Fatalf("%s: deleted user %s exists", o, u)
		}
	}
}

// judgeUser compares what the API shows of a user with what the model has.
func (m *machine) judgeUser(o op, user string) {
	m.Helper()
	v := m.view(user)
	var want, got struct{ Methods, Sessions, Debts, Invoices []string }
	for _, p := range m.methods[user] {
		want.Methods = append(want.Methods, p.id)
	}
	for _, id := range m.sessions[user] {
		st := m.stateOf(id)
		if st != "" && st != connect.StateStarting {
			want.Sessions = append(want.Sessions, id)
			m.judgeSession(o, m.at(id))
		}
		switch st {
		case connect.StateDebt:
			want.Debts = append(want.Debts, id)
		case connect.StateBilled, connect.StateSettled:
			want.Invoices = append(want.Invoices, id)
		}
	}
	for _, p := range v.Methods {
		got.Methods = append(got.Methods, p.ID)
	}
	for _, s := range v.Sessions {
		got.Sessions = append(got.Sessions, s.ID)
	}
	for _, d := range v.Debts {
		got.Debts = append(got.Debts, d.SessionID)
		s := m.at(d.SessionID)
		if !d.Amount.Add(s.Captured).Equal(s.Cost.Total()) || !d.Amount.IsPositive() {
			m.Fatalf("%s: debt of %s, captured %s of %s", o, d.Amount, s.Captured, s.Cost.Total())
		}
		if i := must[connect.Intent](m)(m.Intent(intentOf(d.Secret))); !i.Amount.Equal(d.Amount) {
			m.Fatalf("%s: debt of %s, its intent has %s", o, d.Amount, i.Amount)
		}
	}
	for _, i := range v.Invoices {
		got.Invoices = append(got.Invoices, i.SessionID)
		if s := m.at(i.SessionID); !i.Total.Equal(s.Cost.Total()) {
			m.Fatalf("%s: invoice over %s, the session cost %s", o, i.Total, s.Cost.Total())
		}
	}
	if !slices.IsSortedFunc(v.Sessions, func(a, b sessionView) int { return b.StartedAt.Compare(a.StartedAt) }) {
		m.Fatalf("%s: user %s has sessions that are not listed newest first: %v", o, user, v.Sessions)
	}
	for _, list := range [][]string{want.Methods, want.Sessions, want.Debts, want.Invoices, got.Methods, got.Sessions, got.Debts, got.Invoices} {
		slices.Sort(list)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		m.Fatalf("%s: user %s (-model +state):\n%s", o, user, diff)
	}
}

// order is how a session's states follow each other.
var order = []connect.SessionState{"", connect.StateActive, connect.StateCDRPending, connect.StateDebt, connect.StateSettled}

// judgeSession checks that time only adds: energy and cost never fall, final is
// final, and money adds up.
func (m *machine) judgeSession(o op, s connect.Session) {
	m.Helper()
	now := seen{state: s.State, running: s.Running.Total()}
	if s.Energy != nil {
		now.energy = *s.Energy
	}
	was := m.seen[s.ID]
	m.seen[s.ID] = now
	final := func(st connect.SessionState) bool { return st == connect.StateBilled || st == connect.StateReleased }
	if was.state != s.State && (final(was.state) || !final(s.State) && slices.Index(order, was.state) > slices.Index(order, s.State)) {
		m.Fatalf("%s: session %s went from %s to %s", o, s.ID, was.state, s.State)
	}
	figure := s.Cost != nil && (m.figures[s.ID] || s.Point.Script.CDRKWh != nil) // the CDR decides
	if !figure || was.state == s.State {
		if now.energy.LessThan(was.energy) || now.running.LessThan(was.running) {
			m.Fatalf("%s: session %s had %s kWh for %s and has %s for %s", o, s.ID, was.energy, was.running, now.energy, now.running)
		}
	}
	if s.Cost == nil {
		return
	}
	if was.state == s.State && !(now.energy.Equal(was.energy) && now.running.Equal(was.running)) {
		m.Fatalf("%s: session %s is %s and changes", o, s.ID, s.State)
	}
	sum := decimal.Zero
	for _, p := range s.Cost.Parts() {
		sum = sum.Add(p.Gross())
	}
	paid := s.State == connect.StateBilled || s.State == connect.StateReleased
	if !sum.Equal(s.Cost.Total()) || paid != sum.Sub(s.Captured).LessThan(dec("0.50")) || s.Captured.GreaterThan(sum) ||
		paid && (s.State == connect.StateReleased) != s.Captured.IsZero() {
		m.Fatalf("%s: session %s is %s with %s kWh: parts %s, total %s, captured %s",
			o, s.ID, s.State, now.energy, sum, s.Cost.Total(), s.Captured)
	}
}
