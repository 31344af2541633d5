package api_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A refClient calls as the vendor's reference client does: JSON content type
// on every request, a charset if there is a body, a bare question mark for an
// empty query. It accepts no answer that has findings.
type refClient struct{ *fake }

func (c refClient) call(method, path, body string) (int, map[string]any) {
	c.t.Helper()
	kind := "application/json"
	if body != "" {
		kind += "; charset=utf-8"
	}
	a := c.do(request{method, "/api/v1" + path, body, []string{"Content-Type", kind}})
	if findings := a.Header["X-Cariqa-Mock-Findings"]; findings != "" {
		c.t.Errorf("%s %s %s: findings %s", method, path, body, findings)
	}
	v := map[string]any{}
	if a.Body != "" { // an empty one counts as {}
		var parsed any
		if err := json.Unmarshal([]byte(a.Body), &parsed); err != nil {
			c.t.Fatalf("%s %s: can't parse response: %v: %s", method, path, err, a.Body)
		}
		if list, bare := parsed.([]any); bare {
			return a.Status, map[string]any{"list": list}
		}
		v = parsed.(map[string]any)
	}
	return a.Status, v
}

// ok makes a call that must succeed for the client.
func (c refClient) ok(method, path, body string) map[string]any {
	c.t.Helper()
	status, v := c.call(method, path, body)
	if status != 200 && status != 201 && status != 204 {
		c.t.Fatalf("%s %s: got %d: %v", method, path, status, v)
	}
	return v
}

// confirm pays or sets up as Stripe's SDK does, with a publishable key.
func (c refClient) confirm(kind, secret, card string) map[string]any {
	c.t.Helper()
	id, _, _ := strings.Cut(secret, "_secret_")
	form := url.Values{"client_secret": {secret}, "payment_method": {card}}
	return c.body(request{"POST", "/v1/" + kind + "/" + id + "/confirm", form.Encode(), []string{
		"Authorization", "Bearer pk_test_abc", "Content-Type", "application/x-www-form-urlencoded",
	}}, 200)
}

// TestReferenceClient walks through the vendor's client from its first screen
// to the end of a session.
func TestReferenceClient(t *testing.T) {
	c := refClient{start(t)}
	// Before the user has chosen anything.
	for _, path := range []string{
		"/users/USER_ID/billing-details/", "/users/USER_ID/payment-methods/?page_size=20&page=1",
		"/users/USER_ID/charging-sessions/SESSION_ID/", "/users/USER_ID/charging/debts/",
	} {
		if status, v := c.call("GET", path, ""); status != 404 || text(t, v, "detail") == "" {
			t.Errorf("%s: got %d %v", path, status, v)
		}
	}
	if status, _ := c.call("DELETE", "/users/USER_ID/payment-methods/null?", ""); status != 404 {
		t.Errorf("null method: got %d", status)
	}

	me := c.users(t)
	c.billing(t, me)
	method := c.cards(t, me)
	evse := c.stations(t)
	c.charge(t, me, evse, method)
}

const refUser = `{"email":null,"locale":"en","custom_properties":{"external_id":"my-external-id-1"}}`

func (c refClient) users(t *testing.T) (path string) {
	t.Helper()
	u := c.ok("POST", "/users/", refUser)
	path = "/users/" + text(t, u, "id")
	c.ok("PATCH", path+"/", refUser)
	got := c.ok("GET", path+"/", "")
	if got["email"] != nil || text(t, got, "custom_properties", "external_id") != "my-external-id-1" {
		t.Errorf("user: %v", got)
	}
	list := c.ok("GET", "/users/?page_size=20&page=1", "")
	if text(t, list, "results", 0, "id") != u["id"] {
		t.Errorf("users: %v", list)
	}
	return path
}

