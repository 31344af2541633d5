package connect_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// op is one call or one move of the clock; what its numbers choose depends on
// what there is to choose from.
type op struct {
	Kind    string
	A, B, C int
}

func (o op) String() string { return fmt.Sprintf("%s(%d,%d,%d)", o.Kind, o.A, o.B, o.C) }

var (
	kinds = []string{
		"user", "bill", "card", "start", "start", "start", "leave", "stop", "stop", "advance", "advance", "advance",
		"default", "remove", "delete", "pay", "authorize", "authenticate", "meter", "halt", "record", "rate", "set-point", "owe",
	}
	moves = []time.Duration{0, time.Second, 14 * time.Second, 15 * time.Second, 46 * time.Second, time.Minute, 5 * time.Minute, time.Hour}
	cards = []connect.Card{good, good, refusesSetup, refusesLater, setupSCA, alwaysSCA, scaThenNo}
	rates = []*int{nil, ptr(1), ptr(5)}

	machinePoints = []string{
		plain, plain, metered, virtual, shared, shared, expensive, chargeFails, chargeFails, chargeSCA, never, empty, endsItself,
		lateCDR, italy, outOfOrder, busy, noStation, declined, sca, sca, fails, crashes, stopFails, stopFails9, stopCrashes, nowhere,
	}
	outcomes = []connect.ChargeOutcome{connect.ChargeByCard, connect.ChargeSucceeds, connect.ChargeFails, connect.ChargeAuthenticates}
	figures  = []*decimal.Decimal{nil, ptr(dec("0")), ptr(dec("0.001")), ptr(dec("0.5")), ptr(dec("2.5")), ptr(dec("10")), ptr(dec("300"))}
)

func anyOps() *rapid.Generator[[]op] {
	var hundred []int // drawn evenly, as a range is not
	for i := range 100 {
		hundred = append(hundred, i)
	}
	n := rapid.SampledFrom(hundred)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op {
		return op{rapid.SampledFrom(kinds).Draw(t, "kind"), n.Draw(t, "a"), n.Draw(t, "b"), n.Draw(t, "c")}
	}), 20, 60)
}

// machine runs operations against a state and a model of it. The model keeps
// what was done and who owns what, and derives the rest from the wording of the
// rules.
type machine struct {
	*world
	users     []string // not deleted
	gone      []string // deleted
	methods   map[string][]owned
	sessions  map[string][]string
	intents   []string // setups and holds that were handed out
	holds     []hold
	figures   map[string]bool // sessions whose CDR had its own energy
	seen      map[string]seen
	overrides map[string]override // of charge points
	log       strings.Builder
}

type owned struct {
	id   string
	card connect.Card
}

type hold struct{ user, method, intent string }

type seen struct {
	state   connect.SessionState
	energy  decimal.Decimal
	running decimal.Decimal
}

func newMachine(t rapid.TB) *machine {
	early := connect.SeedSession{
		ID: "22222222-0000-4000-8000-000000000002", EVSE: chargeFails, MethodID: "pm_second",
		Start: start.Add(-time.Hour), Stop: ptr(start.Add(-10 * time.Second)), StoppedBy: connect.ByUser,
	}
	waiting := starting(start.Add(-time.Minute), slow)
	m := &machine{
		world: seeded(t, early, waiting), users: []string{seedUser},
		methods:  map[string][]owned{seedUser: {{"pm_first", good}, {"pm_second", good}}},
		sessions: map[string][]string{seedUser: {early.ID, waiting.ID}},
		figures:  map[string]bool{}, seen: map[string]seen{}, overrides: map[string]override{},
	}
	m.newUser()
	m.bill(m.users[1], true)
	m.card(m.users[1], good, true)
	return m
}

func pick[T any](list []T, n int) (v T) {
	if len(list) == 0 {
		return v
	}
	return list[n%len(list)]
}

func (m *machine) newUser() {
	if len(m.users) < 4 {
		m.users = append(m.users, m.CreateUser(connect.UserUpdate{}).ID)
	}
}

func (m *machine) bill(user string, complete bool) {
	b := connect.Billing{AccountType: connect.Personal}
	if complete {
		b = german()
	}
	_, err := m.SetBilling(user, b)
	m.check(err)
}

