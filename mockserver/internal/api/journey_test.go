package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"cariqamock/mockserver"
)

// TestSeedPage runs the calls of the vendor's page on payment methods.
func TestSeedPage(t *testing.T) {
	f := start(t)
	same(t, f.do(get(me+"/payment-methods/")), reply(200, `{"count":2,"next":null,"previous":null,"results":[`+
		`{"id":"pm_1TD1M3HtgZxQ1KXx5wMzfx15","default":false,"type":"apple_pay","card":{"brand":"visa","last4":"4242","expiration_date":"12/2027","cardholder_name":"John Doe"},"created_at":"2026-03-20T11:36:39Z"},`+
		`{"id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM","default":true,"type":"card","card":{"brand":"visa","last4":"4242","expiration_date":"04/2044","cardholder_name":null},"created_at":"2026-03-20T11:36:30Z"}]}`,
		allow(allowGet)...))
	intent := f.body(get(me+"/setup-intents/?pm_type=card"), 200)
	secret := text(t, intent, "setup_intent_client_secret")
	if !strings.HasPrefix(secret, "seti_") || strings.Count(secret, "_") != 3 || intent["client_secret"] != secret {
		t.Errorf("setup intent: %v", intent)
	}
	a, b := f.in(t, "removable"), f.in(t, "removable")
	setDefault, remove := call("POST", me+"/payment-methods/pm_abc123/default/"), call("DELETE", me+"/payment-methods/pm_abc123/")
	same(t, a.do(setDefault), reply(204, "", allow(allowPost)...))
	same(t, b.do(remove), reply(204, "", allow(allowDelete)...))
	same(t, a.do(remove), reply(400,
		`{"detail":"Payment Method Error","error":{"type":"payment_method_error","details":"The default payment method cannot be removed."}}`,
		ruled(allowDelete, "remove-payment-method/default-method")...))
}

// TestRemovalRestrictions brings about each restriction, reads its explanation
// and clears it.
func TestRemovalRestrictions(t *testing.T) {
	f := start(t)
	byAdvance := func(d time.Duration) func(*testing.T, *fake) {
		return func(_ *testing.T, w *fake) { w.WorldOf(w.token).Clock.Advance(d) }
	}
	stop := func(t *testing.T, w *fake) {
		session := text(t, w.body(get(me+"/charging-sessions/"), 200), "results", 0, "id")
		w.body(call("POST", me+"/charging/stop/"+session+"/"), 204)
		w.WorldOf(w.token).Clock.Advance(10 * time.Minute)
	}
	other := func(t *testing.T, w *fake) {
		for i := range 2 {
			m := w.body(get(me+"/payment-methods/"), 200)
			if id := text(t, m, "results", i, "id"); id != "pm_abc123" {
				w.body(call("POST", me+"/payment-methods/"+id+"/default/"), 204)
			}
		}
	}
	const method = "payment_method_error"
	cases := map[string]struct {
		status int
		kind   string
		rules  []string // all that apply, the one that answers first
		remedy func(*testing.T, *fake)
	}{
		"removable":                {204, "", nil, nil},
		"session-starting":         {400, method, []string{"session-starting"}, byAdvance(10 * time.Minute)},
		"method-on-active-session": {400, method, []string{"method-on-active-session", "active-session"}, stop},
		"active-session":           {400, method, []string{"active-session"}, stop},
		"default-method":           {400, method, []string{"default-method"}, other},
		"cdr-pending":              {400, method, []string{"cdr-pending"}, byAdvance(10 * time.Minute)},
		"debt":                     {402, "payment_error", []string{"debt"}, func(t *testing.T, w *fake) { payDebt(t, w, "pm_card_visa") }},
	}
	remove := call("DELETE", me+"/payment-methods/pm_abc123/")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := f.in(t, name)
			var seen struct {
				Allowed bool
				Rules   []struct{ ID string }
			}
			explain := w.do(get("/__admin/worlds/"+w.token+"/users/"+user+"/payment-methods/pm_abc123/removal", "Authorization", "-"))
			if err := json.Unmarshal([]byte(explain.Body), &seen); err != nil {
				t.Fatal(err)
			}
			var rules []string
			for _, r := range seen.Rules {
				rules = append(rules, strings.TrimPrefix(r.ID, "remove-payment-method/"))
			}
			if diff := cmp.Diff(c.rules, rules); diff != "" || seen.Allowed != (c.rules == nil) {
				t.Errorf("allowed %v, rules (-want +got):\n%s", seen.Allowed, diff)
			}
			if c.remedy != nil {
				got := w.do(remove)
				if got.Status != c.status || got.Header["X-Cariqa-Mock-Rule"] != "remove-payment-method/"+c.rules[0] || !strings.Contains(got.Body, `"type":"`+c.kind+`"`) {
					t.Errorf("got %+v", got)
				}
				c.remedy(t, w)
			}
			same(t, w.do(remove), reply(204, "", allow(allowDelete)...))
		})
	}
}

