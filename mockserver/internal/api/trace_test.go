package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/mocktest"
)

const slowPoint = `name: slow
title: A charge point whose provider takes its time
clock: {frozen: true}
users:
- id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb
  billing: {country: de, city: Berlin, line1: Weg 1, postal_code: "10243", first_name: A, last_name: B}
  payment_methods: [{id: pm_1, default: true}]
charge_points: [{evse: "DE*X*E1", start_delay: 30s}]
`

// TestWaitingStartEndsWithItsWorld resets a world in which a start waits for
// its provider, since nobody can advance the old world's clock any more.
func TestWaitingStartEndsWithItsWorld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slow.yaml")
	if err := os.WriteFile(path, []byte(slowPoint), 0o600); err != nil {
		t.Fatal(err)
	}
	f := start(t, mocktest.Files(path)).in(t, "slow")
	done := make(chan answer, 1)
	go func() {
		done <- f.do(send("POST", me+"/charging/start/", `{"evse_id":"DE*X*E1","payment_method_id":"pm_1"}`))
	}()
	second := send("POST", me+"/charging/start/", `{"evse_id":"DE*X*E1","payment_method_id":"pm_1"}`)
	for f.do(get(me + "/payment-methods/")); f.removalRule("pm_1") != "remove-payment-method/session-starting"; {
		// until the start has arrived
	}
	if got := f.do(second); got.Status != http.StatusConflict {
		t.Fatalf("a second start: %d %s", got.Status, got.Body)
	}
	f.admin("POST", "/reset", "")
	if got := <-done; got.Status != http.StatusFailedDependency {
		t.Errorf("%d %s, want 424: its world is gone", got.Status, got.Body)
	}
}

// TestAbandonedCallIsInTheJournal cancels a slow call, as a client's timeout
// does.
func TestAbandonedCallIsInTheJournal(t *testing.T) {
	f := start(t)
	w := f.WorldOf(f.token)
	w.Delay("users_list", 10*time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", f.URL+users, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+f.token)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if res, err := f.Client().Do(r); err == nil {
			res.Body.Close()
		}
	}()
	for !strings.Contains(f.admin("GET", "/faults", ""), `"hits":1`) {
		// until the call has arrived
	}
	cancel()
	<-gone
	for deadline := time.Now().Add(time.Minute); w.Count("users_list") == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the canceled call is not in the journal")
		}
	}
}

// TestStripeCallsCanBeFound searches the journal for Stripe's calls by the id in
// their answer and by their user.
func TestStripeCallsCanBeFound(t *testing.T) {
	f := start(t).in(t, "debt")
	var debts struct {
		Results []struct {
			Secret string `json:"client_secret"`
		}
	}
	if err := json.Unmarshal([]byte(f.do(get(me+"/charging/debts/")).Body), &debts); err != nil {
		t.Fatal(err)
	}
	secret := debts.Results[0].Secret
	id, _, _ := strings.Cut(secret, "_secret_")
	r, err := http.NewRequest("GET", f.URL+"/v1/payment_intents/"+id+"?client_secret="+secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer pk_test_x")
	res, err := f.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got := res.Header.Get("X-Cariqa-Mock-World"); got != f.token {
		t.Errorf("world %q, want %q", got, f.token)
	}
	found := f.admin("POST", "/requests/find", `{"user":"`+user+`","operation":"stripe_payment_intents_retrieve"}`)
	if want := `"id":"` + res.Header.Get("X-Request-Id") + `"`; !strings.Contains(found, want) {
		t.Errorf("the journal has no %s under its user: %s", want, found)
	}
}

// TestForcedAnswersAreExplained reads the explanations of a fault and of a
// Prefer header.
func TestForcedAnswersAreExplained(t *testing.T) {
	f := start(t)
	f.WorldOf(f.token).Fail("users_list", 424, "")
	f.do(get(users))
	f.do(get(users, "Prefer", "code=403, code=401"))
	var listed struct{ Requests []struct{ ID, Rule string } }
	if err := json.Unmarshal([]byte(f.admin("GET", "/requests", "")), &listed); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Prefer header asked", "fault f1"} {
		if got := f.admin("GET", "/requests/"+listed.Requests[i].ID+"/explain", ""); !strings.Contains(got, want) {
			t.Errorf("%s: %s does not contain %q", listed.Requests[i].Rule, got, want)
		}
	}
	if got := f.do(send("POST", me+"/charging/start/", "{}", "Prefer", "code=409")); !strings.HasPrefix(got.Body, `{"detail":"Charging Error","error":{"type":`) {
		t.Errorf("the fields are not in the vendor's order: %s", got.Body)
	}
	if got := f.do(get(users, "Prefer", "code=403, code=401")); got.Status != http.StatusForbidden {
		t.Errorf("of two preferences the answer is %d, want that of the first", got.Status)
	}
}

// removalRule returns the id of the rule that refuses to remove a method, or "".
func (f *fake) removalRule(pm string) string {
	var v struct{ Rules []struct{ ID string } }
	if err := json.Unmarshal([]byte(f.admin("GET", "/users/"+user+"/payment-methods/"+pm+"/removal", "")), &v); err != nil {
		f.t.Fatal(err)
	}
	if len(v.Rules) == 0 {
		return ""
	}
	return v.Rules[0].ID
}

// admin calls the admin API about the token's world.
func (f *fake) admin(method, path, body string) string {
	f.t.Helper()
	res, got := f.raw(request{method, "/__admin/worlds/" + f.token + path, body, []string{"Content-Type", "application/json"}})
	if res.StatusCode >= http.StatusBadRequest {
		f.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, got)
	}
	return got
}
