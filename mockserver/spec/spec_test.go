package spec_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock"
	"cariqamock/mockserver/spec"
)

const user = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

func mustLoad(t testing.TB) *spec.Spec {
	t.Helper()
	s, err := spec.Load(cariqamock.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// messages strips the side, which CheckRequest and CheckAnswer set alike on
// all of their findings.
func messages(t *testing.T, side spec.Side, found []spec.Finding) []string {
	t.Helper()
	var all []string
	for _, f := range found {
		if f.Side != side {
			t.Errorf("finding %q is on side %q", f.Message, f.Side)
		}
		all = append(all, f.Message)
	}
	return all
}

func TestOperations(t *testing.T) {
	s := mustLoad(t)
	all := s.Operations()
	if len(all) != 22 {
		t.Fatalf("%d operations, want 22", len(all))
	}
	if !slices.IsSortedFunc(all, func(a, b spec.Operation) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) }) {
		t.Error("operations are not sorted by path and method")
	}
	got, ok := s.Operation("users_payment_methods_destroy")
	want := spec.Operation{
		ID: "users_payment_methods_destroy", Method: http.MethodDelete, Path: "/api/v1/users/{user_id}/payment-methods/{pm}/",
		Tag: "Payments", Summary: "Remove a payment method", Statuses: []int{204, 400, 401, 402, 403, 404},
	}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("operation (-want +got):\n%s", diff)
	}
	got.Statuses[0] = 999
	if again, _ := s.Operation(got.ID); again.Statuses[0] == 999 {
		t.Error("a caller can change the statuses")
	}
	if _, ok := s.Operation("users_fly"); ok {
		t.Error("an unknown operation was found")
	}
}

func TestLoadRefuses(t *testing.T) {
	const head = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n"
	const bare = "{responses: {'204': {description: d}}}"
	for name, source := range map[string]string{
		"nonsense":          "{",
		"no operation id":   head + "paths: {/a: {get: " + bare + "}}\n",
		"no error schemas":  head + "paths: {}\n",
		"dangling refs":     head + "paths: {/a: {get: {$ref: '#/nowhere', operationId: a, responses: {'200': {$ref: '#/x'}}}}}\n",
		"twice the same id": head + "paths: {/a: {get: {operationId: a, responses: {'204': {description: d}}}, put: {operationId: a, responses: {'204': {description: d}}}}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := spec.Load(source); err == nil {
				t.Error("no error")
			}
		})
	}
}

type requestTest struct {
	op, query, mime, body string
	want                  []string
}