func (m *machine) card(user string, c connect.Card, authenticated bool) {
	i := must[connect.Intent](m)(m.NewSetupIntent(user))
	m.intents = append(m.intents, i.ID)
	i, err := m.Confirm(i.ID, with(c))
	var refused *connect.CardError
	if errors.As(err, &refused) {
		if c.Conduct.Setup.Decline == nil {
			m.Fatalf("a good card is declined: %v", err)
		}
		return
	}
	m.check(err)
	if i.Status == connect.RequiresAction && authenticated {
		i = must[connect.Intent](m)(m.Authenticate(i.ID, true))
	}
	if i.Status == connect.Succeeded {
		m.methods[user] = append(m.methods[user], owned{i.Method.ID, c})
	}
}

// owner is whose things an operation names: mostly the user's own.
func (m *machine) owner(o op) string {
	if o.C%5 == 0 {
		return pick(m.users, o.B)
	}
	return pick(m.users, o.A)
}

// do runs an operation, compares the rule that answers with the one that the
// model expects, and checks that a refusal changes nothing.
func (m *machine) do(o op) {
	if len(m.users) == 0 {
		m.newUser()
		return
	}
	user, owner := pick(m.users, o.A), m.owner(o)
	own := func() owned { return pick(m.methods[owner], o.C) }
	session := ""
	if list := m.sessions[owner]; len(list) > 0 {
		session = list[max(len(list)-1-o.C%3, 0)] // one of the newest
	}
	switch o.Kind {
	case "user":
		m.newUser()
		if last := m.users[len(m.users)-1]; o.B%4 != 0 && len(m.methods[last]) == 0 {
			m.bill(last, true)
			m.card(last, good, true)
		}
	case "bill":
		m.bill(user, o.B%6 != 0)
	case "card":
		m.card(user, pick(cards, o.B), o.C%3 != 0)
	case "start":
		method, evse := own(), pick(machinePoints, o.B)
		m.expect(o, m.startRule(user, evse, method), func() error { return m.start(user, evse, method.id) })
	case "leave":
		m.expect(o, m.startRule(user, slow, pick(m.methods[user], o.C)), func() error {
			ctx, leave := context.WithCancel(context.Background())
			leave()
			_, err := m.Start(ctx, user, slow, pick(m.methods[user], o.C).id)
			if errors.Is(err, context.Canceled) {
				return nil
			}
			if err == nil {
				m.Fatal("started although the client left")
			}
			return m.noteHold(user, pick(m.methods[user], o.C).id, err)
		})
	case "stop":
		m.expect(o, m.stopRule(user, session), func() error { return m.State.Stop(user, session) })
	case "advance":
		m.advance(pick(moves, o.A))
	case "default":
		m.expect(o, m.methodRule(user, own().id), func() error { return m.SetDefault(user, own().id) })
	case "remove":
		id := own().id
		m.expect(o, m.removeRule(user, id), func() error { return m.RemoveMethod(user, id) })
	case "delete":
		if o.B%3 == 0 {
			m.expect(o, m.deleteRule(user), func() error { return m.DeleteUser(user) })
		}
	case "rate":
		m.expect(o, m.sessionRule(user, session), func() error {
			_, err := m.Rate(user, session, connect.Some(pick(rates, o.B)))
			return err
		})
	case "set-point":
		m.setPoint(o)
	case "owe":
		m.owe(o, user, own())
	case "pay", "authorize", "authenticate":
		m.bank(o, user)
	default:
		m.operator(o, session)
	}
}

func (m *machine) expect(o op, rule string, do func() error) {
	m.Helper()
	before := m.shown()
	got := ruleOf(m, do())
	fmt.Fprintln(&m.log, o, got)
	if got != rule {
		m.Fatalf("%s: rule %q, want %q", o, got, rule)
	}
	if got != "" {
		if diff := cmp.Diff(before, m.shown()); diff != "" {
			m.Fatalf("%s: refused by %s, but the state changed (-before +after):\n%s", o, got, diff)
		}
		return
	}
	switch o.Kind { // what the model learns from a success
	case "remove":
		user, id := pick(m.users, o.A), pick(m.methods[m.owner(o)], o.C).id
		m.methods[user] = slices.DeleteFunc(slices.Clone(m.methods[user]), func(p owned) bool { return p.id == id })
	case "delete":
		user := pick(m.users, o.A)
		m.users = slices.DeleteFunc(m.users, func(u string) bool { return u == user })
		m.gone = append(m.gone, user)
	}
}

