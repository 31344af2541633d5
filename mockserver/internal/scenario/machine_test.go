package scenario_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stations"
	"cariqamock/mockserver/internal/stripe/testcard"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// machine changes a state at random by the domain's operations.
type machine struct {
	t     *rapid.T
	state *connect.State
	clock *clock.Clock
	evses []string

	ctx     context.Context
	waiting []wait // starts that the provider has not answered
}

type wait struct {
	until time.Time
	done  chan struct{}
}

const slow, refusing, silenced = "DE*X*SLOW", "DE*X*REFUSES", "DE*2GO*EMCD1520*1B*3"

func newMachine(ctx context.Context, t *rapid.T, c *stations.Catalogue) *machine {
	start := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)
	m := &machine{t: t, ctx: ctx, clock: clock.New(func() time.Time { return start }, start, true)}
	m.state = newState(c, m.clock)
	delay, fails, shut, none := 3*time.Minute, connect.StartFails, connect.StopFails409, []connect.Reading{}
	five := []connect.Reading{{At: time.Minute, KWh: decimal.NewFromInt(5)}}
	seed := connect.Seed{Stations: []connect.Station{owned()}, Points: []connect.PointOverride{
		{EVSE: slow, StartDelay: &delay},
		{EVSE: silenced, Meter: none},
		{EVSE: refusing, StartDelay: &delay, Start: &fails, Meter: five},
		{EVSE: shared, Stop: &shut, Meter: five},
	}, Users: []connect.SeedUser{customer("9405cf8c-8375-4373-b4d3-b61f9a0c01eb", "pm_a"), customer("9405cf8c-8375-4373-b4d3-b61f9a0c01ec", "pm_b")}}
	if err := m.state.Load(seed); err != nil {
		t.Fatal(err)
	}
	m.evses = []string{progress, shared, "DE*MCK*CHARGE*FAILS", "DE*MCK*E402*SCA", "DE*CIQ*EELDF6XWZU41P*2", silenced, itself, slow, refusing, "CH*OWN*E1", "CH*OWN*E2"}
	for _, p := range c.Known() {
		if p.Kind == "magic" {
			m.evses = append(m.evses, p.EVSE)
		}
	}
	return m
}

// owned returns a station of a world's own, without some of its data.
func owned() connect.Station {
	chf := &connect.Tariff{Currency: "chf", PreAuthorization: decimal.NewFromInt(20), KWh: []connect.PriceLine{
		{Weekday: "SUNDAY", From: "22:00", To: "06:00", DateFrom: "2026-01-01", DateTo: "2026-12-31", Net: decimal.New(31, -2), Tax: decimal.New(81, -1)},
		{Weekday: connect.AllDays, Net: decimal.New(4275, -4), Tax: decimal.New(81, -1)},
	}}
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		panic(err)
	}
	return connect.Station{
		Site:     connect.Site{StationID: "own", Name: "Own", Country: "CH", Latitude: "47.547400", Longitude: "-7.589600", Zone: zone},
		Operator: "O", OperatorID: "CH*OWN", Opening: connect.OpeningTimes{RegularHours: []connect.Hours{{Weekday: "SUNDAY", Begin: "08:00"}}},
		Amenities: []string{"WIFI"}, LastUpdated: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Points: []connect.ChargePoint{
			{EVSE: "CH*OWN*E1", Status: connect.Available, Connector: "CHADEMO", PowerKW: 50, Tariff: chf},
			{EVSE: "CH*OWN*E2", Status: connect.OutOfOrder, Tariff: &connect.Tariff{Currency: "eur", PreAuthorization: decimal.NewFromInt(50), Unknown: true}},
		},
	}
}

