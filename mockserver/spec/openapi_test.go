package spec_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"cariqamock"
)

// loadOpenAPI parses openapi.yaml.
func loadOpenAPI(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(cariqamock.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestOpenAPIIsValidWithItsExamples(t *testing.T) {
	doc := loadOpenAPI(t)
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}

// TestOpenAPIDescribesTheVendorsOperations lists all 22 operations of the
// vendor's 1.0.0 with the statuses we declare.
func TestOpenAPIDescribesTheVendorsOperations(t *testing.T) {
	want := map[string]string{
		"stations_around_list":                   "GET /api/v1/stations/around/ 200 400 401 403 404",
		"stations_details_retrieve":              "GET /api/v1/stations/details/ 200 400 401 403 404",
		"stations_partners_list":                 "GET /api/v1/stations/partners/ 200 401 403 423",
		"stations_tile_retrieve":                 "GET /api/v1/stations/tile/ 200 400 401 403 404",
		"users_list":                             "GET /api/v1/users/ 200 401 403",
		"users_create":                           "POST /api/v1/users/ 201 400 401 403",
		"users_retrieve":                         "GET /api/v1/users/{user_id}/ 200 401 403 404",
		"users_partial_update":                   "PATCH /api/v1/users/{user_id}/ 200 400 401 403 404",
		"users_destroy":                          "DELETE /api/v1/users/{user_id}/ 204 400 401 402 403 404",
		"users_billing_details_retrieve":         "GET /api/v1/users/{user_id}/billing-details/ 200 401 403 404",
		"users_billing_details_update":           "PUT /api/v1/users/{user_id}/billing-details/ 200 400 401 403 404",
		"users_charging_sessions_list":           "GET /api/v1/users/{user_id}/charging-sessions/ 200 401 403 404",
		"users_charging_sessions_retrieve":       "GET /api/v1/users/{user_id}/charging-sessions/{session_id}/ 200 401 403 404",
		"users_charging_sessions_partial_update": "PATCH /api/v1/users/{user_id}/charging-sessions/{session_id}/ 200 400 401 403 404",
		"users_charging_debts_list":              "GET /api/v1/users/{user_id}/charging/debts/ 200 401 403 404",
		"users_charging_start_create":            "POST /api/v1/users/{user_id}/charging/start/ 201 400 401 402 403 404 409 424 500",
		"users_charging_stop_create":             "POST /api/v1/users/{user_id}/charging/stop/{session_id}/ 204 401 403 404 409 424 500",
		"users_invoices_list":                    "GET /api/v1/users/{user_id}/invoices/ 200 401 403 404",
		"users_payment_methods_list":             "GET /api/v1/users/{user_id}/payment-methods/ 200 401 403 404",
		"users_payment_methods_destroy":          "DELETE /api/v1/users/{user_id}/payment-methods/{pm}/ 204 400 401 402 403 404",
		"users_payment_methods_default_create":   "POST /api/v1/users/{user_id}/payment-methods/{pm}/default/ 204 401 403 404",
		"users_setup_intents_retrieve":           "GET /api/v1/users/{user_id}/setup-intents/ 200 400 401 403 404",
	}
	got := make(map[string]string)
	for path, item := range loadOpenAPI(t).Paths.Map() {
		for method, op := range item.Operations() {
			statuses := slices.Sorted(maps.Keys(op.Responses.Map()))
			got[op.OperationID] = method + " " + path + " " + strings.Join(statuses, " ")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

// TestOpenAPIShowsAnExampleOfEverything: code generators, forms in browsers
// and readers all need examples.
func TestOpenAPIShowsAnExampleOfEverything(t *testing.T) {
	for path, item := range loadOpenAPI(t).Paths.Map() {
		for method, op := range item.Operations() {
			where := method + " " + path
			if op.Summary == "" || op.Description == "" || len(op.Tags) != 1 {
				t.Errorf("%s: want a summary, a description and one tag", where)
			}
			for _, p := range op.Parameters {
				if p.Value.Description == "" || p.Value.Example == nil {
					t.Errorf("%s: parameter %s: want a description and an example", where, p.Value.Name)
				}
			}
			if op.RequestBody != nil {
				wantExamples(t, where+" body", op.RequestBody.Value.Content)
			}
			for status, response := range op.Responses.Map() {
				if status == "204" {
					if len(response.Value.Content) > 0 {
						t.Errorf("%s: a 204 has no content", where)
					}
					continue
				}
				wantExamples(t, where+" "+status, response.Value.Content)
			}
		}
	}
}

func wantExamples(t *testing.T, where string, content openapi3.Content) {
	t.Helper()
	if len(content) == 0 {
		t.Errorf("%s: no content", where)
	}
	for mime, media := range content {
		if media.Example == nil && len(media.Examples) == 0 {
			t.Errorf("%s %s: no example", where, mime)
		}
	}
}

// TestOpenAPIDescribesErrorsInTwoShapes: 401, 403 and 404 are Detail, all
// other refusals ErrorDetail, and bodies come in the three encodings of the
// vendor's framework.
func TestOpenAPIDescribesErrorsInTwoShapes(t *testing.T) {
	for path, item := range loadOpenAPI(t).Paths.Map() {
		for method, op := range item.Operations() {
			for status, response := range op.Responses.Map() {
				if status < "400" {
					continue
				}
				want := "#/components/schemas/ErrorDetail"
				if slices.Contains([]string{"401", "403", "404"}, status) {
					want = "#/components/schemas/Detail"
				}
				if got := response.Value.Content["application/json"].Schema.Ref; got != want {
					t.Errorf("%s %s %s: %s, want %s", method, path, status, got, want)
				}
			}
			if op.RequestBody == nil {
				continue
			}
			got := slices.Sorted(maps.Keys(op.RequestBody.Value.Content))
			want := []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s: media types (-want +got):\n%s", method, path, diff)
			}
		}
	}
}

// TestOpenAPIKeepsBothGenerations: the names of spring 2026 stand beside those
// of 1.0.0, deprecated and never required.
func TestOpenAPIKeepsBothGenerations(t *testing.T) {
	doc := loadOpenAPI(t)
	twins := map[string]string{"ConnectAPISetupIntent": "setup_intent_client_secret", "ConnectAPIDebt": "payment_intent_client_secret"}
	for name, current := range twins {
		schema := doc.Components.Schemas[name].Value
		old := schema.Properties["client_secret"].Value
		if !old.Deprecated || slices.Contains(schema.Required, "client_secret") {
			t.Errorf("%s.client_secret: want it deprecated and optional", name)
		}
		if schema.Properties[current].Value.Deprecated || !slices.Contains(schema.Required, current) {
			t.Errorf("%s.%s: want it current and required", name, current)
		}
	}
}

// TestOpenAPIRates: the vendor writes "1 to 5 or null" as a oneOf of two
// enums, one of which has no type. This is the one construct whose meaning
// depends on the validator, so pin it.
func TestOpenAPIRates(t *testing.T) {
	rates := loadOpenAPI(t).Components.Schemas["PatchedConnectAPIChargingSession"].Value.Properties["rates"].Value
	for value, ok := range map[any]bool{nil: true, 1.0: true, 5.0: true, 0.0: false, 6.0: false, 2.5: false, "5": false, true: false} {
		if err := rates.VisitJSON(value); (err == nil) != ok {
			t.Errorf("rates %v: error %v, want accepted %t", value, err, ok)
		}
	}
}

// TestOpenAPIBillingNulls: a fresh user's street and postal code are null in
// answers, but may not be sent as null.
func TestOpenAPIBillingNulls(t *testing.T) {
	put := loadOpenAPI(t).Paths.Value("/api/v1/users/{user_id}/billing-details/").GetOperation(http.MethodPut)
	in := put.RequestBody.Value.Content["application/json"].Schema.Value
	out := put.Responses.Value("200").Value.Content["application/json"].Schema.Value
	for _, field := range []string{"line1", "postal_code"} {
		if in.Properties[field].Value.Nullable || !out.Properties[field].Value.Nullable {
			t.Errorf("%s: want it nullable in answers only", field)
		}
	}
}