func (m *machine) start(user, evse, method string) error {
	s, err := m.Start(context.Background(), user, evse, method)
	if err != nil {
		return m.noteHold(user, method, err)
	}
	m.sessions[user] = append(m.sessions[user], s.ID)
	m.holds = slices.DeleteFunc(m.holds, func(h hold) bool { return h.user == user && h.method == method && !m.exists(h.intent) })
	return nil
}

func (m *machine) noteHold(user, method string, err error) error {
	if r, ok := connect.AsRefusal(err); ok && r.Secret != "" {
		id := intentOf(r.Secret)
		if !slices.Contains(m.intents, id) {
			m.intents = append(m.intents, id)
			m.holds = append(m.holds, hold{user, method, id})
		}
	}
	return err
}

func (m *machine) exists(intent string) bool {
	_, err := m.Intent(intent)
	return err == nil
}

// bank plays the card holder. Its answers are judged by what they lead to.
func (m *machine) bank(o op, user string) {
	id := ""
	switch o.Kind {
	case "pay":
		if _, list, err := m.Debts(user, 0, every); err == nil && len(list) > 0 {
			id = intentOf(pick(list, o.B).Secret)
		}
	case "authorize":
		id = pick(m.holds, o.B).intent
	case "authenticate":
		id = pick(m.intents, o.B)
	}
	if !m.exists(id) {
		return
	}
	i, err := m.Intent(id)
	m.check(err)
	if o.Kind != "authenticate" {
		open := i.Status.Open()
		i, err = m.Confirm(id, with(pick(cards, o.C)))
		if errors.Is(err, connect.ErrIntentState) == open {
			m.Fatalf("%s: %s, %v", o, i.Status, err)
		}
	}
	if i.Status == connect.RequiresAction {
		setup, card := i.Setup, i.Method.Card
		i = must[connect.Intent](m)(m.Authenticate(id, o.C%4 != 0))
		if setup && i.Status == connect.Succeeded {
			m.own(i.Method.ID, card)
		}
	}
	fmt.Fprintln(&m.log, o, i.Status, err)
}

// own notes a card that was saved by authenticating a setup intent of some
// user: the one who has it now, if any.
func (m *machine) own(id string, c connect.Card) {
	for _, u := range m.users {
		if slices.ContainsFunc(m.view(u).Methods, func(p connect.PaymentMethod) bool { return p.ID == id }) {
			m.methods[u] = append(m.methods[u], owned{id, c})
		}
	}
}

func (m *machine) operator(o op, session string) {
	before, err := m.InspectSession(session)
	if err != nil {
		return
	}
	var want []connect.SessionState
	switch o.Kind {
	case "meter":
		want = []connect.SessionState{connect.StateActive, connect.StateCDRPending}
		kwh := decimal.New(int64(o.A*37), -3)
		if before.Energy != nil {
			kwh = kwh.Add(*before.Energy)
		}
		_, err = m.Meter(session, kwh)
	case "halt":
		want = []connect.SessionState{connect.StateActive}
		_, err = m.StopByStation(session)
	case "record":
		want = []connect.SessionState{connect.StateCDRPending}
		figure := pick(figures, o.A)
		_, err = m.DeliverCDR(session, figure, pick(outcomes, o.B+o.C))
		m.figures[session] = m.figures[session] || err == nil && figure != nil
		if errors.Is(err, connect.ErrNothingCharged) && m.at(session).State == connect.StateCDRPending {
			fmt.Fprintln(&m.log, o, err)
			return
		}
	}
	if slices.Contains(want, before.State) != (err == nil) || err != nil && !errors.Is(err, connect.ErrSessionState) {
		m.Fatalf("%s on a session that is %s: %v", o, before.State, err)
	}
	fmt.Fprintln(&m.log, o, err)
}

func TestState_machine(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		ops := anyOps().Draw(t, "ops")
		first, second := newMachine(t), newMachine(t)
		for _, o := range ops {
			first.do(o)
			first.judge(o)
			second.do(o)
		}
		if a, b := first.shown(), second.shown(); a != b {
			t.Fatalf("the same calls differ:\n%s", cmp.Diff(a, b))
		}
		if diff := cmp.Diff(first.log.String(), second.log.String()); diff != "" {
			t.Fatalf("the same calls had other answers:\n%s", diff)
		}
	})
}