// customer returns a user who can charge.
func customer(id, method string) connect.SeedUser {
	de, name := "de", "N"
	visa, _ := testcard.ByToken("pm_card_visa")
	return connect.SeedUser{
		User: connect.User{ID: id, Locale: connect.German},
		Billing: connect.Billing{
			AccountType: connect.Personal, Country: &de, City: &name, Line1: &name, PostalCode: &name, FirstName: &name, LastName: &name,
		},
		Methods: []connect.PaymentMethod{{ID: method, Default: true, Card: visa, CreatedAt: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}},
	}
}

func newState(c connect.Catalogue, clk *clock.Clock) *connect.State {
	return connect.New(connect.Config{
		World: "w", Clock: clk, Catalogue: c, Rules: connect.DefaultRules(), CDRDelay: connect.DefaultCDRDelay,
	})
}

// finish ends the waiting starts.
func (m *machine) finish(cancel context.CancelFunc) {
	cancel()
	for _, w := range m.waiting {
		<-w.done
	}
}

func pick[T any](m *machine, label string, list []T) (T, bool) {
	if len(list) == 0 {
		var none T
		return none, false
	}
	return rapid.SampledFrom(list).Draw(m.t, label), true
}

func (m *machine) user() (string, bool) {
	_, list := m.state.Users("", 0, 100)
	slices.Reverse(list) // the first elements are drawn more often
	u, ok := pick(m, "user", list)
	return u.ID, ok
}

func (m *machine) method(user string) (string, bool) {
	_, list, _ := m.state.PaymentMethods(user, 0, 100)
	p, ok := pick(m, "method", list)
	return p.ID, ok
}

func (m *machine) session(user string) (string, bool) {
	_, list, _ := m.state.Sessions(user, 0, 100)
	s, ok := pick(m, "session", list)
	return s.ID, ok
}

func (m *machine) advance(d time.Duration) {
	if _, err := m.clock.Apply(clock.Change{Advance: &d}); err != nil {
		m.t.Fatal(err)
	}
	now, still := m.clock.Now(), m.waiting[:0]
	for _, w := range m.waiting {
		if w.until.After(now) {
			still = append(still, w)
		} else {
			<-w.done
		}
	}
	m.waiting = still
}

func (m *machine) step() {
	user, ok := m.user()
	if !ok {
		m.create("")
		return
	}
	steps := map[string]func(string){
		"create": m.create, "update": m.update, "bill": m.bill, "add": m.add, "choose": m.choose, "remove": m.remove,
		"start": m.start, "stop": m.stop, "meter": m.meter, "deliver": m.deliver, "rate": m.rate, "pay": m.pay,
		"move": m.move, "drop": m.drop, "override": m.override, "owe": m.owe,
	}
	steps[rapid.SampledFrom([]string{
		"start", "stop", "move", "deliver", "pay", "add", "meter", "start", "stop", "move", "deliver", "pay",
		"choose", "remove", "start", "stop", "deliver", "move", "choose", "remove", "rate", "update", "bill", "create", "drop", "override", "owe",
	}).Draw(m.t, "step")](user)
}

func (m *machine) create(string) { m.state.CreateUser(m.properties()) }
func (m *machine) update(u string) {
	_, _ = m.state.UpdateUser(u, m.properties())
}

func (m *machine) text(label string) *string {
	return rapid.OneOf(
		rapid.Just[*string](nil), rapid.Ptr(rapid.String(), false),
		rapid.Ptr(rapid.SampledFrom([]string{"", "no", "10243", "Weg 1", "a: b # c", "- x", " x ", "{}", "~", "1e3", "\u2028\ufffd\"\\\n\t", "null", "🚗"}), false),
	).Draw(m.t, label)
}

// clean removes what the API does not accept.
func clean(s *string, most int) *string {
	if s == nil {
		return nil
	}
	v := []rune(strings.ReplaceAll(*s, "\x00", ""))
	text := string(v[:min(len(v), most)])
	return &text
}

