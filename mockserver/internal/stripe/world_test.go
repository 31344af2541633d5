package stripe_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/stripe"
	"cariqamock/mockserver/internal/stripe/testcard"
	worlds "cariqamock/mockserver/internal/world"
)

const (
	userID = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
	evse   = "DE*TST*E1"
	pk, sk = "pk_test_123", "sk_test_123"
)

func noon() time.Time { return time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC) }

// catalogue is one charge point that costs 0.50 per kWh.
type catalogue struct{}

func (catalogue) Adopt(*connect.Station) error { return nil }

func (catalogue) ChargePoint(id string) (connect.ChargePoint, bool) {
	return catalogue{}.Blank(id), id == evse
}

func (catalogue) Blank(id string) connect.ChargePoint {
	kwh := decimal.NewFromInt(10)
	return connect.ChargePoint{
		EVSE: id, Status: connect.Available, Site: connect.Site{Country: "DE", Partner: true, Zone: time.UTC},
		Tariff: &connect.Tariff{
			Currency: "eur", PreAuthorization: decimal.NewFromInt(50),
			KWh: []connect.PriceLine{{Weekday: connect.AllDays, From: "00:00", To: "24:00", Net: decimal.RequireFromString("0.50"), Tax: decimal.Zero}},
		},
		Script: connect.Script{CDRKWh: &kwh},
	}
}

// world is a handler with one state.
type world struct {
	t     *testing.T
	state *connect.State
	*stripe.Handler
	wall   time.Time
	faults *fault.Set
	mu     sync.Mutex
	calls  []stripe.Call // those that were recorded
	life   int64
}

func (w *world) ByIntent(id string) (*worlds.World, bool) {
	if _, err := w.state.Intent(id); err != nil {
		return nil, false
	}
	return &worlds.World{State: w.state, Faults: w.faults, Life: w.life}, true
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, wall: noon(), faults: fault.NewSet(1, "mock.test")}
	w.state = connect.New(connect.Config{
		World: "mock.test", Seed: 1, Clock: clock.New(noon, noon(), true),
		Catalogue: catalogue{}, Rules: connect.DefaultRules(), CDRDelay: time.Minute,
	})
	w.Handler = stripe.New(stripe.Config{
		Worlds: w, Seed: 1, Wall: func() time.Time { return w.wall },
		Base: func(r *http.Request) string { return "http://" + r.Host }, Record: func(c stripe.Call, _ http.Header) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.calls = append(w.calls, c)
		},
	})
	return w
}

// load adds a user to the world, with a method that behaves like the card of a
// token, and optionally a debt.
func (w *world) load(token string, debt bool) *world {
	w.t.Helper()
	card, ok := testcard.ByToken(token)
	if !ok {
		w.t.Fatalf("no token %s", token)
	}
	name, country := "A", "de"
	u := connect.SeedUser{
		User: connect.User{ID: userID, Locale: connect.German},
		Billing: connect.Billing{
			AccountType: connect.Personal, Country: &country, City: &name, Line1: &name, PostalCode: &name, FirstName: &name, LastName: &name,
		},
		Methods: []connect.PaymentMethod{{ID: "pm_saved", Card: card, Default: true, CreatedAt: noon().Add(-time.Hour)}},
	}
	if debt {
		stop := noon().Add(-10 * time.Minute)
		u.Sessions = []connect.SeedSession{{
			ID: "5d5ba0a6-4c7e-4ff4-9a0a-111111111111", EVSE: evse, MethodID: "pm_saved", Start: noon().Add(-20 * time.Minute), Stop: &stop,
			StoppedBy: connect.ByUser, CDR: &connect.CDR{At: noon().Add(-time.Minute), Charge: connect.ChargeFails},
		}}
	}
	if err := w.state.Load(connect.Seed{Users: []connect.SeedUser{u}}); err != nil {
		w.t.Fatal(err)
	}
	return w
}

func (w *world) setup() connect.Intent {
	w.t.Helper()
	i, err := w.state.NewSetupIntent(userID)
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

func (w *world) debt() connect.Intent {
	w.t.Helper()
	_, debts, err := w.state.Debts(userID, 0, 10)
	if err != nil || len(debts) != 1 {
		w.t.Fatalf("debts %v, %v", debts, err)
	}
	id, _, _ := strings.Cut(debts[0].Secret, "_secret_")
	i, err := w.state.Intent(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

func (w *world) hold() connect.Intent {
	w.t.Helper()
	_, err := w.state.Start(context.Background(), userID, evse, "pm_saved")
	var r *connect.Refusal
	if !errors.As(err, &r) || r.Secret == "" {
		w.t.Fatalf("start: %v", err)
	}
	id, _, _ := strings.Cut(r.Secret, "_secret_")
	i, err := w.state.Intent(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

func (w *world) methods() []string {
	w.t.Helper()
	_, list, err := w.state.PaymentMethods(userID, 0, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	ids := []string{}
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	return ids
}

// source returns the source of an intent's 3-D Secure.
func source(i connect.Intent) string {
	_, id, _ := strings.Cut(i.ID, "_")
	return "src_" + id
}

func path(i connect.Intent) string {
	if i.Setup {
		return "/v1/setup_intents/" + i.ID
	}
	return "/v1/payment_intents/" + i.ID
}

// post sends a form with a key.
func (w *world) post(key, to string, form ...string) answer {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i < len(form); i += 2 {
		v.Add(form[i], form[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+key)
	return w.send(r)
}

func (w *world) confirm(i connect.Intent, form ...string) answer {
	w.t.Helper()
	return w.post(pk, path(i)+"/confirm", append([]string{"client_secret", i.Secret}, form...)...)
}

func (w *world) get(key, to string) answer {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, to, nil)
	r.Header.Set("Authorization", "Bearer "+key)
	return w.send(r)
}

type object = map[string]any

type answer struct {
	status int
	header http.Header
	body   object
}

func (w *world) send(r *http.Request) answer {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	data, _ := io.ReadAll(rec.Body)
	a := answer{status: rec.Code, header: rec.Header()}
	if err := json.Unmarshal(data, &a.body); err != nil {
		w.t.Fatalf("answer is no JSON: %v\n%s", err, data)
	}
	if a.header.Get("Content-Type") != "application/json" || !strings.HasPrefix(a.header.Get("Request-Id"), "req_") {
		w.t.Errorf("header %v", a.header)
	}
	for _, wrong := range departures(a.body, r.Header.Get("Authorization") == "Bearer "+sk) {
		w.t.Errorf("%s %s: %s", r.Method, r.URL.Path, wrong)
	}
	return a
}

// fault returns the error of an answer without its long parts.
func (a answer) fault() object {
	out := object{"status": a.status}
	e, _ := a.body["error"].(object)
	for _, k := range []string{"type", "code", "decline_code", "message", "param"} {
		if v, ok := e[k]; ok {
			out[k] = v
		}
	}
	return out
}
