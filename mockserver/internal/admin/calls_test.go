package admin_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
)

// call makes a call in the world.
func (a *admin) call(body string) map[string]any {
	a.t.Helper()
	return a.ok("POST", "/worlds/{w}/calls", body)
}

func TestCalls(t *testing.T) {
	a := start(t, "removable")
	v := a.call(`{"call":"GET /users/{user}/payment-methods/?page_size=1"}`)
	body, _ := v["body"].(map[string]any)
	if v["status"] != 200.0 || v["rule"] != "" || body["count"] == nil {
		t.Fatalf("got %v", v)
	}
	if next, _ := body["next"].(string); !strings.HasPrefix(next, a.URL+"/api/v1/users/"+user+"/") {
		t.Errorf("the next page is at %q", next)
	}
	headers := v["headers"].(map[string]any)
	if headers["X-Request-Id"] != v["request"] || headers["X-Cariqa-Mock-World"] != a.world {
		t.Errorf("headers %v", headers)
	}
	entry := a.ok("GET", "/worlds/{w}/requests/"+v["request"].(string), "")
	if entry["operation"] != "users_payment_methods_list" || entry["status"] != 200.0 || entry["user"] != user || entry["query"] != "page_size=1" {
		t.Errorf("in the journal: %v", entry)
	}
	if v := a.call(`{"call":"DELETE /users/{user}/payment-methods/pm_abc123/"}`); v["status"] != 204.0 || v["body"] != nil {
		t.Errorf("got %v", v)
	}
	if v := a.call(`{"call":"POST /users/","json":{"custom_properties":{"external_id":"12345678901234567890"}}}`); v["status"] != 201.0 {
		t.Errorf("got %v", v)
	}
	if v := a.call(`{"call":"POST /users/","form":{"custom_properties.external_id":1e2,"locale":"de"}}`); v["status"] != 201.0 || v["body"].(map[string]any)["custom_properties"].(map[string]any)["external_id"] != "1e2" {
		t.Errorf("got %v", v)
	}
	if v := a.call(`{"call":"GET /users/","headers":{"Prefer":"code=403"}}`); v["status"] != 403.0 || v["rule"] != "prefer" {
		t.Errorf("got %v", v)
	}
	for range 20 { // a header and a field in several spellings: the same one always wins
		v := a.call(`{"call":"POST /users/","form":{"a[b]":1,"a":{"b":2}},"headers":{"prefer":"code=403","PREFER":"code=400","Prefer":"code=401"}}`)
		entry := a.ok("GET", "/worlds/{w}/requests/"+v["request"].(string), "")
		if body := entry["request"].(map[string]any)["body"].(map[string]any); v["status"] != 403.0 || body["a[b]"] != "1" {
			t.Fatalf("got %v for %v", v, body)
		}
	}
	if v := a.call(`{"call":"GET /nowhere/"}`); v["status"] != 404.0 || v["rule"] != "request/not-found" {
		t.Errorf("got %v", v)
	}
	if v := a.call(`{"call":"GET /users"}`); v["status"] != 301.0 || v["headers"].(map[string]any)["Location"] != "/api/v1/users/" {
		t.Errorf("got %v", v)
	}
}

// TestCallsOfStripe sets up a card as an app would.
func TestCallsOfStripe(t *testing.T) {
	a := start(t, "default")
	pm := a.call(`{"call":"POST /v1/payment_methods","form":{"type":"card","card":{"token":"tok_visa"}}}`)
	id, _ := pm["body"].(map[string]any)["id"].(string)
	intent := a.call(`{"call":"GET /users/{user}/setup-intents/?pm_type=card"}`)
	secret, _ := intent["body"].(map[string]any)["setup_intent_client_secret"].(string)
	seti, _, _ := strings.Cut(secret, "_secret_")
	confirm := `{"call":"POST /v1/setup_intents/` + seti + `/confirm","form":{"client_secret":"` + secret + `","payment_method":"` + id + `"}}`
	problem(t, "an intent of another world", a.in(t, "default").do("POST", "/worlds/{w}/calls", confirm), 422, "call")
	if v := a.call(confirm); v["status"] != 200.0 || v["body"].(map[string]any)["status"] != "succeeded" {
		t.Fatalf("got %v", v)
	}
	var seen []string
	for _, e := range a.ok("GET", "/worlds/{w}/requests", "")["requests"].([]any) {
		seen = append(seen, e.(map[string]any)["operation"].(string))
	}
	if diff := cmp.Diff([]string{"stripe_setup_intents_confirm", "users_setup_intents_retrieve", "stripe_payment_methods_create"}, seen); diff != "" {
		t.Errorf("journal, -want +got\n%s", diff)
	}
}