func (m *machine) properties() connect.UserUpdate {
	c := connect.UserUpdate{Locale: connect.Some(rapid.SampledFrom([]connect.Locale{connect.English, connect.German}).Draw(m.t, "locale"))}
	switch rapid.IntRange(0, 2).Draw(m.t, "custom") {
	case 1:
		c.Custom = connect.Some[*connect.CustomUpdate](nil)
	case 2:
		c.Custom = connect.Some(&connect.CustomUpdate{ExternalID: connect.Some(clean(m.text("external id"), 250))})
	}
	mail := rapid.SampledFrom([]string{"", "a@example.com", "\"a b\"@[127.0.0.1]", "x@localhost", "ä@müller.de"}).Draw(m.t, "email")
	if mail != "" {
		c.Email = connect.Some(&mail)
	}
	return c
}

func (m *machine) bill(u string) {
	text := func(most int) *string { return clean(m.text("billing"), most) }
	b := connect.Billing{AccountType: rapid.SampledFrom([]connect.AccountType{connect.Personal, connect.Business}).Draw(m.t, "account")}
	if rapid.SampledFrom([]bool{true, true, false}).Draw(m.t, "complete") {
		de, name := "de", "N"
		b.Country, b.City, b.Line1, b.PostalCode, b.FirstName, b.LastName, b.CompanyName = &de, &name, &name, &name, &name, &name, &name
	} else {
		b.Country, b.City, b.TaxID, b.CompanyName, b.VATID = text(150), text(50), text(30), text(400), text(400)
		b.Line1, b.PostalCode, b.FirstName, b.LastName = text(400), text(400), text(150), text(150)
	}
	_, _ = m.state.SetBilling(u, b)
}

func (m *machine) card() *connect.Card {
	tokens := append([]string{"pm_card_visa", "pm_card_authenticationRequired", "pm_card_chargeCustomerFail"}, testcard.Tokens()...)
	c, _ := testcard.ByToken(rapid.SampledFrom(tokens).Draw(m.t, "card"))
	c.Type = rapid.SampledFrom([]connect.MethodType{connect.TypeCard, connect.TypeApplePay}).Draw(m.t, "type")
	c.Holder = clean(m.text("holder"), 400)
	c.ExpYear = rapid.IntRange(2026, 2076).Draw(m.t, "year")
	return &c
}

func (m *machine) add(u string) {
	i, err := m.state.NewSetupIntent(u)
	if err != nil {
		return
	}
	if i, err = m.state.Confirm(i.ID, connect.PaymentSource{Card: m.card()}); err == nil && i.Status == connect.RequiresAction {
		_, _ = m.state.Authenticate(i.ID, rapid.Bool().Draw(m.t, "authenticate"))
	}
}

func (m *machine) choose(u string) {
	if pm, ok := m.method(u); ok {
		_ = m.state.SetDefault(u, pm)
	}
}

func (m *machine) remove(u string) {
	if pm, ok := m.method(u); ok {
		_ = m.state.RemoveMethod(u, pm)
	}
}

// start starts a session. If the bank requires 3-D Secure it may begin that,
// and if the provider is slow it does not wait.
func (m *machine) start(u string) {
	pm, ok := m.method(u)
	if !ok {
		return
	}
	evse := rapid.SampledFrom(m.evses).Draw(m.t, "evse")
	if evse == slow || evse == refusing {
		m.background(u, evse, pm)
		return
	}
	_, err := m.state.Start(m.ctx, u, evse, pm)
	r, ok := connect.AsRefusal(err)
	if !ok || r.Secret == "" {
		return
	}
	id, _, _ := strings.Cut(r.Secret, "_secret_")
	src := connect.PaymentSource{MethodID: pm}
	if rapid.IntRange(0, 3).Draw(m.t, "another card") == 0 {
		src = connect.PaymentSource{Card: m.card()}
	}
	i, _ := m.state.Confirm(id, src)
	if i.Status == connect.RequiresAction && rapid.Bool().Draw(m.t, "challenge") {
		_, _ = m.state.Authenticate(id, rapid.Bool().Draw(m.t, "authenticate"))
	}
}

