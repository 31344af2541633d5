package admin_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestUsers(t *testing.T) {
	a := start(t, "default")
	a.vendor("POST", "/users/", `{"email":"a@example.org","custom_properties":{"external_id":"QA-7"}}`)
	for range 3 {
		a.vendor("POST", "/users/", `{}`)
	}
	found := func(query string) (count float64, ids []string) {
		v := a.ok("GET", "/worlds/{w}/users"+query, "")
		for _, u := range v["users"].([]any) {
			ids = append(ids, u.(map[string]any)["id"].(string))
		}
		return v["count"].(float64), ids
	}
	count, all := found("")
	if count != 5 || len(all) != 5 || all[4] != user {
		t.Errorf("%v users: %v, want the newest first", count, all)
	}
	if count, ids := found("?limit=2"); count != 5 || !slices.Equal(ids, all[:2]) {
		t.Errorf("limited: %v, %v", count, ids)
	}
	for _, query := range []string{"?search=qa-7", "?search=%20QA-7%20", "?search=" + strings.ToUpper(all[3])} {
		if count, ids := found(query); count != 1 || len(ids) != 1 || ids[0] != all[3] {
			t.Errorf("%s: %v, %v", query, count, ids)
		}
	}
	if count, ids := found("?search=nobody"); count != 0 || len(ids) != 0 {
		t.Errorf("nobody: %v, %v", count, ids)
	}
	list := a.ok("GET", "/worlds/{w}/users?search=qA-7", "")["users"]
	want := []any{map[string]any{"id": all[3], "email": "a@example.org", "locale": "en", "external_id": "QA-7"}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for query, field := range map[string]string{"?limit=0": "limit", "?limit=1001": "limit", "?limit=x": "limit", "?page=2": "page"} {
		problem(t, query, a.do("GET", "/worlds/{w}/users"+query, ""), 422, field)
	}
}

// first returns the first element of a list in an object.
func first(t *testing.T, v map[string]any, list string) map[string]any {
	t.Helper()
	all, _ := v[list].([]any)
	if len(all) == 0 {
		t.Fatalf("no %s in %v", list, v)
	}
	return all[0].(map[string]any)
}

func TestUserDetail(t *testing.T) {
	a := start(t, "default")
	id := a.begin()
	a.ok("PUT", "/worlds/{w}/clock", `{"advance":"40s"}`)
	u := a.ok("GET", "/worlds/{w}/users/"+user, "")
	for key, want := range map[string]any{"id": user, "billing_complete": true, "locale": "de", "external_id": "qa-1"} {
		if u[key] != want {
			t.Errorf("%s: %v, want %v", key, u[key], want)
		}
	}
	m := first(t, u, "payment_methods")
	created, _ := m["created_at"].(string)
	if _, err := time.Parse(time.RFC3339, created); err != nil {
		t.Errorf("created at %q", created)
	}
	rules := m["removal"].(map[string]any)["rules"].([]any)
	if m["removal"].(map[string]any)["allowed"] != false || len(rules) != 1 || rules[0].(map[string]any)["id"] != "remove-payment-method/active-session" {
		t.Errorf("removal %v", m["removal"])
	}
	delete(m, "created_at")
	delete(m, "removal")
	if diff := cmp.Diff(map[string]any{
		"id": "pm_1TD1M3HtgZxQ1KXx5wMzfx15", "type": "apple_pay", "brand": m["brand"], "last4": m["last4"], "expires": m["expires"], "holder": "John Doe", "default": false,
	}, m); diff != "" {
		t.Errorf("method, -want +got\n%s", diff)
	}
	s := first(t, u, "sessions")
	if diff := cmp.Diff(a.ok("GET", "/worlds/{w}/sessions/"+id, ""), s); diff != "" {
		t.Errorf("the session by itself and as the user's:\n%s", diff)
	}
	if n := len(u["debts"].([]any)) + len(u["waiting"].([]any)); n != 0 {
		t.Errorf("debts %v, waiting %v", u["debts"], u["waiting"])
	}
	problem(t, "unknown user", a.do("GET", "/worlds/{w}/users/nobody", ""), 404, "")
	_, other := a.vendor("POST", "/users/", `{}`)
	a.vendor("DELETE", "/users/"+other["id"].(string)+"/", "")
	problem(t, "deleted user", a.do("GET", "/worlds/{w}/users/"+other["id"].(string), ""), 404, "")
}

// Later parts of a user's lists are reached by skipping the newest items.
func TestUserDetail_skip(t *testing.T) {
	a := start(t, "many-sessions")
	seen := map[string]bool{}
	for skip := 0; skip <= 100; skip += 20 {
		u := a.ok("GET", fmt.Sprintf("/worlds/{w}/users/%s?skip_sessions=%d", user, skip), "")
		if u["session_count"] != 100.0 || u["payment_method_count"] != 1.0 || len(u["payment_methods"].([]any)) != 1 {
			t.Errorf("skip %d: %v sessions, %v payment methods", skip, u["session_count"], u["payment_method_count"])
		}
		for _, s := range u["sessions"].([]any) {
			seen[s.(map[string]any)["id"].(string)] = true
		}
	}
	if len(seen) != 100 {
		t.Errorf("%d sessions", len(seen))
	}
	if u := a.ok("GET", "/worlds/{w}/users/"+user+"?skip_payment_methods=1", ""); len(u["payment_methods"].([]any)) != 0 {
		t.Errorf("payment methods after the last: %v", u["payment_methods"])
	}
	for _, query := range []string{"skip_sessions=-1", "skip_payment_methods=x", "skip_sessions=1000001"} {
		name, _, _ := strings.Cut(query, "=")
		problem(t, query, a.do("GET", "/worlds/{w}/users/"+user+"?"+query, ""), 422, name)
	}
}

func TestSessionDetail(t *testing.T) {
	a := start(t, "default")
	id := a.begin()
	began := a.ok("GET", "/worlds/{w}/clock", "")["now"]
	a.ok("PUT", "/worlds/{w}/clock", `{"advance":"40s"}`)
	path := "/worlds/{w}/sessions/" + id
	parts := func(net, vat, gross string) []any {
		var out []any
		for _, name := range []string{"energy", "time", "session", "blocking", "starting"} {
			out = append(out, map[string]any{"name": name, "net": net, "vat": vat, "gross": gross})
			net, vat, gross = "0.00", "0.00", "0.00"
		}
		return out
	}
	want := map[string]any{
		"id": id, "user": user, "state": "active", "kwh": "2.000", "hold": "50.00", "cost": "1.08", "cdr_due": nil,
		"evse": hers, "station": "Parkwerk Frankfurter Tor", "payment_method": "pm_1TD1LuHtgZxQ1KXxNj5sKkKM", "currency": "eur",
		"started_at": began, "ended_at": nil, "ended_by": "", "captured": "0.00", "owed": "0.00", "settled_at": nil,
		"vat": "0.17", "parts": parts("0.91", "0.17", "1.08"),
	}
	got := a.ok("GET", path, "")
	readings := got["readings"].([]any)
	if len(readings) != 2 || readings[1].(map[string]any)["kwh"] != "2.000" {
		t.Errorf("readings %v", readings)
	}
	delete(got, "readings")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("active, -want +got\n%s", diff)
	}
	a.ok("POST", path+"/stop", "")
	a.ok("POST", path+"/cdr", `{"charge":"fail"}`)
	got = a.ok("GET", path, "")
	for key, want := range map[string]any{
		"state": "debt", "kwh": "10.000", "cost": "5.39", "owed": "5.39", "captured": "0.00", "vat": "0.86", "ended_by": "station", "settled_at": nil,
	} {
		if got[key] != want {
			t.Errorf("%s: %v, want %v", key, got[key], want)
		}
	}
	problem(t, "unknown session", a.do("GET", "/worlds/{w}/sessions/none", ""), 404, "")
	starting := start(t, "session-starting")
	if got := starting.ok("GET", "/worlds/{w}/sessions/"+startingID(t, starting), ""); got["state"] != "starting" || got["kwh"] != nil || len(got["readings"].([]any)) != 0 {
		t.Errorf("starting: %v", got)
	}
}

