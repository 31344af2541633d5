package lockstep_test

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/contracttests/internal/faketest"
)

// A lie is what a lying target changes in an answer.
type lie struct {
	name   string
	about  string // the operation that must be named
	method string
	path   string // a regular expression
	status int    // 0: any
	change func(status int, body string) (int, string)
}

func to(status int, body string) func(int, string) (int, string) {
	return func(int, string) (int, string) { return status, body }
}

func with(pattern, text string) func(int, string) (int, string) {
	expression := regexp.MustCompile(pattern)
	return func(status int, body string) (int, string) { return status, expression.ReplaceAllString(body, text) }
}

const (
	anyMethod  = `/payment-methods/[^/]+/$`
	methodList = `/payment-methods/(\?|$)`
	sessionsAt = `/charging-sessions/`
	refusal    = `{"detail":"Error","error":{"type":"payment_method_error","details":"No."}}`
)

// lies are about behavior over time, and about what follows from it.
var lies = []lie{
	{"a removal is refused although nothing blocks it", "users_payment_methods_destroy", "DELETE", anyMethod, 204, to(400, refusal)},
	{"a blocked removal succeeds", "users_payment_methods_destroy", "DELETE", anyMethod, 400, to(204, "")},
	{"a removal has another error.type", "users_payment_methods_destroy", "DELETE", anyMethod, 400, with("payment_method_error", "payment_error")},
	{"a default is never shown", "users_payment_methods_list", "GET", methodList, 200, with(`"default":true`, `"default":false`)},
	{"every method is the default", "users_payment_methods_list", "GET", methodList, 200, with(`"default":false`, `"default":true`)},
	{"a list of methods has one too few in its count", "users_payment_methods_list", "GET", methodList, 200, with(`"count":1,`, `"count":0,`)},
	{"a setup intent for nobody", "users_setup_intents_retrieve", "GET", `/setup-intents/`, 404, to(200, `{"setup_intent_client_secret":"seti_1_secret_2"}`)},
	{"billing details are not kept", "users_billing_details_retrieve", "GET", `/billing-details/`, 200, with(`"city":"[^"]+"`, `"city":"Elsewhere"`)},
	{"billing details are changed", "users_billing_details_update", "PUT", `/billing-details/`, 200, with(`"line1":"[^"]+"`, `"line1":"Elsewhere"`)},
	{"a user keeps the old locale", "users_partial_update", "PATCH", `/users/[^/]+/$`, 200, with(`"locale":"de"`, `"locale":"en"`)},
	{"a user is read with another locale", "users_retrieve", "GET", `/users/[^/]+/$`, 200, with(`"locale":"en"`, `"locale":"de"`)},
	{"a user loses the properties", "users_create", "POST", `/users/$`, 201, with(`"external_id":"[^"]+"`, `"external_id":null`)},
	{"a deleted user is there", "users_retrieve", "GET", `/users/[^/]+/$`, 404, to(200, `{"id":"9405cf8c-8375-4373-b4d3-b61f9a0c0999","email":null,"locale":"en","custom_properties":null}`)},
	{"a bad address is taken", "users_create", "POST", `/users/$`, 400, to(201, `{"id":"9405cf8c-8375-4373-b4d3-b61f9a0c0999","email":null,"locale":"en","custom_properties":null}`)},
	{"good input is refused", "users_billing_details_update", "PUT", `/billing-details/`, 200, to(400, `{"detail":"Validation Error","error":{"type":"validation_error","details":"No."}}`)},
	{"a second start succeeds as a conflict of another type", "users_charging_start_create", "POST", `/charging/start/`, 409, with("already_charging", "charging_provider_error")},
	{"a start is refused for missing billing details", "users_charging_start_create", "POST", `/charging/start/`, 201, to(409, `{"detail":"Charging Error","error":{"type":"billing_data_required","details":"No."}}`)},
	{"a start is a conflict that is none", "users_charging_start_create", "POST", `/charging/start/`, 201, to(409, `{"detail":"Charging Error","error":{"type":"already_charging","details":"No."}}`)},
	{"missing billing details do not matter", "users_charging_start_create", "POST", `/charging/start/`, 409, with("billing_data_required", "already_charging")},
	{"a stop finds no session", "users_charging_stop_create", "POST", `/charging/stop/`, 204, to(404, `{"detail":"Not found."}`)},
	{"an unknown session is stopped", "users_charging_stop_create", "POST", `/charging/stop/`, 404, to(204, "")},
	{"a session goes on after its stop", "users_charging_sessions_retrieve", "GET", sessionsAt + `[^/?]+`, 200, with(`"is_active":false`, `"is_active":true`)},
	{"a running session has ended", "users_charging_sessions_retrieve", "GET", sessionsAt + `[^/?]+`, 200, with(`"is_active":true`, `"is_active":false`)},
	{"a session has the wrong duration", "users_charging_sessions_retrieve", "GET", sessionsAt + `[^/?]+`, 200, with(`"duration":\d+`, `"duration":7`)},
	{"energy costs a cent more", "users_charging_sessions_retrieve", "GET", sessionsAt + `[^/?]+`, 200, cent(`"kwh_cost":"`)},
	{"a total is a cent more", "users_charging_sessions_list", "GET", sessionsAt + `(\?|$)`, 200, cent(`"invoice_summary":"`)},
	{"VAT is a cent more", "users_charging_sessions_list", "GET", sessionsAt + `(\?|$)`, 200, cent(`"invoice_vat":"`)},
	{"a session is at another charge point", "users_charging_sessions_list", "GET", sessionsAt + `(\?|$)`, 200, with(`"evse_id":"[^"]+"`, `"evse_id":"DE*XXX*E1"`)},
	{"a rating is not kept", "users_charging_sessions_partial_update", "PATCH", sessionsAt, 200, with(`"rates":[1-5]`, `"rates":null`)},
	{"a debt is a cent more", "users_charging_debts_list", "GET", `/debts/`, 200, cent(`"amount":"`)},
	{"a debt is in another currency", "users_charging_debts_list", "GET", `/debts/`, 200, with(`"currency":"eur"`, `"currency":"chf"`)},
	{"an invoice is a cent more", "users_invoices_list", "GET", `/invoices/`, 200, cent(`"total":"`)},
	{"a list has no next page", "users_list", "GET", `/users/\?`, 200, with(`"next":"[^"]+"`, `"next":null`)},
	{"no token is needed", "users_list", "GET", `/users/$`, 401, to(200, `{"count":0,"next":null,"previous":null,"results":[]}`)},
}

