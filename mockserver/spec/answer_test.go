package spec_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"cariqamock"
	"cariqamock/mockserver/spec"
)

// methods is the answer of the first page the project started from.
const methods = `{"count":2,"next":null,"previous":null,"results":[{"id":"pm_1TD1M3HtgZxQ1KXx5wMzfx15","default":false,` +
	`"type":"apple_pay","card":{"brand":"visa","last4":"4242","expiration_date":"12/2027","cardholder_name":"John Doe"},` +
	`"created_at":"2026-03-20T11:36:39Z"},{"id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM","default":true,"type":"card","card":{"brand":` +
	`"visa","last4":"4242","expiration_date":"04/2044","cardholder_name":null},"created_at":"2026-03-20T11:36:30Z"}]}`

func TestCheckAnswer(t *testing.T) {
	const (
		billing, create  = "users_billing_details_retrieve", "users_create"
		intent, invoices = "users_setup_intents_retrieve", "users_invoices_list"
		list             = "users_payment_methods_list"
		remove           = "users_payment_methods_destroy"
		station          = "stations_details_retrieve"
	)
	refusal := func(kind string) string {
		return fmt.Sprintf(`{"detail":"d","error":{"type":%q,"details":"d"}}`, kind)
	}
	invoice := func(date, next string) string {
		return fmt.Sprintf(`{"count":1,"next":%q,"results":[{"link":"l","total":"5.39","date":%q,"refund":false,"currency":"eur"}]}`, next, date)
	}
	tests := map[string]struct {
		op     string
		status int
		body   string
		want   []string
	}{
		"the first page":           {list, 200, methods, nil},
		"nothing":                  {remove, 204, "", nil},
		"something":                {remove, 204, "{}", []string{"body: a 204 must not have one"}},
		"a status":                 {remove, 418, "{}", []string{"status 418: users_payment_methods_destroy declares no such status"}},
		"an error type":            {remove, 400, refusal("cdr_error"), []string{"body /error/type: value is not one of the allowed values"}},
		"the wrong shape":          {remove, 400, `{"detail":"d"}`, []string{"body /error: field is required but missing"}},
		"a misspelled field":       {list, 200, strings.Replace(methods, `"count"`, `"cuont":1,"count"`, 1), []string{"body /cuont: field is not declared"}},
		"a misspelled deep field":  {list, 200, strings.Replace(methods, `"last4"`, `"last_4":1,"last4"`, 1), []string{"body /results/0/card/last_4: field is not declared"}},
		"a missing field":          {intent, 200, `{"client_secret":"s"}`, []string{"body /setup_intent_client_secret: field is required but missing"}},
		"both generations":         {intent, 200, `{"client_secret":"s","setup_intent_client_secret":"s"}`, nil},
		"two things":               {intent, 200, `{"setup_intent_client_secret":1,"x":1}`, []string{"body /setup_intent_client_secret: value must be of type string", "body /x: field is not declared"}},
		"a date":                   {invoices, 200, invoice("yesterday", "http://h/"), []string{"body /results/0/date: value is not a valid date-time"}},
		"a relative link":          {invoices, 200, invoice("2026-04-02T13:52:35Z", "/page/2"), []string{"body /next: value is not a valid uri"}},
		"an email":                 {create, 201, `{"id":"u","email":"x"}`, []string{"body /email: value is not a valid email"}},
		"null custom properties":   {create, 201, `{"id":"u","custom_properties":null}`, nil},
		"unknown custom property":  {create, 201, `{"id":"u","custom_properties":{"x":1}}`, []string{"body /custom_properties/x: field is not declared"}},
		"fresh billing":            {billing, 200, `{"country":null,"city":null,"tax_id":null,"account_type":"personal","company_name":null,"vat_id":null,"line1":null,"postal_code":null,"first_name":null,"last_name":null}`, nil},
		"not JSON":                 {list, 200, "<p>", []string{"body: not JSON: invalid character '<' looking for beginning of value"}},
		"no body":                  {list, 200, "", []string{"body: not JSON: unexpected end of JSON input"}},
		"allowed":                  {list, 405, `{"detail":"Method \"PUT\" not allowed."}`, nil},
		"allowed, wrong shape":     {list, 429, refusal("payment_error"), []string{"body /error: field is not declared"}},
		"500 where undeclared":     {list, 500, refusal("unexpected_error"), nil},
		"500 in the wrong shape":   {list, 500, `{"detail":"d"}`, []string{"body /error: field is required but missing"}},
		"a station without prices": {station, 200, `{}`, []string{"body /address: field is required but missing", "body /coordinates: field is required but missing", "body /evses: field is required but missing", "body /id: field is required but missing", "body /last_updated: field is required but missing", "body /name: field is required but missing", "body /opening_times: field is required but missing", "body /operator: field is required but missing", "body /price_groups: field is required but missing"}},
		"no such operation":        {"users_fly", 200, "", []string{"operation users_fly: not declared"}},
	}
	s := mustLoad(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			if test.body != "" || test.status == 200 {
				header.Set("Content-Type", "application/json")
			}
			wantTwice(t, test.want, func() []string {
				return messages(t, spec.SideAnswer, s.CheckAnswer(test.op, test.status, header, []byte(test.body)))
			})
		})
	}
}