func TestDebtByHand(t *testing.T) {
	a := start(t, "default")
	got := a.do("POST", "/worlds/{w}/users/"+user+"/debts", "")
	s := got.Fields
	if got.Status != http.StatusCreated || s["state"] != "debt" || s["owed"] != "5.39" || s["kwh"] != "10.000" || s["payment_method"] != "pm_1TD1LuHtgZxQ1KXxNj5sKkKM" {
		t.Fatalf("got %d %s", got.Status, got.Body)
	}
	u := a.ok("GET", "/worlds/{w}/users/"+user, "")
	d := first(t, u, "debts")
	if d["session"] != s["id"] || d["amount"] != "5.39" || d["currency"] != "eur" || d["status"] != "requires_payment_method" || d["last_error"] != "card_declined" {
		t.Errorf("debt %v", d)
	}
	if status, v := a.vendor("POST", "/users/"+user+"/charging/start/", `{"evse_id":"`+hers+`","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`); status != 402 {
		t.Errorf("start: %d %v", status, v)
	}
	if v := a.ok("GET", "/worlds/{w}/invariants", ""); v["ok"] != true {
		t.Errorf("invariants: %v", v)
	}
	if file := a.do("GET", "/worlds/{w}/export", ""); !strings.Contains(file.Body, s["id"].(string)) {
		t.Errorf("not in the export:\n%s", file.Body)
	}
	// Next to a running session, with another payment method and energy.
	w := a.in(t, "default")
	w.begin()
	chosen := w.do("POST", "/worlds/{w}/users/"+user+"/debts", `{"kwh":"20","payment_method":"pm_1TD1M3HtgZxQ1KXx5wMzfx15"}`)
	if chosen.Status != http.StatusCreated || chosen.Fields["owed"] != "10.78" || chosen.Fields["payment_method"] != "pm_1TD1M3HtgZxQ1KXx5wMzfx15" {
		t.Errorf("got %d %s", chosen.Status, chosen.Body)
	}
	if v := w.ok("GET", "/worlds/{w}/invariants", ""); v["ok"] != true {
		t.Errorf("invariants: %v", v)
	}
	before := w.ok("GET", "/worlds/{w}", "")["sessions"]
	for body, field := range map[string]string{
		`{"kwh":"0"}`: "kwh", `{"kwh":"0.010"}`: "kwh", `{"kwh":"-1"}`: "kwh", `{"kwh":10}`: "kwh", `{"kwh":"1.0001"}`: "kwh",
		`{"payment_method":"pm_none"}`: "payment_method", `{"payment_method":""}`: "payment_method", `{"user":"x"}`: "user",
	} {
		problem(t, body, w.do("POST", "/worlds/{w}/users/"+user+"/debts", body), 422, field)
	}
	problem(t, "unknown user", w.do("POST", "/worlds/{w}/users/nobody/debts", ""), 404, "")
	_, poor := w.vendor("POST", "/users/", `{}`)
	problem(t, "no methods", w.do("POST", "/worlds/{w}/users/"+poor["id"].(string)+"/debts", ""), 409, "")
	if after := w.ok("GET", "/worlds/{w}", "")["sessions"]; after != before {
		t.Errorf("%v sessions, were %v", after, before)
	}
}