// payDebt confirms the payment intent of the first debt.
func payDebt(t *testing.T, w *fake, card string) {
	t.Helper()
	secret := text(t, w.body(get(me+"/charging/debts/"), 200), "results", 0, "payment_intent_client_secret")
	got := refClient{w}.confirm("payment_intents", secret, card)
	if got["status"] != "succeeded" {
		t.Fatalf("payment: %v", got)
	}
}

// TestDebtsOfTwoWorldsAreApart pays one debt and reads the other.
func TestDebtsOfTwoWorldsAreApart(t *testing.T) {
	f := start(t)
	a := &fake{Server: f.Server, t: t, token: "mock.debt.a"}
	b := &fake{Server: f.Server, t: t, token: "mock.debt.b"}
	debtOf := func(w *fake) any { return at(t, w.body(get(me+"/charging/debts/"), 200), "results") }
	if diff := cmp.Diff(debtOf(a), debtOf(b)); diff == "" {
		t.Error("both worlds have the same secret")
	}
	before := debtOf(b)
	payDebt(t, a, "pm_card_visa")
	if diff := cmp.Diff([]any{}, debtOf(a)); diff != "" {
		t.Errorf("debts of a: %s", diff)
	}
	if diff := cmp.Diff(before, debtOf(b)); diff != "" {
		t.Errorf("debts of b changed: %s", diff)
	}
	remove := call("DELETE", me+"/payment-methods/pm_abc123/")
	a.body(remove, 204)
	b.body(remove, 402)
}

// TestDebtBlocksExactlyThree operations, as the vendor's page lists them.
func TestDebtBlocksExactlyThree(t *testing.T) {
	f := start(t).in(t, "debt")
	for status, requests := range map[int][]request{
		402: {
			send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm2+`"}`),
			call("DELETE", me+"/payment-methods/pm_abc123/"), call("DELETE", me+"/"),
		},
		200: {get(me + "/setup-intents/"), get(me + "/payment-methods/"), send("PATCH", me+"/", `{}`), get(me + "/invoices/")},
		204: {call("POST", me+"/payment-methods/pm_abc123/default/")},
	} {
		for _, r := range requests {
			f.body(r, status)
		}
	}
}