func TestCheckAnswerMediaType(t *testing.T) {
	s := mustLoad(t)
	want := []string{"header Content-Type: media type is not declared for this status"}
	for mime, want := range map[string][]string{"application/json": nil, "application/json; charset=utf-8": nil, "Application/JSON": nil, "text/html": want, "": want} {
		got := messages(t, spec.SideAnswer, s.CheckAnswer("users_payment_methods_list", 200, http.Header{"Content-Type": {mime}}, []byte(methods)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", mime, diff)
		}
	}
}

// TestSessionDecimals: the energy of a session must be a decimal of the
// declared shape.
func TestSessionDecimals(t *testing.T) {
	s := mustLoad(t)
	example := answerExamples(t)["users_charging_sessions_retrieve 200 billed"]
	for energy, ok := range map[string]bool{"10.000": true, "0.5": true, "10.0000": false, "ten": false, "": false} {
		body := strings.Replace(string(example), `"10.000"`, strconv.Quote(energy), 1)
		found := s.CheckAnswer("users_charging_sessions_retrieve", 200, http.Header{"Content-Type": {"application/json"}}, []byte(body))
		if (found == nil) != ok {
			t.Errorf("%q: %v, want accepted %t", energy, found, ok)
		}
	}
}

// TestExamplesAreWithoutFindings holds the examples of openapi.yaml against
// the judge, which sees more than kin-openapi.
func TestExamplesAreWithoutFindings(t *testing.T) {
	s := mustLoad(t)
	examples := answerExamples(t)
	for name, body := range examples {
		parts := strings.Fields(name)
		status, err := strconv.Atoi(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		if found := s.CheckAnswer(parts[0], status, http.Header{"Content-Type": {"application/json"}}, body); found != nil {
			t.Errorf("%s: %v", name, found)
		}
	}
	if len(examples) < 90 {
		t.Errorf("only %d examples", len(examples))
	}
}

// answerExamples collects the examples of all answers under "operation status
// name".
func answerExamples(t testing.TB) map[string][]byte {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(cariqamock.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]byte)
	add := func(name string, value any) {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil {
			t.Fatal(err)
		}
		all[name] = bytes.TrimSpace(b.Bytes())
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for status, response := range op.Responses.Map() {
				media := response.Value.Content["application/json"]
				if media == nil {
					continue
				}
				where := op.OperationID + " " + status + " "
				if media.Example != nil {
					add(where+"example", media.Example)
				}
				for name, example := range media.Examples {
					add(where+name, example.Value.Value)
				}
			}
		}
	}
	return all
}

// TestFindingsAreBounded: clients choose the names in messages, and how many
// there are.
func TestFindingsAreBounded(t *testing.T) {
	s := mustLoad(t)
	var body strings.Builder
	body.WriteString(`{"setup_intent_client_secret":"s"`)
	for i := range 200 {
		fmt.Fprintf(&body, `,"f%d\n\u001b[31m%s":1`, i, strings.Repeat("ü", 1000))
	}
	body.WriteString("}")
	found := s.CheckAnswer("users_setup_intents_retrieve", 200, http.Header{"Content-Type": {"application/json"}}, []byte(body.String()))
	if len(found) != 51 {
		t.Errorf("%d findings, want 50 and a count of the others", len(found))
	}
	if slices.ContainsFunc(found, func(f spec.Finding) bool { return len(f.Message) > 310 || strings.ContainsAny(f.Message, "\n\x1b") }) {
		t.Error("a message is too long or not one line")
	}
}