func (c refClient) billing(t *testing.T, me string) {
	t.Helper()
	if got := c.ok("GET", me+"/billing-details/", ""); got["line1"] != nil {
		t.Errorf("fresh billing details: %v", got)
	}
	const sent = `{"country":"DE","city":"Berlin","tax_id":"","account_type":"personal","company_name":"","vat_id":"","line1":"Weg 1","postal_code":"10243","first_name":"A","last_name":"B"}`
	c.ok("PUT", me+"/billing-details/", sent)
	if got := c.ok("GET", me+"/billing-details/", ""); got["country"] != "DE" || got["vat_id"] != "" {
		t.Errorf("billing details: %v", got)
	}
}

func (c refClient) cards(t *testing.T, me string) (method string) {
	t.Helper()
	for _, card := range []string{"pm_card_visa", "pm_card_mastercard"} {
		secret := text(t, c.ok("GET", me+"/setup-intents/?pm_type=card", ""), "setup_intent_client_secret")
		if got := c.confirm("setup_intents", secret, card); got["status"] != "succeeded" {
			t.Fatalf("%s: %v", card, got)
		}
	}
	list := func() map[string]any { return c.ok("GET", me+"/payment-methods/?page_size=20&page=1", "") }
	methods := list()
	method = text(t, methods, "results", 0, "id")
	first := text(t, methods, "results", 1, "id")
	if at(t, methods, "results", 1, "default") != true || at(t, methods, "results", 0, "default") != false {
		t.Errorf("the first method is the default: %v", methods)
	}
	if last4 := text(t, methods, "results", 0, "card", "last4"); last4 != "4444" {
		t.Errorf("the newest method ends in %s", last4)
	}
	c.ok("POST", me+"/payment-methods/"+method+"/default/", "{}")
	c.ok("DELETE", me+"/payment-methods/"+first+"?", "")
	if n := at(t, list(), "count"); n != 1.0 {
		t.Errorf("%v methods are left", n)
	}
	return method
}

func (c refClient) stations(t *testing.T) (evse string) {
	t.Helper()
	around := c.ok("GET", "/stations/around/?latitude=52.51&longitude=13.45&distance=500&page_size=10&page=1&max_price=&only_available=false&only_partners=false", "")
	for i := range at(t, around, "results").([]any) { // the client takes any of them
		for _, key := range []string{"latitude", "longitude"} {
			number(t, text(t, around, "results", i, "coordinates", key))
		}
		text(t, around, "results", i, "evses", 0, "evse_id")
	}
	text(t, around, "results", 0, "id")
	c.ok("GET", "/stations/around/?latitude=52.51&longitude=13.45&distance=10000&page_size=20&page=1&max_price=&only_available=false&only_partners=false", "")

	tile := c.ok("GET", "/stations/tile/?x=8803&y=5374&z=14&max_price=&only_available=false&only_partners=false", "")
	var station string
	for i := range at(t, tile, "features").([]any) {
		lat := number(t, text(t, tile, "features", i, "geometry", "coordinates", 0))
		lon := number(t, text(t, tile, "features", i, "geometry", "coordinates", 1))
		if lat < 52.49 || lat > 52.51 || lon < 13.42 || lon > 13.45 {
			t.Errorf("feature %d is at %v, %v", i, lat, lon)
		}
		if id, single := at(t, tile, "features", i, "station_id").(string); single {
			station = id
		}
	}
	if station == "" {
		t.Fatal("no single station in the tile")
	}
	s := c.ok("GET", "/stations/details/?id="+station+"&type=station_id", "")
	text(t, s, "evses", 0, "evse_id")
	evse = "DE*PWA*EALP22541X01617*01"
	if got := c.ok("GET", "/stations/details/?id="+url.QueryEscape(evse)+"&type=evse_id", ""); text(t, got, "name") == "" {
		t.Errorf("station: %v", got)
	}
	partners := c.ok("GET", "/stations/partners/", "")
	name := text(t, partners, "list", 0, "name")
	c.ok("GET", "/stations/around/?latitude=52.51&longitude=13.45&distance=10000&operators="+url.QueryEscape(name), "")
	return evse
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Error(err)
	}
	return n
}

