package connect_test

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// start is when the clocks of these tests start: a Thursday afternoon.
var start = time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)

// The charge points of these tests.
const (
	plain       = "DE*T*PLAIN"       // one user at a time, no readings, nothing in the CDR
	metered     = "DE*T*METERED"     // one user at a time, ten readings that end with the session
	virtual     = "DE*T*VIRTUAL"     // any number of users, readings go on after the end, CDR with 10 kWh
	shared      = "DE*T*SHARED"      // one user at a time, CDR with 10 kWh
	expensive   = "DE*T*EXPENSIVE"   // CDR with 200 kWh at a non-partner station: more than the hold
	chargeFails = "DE*T*CHARGEFAILS" // the final charge fails
	chargeSCA   = "DE*T*CHARGESCA"   // the final charge needs the card holder
	never       = "DE*T*NEVER"       // the CDR never arrives
	empty       = "DE*T*EMPTY"       // CDR with 0 kWh
	endsItself  = "DE*T*ENDSITSELF"  // the station ends the session after two minutes
	lateCDR     = "DE*T*LATECDR"     // the CDR takes five minutes
	italy       = "IT*T*ITALY"       // in Italy
	slow        = "DE*T*SLOW"        // the provider takes five minutes to accept
	slowFails   = "DE*T*SLOWFAILS"   // the provider takes five minutes to refuse
	outOfOrder  = "DE*T*OUTOFORDER"
	busy        = "DE*T*BUSY" // an unknown user charges here
	reserved    = "DE*T*RESERVED"
	charging    = "DE*T*CHARGING" // in the catalogue
	noStation   = "DE*T*NOSTATION"
	declined    = "DE*T*DECLINED"
	sca         = "DE*T*SCA"
	fails       = "DE*T*FAILS"
	crashes     = "DE*T*CRASHES"
	stopFails   = "DE*T*STOPFAILS"
	stopFails9  = "DE*T*STOPFAILS409"
	stopCrashes = "DE*T*STOPCRASHES"
	nowhere     = "DE*T*NOWHERE" // not in the catalogue
)

// points is a catalogue.
type points map[string]connect.ChargePoint

func (p points) ChargePoint(evse string) (connect.ChargePoint, bool) {
	cp, ok := p[evse]
	return cp, ok
}

func (p points) Blank(evse string) connect.ChargePoint { return point(evse, connect.Script{}) }

