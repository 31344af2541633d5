package mocktest_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/mocktest"
)

func TestDo(t *testing.T) {
	w := mocktest.Start(t).World("default")
	if w.User != user {
		t.Errorf("user %q, want the first one of the scenario", w.User)
	}
	for name, body := range map[string]any{
		"value": map[string]any{"email": "value@example.org"},
		"text":  `{"email":"text@example.org"}`,
		"bytes": []byte(`{"email":"bytes@example.org"}`),
		"form":  url.Values{"email": {"form@example.org"}},
	} {
		if got := w.Do("POST", "/users/", body).Want(201).Get("email"); got != name+"@example.org" {
			t.Errorf("%s: email %s", name, got)
		}
	}
	var page struct{ Count int }
	w.Do("GET", "/users/").Want(200).JSON(&page)
	if page.Count != 5 {
		t.Errorf("%d users, want 5", page.Count)
	}
	if res := w.Do("GET", "/users"); res.Status != http.StatusMovedPermanently {
		t.Errorf("a missing slash: %d, want the redirect itself", res.Status)
	}
	if res := w.Do("GET", "/users/", http.Header{"Prefer": {"code=403"}}); res.Status != http.StatusForbidden {
		t.Errorf("with Prefer: %d, want 403", res.Status)
	}
	secret := w.Do("GET", "/api/v1/users/{user}/setup-intents/?pm_type=card").Want(200).Get("setup_intent_client_secret")
	id, _, _ := strings.Cut(secret, "_secret_")
	confirmed := w.Do("POST", "/v1/setup_intents/"+id+"/confirm", url.Values{"client_secret": {secret}, "payment_method": {"pm_card_visa"}})
	if got := confirmed.Want(200).Get("status"); got != "succeeded" {
		t.Errorf("setup intent %s", got)
	}
}

func TestClientCarriesTheToken(t *testing.T) {
	w := mocktest.Start(t).World("cdr-pending")
	res, err := w.Client().Get(w.URL + "/users/" + w.User + "/payment-methods/")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("X-Cariqa-Mock-World") != w.ID {
		t.Errorf("%s in world %s, want 200 in %s", res.Status, res.Header.Get("X-Cariqa-Mock-World"), w.ID)
	}
	other := mocktest.Start(t)
	if res, err = w.Client().Get(other.URL + "/api/v1/users/"); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("another server: %s, want 401 because it gets no token", res.Status)
	}
}

func TestFaults(t *testing.T) {
	w := mocktest.Start(t).World("default")
	status := func() int { t.Helper(); return w.Do("GET", "/users/").Status }
	w.Fail("users_list", 424, "charging_provider_error", mocktest.Times(2), mocktest.Skip(1))
	if a, b, c, d := status(), status(), status(), status(); a != 200 || b != 424 || c != 424 || d != 200 {
		t.Errorf("statuses %d %d %d %d, want 200 424 424 200", a, b, c, d)
	}
	w.RateLimit("*", 30*time.Second)
	if res := w.Do("GET", "/users/"); res.Status != 429 || res.Header.Get("Retry-After") != "30" || !strings.HasPrefix(res.Rule(), "fault/") {
		t.Errorf("%d, Retry-After %s, rule %s", res.Status, res.Header.Get("Retry-After"), res.Rule())
	}
	w.Drop("users_create")
	if res := w.Do("POST", "/users/", "{}"); res.Status != 0 || res.Err == nil {
		t.Errorf("dropped: status %d, error %v", res.Status, res.Err)
	}
	w.DropReset("users_create")
	if res := w.Do("POST", "/users/", "{}"); res.Status != 0 || !errors.Is(res.Err, io.EOF) {
		t.Errorf("reset: status %d, error %v", res.Status, res.Err)
	}
	w.Drop("users_list")
	if res := w.Do("GET", "/users/"); res.Status != 0 {
		t.Errorf("dropped: a GET was sent again, status %d", res.Status)
	}
	w.Truncate("users_list")
	if res := w.Do("GET", "/users/"); res.Status != 200 || res.Err == nil {
		t.Errorf("truncated: status %d, error %v", res.Status, res.Err)
	}
	w.Delay("users_list", time.Millisecond)
	w.Do("GET", "/users/").Want(200)
	if calls := w.Requests("users_list"); calls[len(calls)-1].Fault == "" {
		t.Errorf("no delay was applied: %+v", calls)
	}
	always := w.Fail("users_retrieve", 500, "", mocktest.Always(), mocktest.ForUser(w.User))
	w.Do("GET", "/users/{user}/").Want(500)
	w.Do("GET", "/users/{user}/").Want(500)
	always.Remove()
	w.Do("GET", "/users/{user}/").Want(200)
	w.Fail("*", 500, "")
	w.ClearFaults()
	w.Do("GET", "/users/").Want(200)
}