func (c refClient) charge(t *testing.T, me, evse, method string) {
	t.Helper()
	clock := c.WorldOf(c.token).Clock
	clock.Freeze()
	begin := `{"evse_id":"` + evse + `","payment_method_id":"` + method + `"}`
	session := text(t, c.ok("POST", me+"/charging/start/", begin), "id")
	if status, v := c.call("POST", me+"/charging/start/", begin); status != 409 || text(t, v, "error", "type") != "already_charging" {
		t.Errorf("second start: %d %v", status, v)
	}
	clock.Advance(time.Minute)
	got := c.ok("GET", me+"/charging-sessions/"+session+"/", "")
	if got["is_active"] != true || got["consumed_energy"] != "4.000" {
		t.Errorf("after a minute: %v", got)
	}
	c.ok("POST", me+"/charging/stop/"+session+"/", "")
	if status, v := c.call("POST", me+"/charging/stop/"+session+"/", ""); status != 409 || text(t, v, "error", "type") != "already_stopped" {
		t.Errorf("second stop: %d %v", status, v)
	}
	rated := c.ok("PATCH", me+"/charging-sessions/"+session+"/", `{"rates":"5"}`)
	if rated["rates"] != 5.0 || rated["is_active"] != false {
		t.Errorf("rated: %v", rated)
	}
	if status, v := c.call("DELETE", me+"/payment-methods/"+method+"?", ""); status != 400 || text(t, v, "error", "type") != "payment_method_error" {
		t.Errorf("removal before the CDR: %d %v", status, v)
	}
	clock.Advance(2 * time.Minute)
	list := c.ok("GET", me+"/charging-sessions/", "")
	if got := text(t, list, "results", 0, "session_cost", "invoice_summary"); got != "5.39" {
		t.Errorf("cost %s", got)
	}
	if got := c.ok("GET", me+"/invoices/?page_size=10&page=1", ""); text(t, got, "results", 0, "charging_session_id") != session {
		t.Errorf("invoices: %v", got)
	}
	if got := c.ok("GET", me+"/charging/debts/", ""); at(t, got, "count") != 0.0 {
		t.Errorf("debts: %v", got)
	}
}

// TestReferenceClientPaysADebt takes the first debt's secret and confirms it
// with a card of its choice.
func TestReferenceClientPaysADebt(t *testing.T) {
	c := refClient{start(t).in(t, "debt")}
	me := "/users/" + user
	begin := `{"evse_id":"` + evse + `","payment_method_id":"` + pm2 + `"}`
	status, v := c.call("POST", me+"/charging/start/", begin)
	if status != 402 || text(t, v, "error", "type") != "payment_error" {
		t.Fatalf("start in debt: %d %v", status, v)
	}
	secret := text(t, c.ok("GET", me+"/charging/debts/", ""), "results", 0, "payment_intent_client_secret")
	c.confirm("payment_intents", secret, pm2)
	c.ok("POST", me+"/charging/start/", begin)
}

// TestReferenceClientAuthenticates retries a start whose pre-authorization
// requires the cardholder, after confirming it with Stripe.
func TestReferenceClientAuthenticates(t *testing.T) {
	c := refClient{start(t)}
	me := "/users/" + user
	begin := `{"evse_id":"DE*MCK*E402*SCA","payment_method_id":"` + pm1 + `"}`
	status, v := c.call("POST", me+"/charging/start/", begin)
	if status != 402 || text(t, v, "error", "type") != "pre_authorization_failed" {
		t.Fatalf("start: %d %v", status, v)
	}
	intent := c.confirm("payment_intents", text(t, v, "error", "payment_intent_client_secret"), pm1)
	if intent["status"] == "requires_action" {
		id := text(t, intent, "id")
		c.body(send("POST", "/__admin/worlds/"+c.token+"/intents/"+id+"/authenticate", `{"outcome":"succeed"}`, "Authorization", "-"), 200)
	}
	c.ok("POST", me+"/charging/start/", begin)
}
