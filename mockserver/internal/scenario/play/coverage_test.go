package play_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/spec"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func coverage(t *testing.T) *play.Coverage {
	t.Helper()
	description, err := spec.Vendor()
	if err != nil {
		t.Fatal(err)
	}
	c, err := play.NewCoverage(description, connect.DefaultRules())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// cell returns the row of a cell, or an empty one.
func cell(c *play.Coverage, op string, status int, errorType string) play.Row {
	for _, r := range c.Rows() {
		if r.Cell == (play.Cell{Operation: op, Status: status, Type: errorType}) {
			return r
		}
	}
	return play.Row{}
}

func TestDocumentedCells(t *testing.T) {
	c := coverage(t)
	for _, tt := range []struct {
		op     string
		status int
		typ    string
		want   play.Documented
		rules  int
	}{
		{"users_list", 200, "", play.Yes, 0},
		{"users_destroy", 204, "", play.Yes, 0},
		{"users_list", 401, "", play.Generic, 0},
		{"users_list", 404, "", "", 0}, // not in openapi.yaml
		{"users_create", 400, "validation_error", play.Generic, 0},
		{"stations_partners_list", 423, "temporary_locked", play.Yes, 0},
		{"users_charging_start_create", 400, "validation_error", play.Generic, 0},
		{"users_charging_start_create", 404, "", play.Yes, 1},
		{"users_charging_start_create", 409, "billing_data_required", play.Yes, 2},
		{"users_charging_stop_create", 409, "charging_provider_error", play.Yes, 1},
		{"users_destroy", 400, "validation_error", "", 0}, // only its rules answer 400
		{"users_destroy", 400, "payment_method_error", play.Yes, 3},
	} {
		r := cell(c, tt.op, tt.status, tt.typ)
		if r.Documented != tt.want || len(r.Rules) != tt.rules || r.Scenarios != nil {
			t.Errorf("%s %d %s: got %+v, want documented %q with %d rules and no scenario", tt.op, tt.status, tt.typ, r, tt.want, tt.rules)
		}
	}
}

// Rules whose answer openapi.yaml does not show are in a cell, too.
func TestEveryRuleIsInACell(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range coverage(t).Rows() {
		for _, id := range r.Rules {
			seen[id] = true
		}
	}
	for _, r := range connect.DefaultRules() {
		if seen[r.ID] == r.Generic() {
			t.Errorf("%s: generic %t, in a cell %t", r.ID, r.Generic(), seen[r.ID])
		}
	}
}

// vendor answers every call with the status, rule and type in its query.
func vendor(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("X-Cariqa-Mock-Rule", q.Get("rule"))
		switch q.Get("status") {
		case "204":
			w.WriteHeader(http.StatusNoContent)
		case "402":
			w.WriteHeader(http.StatusPaymentRequired)
		case "404":
			w.WriteHeader(http.StatusNotFound)
		case "broken":
			w.Header().Set("Content-Length", "100")
		}
		if q.Get("status") != "204" {
			_, _ = io.WriteString(w, `{"error":{"type":"`+q.Get("type")+`"}}`)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// tryAll runs steps as a scenario and counts them.
func tryAll(t *testing.T, c *play.Coverage, base, name, proves, steps string) error {
	t.Helper()
	return c.Try(t.Context(), parse(t, name, proves, steps), http.DefaultTransport, base, "mock."+name)
}

const refusedStart = `
- {call: "POST /users/{user}/charging/start/?status=402&type=payment_error&rule=start-charging/outstanding-payment", want: {status: 402}}`

func TestCoverageCounts(t *testing.T) {
	c, base := coverage(t), vendor(t)
	const (
		outstanding = "start-charging/outstanding-payment"
		start       = "users_charging_start_create"
	)
	for _, err := range []error{
		tryAll(t, c, base, "a", "", refusedStart+`
# Calls of Stripe, of the admin API, and of an unknown path are not counted.
- {call: "GET /v1/payment_intents/pi_1", want: {status: 200}}
- {call: "GET /__admin/health", want: {status: 200}}
- {call: "GET /users/{user}/wallet/", want: {status: 200}}
# The vendor's client omits the last slash.
- {call: "DELETE /users/{user}/payment-methods/pm_abc123?status=204", want: {status: 204}}
# A 404 that is not the start's own.
- {call: "POST /users/{user}/charging/start/?status=404&rule=request/not-found", want: {status: 404}}
# This answer is not documented.
- {call: "GET /users/?status=402&type=payment_error", want: {status: 402}}`),
		tryAll(t, c, base, "b", outstanding, refusedStart+refusedStart),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []play.Row{
		{Cell: play.Cell{Operation: "users_list", Status: 402, Type: "payment_error"}, Documented: play.No, Scenarios: []string{"a"}},
		{
			Cell: play.Cell{Operation: start, Status: 402, Type: "payment_error"}, Documented: play.Yes,
			Rules: []string{outstanding}, Scenarios: []string{"b", "a"}, // b proves the rule
		},
		{Cell: play.Cell{Operation: "users_payment_methods_destroy", Status: 204}, Documented: play.Yes, Scenarios: []string{"a"}},
	}
	var got []play.Row
	for _, r := range c.Rows() {
		if len(r.Scenarios) > 0 {
			got = append(got, r)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("rows with scenarios (-want +got):\n%s", diff)
	}
}

// The answers before a failing step do not count either.
func TestCoverageIgnoresFailedScenarios(t *testing.T) {
	c, base := coverage(t), vendor(t)
	for _, tt := range []struct{ name, proves, steps, want string }{
		{"a", "", refusedStart + "\n- {call: GET /users/, want: {status: 201}}", "step 2: GET /users/ -> 200: status: want 201"},
		{"b", "start-charging/already-charging", refusedStart, "proves start-charging/already-charging, which refuses none of its calls"},
		{"c", "", refusedStart + "\n- {call: GET /users/?status=broken, want: {status: 200}}", "broke off"},
	} {
		if err := tryAll(t, c, base, tt.name, tt.proves, tt.steps); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	for _, r := range c.Rows() {
		if len(r.Scenarios) > 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestCoverageWithoutServer(t *testing.T) {
	if err := tryAll(t, coverage(t), "http://127.0.0.1:1", "a", "", refusedStart); err == nil || !strings.Contains(err.Error(), "no answer") {
		t.Error(err)
	}
}