func TestCheckRequest(t *testing.T) {
	const (
		around  = "stations_around_list"
		billing = "users_billing_details_update"
		create  = "users_create"
		intent  = "users_setup_intents_retrieve"
		pms     = "users_payment_methods_list"
		rate    = "users_charging_sessions_partial_update"
		start   = "users_charging_start_create"
		tile    = "stations_tile_retrieve"

		json, form, multi = "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"

		nulls = `"line1":null,"postal_code":null`
	)
	tests := map[string]requestTest{
		"a valid request":         {op: pms},
		"required parameters":     {op: around, want: []string{"query latitude: parameter is required but missing", "query longitude: parameter is required but missing"}},
		"a number":                {op: around, query: "latitude=x&longitude=1", want: []string{"query latitude: value must be of type number"}},
		"a list":                  {op: tile, query: "x=1&x=2&y=1&y=x&z=1", want: []string{"query y: value must be of type array of integer"}},
		"a choice in a list":      {op: around, query: "latitude=1&longitude=1&connector_types=CHADEMO&connector_types=FOO", want: []string{"query connector_types /1: value is not one of the allowed values"}},
		"commas do not separate":  {op: around, query: "latitude=1&longitude=1&connector_types=CHADEMO,TESLA_R", want: []string{"query connector_types /0: value is not one of the allowed values"}},
		"a choice":                {op: intent, query: "pm_type=paypal", want: []string{"query pm_type: value is not one of the allowed values"}},
		"a page that is a word":   {op: pms, query: "page=first", want: []string{"query page: value must be of type integer"}},
		"a page that is empty":    {op: pms, query: "page=", want: []string{"query page: parameter has no value"}},
		"broken escapes":          {op: pms, query: "page=%zz", want: []string{"query: malformed percent-encoding", "query page: value must be of type integer"}},
		"a misspelled parameter":  {op: around, query: "latitude=1&longitude=1&connector_type=CHADEMO", want: []string{"query connector_type: parameter is not declared"}},
		"another one's parameter": {op: around, query: "latitude=1&longitude=1&power_groups=slow", want: []string{"query power_groups: parameter is not declared"}},
		"brackets":                {op: around, query: "latitude=1&longitude=1&connector_types[]=CHADEMO", want: []string{"query connector_types[]: parameter is not declared"}},
		"a numbered list":         {op: tile, query: "x[0]=1&x[1]=2&y%5B0%5D=1&y%5B01%5D=x&z=1", want: []string{"query y: value must be of type array of integer"}},
		"numbers beside a list":   {op: tile, query: "x=1&x[0]=1&y=1&z=1", want: []string{"query x[0]: parameter is not declared"}},
		"a numbered choice":       {op: around, query: "latitude=1&longitude=1&connector_types[0]=FOO", want: []string{"query connector_types /0: value is not one of the allowed values"}},
		"numbers for no list":     {op: tile, query: "x=1&y=1&z=1&z[0]=1", want: []string{"query z[0]: parameter is not declared"}},
		"the last counts":         {op: tile, query: "x=1&y=1&z=x&z=1"},
		"the last is wrong":       {op: tile, query: "x=1&y=1&z=1&z=x", want: []string{"query z: value must be of type integer"}},
		"semicolons":              {op: pms, query: "page=1;page_size=2", want: []string{"query page: value must be of type integer"}},
		"a parameter for none":    {op: "users_charging_stop_create", query: "force=1&=", want: []string{"query: parameter is not declared", "query force: parameter is not declared"}},
		"a price elsewhere":       {op: around, query: "latitude=1&longitude=1&max_price=1", want: []string{"query max_price: parameter is not declared"}},
		"too many parameters":     {op: pms, query: strings.Repeat("page=1&", 1000), want: []string{"query: too many parameters"}},
		"unknown fields":          {op: create, mime: json, body: `{"emial":null,"custom_properties":{"shoe_size":{"eu":44}}}`, want: []string{"body /custom_properties/shoe_size: field is not declared", "body /emial: field is not declared"}},
		"unknown form fields": {op: create, mime: form, body: "emial=&custom_properties[external_id]=1&custom_properties.shoe=2&locale.x=3", want: []string{
			"body /custom_properties/shoe: field is not declared", "body /custom_properties[external_id]: field is not declared",
			"body /emial: field is not declared", "body /locale.x: field is not declared",
		}},
		"unknown multipart field": {op: rate, mime: multi, body: "--b\r\nContent-Disposition: form-data; name=\"rate\"\r\n\r\n5\r\n--b--\r\n", want: []string{"body /rate: field is not declared"}},
		"too many form fields":    {op: rate, mime: form, body: strings.Repeat("&", 1000), want: []string{"body: The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS."}},

		"an unusual boolean":      {op: around, query: "latitude=1&longitude=1&only_available=maybe", want: []string{"query only_available: value must be of type boolean"}},
		"an empty required id":    {op: "stations_details_retrieve", query: "id=&type=evse_id", want: []string{"query id: minimum string length is 1"}},
		"no body":                 {op: start, want: []string{"body /evse_id: field is required but missing", "body /payment_method_id: field is required but missing"}},
		"an empty object":         {op: start, mime: json, body: "{}", want: []string{"body /evse_id: field is required but missing", "body /payment_method_id: field is required but missing"}},
		"the wrong type":          {op: start, mime: json, body: `{"evse_id":true,"payment_method_id":["pm"]}`, want: []string{"body /evse_id: value must be of type string", "body /payment_method_id: value must be of type string"}},
		"null":                    {op: billing, mime: json, body: "{" + nulls + "}", want: []string{"body /line1: value must not be null", "body /postal_code: value must not be null"}},
		"too long":                {op: billing, mime: json, body: `{"line1":"a","postal_code":"b","tax_id":"` + strings.Repeat("x", 31) + `"}`, want: []string{"body /tax_id: maximum string length is 30"}},
		"a deep field":            {op: create, mime: json, body: `{"custom_properties":{"external_id":"` + strings.Repeat("x", 251) + `"}}`, want: []string{"body /custom_properties/external_id: maximum string length is 250"}},
		"an email":                {op: create, mime: json, body: `{"email":"nobody"}`, want: []string{"body /email: value is not a valid email"}},
		"an email in a form":      {op: create, mime: form, body: "email=nobody", want: []string{"body /email: value is not a valid email"}},
		"a locale in capitals":    {op: create, mime: json, body: `{"locale":"EN"}`, want: []string{"body /locale: value is not one of the allowed values"}},
		"six stars":               {op: rate, mime: json, body: `{"rates":6}`, want: []string{"body /rates: value is not one of the allowed values"}},
		"six stars as text":       {op: rate, mime: json, body: `{"rates":"6"}`, want: []string{"body /rates: value is not one of the allowed values"}},
		"five point zero as text": {op: rate, mime: json, body: `{"rates":"5.0"}`, want: []string{"body /rates: value is not one of the allowed values"}},
		"true stars":              {op: rate, mime: json, body: `{"rates":true}`, want: []string{"body /rates: value is not one of the allowed values"}},
		"not an object":           {op: rate, mime: json, body: `[]`, want: []string{"body: value must be of type object"}},
		"null as body":            {op: rate, mime: json, body: `null`, want: []string{"body: value must not be null"}},
		"not JSON":                {op: rate, mime: json, body: `{"rates":`, want: []string{"body: JSON parse error - Expecting value: line 1 column 10 (char 9)"}},
		"a number beyond floats":  {op: rate, mime: json, body: `{"rates":1e400}`, want: []string{"body /rates: value is not one of the allowed values"}},
		"a negative one":          {op: billing, mime: json, body: `{"line1":"a","postal_code":"b","country":[-1e999]}`, want: []string{"body /country: value must be of type string"}},
		"an infinite word":        {op: rate, mime: json, body: `{"rates":Infinity}`, want: []string{"body: JSON parse error - Out of range float values are not JSON compliant: 'Infinity'"}},
		"a charset":               {op: create, mime: json + "; charset=iso-8859-1", body: "{\"email\":\"j\xfc\"}", want: []string{"body /email: value is not a valid email"}},
		"a wrong charset":         {op: create, mime: json, body: "{\"email\":\"j\xfc\"}", want: []string{"body: JSON parse error - 'utf-8' codec can't decode byte 0xfc in position 11: invalid start byte"}},
		"a file for a text":       {op: start, mime: multi, body: "--b\r\nContent-Disposition: form-data; name=evse_id; filename=a.txt\r\n\r\nDE*1\r\n--b\r\nContent-Disposition: form-data; name=payment_method_id\r\n\r\npm_1\r\n--b--\r\n", want: []string{"body /evse_id: value must be of type string"}},
		"a file for a choice":     {op: rate, mime: multi, body: "--b\r\nContent-Disposition: form-data; name=rates; filename=5\r\n\r\n5\r\n--b--\r\n", want: []string{"body /rates: value is not one of the allowed values"}},
		"an undeclared file":      {op: rate, mime: multi, body: "--b\r\nContent-Disposition: form-data; name=x; filename=5\r\n\r\n5\r\n--b--\r\n", want: []string{"body /x: field is not declared"}},
		"without a boundary":      {op: rate, mime: "multipart/form-data", body: "rates=5", want: []string{"body: Multipart form parse error - Invalid boundary in multipart: None"}},
		"escapes in a form":       {op: rate, mime: form, body: "rates=%zz", want: []string{"body: malformed percent-encoding", "body /rates: value is not one of the allowed values"}},
		"not multipart":           {op: rate, mime: multi, body: "rates=5", want: []string{"body: not a form: multipart: NextPart: EOF"}},
		"another media type":      {op: rate, mime: "text/plain", body: "5", want: []string{"header Content-Type: media type is not declared for this body"}},
		"an unknown operation":    {op: "users_fly", want: []string{"operation users_fly: not declared"}},

		"multipart":            {op: rate, mime: multi, body: "--b\r\nContent-Disposition: form-data; name=\"rates\"\r\n\r\n5\r\n--b--\r\n"},
		"stars, null and text": {op: rate, mime: json, body: `{"rates":null}`},
		"all of billing":       {op: billing, mime: json + "; charset=utf-8", body: `{"country":"DE","city":"Berlin","tax_id":"","account_type":"personal","company_name":"","vat_id":"","line1":"Weg 1","postal_code":"10243","first_name":"A","last_name":"B"}`},
	}
	s := mustLoad(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wantTwice(t, test.want, func() []string { return test.run(t, s) })
		})
	}
}