func (p points) Adopt(st *connect.Station) error {
	for i := range st.Points {
		if st.Points[i].Tariff == nil {
			st.Points[i].Tariff = p.Blank("").Tariff
		}
	}
	return nil
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func ptr[T any](v T) *T { return &v }

func each(net string) []connect.PriceLine {
	return []connect.PriceLine{{Weekday: connect.AllDays, Net: dec(net), Tax: dec("19")}}
}

func point(evse string, script connect.Script) connect.ChargePoint {
	return connect.ChargePoint{
		EVSE: evse, Status: connect.Available, Connector: "IEC_62196_T2", PowerKW: 22,
		Site:   connect.Site{StationID: "station", Country: "DE", Partner: true, Zone: time.UTC},
		Tariff: &connect.Tariff{Currency: "eur", PreAuthorization: dec("50.00"), KWh: each("0.4530")},
		Script: script,
	}
}

func readings() []connect.Reading {
	out := make([]connect.Reading, 10)
	for i := range out {
		k := int64(i + 1)
		out[i] = connect.Reading{At: time.Duration(k) * 15 * time.Second, KWh: decimal.New(k, 0)}
	}
	return out
}

func catalogue() points {
	ten := ptr(dec("10"))
	list := points{}
	for evse, script := range map[string]connect.Script{
		plain:       {},
		metered:     {Meter: readings()},
		virtual:     {Open: true, Meter: readings(), AfterStop: true, CDRKWh: ten},
		shared:      {CDRKWh: ten},
		expensive:   {CDRKWh: ptr(dec("200"))},
		chargeFails: {CDRKWh: ten, Charge: connect.ChargeFails},
		chargeSCA:   {CDRKWh: ten, Charge: connect.ChargeAuthenticates},
		never:       {CDRKWh: ten, NeverCDR: true},
		empty:       {Meter: readings(), CDRKWh: ptr(dec("0"))},
		endsItself:  {Meter: readings(), EndsAfter: 2 * time.Minute},
		lateCDR:     {CDRKWh: ten, CDRDelay: ptr(5 * time.Minute)},
		italy:       {Open: true, CDRKWh: ten},
		slow:        {CDRKWh: ten, StartDelay: 5 * time.Minute},
		slowFails:   {StartDelay: 5 * time.Minute, Start: connect.StartFails},
		outOfOrder:  {},
		busy:        {Busy: true},
		reserved:    {},
		charging:    {Busy: true},
		noStation:   {Start: connect.StartNoStation},
		declined:    {Start: connect.StartDeclined},
		sca:         {Start: connect.StartSCA, CDRKWh: ten},
		fails:       {Start: connect.StartFails},
		crashes:     {Start: connect.StartUnexpected},
		stopFails:   {Stop: connect.StopFails, CDRKWh: ten},
		stopFails9:  {Stop: connect.StopFails409, CDRKWh: ten},
		stopCrashes: {Stop: connect.StopUnexpected, CDRKWh: ten},
	} {
		list[evse] = point(evse, script)
	}
	change := func(evse string, do func(*connect.ChargePoint)) {
		p := list[evse]
		do(&p)
		list[evse] = p
	}
	change(italy, func(p *connect.ChargePoint) { p.Site.Country = "IT" })
	change(outOfOrder, func(p *connect.ChargePoint) { p.Status = connect.OutOfOrder })
	change(charging, func(p *connect.ChargePoint) { p.Status = connect.Charging })
	change(reserved, func(p *connect.ChargePoint) { p.Status = connect.Reserved })
	change(expensive, func(p *connect.ChargePoint) {
		p.Site.Partner = false
		p.Tariff = &connect.Tariff{
			Currency: "eur", PreAuthorization: dec("50.00"),
			KWh: each("0.4530"), Time: each("1.2000"), SessionFee: each("0.5000"), StartingFee: each("0.4958"),
		}
	})
	return list
}

// The cards of these tests.
var (
	cardDeclined = connect.Decline{Code: "card_declined", DeclineCode: "generic_decline", Message: "Your card was declined."}
	good         = connect.Card{Type: connect.TypeCard, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2030}
	refusesSetup = conduct(connect.Conduct{Setup: connect.Answer{Decline: &cardDeclined}})
	refusesLater = conduct(connect.Conduct{
		OffSession: connect.Answer{Decline: &cardDeclined}, OnSession: connect.Answer{Decline: &cardDeclined},
	})
	setupSCA  = conduct(connect.Conduct{Setup: connect.Answer{Authenticate: true}})
	alwaysSCA = conduct(connect.Conduct{
		Setup:      connect.Answer{Authenticate: true},
		OffSession: connect.Answer{Authenticate: true}, OnSession: connect.Answer{Authenticate: true},
	})
	scaThenNo = conduct(connect.Conduct{
		Setup:      connect.Answer{Authenticate: true},
		OffSession: connect.Answer{Authenticate: true, Decline: &cardDeclined},
		OnSession:  connect.Answer{Authenticate: true, Decline: &cardDeclined},
	})
)

func conduct(c connect.Conduct) connect.Card {
	card := good
	card.Conduct = c
	return card
}

// world is a state under test, with a frozen clock.
type world struct {
	rapid.TB
	*connect.State
	clock *clock.Clock
}

func config(c *clock.Clock) connect.Config {
	return connect.Config{
		World: "test", Seed: 1, Clock: c, Catalogue: catalogue(), Rules: connect.DefaultRules(), CDRDelay: time.Minute,
	}
}

func frozen() *clock.Clock { return clock.New(func() time.Time { return start }, start, true) }

func newWorld(t rapid.TB) *world {
	c := frozen()
	return &world{t, connect.New(config(c)), c}
}

// seeded is a world whose one user, with two good methods of which the first
// is the default, has the sessions given.
func seeded(t rapid.TB, sessions ...connect.SeedSession) *world {
	t.Helper()
	w := newWorld(t)
	w.check(w.Load(connect.Seed{Users: []connect.SeedUser{{
		User: connect.User{ID: seedUser, Locale: connect.English}, Billing: german(),
		Methods: []connect.PaymentMethod{
			{ID: "pm_first", Default: true, Card: good, CreatedAt: start.Add(-2 * time.Hour)},
			{ID: "pm_second", Card: good, CreatedAt: start.Add(-time.Hour)},
		},
		Sessions: sessions,
	}}}))
	return w
}

const seedUser = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

func (w *world) advance(d time.Duration) {
	w.Helper()
	_, err := w.clock.Apply(clock.Change{Advance: &d})
	w.check(err)
	w.consistent()
}

func (w *world) consistent() {
	w.Helper()
	if bad := w.Invariants(); bad != nil {
		w.Fatalf("invariants: %q", bad)
	}
	if err := w.Recount(); err != nil {
		w.Fatal(err)
	}
}

// check fails the test on an error.
func (w *world) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func must[T any](t rapid.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func german() connect.Billing {
	return connect.Billing{
		AccountType: connect.Personal, Country: ptr("de"), City: ptr("Berlin"), Line1: ptr("Weg 1"),
		PostalCode: ptr("10243"), FirstName: ptr("Erika"), LastName: ptr("Muster"),
	}
}

// CreateUser makes a user in a world that has room for one.
func (w *world) CreateUser(c connect.UserUpdate) connect.User {
	return must[connect.User](w)(w.State.CreateUser(c))
}

// driver is a user who is ready to charge with one good card.
func (w *world) driver() (user, method string) {
	w.Helper()
	user = w.CreateUser(connect.UserUpdate{}).ID
	must[connect.Billing](w)(w.SetBilling(user, german()))
	return user, w.addCard(user, good)
}

// addCard saves a card, authenticating where the bank asks for it.
func (w *world) addCard(user string, c connect.Card) string {
	w.Helper()
	i := must[connect.Intent](w)(w.NewSetupIntent(user))
	i = must[connect.Intent](w)(w.Confirm(i.ID, connect.PaymentSource{Card: &c}))
	if i.Status == connect.RequiresAction {
		i = must[connect.Intent](w)(w.Authenticate(i.ID, true))
	}
	if i.Method == nil {
		w.Fatalf("setup intent is %s, want a method", i.Status)
	}
	return i.Method.ID
}

func (w *world) tryStart(user, evse, method string) error {
	_, err := w.Start(context.Background(), user, evse, method)
	return err
}

func (w *world) charge(user, evse, method string) connect.Session {
	w.Helper()
	return must[connect.Session](w)(w.Start(context.Background(), user, evse, method))
}

// debt leaves a user with a debt of 5.39 and returns its payment intent.
func (w *world) debt(user, method string) (intent string) {
	w.Helper()
	s := w.charge(user, chargeFails, method)
	w.check(w.State.Stop(user, s.ID))
	w.advance(time.Minute)
	return w.debtIntent(user)
}

func (w *world) debtIntent(user string) string {
	w.Helper()
	n, list, err := w.Debts(user, 0, 1)
	w.check(err)
	if n == 0 {
		w.Fatal("no debt")
	}
	return intentOf(list[0].Secret)
}

func (w *world) pay(intent string) {
	w.Helper()
	w.payWith(intent, good)
}

func (w *world) payWith(intent string, c connect.Card) {
	w.Helper()
	i := must[connect.Intent](w)(w.Confirm(intent, connect.PaymentSource{Card: &c}))
	if i.Status == connect.RequiresAction {
		must[connect.Intent](w)(w.Authenticate(intent, true))
	}
}

// stop is State.Stop under a name that rapid.TB leaves free.
func (w *world) stop(user, session string) {
	w.Helper()
	w.check(w.State.Stop(user, session))
}

func (w *world) at(session string) connect.Session {
	w.Helper()
	return must[connect.Session](w)(w.InspectSession(session))
}

func (w *world) state(session string, want connect.SessionState) {
	w.Helper()
	if got := w.at(session).State; got != want {
		w.Fatalf("session is %s, want %s", got, want)
	}
}

// intentOf is the intent that a client secret belongs to.
func intentOf(secret string) string {
	for i := range secret {
		if i+8 <= len(secret) && secret[i:i+8] == "_secret_" {
			return secret[:i]
		}
	}
	return ""
}

// ruleOf returns the id of the rule that refused, or "".
func ruleOf(t rapid.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	r, ok := connect.AsRefusal(err)
	if !ok {
		t.Fatalf("error %v, want none or a refusal", err)
	}
	return r.Rule.ID
}

func ids(rules connect.Rules) []string {
	out := []string{}
	for _, r := range rules {
		out = append(out, r.ID)
	}
	return out
}

// view is all that the API shows of a user.
type view struct {
	User     connect.User
	Billing  connect.Billing
	Methods  []connect.PaymentMethod
	Sessions []sessionView
	Debts    []connect.Debt
	Invoices []connect.Invoice
	Removal  map[string][]string
}

// sessionView leaves out the charge point, which never changes.
type sessionView struct {
	ID, Method, EndedBy string
	State               connect.SessionState
	StartedAt           time.Time
	EndedAt             *time.Time
	Energy              *decimal.Decimal
	Cost                *connect.Cost
	Running             connect.Cost
	Captured            decimal.Decimal
	InvoicedAt          *time.Time
	Rates               *int
}

const every = 1 << 20

func (w *world) view(user string) view {
	w.Helper()
	v := view{Removal: map[string][]string{}}
	var err error
	v.User = must[connect.User](w)(w.User(user))
	v.Billing = must[connect.Billing](w)(w.Billing(user))
	_, v.Methods, err = w.PaymentMethods(user, 0, every)
	w.check(err)
	_, v.Debts, err = w.Debts(user, 0, every)
	w.check(err)
	_, v.Invoices, err = w.Invoices(user, 0, every)
	w.check(err)
	_, list, err := w.Sessions(user, 0, every)
	w.check(err)
	for _, s := range list {
		v.Sessions = append(v.Sessions, sessionView{
			s.ID, s.MethodID, s.EndedBy, s.State, s.StartedAt, s.EndedAt, s.Energy, s.Cost, s.Running, s.Captured, s.InvoicedAt, s.Rates,
		})
	}
	for _, m := range v.Methods {
		v.Removal[m.ID] = ids(must[connect.Rules](w)(w.Removal(user, m.ID)))
	}
	return v
}

// shown is everything that the API shows, as text.
func (w *world) shown() string {
	w.Helper()
	_, users := w.Users("", 0, every)
	var views []view
	for _, u := range users {
		views = append(views, w.view(u.ID))
	}
	status := map[string]connect.EVSEStatus{}
	changed := w.ChangedPoints()
	slices.Sort(changed)
	for _, evse := range changed {
		if st, ok := w.PointStatus(evse); ok {
			status[evse] = st
		}
	}
	_, sessions := w.Counts()
	b, err := json.MarshalIndent(map[string]any{"now": w.Now(), "users": views, "points": status, "sessions": sessions}, "", " ")
	w.check(err)
	return string(b)
}
