package admin_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	serveradmin "cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/internal/fault"
)

// TestFaultsOfStripe injects each kind of fault into a confirmation, and reads
// what the client got, whether the card is there, and what the journal says.
func TestFaultsOfStripe(t *testing.T) {
	a := start(t, "default")
	for effect, want := range map[string]struct {
		status int // 0: no answer
		added  bool
		fact   string
	}{
		`"delay":"1ms"`:                       {200, true, "Injected fault f1 (delay) delayed this call by 1ms, before the operation."},
		`"status":402,"error":"expired_card"`: {402, false, "Injected fault f1 (status) answered this call in the place of the operation."},
		`"rate_limit":"2s"`:                   {429, false, "Injected fault f1 (rate_limit) answered this call in the place of the operation."},
		`"drop":true`:                         {0, true, "Injected fault f1 (drop) broke the answer, 200, after the operation."},
		`"drop":"reset"`:                      {0, true, "Injected fault f1 (drop) broke the answer, 200, after the operation."},
		`"truncate":true`:                     {200, true, "Injected fault f1 (truncate) broke the answer, 200, after the operation."},
	} {
		t.Run(effect, func(t *testing.T) {
			a := a.in(t, "default")
			secret := a.secret()
			id, _, _ := strings.Cut(secret, "_secret_")
			if got := a.do("POST", "/worlds/{w}/faults", `{"operation":"stripe_setup_intents_confirm",`+effect+`}`); got.Status != http.StatusCreated {
				t.Fatal(got.Body)
			}

			res, whole := a.confirm(id, secret)
			if res.StatusCode != want.status || whole != (want.status != 0 && !strings.Contains(effect, "truncate")) {
				t.Errorf("answer %d, whole: %t", res.StatusCode, whole)
			}
			if rule := res.Header.Get("X-Cariqa-Mock-Rule"); (rule == "fault/f1") != (want.status >= 400) {
				t.Errorf("rule %q in the header", rule)
			}
			methods := a.ok("GET", "/worlds/{w}/users/"+user, "")["payment_methods"].([]any)
			if (len(methods) == 3) != want.added {
				t.Errorf("%d payment methods", len(methods))
			}
			call := first(t, a.ok("POST", "/worlds/{w}/requests/find", `{"operation":"stripe_setup_intents_confirm"}`), "requests")
			if strings.Contains(effect, "drop") {
				want.status = 0
			}
			if call["fault"] != "f1" || call["rule"] != "fault/f1" || call["user"] != user || call["status"] != float64(want.status) || len(call["findings"].([]any)) > 0 {
				t.Errorf("journal: fault %v, rule %v, user %v, status %v, findings %v", call["fault"], call["rule"], call["user"], call["status"], call["findings"])
			}
			why := a.ok("GET", "/worlds/{w}/requests/"+call["id"].(string)+"/explain", "")
			if got := fmt.Sprint(why["facts"]); got != "["+want.fact+"]" {
				t.Errorf("facts %s", got)
			}
			if count := a.ok("POST", "/worlds/{w}/requests/count", `{"operation":"stripe_setup_intents_confirm"}`); count["count"] != 1.0 {
				t.Errorf("journal: %v", count)
			}
			again, whole := a.confirm(id, secret)
			if wanted := map[bool]int{true: 400, false: 200}[want.added]; again.StatusCode != wanted || !whole {
				t.Errorf("again: %d, want %d", again.StatusCode, wanted)
			}
		})
	}
}

// secret returns the client secret of a new setup intent.
func (a *admin) secret() string {
	a.t.Helper()
	call := a.ok("POST", "/worlds/{w}/calls", `{"call":"GET /users/{user}/setup-intents/"}`)
	return call["body"].(map[string]any)["setup_intent_client_secret"].(string)
}

// confirm confirms a setup intent on a connection of its own. whole reports
// whether the answer came to its end; without one the status is 0.
func (a *admin) confirm(id, secret string) (res *http.Response, whole bool) {
	a.t.Helper()
	r, err := http.NewRequest(http.MethodPost, a.URL+"/v1/setup_intents/"+id+"/confirm", strings.NewReader("payment_method=pm_card_visa&client_secret="+secret))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer pk_test_mock")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	transport := &http.Transport{DisableKeepAlives: true}
	res, err = transport.RoundTrip(r)
	if err != nil {
		return &http.Response{}, false
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res, err == nil
}

// TestErrorsAreDescribed compares the errors of openapi.yaml with those that
// faults accept.
func TestErrorsAreDescribed(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(serveradmin.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	for _, v := range doc.Components.Schemas["FaultError"].Value.Enum {
		if v != nil {
			described = append(described, v.(string))
		}
	}
	if diff := cmp.Diff(fault.Errors(), described); diff != "" {
		t.Errorf("errors (-accepted +described):\n%s", diff)
	}
}
