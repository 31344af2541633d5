package admin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
)

func TestHealthAndVersion(t *testing.T) {
	a := start(t, "default")
	if diff := cmp.Diff(map[string]any{"status": "ok"}, a.ok("GET", "/health", "")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"version": "test", "api": "1.0.0"}, a.ok("GET", "/version", "")); diff != "" {
		t.Error(diff)
	}
	if got := a.do("HEAD", "/health", ""); got.Status != 200 || got.Body != "" {
		t.Errorf("HEAD: %+v", got)
	}
}

func TestAnswersAreNotCached(t *testing.T) {
	a := start(t, "default")
	for _, path := range []string{"/health", "/nothing"} {
		h := a.do("GET", path, "").Header
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Cariqa-Mock") != "test" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

func TestRulesAndScenarios(t *testing.T) {
	a := start(t, "default")
	rules := a.ok("GET", "/rules", "")["rules"].([]any)
	var debt map[string]any
	for _, r := range rules {
		if r.(map[string]any)["id"] == "remove-payment-method/debt" {
			debt = r.(map[string]any)
		}
	}
	if debt == nil {
		t.Fatal("no rule remove-payment-method/debt")
	}
	if !slices.Contains(debt["scenarios"].([]any), any("debt")) {
		t.Errorf("proved by %v", debt["scenarios"])
	}
	for _, key := range []string{"scenarios", "cases", "sentence", "source", "remedy"} {
		if debt[key] == nil || debt[key] == "" {
			t.Errorf("no %s", key)
		}
		delete(debt, key)
	}
	if diff := cmp.Diff(map[string]any{
		"id": "remove-payment-method/debt", "operation": "users_payment_methods_destroy", "status": 402.0, "type": "payment_error", "assumed": false,
	}, debt); diff != "" {
		t.Errorf("rule (-want +got):\n%s", diff)
	}
	names := []string{}
	for _, s := range a.ok("GET", "/scenarios", "")["scenarios"].([]any) {
		s := s.(map[string]any)
		names = append(names, s["name"].(string))
		if s["title"] == "" || len(s["try"].([]any)) == 0 || s["proves"] == nil {
			t.Errorf("scenario %v", s)
		}
	}
	for _, want := range []string{"active-session", "cdr-pending", "debt", "default", "default-method", "method-on-active-session", "removable", "session-starting"} {
		if !slices.Contains(names, want) {
			t.Errorf("no scenario %s in %v", want, names)
		}
	}
}

func TestCreateAndDropWorlds(t *testing.T) {
	a := start(t, "debt")
	if got := a.ok("GET", "/worlds", "")["worlds"].([]any); len(got) != 0 {
		t.Errorf("a fresh server has worlds: %v", got)
	}
	w := a.ok("GET", "/worlds/{w}", "") // creates it
	for _, key := range []string{"created_at", "now"} {
		if s, _ := w[key].(string); !strings.HasSuffix(s, "Z") {
			t.Errorf("%s is %v", key, w[key])
		}
		delete(w, key)
	}
	if diff := cmp.Diff(map[string]any{"id": a.world, "scenario": "debt", "users": 1.0, "sessions": 1.0, "seq": 1.0, "store": "memory"}, w); diff != "" {
		t.Errorf("world (-want +got):\n%s", diff)
	}
	if got := a.ok("GET", "/worlds", "")["worlds"].([]any); len(got) != 1 {
		t.Errorf("worlds: %v", got)
	}
	for range 2 { // the second time it no longer exists
		if got := a.do("DELETE", "/worlds/{w}", ""); got.Status != 204 || got.Body != "" {
			t.Errorf("drop: %+v", got)
		}
	}
	if got := a.ok("GET", "/worlds", "")["worlds"].([]any); len(got) != 0 {
		t.Errorf("worlds: %v", got)
	}
	if got := a.do("DELETE", "/worlds/w_0123456789ab", ""); got.Status != 204 {
		t.Errorf("drop of a world that never existed: %+v", got)
	}
}

func TestWorldOfAnotherToken(t *testing.T) {
	a := start(t, "default")
	problem(t, "before its token was used", a.do("GET", "/worlds/w_75a3ab7f3be0", ""), 404, "")
	problem(t, "reset", a.do("POST", "/worlds/w_75a3ab7f3be0/reset", ""), 404, "")
	own := &admin{a.Server, t, "eyJ.some.jwt"}
	if status, _ := own.vendor("GET", "/users/", ""); status != 200 {
		t.Fatalf("got %d", status)
	}
	id := a.ok("GET", "/worlds", "")["worlds"].([]any)[0].(map[string]any)["id"].(string)
	if !strings.HasPrefix(id, "w_") || len(id) != 14 {
		t.Errorf("id %s", id)
	}
	if got := a.ok("POST", "/worlds/"+id+"/reset", `{"scenario":"debt"}`); got["scenario"] != "debt" {
		t.Errorf("reset: %v", got)
	}
	if _, v := own.vendor("GET", "/users/"+user+"/charging/debts/", ""); v["count"] != 1.0 {
		t.Errorf("the token's debts: %v", v)
	}
}

func TestReset(t *testing.T) {
	a := start(t, "debt")
	methods := func() float64 {
		_, v := a.vendor("GET", "/users/"+user+"/payment-methods/", "")
		return v["count"].(float64)
	}
	before := methods()
	a.ok("PUT", "/worlds/{w}/clock", `{"advance":"1000h"}`)
	if w := a.ok("POST", "/worlds/{w}/reset", `{"scenario":"removable"}`); w["scenario"] != "removable" {
		t.Errorf("reset to another: %v", w)
	}
	a.vendor("DELETE", "/users/"+user+"/payment-methods/pm_abc123/", "")
	if methods() != before-1 {
		t.Errorf("%v methods", methods())
	}
	for _, body := range []string{"", "{}", `{"scenario":""}`} { // the current scenario
		if w := a.ok("POST", "/worlds/{w}/reset", body); w["scenario"] != "removable" || methods() != before {
			t.Errorf("reset with %q: %v, %v methods", body, w, methods())
		}
	}
	problem(t, "unknown scenario", a.do("POST", "/worlds/{w}/reset", `{"scenario":"none"}`), 422, "scenario")
	if methods() != before {
		t.Error("a refused reset changed the world")
	}
}

func TestClock(t *testing.T) {
	a := start(t, "debt") // frozen
	shown := func(body string) map[string]any {
		t.Helper()
		if body == "" {
			return a.ok("GET", "/worlds/{w}/clock", "")
		}
		return a.ok("PUT", "/worlds/{w}/clock", body)
	}
	shown(`{"set":"2030-01-01T12:00:00+02:00"}`)
	for _, c := range []struct {
		body, now string
		frozen    bool
		speed     float64
	}{
		{"", "2030-01-01T10:00:00Z", true, 1},
		{`{}`, "2030-01-01T10:00:00Z", true, 1},
		{`{"advance":"25m"}`, "2030-01-01T10:25:00Z", true, 1},
		{`{"advance":"0s"}`, "2030-01-01T10:25:00Z", true, 1},
		{`{"set":"2030-01-02T00:00:00.5Z","advance":"1h30m500ms"}`, "2030-01-02T01:30:01Z", true, 1},
		{`{"speed":60}`, "2030-01-02T01:30:01Z", true, 60},
		{`{"speed":0.5,"advance":"1ns"}`, "2030-01-02T01:30:01Z", true, 0.5}, // whole microseconds
	} {
		if diff := cmp.Diff(map[string]any{"now": c.now, "frozen": c.frozen, "speed": c.speed}, shown(c.body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.body, diff)
		}
	}
	if got := shown(`{"freeze":false}`); got["frozen"] != false {
		t.Errorf("running: %v", got)
	}
	for body, want := range map[string]struct {
		status int
		field  string
	}{
		`{"set":"2029-12-31T00:00:00Z"}`: {409, ""},
		`{"advance":"-1s"}`:              {409, ""},
		`{"set":"yesterday"}`:            {422, "set"},
		`{"set":"2030-01"}`:              {422, "set"},
		`{"set":"2030-02-30"}`:           {422, "set"},
		`{"set":5}`:                      {422, "set"},
		`{"advance":"25 minutes"}`:       {422, "advance"},
		`{"advance":25}`:                 {422, "advance"},
		`{"advance":""}`:                 {422, "advance"},
		`{"advance":"9999999999999h"}`:   {422, "advance"},
		`{"speed":0}`:                    {422, "speed"},
		`{"speed":-1}`:                   {422, "speed"},
		`{"speed":1e9}`:                  {422, "speed"},
		`{"speed":"fast"}`:               {422, "speed"},
		`{"freeze":"yes"}`:               {422, "freeze"},
		`{"froze":true}`:                 {422, "froze"},
		`{"advance":"1h","speed":0}`:     {422, "speed"}, // all or nothing
		`{"freeze":true`:                 {400, ""},
		`{} {}`:                          {400, ""},
		`freeze`:                         {400, ""},
		`[]`:                             {400, ""},
		`"x"`:                            {400, ""},
		`{"a":"` + strings.Repeat("x", 1<<20) + `"}`: {413, ""},
	} {
		a.ok("PUT", "/worlds/{w}/clock", `{"freeze":true}`)
		before := shown("")["now"]
		problem(t, body[:min(len(body), 60)], a.do("PUT", "/worlds/{w}/clock", body), want.status, want.field)
		if after := shown("")["now"]; after != before {
			t.Errorf("%s: the clock went from %v to %v", body[:min(len(body), 60)], before, after)
		}
	}
	if got := a.do("PUT", "/worlds/{w}/clock", `{"set":"2029-12-31T00:00:00Z"}`); !strings.Contains(got.Fields["detail"].(string), "reset") {
		t.Errorf("the error does not say what to do instead: %s", got.Body)
	}
}

// TestClockStaysInItsCalendar: timestamps have four digits for the year.
func TestClockStaysInItsCalendar(t *testing.T) {
	a := start(t, "debt")
	problem(t, "set", a.do("PUT", "/worlds/{w}/clock", `{"set":"10000-01-01T00:00:00Z"}`), 422, "set")
	a.ok("PUT", "/worlds/{w}/clock", `{"set":"9999-12-31T00:00:00Z"}`)
	problem(t, "advance", a.do("PUT", "/worlds/{w}/clock", `{"advance":"48h"}`), 422, "advance")
	if got := a.ok("GET", "/worlds/{w}/clock", "")["now"]; got != "9999-12-31T00:00:00Z" {
		t.Errorf("now %v", got)
	}
}

// TestAtTheEndOfTheCalendar: a running clock stops there, and later times are
// shown as the last one.
func TestAtTheEndOfTheCalendar(t *testing.T) {
	a := start(t, "default")
	const last = "9999-12-31T23:59:59.999999Z"
	a.ok("PUT", "/worlds/{w}/clock", `{"set":"9999-12-31T23:59:59.99Z","speed":1000000}`)
	for now := ""; now != last; {
		now = a.ok("GET", "/worlds/{w}/clock", "")["now"].(string)
	}
	if got := a.do("POST", "/worlds/{w}/users/"+user+"/debts", ""); got.Status != 201 || got.Fields["cdr_due"] != last {
		t.Errorf("a debt: %d %s", got.Status, got.Body)
	}
	if worlds := a.ok("GET", "/worlds", "")["worlds"].([]any); len(worlds) != 1 {
		t.Errorf("worlds %v", worlds)
	}
	b := a.in(t, "active-session")
	b.ok("PUT", "/worlds/{w}/clock", `{"set":"`+last+`","freeze":true}`)
	s := first(t, b.ok("GET", "/worlds/{w}/users/"+user, ""), "sessions")
	if got := b.ok("POST", "/worlds/{w}/sessions/"+s["id"].(string)+"/stop", ""); got["cdr_due"] != last {
		t.Errorf("its CDR is due at %v", got["cdr_due"])
	}
	b.ok("GET", "/worlds/{w}/users/"+user, "")
}

func TestRemovalExplanation(t *testing.T) {
	a := start(t, "method-on-active-session")
	const path = "/worlds/{w}/users/" + user + "/payment-methods/"
	got := a.ok("GET", path+"pm_abc123/removal", "")
	var ids []string
	for _, r := range got["rules"].([]any) {
		r := r.(map[string]any)
		ids = append(ids, r["id"].(string))
		if len(r) != 7 || r["sentence"] == "" || r["remedy"] == "" || r["source"] == "" || r["status"] != 400.0 {
			t.Errorf("rule %v", r)
		}
	}
	want := []string{"remove-payment-method/method-on-active-session", "remove-payment-method/active-session"}
	if diff := cmp.Diff(want, ids); diff != "" || got["allowed"] != false {
		t.Errorf("allowed %v, rules (-want +got):\n%s", got["allowed"], diff)
	}
	free := a.in(t, "removable").ok("GET", path+"pm_abc123/removal", "")
	if diff := cmp.Diff(map[string]any{"allowed": true, "rules": []any{}}, free); diff != "" {
		t.Error(diff)
	}
	problem(t, "unknown method", a.do("GET", path+"pm_none/removal", ""), 404, "")
	problem(t, "unknown user", a.do("GET", "/worlds/{w}/users/x/payment-methods/pm_abc123/removal", ""), 404, "")
}

func TestInvariants(t *testing.T) {
	a := start(t, "cdr-pending")
	for range 2 {
		if diff := cmp.Diff(map[string]any{"ok": true, "violations": []any{}}, a.ok("GET", "/worlds/{w}/invariants", "")); diff != "" {
			t.Error(diff)
		}
		a.ok("PUT", "/worlds/{w}/clock", `{"advance":"1h"}`)
	}
}

func TestUnknownPathsMethodsAndWorlds(t *testing.T) {
	a := start(t, "default")
	for _, path := range []string{"/nothing", "/", "/worlds/{w}/nothing", "/health/", "/worlds/{w}/sessions/x/start"} {
		problem(t, path, a.do("GET", path, ""), 404, "")
	}
	for path, allow := range map[string]string{
		"/health": "GET", "/rules": "GET", "/worlds": "GET", "/worlds/{w}": "GET, DELETE", "/worlds/{w}/reset": "POST", "/worlds/{w}/clock": "GET, PUT",
		"/worlds/{w}/invariants": "GET", "/worlds/{w}/users/u/payment-methods/p/removal": "GET", "/worlds/{w}/sessions/s/meter": "POST",
	} {
		got := a.do("PATCH", path, "")
		problem(t, path, got, 405, "")
		if got.Allow != allow {
			t.Errorf("%s: Allow %q, want %q", path, got.Allow, allow)
		}
	}
	for world, status := range map[string]int{"w_000000000000": 404, "nobody": 404, "mock.none": 422, "mock.Default": 422} {
		for _, path := range []string{"", "/clock", "/invariants", "/users/" + user + "/payment-methods/p/removal"} {
			got := a.do("GET", "/worlds/"+world+path, "")
			problem(t, world+path, got, status, "")
		}
		for _, path := range []string{"/sessions/s/stop", "/sessions/s/meter", "/sessions/s/cdr"} {
			problem(t, world+path, a.do("POST", "/worlds/"+world+path, ""), status, "")
		}
	}
}

func TestToken(t *testing.T) {
	a := start(t, "default", func(c *mockserver.Config) { c.AdminToken = "open sesame" })
	if got := a.do("GET", "/health", ""); got.Status != 200 {
		t.Errorf("health requires the token: %d", got.Status)
	}
	for _, header := range []string{"", "Bearer", "Bearer wrong", "open sesame", "Basic open sesame", "Bearer open sesamE", "Bearer open sesame2"} {
		got := a.do("GET", "/version", "", "Authorization", header)
		problem(t, header, got, 401, "")
		if got.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%q: no WWW-Authenticate", header)
		}
	}
	for _, header := range []string{"Bearer open sesame", "bearer  open sesame "} {
		if got := a.do("GET", "/version", "", "Authorization", header); got.Status != 200 {
			t.Errorf("%q: %d", header, got.Status)
		}
	}
	problem(t, "an unknown path", a.do("GET", "/nothing", ""), 401, "")
}

func TestForeignOriginsAndHosts(t *testing.T) {
	a := start(t, "default")
	own := strings.TrimPrefix(a.URL, "http://")
	for origin, status := range map[string]int{
		a.URL: 200, "https://" + own: 403, "HTTP://" + own: 200, "https://evil.example": 403, "http://localhost:3000": 403, "null": 403, "http://" + own + ".evil.example": 403, "://": 403,
	} {
		got := a.do("GET", "/version", "", "Origin", origin)
		if got.Status != status {
			t.Errorf("Origin %s: got %d, want %d", origin, got.Status, status)
		}
		for name := range got.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("Origin %s: %s", origin, name)
			}
		}
	}
	problem(t, "foreign origin", a.do("GET", "/health", "", "Origin", "https://evil.example"), 403, "")
	problem(t, "preflight", a.do("OPTIONS", "/worlds", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "GET"), 403, "")
	for host, status := range map[string]int{
		"localhost": 200, "localhost:4343": 200, "app.localhost": 200, "127.0.0.1": 200, "127.1.2.3:80": 200, "[::1]:80": 200, "LOCALHOST": 200,
		"evil.example": 403, "evil.example:4343": 403, "localhost.evil.example": 403, "192.168.0.1": 200, "cariqa-mock:4343": 200, "host.docker.internal:4343": 200,
	} {
		if got := a.do("GET", "/version", "", "Host", host); got.Status != status {
			t.Errorf("Host %s: got %d, want %d", host, got.Status, status)
		}
	}
	for allowed, status := range map[string]int{"": 403, "fake.example.org": 200} {
		open := start(t, "default", func(c *mockserver.Config) {
			c.Loopback, c.AdminToken, c.AllowedHosts = false, "x", strings.Fields(allowed)
		})
		if got := open.do("GET", "/version", "", "Host", "fake.example.org", "Authorization", "Bearer x"); got.Status != status {
			t.Errorf("not on loopback, allowed %q: %d", allowed, got.Status)
		}
	}
}