func TestJournal(t *testing.T) {
	w := mocktest.Start(t).World("cdr-pending")
	w.Do("GET", "/users/?page=many")
	w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/")
	w.Do("PATCH", "/users/{user}/", map[string]string{"locale": "en"})
	all := w.Requests("*")
	if len(all) != 3 || w.Count("*") != 3 || w.Count("users_destroy") != 0 {
		t.Fatalf("%d calls, want 3: %v", len(all), all)
	}
	if c := all[0]; c.Operation != "users_list" || c.Query != "page=many" || len(c.Findings) != 1 || c.Findings[0].Message == "" {
		t.Errorf("the first call is %+v", c)
	}
	if c := all[1]; c.Status != 400 || c.Rule != "remove-payment-method/cdr-pending" || c.User != w.User || c.Response.Body == nil ||
		!strings.HasSuffix(c.String(), "/payment-methods/pm_abc123/ 400 remove-payment-method/cdr-pending") {
		t.Errorf("the second call is %+v", c)
	}
	found := w.Find(mocktest.Filter{Method: "PATCH", Body: map[string]string{"locale": "en"}})
	if len(found) != 1 || string(found[0].Request.Body) != `{"locale":"en"}` {
		t.Errorf("found %+v", found)
	}
	if e := w.Explain(); e.Rule != "" || e.After == nil {
		t.Errorf("of the last call: %+v", e)
	}
	e := w.Explain(all[1].ID)
	if e.Rule != "remove-payment-method/cdr-pending" || e.Condition == "" || len(e.Facts) == 0 || e.Remedy == "" || e.Source == "" {
		t.Errorf("of the refused call: %+v", e)
	}
}

func TestRemovalAndDebt(t *testing.T) {
	w := mocktest.Start(t).World("removable")
	if r := w.Removal("pm_abc123"); !r.Allowed || len(r.Rules) != 0 {
		t.Errorf("before the debt: %+v", r)
	}
	s := w.Debt(mocktest.KWh(7.5), mocktest.PaymentMethod("pm_abc123"))
	if got := s.State(); got.State != "debt" || got.KWh != "7.500" || got.PaymentMethod != "pm_abc123" || got.Owed == "0.00" || got.EndedAt.IsZero() {
		t.Errorf("the session is %+v", got)
	}
	r := w.Removal("pm_abc123")
	if r.Allowed || len(r.Rules) == 0 || r.Rules[0].Status != 402 || r.Rules[0].Condition == "" || r.Rules[0].Remedy == "" {
		t.Errorf("with the debt: %+v", r)
	}
	w.Debt()
	if res := w.Do("GET", "/users/{user}/charging/debts/"); res.Get("count") != "2" {
		t.Errorf("debts: %s", res.Body)
	}
}

func TestSession(t *testing.T) {
	w := mocktest.Start(t).World("active-session")
	id := w.Do("GET", "/users/{user}/charging-sessions/").Want(200).Get("results.0.id")
	s := w.Session(id)
	if got := s.State(); got.State != "active" || !got.EndedAt.IsZero() || got.User != w.User {
		t.Errorf("at first: %+v", got)
	}
	s.Meter(40.125)
	if got := s.State().KWh; got != "40.125" {
		t.Errorf("the meter is at %s", got)
	}
	s.Stop()
	if got := s.State(); got.State != "cdr-pending" || got.EndedBy != "station" {
		t.Errorf("after its end: %+v", got)
	}
	s.CDR(mocktest.KWh(41), mocktest.Charge("fail"))
	if got := s.State(); got.State != "debt" || got.KWh != "41.000" {
		t.Errorf("after its CDR: %+v", got)
	}
}

func TestAuthenticate(t *testing.T) {
	w := mocktest.Start(t).World("default")
	setup := func() string {
		t.Helper()
		secret := w.Do("GET", "/users/{user}/setup-intents/?pm_type=card").Want(200).Get("setup_intent_client_secret")
		id, _, _ := strings.Cut(secret, "_secret_")
		res := w.Do("POST", "/v1/setup_intents/"+id+"/confirm",
			url.Values{"client_secret": {secret}, "payment_method": {"pm_card_authenticationRequired"}, "return_url": {"https://app.example.org/"}})
		if got := res.Want(200).Get("status"); got != "requires_action" {
			t.Fatalf("setup intent %s, want requires_action", got)
		}
		return secret
	}
	if got := w.Authenticate(setup(), "succeed"); got != "succeeded" {
		t.Errorf("after success: %s", got)
	}
	if got := w.Authenticate(setup(), "fail"); got != "requires_payment_method" {
		t.Errorf("after failure: %s", got)
	}
}

func TestResetAndExport(t *testing.T) {
	w := mocktest.Start(t).World("default")
	id := w.Do("POST", "/users/", map[string]string{"email": "exported@example.org"}).Want(201).Get("id")
	file := filepath.Join(t.TempDir(), "exported.yaml")
	if err := os.WriteFile(file, []byte(w.Export()), 0o600); err != nil {
		t.Fatal(err)
	}
	name := "exported"
	if line := strings.SplitN(w.Export(), "name: ", 2); len(line) == 2 {
		name, _, _ = strings.Cut(line[1], "\n")
	}
	copied := mocktest.Start(t, mocktest.Files(file)).World(name)
	copied.Do("GET", "/users/"+id+"/").Want(200)

	w.Reset()
	w.Do("GET", "/users/"+id+"/").Want(404)
	w.Reset("debt")
	if got := w.Do("GET", "/users/{user}/charging/debts/").Want(200).Get("count"); got != "1" {
		t.Errorf("%s debts in scenario debt, want 1", got)
	}
}