// TestCallsWhateverTheToken: a world is called without its token, and as its
// clients are answered.
// TestCallsWithoutABody: calls that need a body report that it is missing.
func TestCallsWithoutABody(t *testing.T) {
	a := start(t, "default")
	for call, status := range map[string]float64{"POST /v1/payment_methods": 400, "POST /v1/tokens": 400, "POST /users/": 201, "PUT /users/{user}/billing-details/": 400} {
		if v := a.call(`{"call":"` + call + `"}`); v["status"] != status {
			t.Errorf("%s: %v", call, v)
		}
	}
}

func TestCallsWhateverTheToken(t *testing.T) {
	a := start(t, "default")
	own := &admin{a.Server, t, "eyJ.some.jwt"}
	own.vendor("POST", "/users/", `{"email":"a@example.org"}`)
	id := a.ok("GET", "/worlds", "")["worlds"].([]any)[0].(map[string]any)["id"].(string)
	hidden := &admin{a.Server, t, id}
	if v := hidden.call(`{"call":"GET /users/"}`); v["status"] != 200.0 || v["body"].(map[string]any)["count"] != 2.0 {
		t.Errorf("got %v", v)
	}
	if v := hidden.call(`{"call":"GET /users/","headers":{"Authorization":"Bearer mock.debt"}}`); v["body"].(map[string]any)["count"] != 2.0 {
		t.Errorf("got %v", v)
	}
	revoked := a.in(t, "token-revoked")
	if v := revoked.call(`{"call":"GET /users/"}`); v["status"] != 403.0 || v["rule"] != "auth/invalid" {
		t.Errorf("got %v", v)
	}
	problem(t, "unknown world", a.do("POST", "/worlds/w_000000000000/calls", `{"call":"GET /users/"}`), 404, "")
}

func TestCallsWithFaults(t *testing.T) {
	a := start(t, "default")
	for _, fault := range []string{`"drop":true`, `"truncate":true`, `"status":500`} {
		a.do("POST", "/worlds/{w}/faults", `{"operation":"users_list",`+fault+`}`)
	}
	v := a.call(`{"call":"GET /users/"}`)
	if v["status"] != 0.0 || v["body"] != nil || v["rule"] != "fault/f1" {
		t.Errorf("dropped: %v", v)
	}
	if e := a.ok("GET", "/worlds/{w}/requests/"+v["request"].(string), ""); e["status"] != 0.0 {
		t.Errorf("in the journal: %v", e)
	}
	v = a.call(`{"call":"GET /users/"}`)
	if half, ok := v["body"].(string); v["status"] != 200.0 || !ok || !strings.HasPrefix(half, `{"count":`) {
		t.Errorf("truncated: %v", v)
	}
	if v = a.call(`{"call":"GET /users/"}`); v["status"] != 500.0 || v["rule"] != "fault/f3" {
		t.Errorf("500: %v", v)
	}
	if v = a.call(`{"call":"GET /users/"}`); v["status"] != 200.0 {
		t.Errorf("after the faults: %v", v)
	}
}