// wantTwice compares findings as judged and as remembered.
func wantTwice(t *testing.T, want []string, judge func() []string) {
	t.Helper()
	for _, turn := range []string{"first", "remembered"} {
		if diff := cmp.Diff(want, judge()); diff != "" {
			t.Errorf("findings, %s (-want +got):\n%s", turn, diff)
		}
	}
}

// run checks the request of a test.
func (q requestTest) run(t *testing.T, s *spec.Spec) []string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/anywhere/", nil)
	r.URL.RawQuery = q.query
	if q.mime != "" {
		r.Header.Set("Content-Type", q.mime)
	}
	vars := map[string]string{"user_id": user, "session_id": "s", "pm": "pm_abc123"}
	found := messages(t, spec.SideRequest, s.CheckRequest(q.op, r, vars, []byte(q.body)))
	if r.URL.RawQuery != q.query {
		t.Errorf("the query became %q", r.URL.RawQuery)
	}
	return found
}

// TestTolerated uses each entry of the ledger, and fails for one without a
// test.
func TestTolerated(t *testing.T) {
	const json = "application/json"
	form := "application/x-www-form-urlencoded"
	list, rate, create := "users_payment_methods_list", "users_charging_sessions_partial_update", "users_create"
	around := "latitude=52.51&longitude=13.45&"
	tests := map[string][]requestTest{
		"choice-as-text":       {{op: rate, mime: json, body: `{"rates":"5"}`}, {op: rate, mime: form, body: "rates=5"}},
		"number-as-text-field": {{op: "users_charging_start_create", mime: json, body: `{"evse_id":1.5,"payment_method_id":7}`}},
		"read-only-field":      {{op: rate, mime: json, body: `{"id":"x","station_info":{"country":7}}`}, {op: create, mime: json, body: `{"id":7}`}},
		"format-parameter":     {{op: create, query: "format=json"}},
		"price-around":         {{op: "stations_around_list", query: around + "max_price="}},
		"empty-parameter": {
			{op: "stations_around_list", query: around + "max_price=&distance=&only_available=&only_partners="},
			{op: "stations_tile_retrieve", query: "x=1&y=1&z=1&max_price="},
			{op: "users_setup_intents_retrieve", query: "pm_type="},
		},
		"page-last":        {{op: list, query: "page=last"}},
		"page-size":        {{op: list, query: "page_size=many"}, {op: list, query: "page_size=-1"}, {op: list, query: "page_size="}},
		"boolean-spelling": {{op: "stations_around_list", query: around + "only_available=Yes&only_partners=oFF"}},
		"dotted-form-name": {{op: create, mime: form, body: "custom_properties.external_id=E1"}},
		"blank-form-field": {{op: create, mime: form, body: "email=&locale="}, {op: rate, mime: form, body: "rates="}},
		"body-not-asked-for": {
			{op: "users_retrieve", body: `{"locale":"en"}`},
			{op: "users_payment_methods_default_create", mime: json, body: "{}"},
		},
		"content-type-without-body": {{op: "users_charging_stop_create", mime: json}},
		"charset":                   {{op: create, mime: "application/json; charset=utf-8", body: "{}"}},
	}
	s := mustLoad(t)
	for _, tolerance := range spec.Tolerated() {
		t.Run(tolerance.Name, func(t *testing.T) {
			if tolerance.Why == "" || tolerance.Source == "" || len(tests[tolerance.Name]) == 0 {
				t.Error("a reason, a source or a test is missing")
			}
			for _, test := range tests[tolerance.Name] {
				if found := test.run(t, s); found != nil {
					t.Errorf("%s %s %s: %v", test.op, test.query, test.body, found)
				}
			}
		})
	}
}

// TestCheckRequestNeedsPathVariables: a missing one is a mistake of the
// caller, and must not be hidden by the memory.
func TestCheckRequestNeedsPathVariables(t *testing.T) {
	s := mustLoad(t)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if found := s.CheckRequest("users_retrieve", r, map[string]string{"user_id": user}, nil); found != nil {
		t.Errorf("with the variable: %v", found)
	}
	if found := s.CheckRequest("users_retrieve", r, nil, nil); len(found) == 0 {
		t.Error("without the variable: no finding")
	}
}