// The number of debts is bounded.
func TestDebtsByHand_many(t *testing.T) {
	a := start(t, "default")
	const path = "/worlds/{w}/users/" + user + "/debts"
	for range 100 {
		if got := a.do("POST", path, ""); got.Status != http.StatusCreated {
			t.Fatalf("got %d %s", got.Status, got.Body)
		}
	}
	problem(t, "the 101st", a.do("POST", path, ""), 409, "")
	if v := a.ok("GET", "/worlds/{w}/invariants", ""); v["ok"] != true {
		t.Errorf("invariants: %v", v)
	}
	d := first(t, a.ok("GET", "/worlds/{w}/users/"+user, ""), "debts")
	a.call(`{"call":"POST /v1/payment_intents/` + d["intent"].(string) + `/confirm","form":{"client_secret":"` + d["client_secret"].(string) + `","payment_method":"pm_card_visa"}}`)
	if got := a.do("POST", path, ""); got.Status != http.StatusCreated {
		t.Errorf("after one was paid: %d %s", got.Status, got.Body)
	}
}

// Intents that wait for 3-D Secure can be completed by id.
func TestWaitingIntents(t *testing.T) {
	a := start(t, "sca-required")
	a.call(`{"call":"POST /users/{user}/charging/start/","json":{"evse_id":"DE*PWA*EALP22541X01617*01","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}}`)
	hold := first(t, a.ok("GET", "/worlds/{w}/users/"+user, ""), "waiting")
	secret, _ := hold["client_secret"].(string)
	if hold["status"] != "requires_payment_method" || hold["payment_method"] != "pm_1TD1LuHtgZxQ1KXxNj5sKkKM" || !strings.HasPrefix(secret, hold["intent"].(string)+"_secret_") {
		t.Errorf("a hold that is to be confirmed: %v", hold)
	}
	id := waiting(a)["intent"]
	w := first(t, a.ok("GET", "/worlds/{w}/users/"+user, ""), "waiting")
	if diff := cmp.Diff(map[string]any{"intent": id, "kind": "hold", "status": "requires_action", "amount": "50.00", "currency": "eur"}, w); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	a.ok("POST", "/worlds/{w}/intents/"+id+"/authenticate", `{"outcome":"succeed"}`)
	if list := a.ok("GET", "/worlds/{w}/users/"+user, "")["waiting"].([]any); len(list) != 0 {
		t.Errorf("still waiting: %v", list)
	}
}