// TestWholeStory goes from a new user to the invoice over HTTP.
func TestWholeStory(t *testing.T) {
	f := start(t)
	clock := f.WorldOf(f.token).Clock
	clock.Freeze()
	me := users + text(t, f.body(send("POST", users, `{"locale":"de"}`), 201), "id")
	begin := func(method string) request {
		return send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+method+`"}`)
	}
	if got := f.do(begin("pm_none")); got.Status != 409 || !strings.Contains(got.Body, "billing_data_required") {
		t.Errorf("start without billing details: %+v", got)
	}
	f.body(send("PUT", me+"/billing-details/", `{"country":"de","city":"Berlin","line1":"Weg 1","postal_code":"10243","first_name":"A","last_name":"B"}`), 200)
	if got := f.do(begin("pm_none")); got.Status != 402 || !strings.Contains(got.Body, "pre_authorization_failed") {
		t.Errorf("start without a method: %+v", got)
	}
	secret := text(t, f.body(get(me+"/setup-intents/"), 200), "setup_intent_client_secret")
	method := text(t, refClient{f}.confirm("setup_intents", secret, "pm_card_visa"), "payment_method")
	if got := f.body(get(me+"/payment-methods/"), 200); text(t, got, "results", 0, "id") != method || at(t, got, "results", 0, "default") != true {
		t.Fatalf("methods: %v", got)
	}

	s := f.body(begin(method), 201)
	session := me + "/charging-sessions/" + text(t, s, "id") + "/"
	for i, want := range []string{"0.000", "2.000", "4.000", "6.000"} {
		if i > 0 {
			clock.Advance(30 * time.Second)
		}
		if got := f.body(get(session), 200); got["consumed_energy"] != want || got["is_active"] != true || got["end_time"] != nil || got["duration"] != nil {
			t.Errorf("after %d s: %v", 30*i, got)
		}
	}
	f.body(call("POST", me+"/charging/stop/"+text(t, s, "id")+"/"), 204)
	pending := f.body(get(session), 200)
	if pending["is_active"] != false || pending["duration"] != 90.0 || at(t, pending, "session_cost", "kwh_cost") != nil {
		t.Errorf("after the stop: %v", pending)
	}
	if got := f.body(get(me+"/invoices/"), 200); got["count"] != 0.0 {
		t.Errorf("an invoice before the CDR: %v", got)
	}
	clock.Advance(time.Minute)
	billed(t, f, me, session)
}

// billed checks the amounts of the vendor's worked example.
func billed(t *testing.T, f *fake, me, session string) {
	t.Helper()
	s := f.body(get(session), 200)
	cost := at(t, s, "session_cost").(map[string]any)
	link := cost["invoice_download"]
	delete(cost, "invoice_download")
	if diff := cmp.Diff(map[string]any{
		"kwh_cost": "5.39", "time_cost": "0.00", "session_fee_cost": "0.00", "blocking_fee_cost": "0.00", "starting_fee_cost": "0.00",
		"invoice_vat": "0.86", "invoice_summary": "5.39", "invoice_credits": "0.00", "invoice_discount": "0.00", "currency": "eur",
	}, cost); diff != "" {
		t.Errorf("cost (-want +got):\n%s", diff)
	}
	sum := decimal.Zero
	for _, part := range []string{"kwh", "time", "session_fee", "blocking_fee", "starting_fee"} {
		sum = sum.Add(decimal.RequireFromString(cost[part+"_cost"].(string)))
	}
	if sum.StringFixed(2) != cost["invoice_summary"] || s["consumed_energy"] != "10.000" {
		t.Errorf("the parts add up to %s for %v kWh", sum, s["consumed_energy"])
	}
	prices := at(t, s, "user_facing_session_prices").(map[string]any)
	if prices["kwh_price"] != "0.54" || prices["time_price"] != nil || prices["currency"] != "eur" {
		t.Errorf("prices %v", prices)
	}
	invoice := at(t, f.body(get(me+"/invoices/"), 200), "results", 0).(map[string]any)
	delete(invoice, "date")
	if diff := cmp.Diff(map[string]any{
		"link": link, "total": "5.39", "refund": false, "charging_session_id": s["id"], "currency": "eur",
	}, invoice); diff != "" {
		t.Errorf("invoice (-want +got):\n%s", diff)
	}
}

