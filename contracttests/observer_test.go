package contracttests

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestObserver shows the observer answers, and checks what it finds.
func TestObserver(t *testing.T) {
	const (
		user    = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"
		other   = "1405cf8c-8375-4373-b4d3-b61f9a0c01eb"
		users   = "GET /users/" + user + "/ users_retrieve "
		methods = "GET /users/" + user + "/payment-methods/ users_payment_methods_list "
		billing = " /users/" + user + "/billing-details/ users_billing_details_"
		session = "GET /users/" + user + "/charging-sessions/s/ users_charging_sessions_retrieve "
		setup   = "GET /users/" + user + "/setup-intents/ users_setup_intents_retrieve "
	)
	person := func(email string) string {
		return `{"id":"` + user + `","email":"` + email + `","locale":"en","custom_properties":null}`
	}
	card := func(id, first string) string {
		return `{"count":1,"results":[{"id":"` + id + `","default":true,"type":"card","created_at":"` + first + `","card":{}}]}`
	}
	cards := func(ids ...string) string {
		list := `{"count":2,"results":[`
		for i, id := range ids {
			list += strings.Repeat(",", min(i, 1)) + `{"id":"` + id + `","type":"card","card":{}}`
		}
		return strings.Replace(list+"]}", `"pm_1"`, `"pm_1","default":true`, 1)
	}
	page := func(n string) string { return strings.Replace(methods, "/ users", "/?page_size=1&page="+n+" users", 1) }
	for name, tt := range map[string]struct {
		calls []string
		want  []string // operation and place
	}{
		"by a write about something else": {
			[]string{users + person("a@example.org"), "PUT" + billing + "update {}", users + person("b@example.org")}, []string{"users_retrieve body /email"},
		},
		"billing by itself": {
			[]string{"GET" + billing + `retrieve {"city":"Berlin"}`, "GET" + billing + `retrieve {"city":"Bonn"}`}, []string{"users_billing_details_retrieve body /city"},
		},
		"billing by a write": {[]string{"GET" + billing + `retrieve {"city":"Berlin"}`, "PUT" + billing + "update {}", "GET" + billing + `retrieve {"city":"Bonn"}`}, nil},
		"not as a write has answered": {
			[]string{"PUT" + billing + `update {"city":"Berlin"}`, "GET" + billing + `retrieve {"city":"Bonn"}`}, []string{"users_billing_details_retrieve body /city"},
		},
		"the same order": {[]string{methods + cards("pm_1", "pm_2"), methods + cards("pm_1", "pm_2")}, nil},
		"one entry less": {[]string{methods + cards("pm_1", "pm_2", "pm_3"), page("1") + cards("pm_1", "pm_3")}, nil},
		"another order":  {[]string{methods + cards("pm_1", "pm_2"), page("1") + cards("pm_2", "pm_1")}, []string{"users_payment_methods_list body /results"}},
		"another order by a write": {
			[]string{page("1") + cards("pm_1", "pm_2"), "POST /users/" + user + "/payment-methods/pm_1/default/ users_payment_methods_default_create ", page("1") + cards("pm_2", "pm_1")}, nil,
		},
		"on two pages":       {[]string{page("1") + cards("pm_1"), page("2") + cards("pm_1")}, []string{"users_payment_methods_list body /results"}},
		"two pages":          {[]string{page("1") + cards("pm_1"), page("2") + cards("pm_2")}, nil},
		"nothing changes":    {[]string{users + person("a@example.org"), users + person("a@example.org")}, nil},
		"changes by itself":  {[]string{users + person("a@example.org"), users + person("b@example.org")}, []string{"users_retrieve body /email"}},
		"changes by a write": {[]string{users + person("a@example.org"), "PATCH /users/" + user + "/ users_partial_update " + person("b@example.org"), users + person("b@example.org")}, nil},
		"another's write":    {[]string{users + person("a@example.org"), "PATCH /users/" + other + "/ users_partial_update {}", users + person("b@example.org")}, []string{"users_retrieve body /email"}},
		"deleted":            {[]string{"DELETE /users/" + user + "/ users_destroy ", users + person("a@example.org")}, []string{"users_retrieve status", "users_retrieve body /id"}},
		"below a deleted":    {[]string{"DELETE /users/" + user + "/ users_destroy ", methods + `{"count":0,"results":[]}`}, []string{"users_payment_methods_list status"}},
		"creation time":      {[]string{methods + card("pm_111111", "2026-01-01T00:00:00Z"), methods + card("pm_111111", "2026-01-01T00:00:01Z")}, []string{"users_payment_methods_list body /results/*/created_at"}},
		"no default":         {[]string{methods + strings.Replace(card("pm_111111", "2026-01-01T00:00:00Z"), "true", "false", 1)}, []string{"users_payment_methods_list body /results/*/default"}},
		"another's card": {[]string{
			methods + card("pm_111111", "2026-01-01T00:00:00Z"), strings.ReplaceAll(methods, user, other) + card("pm_111111", "2026-01-01T00:00:00Z"),
		}, []string{"users_payment_methods_list body /results/*/id"}},
		"energy falls":     {[]string{session + `{"id":"s","consumed_energy":"2.000"}`, session + `{"id":"s","consumed_energy":"1.000"}`}, []string{"users_charging_sessions_retrieve body /consumed_energy"}},
		"energy corrected": {[]string{session + `{"id":"s","consumed_energy":"2.000"}`, session + `{"id":"s","consumed_energy":"1.000","session_cost":{"kwh_cost":"1.00"}}`}, nil},
		"the end returns":  {[]string{session + `{"id":"s","is_active":false}`, session + `{"id":"s","is_active":true}`}, []string{"users_charging_sessions_retrieve body /is_active"}},
		"the end moves":    {[]string{session + `{"id":"s","end_time":"1"}`, session + `{"id":"s","end_time":null}`}, []string{"users_charging_sessions_retrieve body /end_time"}},
		"a settled total": {[]string{
			session + `{"id":"s","session_cost":{"kwh_cost":"1.00","invoice_vat":"0.10"}}`, session + `{"id":"s","session_cost":{"kwh_cost":"1.00","invoice_vat":"0.11"}}`,
		}, []string{"users_charging_sessions_retrieve body /session_cost/invoice_vat"}},
		"a secret twice": {[]string{setup + `{"setup_intent_client_secret":"seti_1_secret_2"}`, setup + `{"setup_intent_client_secret":"seti_1_secret_2"}`}, []string{"users_setup_intents_retrieve body /client_secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newObserver()
			for _, c := range tt.calls {
				part := strings.SplitN(c, " ", 4)
				r := request{method: part[0], url: "http://h/api/v1" + part[1], header: bearer("t"), vendor: true}
				status := http.StatusOK
				if part[3] == "" {
					status = http.StatusNoContent
				}
				o.end(o.begin(r), r, &Answer{Status: status, Body: []byte(part[3]), exchange: &Exchange{Method: part[0], URL: r.url, Operation: part[2]}})
			}
			var got []string
			for _, f := range o.failures {
				if f.Kind != KindShape && f.Place != "body /count" { // bodies of this test are short
					got = append(got, f.Operation+" "+f.Place)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestHealth checks that what happens seldom is news, and what happens often
// fails the run where a source promises better.
func TestHealth(t *testing.T) {
	for name, tt := range map[string]struct {
		id           string
		times        int
		failed, news int
	}{
		"nothing":      {flaky, 0, 0, 0},
		"flaky once":   {flaky, 1, 0, 1},
		"flaky thrice": {flaky, 3, 1, 0},
		"slow often":   {slowness, 9, 0, 1},
	} {
		h := newHealth()
		for range tt.times {
			h.note(tt.id, &Exchange{Method: "GET", URL: "http://h/x", Operation: "users_list"})
		}
		failed, news := h.verdicts()
		if len(failed) != tt.failed || len(news) != tt.news {
			t.Errorf("%s: %d failures and %d news, want %d and %d", name, len(failed), len(news), tt.failed, tt.news)
		}
	}
}