func TestInvalidCalls(t *testing.T) {
	a := start(t, "default")
	for body, field := range map[string]string{
		`{}`: "call", `{"call":""}`: "call", `{"call":"/users/"}`: "call", `{"call":"FETCH /users/"}`: "call", `{"call":"get /users/"}`: "call",
		`{"call":"GET users/"}`: "call", `{"call":"GET /users/ x"}`: "call", `{"call":"GET /users/#x"}`: "call", `{"call":"GET /%zz"}`: "call",
		`{"call":"GET /__admin/health"}`: "call", `{"call":"GET /__admin"}`: "call", `{"call":"GET /users/{nobody}/"}`: "call",
		`{"call":"GET /users/","json":{"a":"{x}"}}`: "call", `{"call":"GET /users/","json":{},"form":{}}`: "form",
		`{"call":"POST /v1/payment_methods","json":{}}`: "json", `{"call":"GET /users/","headers":{"a b":"c"}}`: "headers",
		`{"call":"GET /users/","headers":{"Prefer":"code=402\r\nX: y"}}`: "headers", `{"call":"GET /users/","headers":{"Prefer":5}}`: "headers.Prefer", `{"call":"GET /users/","headers":{"content-length":"5"}}`: "headers",
		`{"call":"GET /users/","form":[]}`: "form", `{"call":"GET /users/","body":{}}`: "body",
	} {
		got := a.do("POST", "/worlds/{w}/calls", body)
		problem(t, body, got, 422, field)
		if detail, _ := got.Fields["detail"].(string); !strings.Contains(strings.ToLower(detail), "want ") && !strings.Contains(detail, "{") && !strings.Contains(detail, "known") {
			t.Errorf("%s: %q does not say what is accepted", body, detail)
		}
	}
	if n := len(a.ok("GET", "/worlds/{w}/requests", "")["requests"].([]any)); n != 0 {
		t.Errorf("%d entries in the journal", n)
	}
	// Paths above the root of the API are not found.
	if v := a.call(`{"call":"GET /../../__admin/health"}`); v["status"] != 404.0 {
		t.Errorf("got %v", v)
	}
	if v := a.call(`{"call":"GET /v1/../__admin/health"}`); v["status"] == 200.0 {
		t.Errorf("got %v", v)
	}
}

// slowScenario has a provider that takes longer than clients wait.
const slowScenario = `name: slow
title: A slow provider
users:
- id: ` + user + `
  billing: {country: de, city: Berlin, line1: Weg 1, postal_code: "10243", first_name: A, last_name: B}
  payment_methods: [{id: pm_abc123, default: true}]
charge_points: [{evse: "` + hers + `", start_delay: 10m}]
`

// TestCallsEnd: a start that waits for its provider ends with its client, or
// when the vendor's client would have given up.
func TestCallsEnd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "slow.yaml")
	if err := os.WriteFile(file, []byte(slowScenario), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		cfg := mockserver.DefaultConfig()
		cfg.Version, cfg.Scenario, cfg.Files, cfg.Wall = "test", "slow", []string{file}, func() time.Time { return time.Now().AddDate(30, 0, 0) }
		h, err := mockserver.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		calls := func(ctx context.Context, body string) (answer map[string]any, took time.Duration) {
			rec, began := httptest.NewRecorder(), time.Now()
			h.ServeHTTP(rec, httptest.NewRequestWithContext(ctx, "POST", "/__admin/worlds/mock.slow/calls", strings.NewReader(body)))
			if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || rec.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", body, rec.Code, rec.Body)
			}
			return answer, time.Since(began)
		}
		const ask = `{"call":"POST /users/{user}/charging/start/","json":{"evse_id":"` + hers + `","payment_method_id":"pm_abc123"}}`
		v, took := calls(t.Context(), ask)
		if v["status"] != 424.0 || v["rule"] != "start-charging/provider-failed" || took != 2*time.Minute {
			t.Errorf("the client stays: %v after %s", v, took)
		}
		ctx, leave := context.WithTimeout(t.Context(), time.Minute)
		defer leave()
		if v, took = calls(ctx, ask); v["status"] != 0.0 || took != time.Minute {
			t.Errorf("the client leaves: %v after %s", v, took)
		}
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "POST", "/__admin/worlds/mock.slow/faults",
			strings.NewReader(`{"operation":"users_list","delay":"10m"}`)))
		if v, took = calls(t.Context(), `{"call":"GET /users/"}`); v["status"] != 0.0 || took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("a delay of ten minutes: %v after %s", v, took)
		}
	})
}