// TestTwoStartsAtOnce checks that one of many concurrent starts succeeds.
func TestTwoStartsAtOnce(t *testing.T) {
	f := start(t)
	const racers = 8
	for range 5 {
		w := f.in(t, "default")
		got := make([]int, racers)
		var wg sync.WaitGroup
		for i := range racers {
			wg.Go(func() {
				got[i] = w.do(send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm1+`"}`)).Status
			})
		}
		wg.Wait()
		counts := map[int]int{}
		for _, status := range got {
			counts[status]++
		}
		if diff := cmp.Diff(map[int]int{201: 1, 409: racers - 1}, counts); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
		if n := w.body(get(me+"/charging-sessions/"), 200)["count"]; n != 1.0 {
			t.Errorf("%v sessions", n)
		}
	}
}

// TestStartWaitsForItsProvider holds a start until the clock passes the
// provider's answer, and meanwhile refuses another.
func TestStartWaitsForItsProvider(t *testing.T) {
	f := start(t, config(func(c *mockserver.Config) { c.Files = []string{"testdata/slow-start.yaml"} })).in(t, "slow-start")
	begin := send("POST", me+"/charging/start/", `{"evse_id":"DE*SLO*E1","payment_method_id":"`+pm2+`"}`)
	got := make(chan answer, 2)
	for range 2 {
		go func() { got <- f.do(begin) }()
	}
	if a := <-got; a.Status != 409 { // the other one waits
		t.Fatalf("the first answer is %+v", a)
	}
	if n := f.body(get(me+"/charging-sessions/"), 200)["count"]; n != 0.0 {
		t.Errorf("%v sessions show", n)
	}
	f.WorldOf(f.token).Clock.Advance(time.Minute)
	if a := <-got; a.Status != 201 {
		t.Errorf("got %+v", a)
	}
	f.body(begin, 409)
}

// TestSameCallsSameBytes makes the same calls on two servers.
func TestSameCallsSameBytes(t *testing.T) {
	story := func() string {
		f := start(t, config(func(c *mockserver.Config) {
			c.Seed = 7
			c.Wall = func() time.Time { return time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC) }
		}))
		f.token = "mock.default.same"
		var out strings.Builder
		for _, r := range []request{
			send("POST", users, `{}`), get(me + "/setup-intents/"),
			send("POST", me+"/charging/start/", `{"evse_id":"`+evse+`","payment_method_id":"`+pm1+`"}`),
			get(me + "/charging-sessions/"), get("/api/v1/stations/around/?latitude=52.51&longitude=13.45&distance=9000"),
			get("/api/v1/stations/tile/?x=34&y=20&z=6"),
		} {
			fmt.Fprintln(&out, strings.ReplaceAll(f.do(r).Body, f.URL, ""))
		}
		return out.String()
	}
	if diff := cmp.Diff(story(), story()); diff != "" {
		t.Errorf("answers differ:\n%s", diff)
	}
}

// TestStatusOfAStationFollowsItsSessions asks for a charge point while a user
// of the world charges there.
func TestStatusOfAStationFollowsItsSessions(t *testing.T) {
	f := start(t)
	const shared = "DE*CIQ*EWBNHHLM82TLA*1"
	status := func(w *fake) string {
		s := w.body(get("/api/v1/stations/details/?type=evse_id&id="+url.QueryEscape(shared)), http.StatusOK)
		return text(t, s, "evses", 0, "status") + " " + text(t, s, "status")
	}
	other := f.in(t, "default")
	if got := status(f); got != "AVAILABLE free" {
		t.Errorf("before: %s", got)
	}
	s := f.body(send("POST", me+"/charging/start/", `{"evse_id":"`+shared+`","payment_method_id":"`+pm1+`"}`), 201)
	if got := status(f); got != "CHARGING busy" {
		t.Errorf("while charging: %s", got)
	}
	if got := status(other); got != "AVAILABLE free" {
		t.Errorf("in another world: %s", got)
	}
	f.body(call("POST", me+"/charging/stop/"+text(t, s, "id")+"/"), 204)
	if got := status(f); got != "AVAILABLE free" {
		t.Errorf("after: %s", got)
	}
}