// background starts a session and waits until the state has it.
func (m *machine) background(u, evse, pm string) {
	_, _, _ = m.state.Sessions(u, 0, 1) // drops refused attempts
	before := m.state.Bytes()
	w := wait{until: m.clock.Now().Add(3 * time.Minute), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		_, _ = m.state.Start(m.ctx, u, evse, pm)
	}()
	for {
		select {
		case <-w.done: // refused at once
			return
		default:
		}
		if m.state.Bytes() > before {
			m.waiting = append(m.waiting, w)
			return
		}
		runtime.Gosched()
	}
}

func (m *machine) stop(u string) {
	if id, ok := m.session(u); ok && rapid.IntRange(0, 2).Draw(m.t, "by station") == 0 {
		_, _ = m.state.StopByStation(id)
	} else if ok {
		_ = m.state.Stop(u, id)
	}
}

func (m *machine) kwh() decimal.Decimal {
	return decimal.New(rapid.SampledFrom([]int64{10_000, 0, 200_000, 4_000, 12_345, 1}).Draw(m.t, "wh"), -3)
}

func (m *machine) meter(u string) {
	if id, ok := m.session(u); ok {
		_, _ = m.state.Meter(id, m.kwh())
	}
}

func (m *machine) deliver(u string) {
	id, ok := m.session(u)
	if !ok {
		return
	}
	var kwh *decimal.Decimal
	if rapid.Bool().Draw(m.t, "own figure") {
		d := m.kwh()
		kwh = &d
	}
	_, _ = m.state.DeliverCDR(id, kwh, rapid.SampledFrom([]connect.ChargeOutcome{
		connect.ChargeFails, connect.ChargeByCard, connect.ChargeAuthenticates, connect.ChargeSucceeds,
	}).Draw(m.t, "charge"))
}

// override overrides a charge point, or removes the override.
func (m *machine) override(string) {
	var status *connect.EVSEStatus
	if st := rapid.SampledFrom(append([]connect.EVSEStatus{""}, connect.EVSEStatuses()...)).Draw(m.t, "status"); st != "" {
		status = &st
	}
	yes, no := true, false
	busy := rapid.SampledFrom([]*bool{nil, &yes, &no}).Draw(m.t, "busy")
	if _, err := m.state.SetPoint(rapid.SampledFrom(m.evses).Draw(m.t, "evse"), status, busy); err != nil {
		m.t.Fatal(err)
	}
}

// owe makes a debt at one of the virtual points, one of which has no script.
func (m *machine) owe(u string) {
	_, _ = m.state.MakeDebt(u, connect.DebtSpec{KWh: m.kwh(), Points: []string{refusing, silenced, progress}})
}

func (m *machine) rate(u string) {
	if id, ok := m.session(u); ok {
		n := rapid.IntRange(0, 5).Draw(m.t, "rates")
		rates := &n
		if n == 0 {
			rates = nil
		}
		_, _ = m.state.Rate(u, id, connect.Some(rates))
	}
}

func (m *machine) pay(u string) {
	_, list, _ := m.state.Debts(u, 0, 10)
	debt, ok := pick(m, "debt", list)
	if !ok {
		return
	}
	id, _, _ := strings.Cut(debt.Secret, "_secret_")
	visa, _ := testcard.ByToken("pm_card_visa")
	if i, err := m.state.Confirm(id, connect.PaymentSource{Card: &visa}); err == nil && i.Status == connect.RequiresAction {
		_, _ = m.state.Authenticate(id, true)
	}
}

func (m *machine) move(string) {
	m.advance(rapid.SampledFrom([]time.Duration{
		time.Minute, 0, 3 * time.Minute, time.Hour, time.Microsecond, time.Second, 14 * time.Second, 2 * time.Minute, 50 * time.Hour,
	}).Draw(m.t, "by"))
}

func (m *machine) drop(u string) {
	if rapid.IntRange(0, 4).Draw(m.t, "really") == 0 {
		_ = m.state.DeleteUser(u)
	}
}