// cent adds one cent to the amount after a text.
func cent(after string) func(int, string) (int, string) {
	expression := regexp.MustCompile(regexp.QuoteMeta(after) + `(\d+)\.(\d\d)`)
	return func(status int, body string) (int, string) {
		return status, expression.ReplaceAllStringFunc(body, func(s string) string {
			n, _ := strconv.Atoi(strings.ReplaceAll(s[len(after):], ".", ""))
			if n == 0 {
				return s
			}
			return after + strconv.Itoa((n+1)/100) + "." + strconv.Itoa((n+1)%100/10) + strconv.Itoa((n+1)%10)
		})
	}
}

// lying tells a lie to the judge, not to the suite, whose traffic stays whole.
type lying struct {
	next http.RoundTripper
	lie
	path *regexp.Regexp
	told *int
}

func (l lying) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := l.next.RoundTrip(r)
	if err != nil || r.Method != l.method || !strings.Contains(r.URL.Path, "/api/v1/") || !l.path.MatchString(r.URL.RequestURI()) || l.status != 0 && res.StatusCode != l.status {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	status, text := l.change(res.StatusCode, string(body))
	if status != res.StatusCode || text != string(body) {
		*l.told++
	}
	res.StatusCode, res.Body = status, io.NopCloser(bytes.NewReader([]byte(text)))
	return res, nil
}

// TestLies has a target that lies in one way, and wants the operation named.
func TestLies(t *testing.T) {
	if testing.Short() {
		t.Skip("the suite runs once for each lie")
	}
	for _, l := range lies {
		t.Run(strings.ReplaceAll(l.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			target := faketest.Target(t, nil)
			j := judge(t, target)
			told := 0
			target.Transport = judging{lying{target.Transport, l, regexp.MustCompile(l.path), &told}, j}
			var about []contracttests.Case
			for _, c := range cases.All() {
				for _, op := range cases.Operations(c.ID) {
					if op == l.about {
						about = append(about, c)
						break
					}
				}
			}
			contracttests.Execute(t.Context(), target, about, contracttests.Options{NoRetry: true})
			if told == 0 {
				t.Fatal("no answer is what the lie is about")
			}
			for _, g := range j.Run().Groups() {
				if g.Operation == l.about {
					t.Logf("%d times told: %s", told, g.Failure)
					return
				}
				for _, u := range g.Under {
					if u.Operation == l.about {
						return
					}
				}
			}
			t.Errorf("not found, although told %d times", told)
		})
	}
}
