package mockserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"cariqamock"
	"cariqamock/mockserver/internal/scenario/play"
	"cariqamock/mockserver/spec"
)

// alike are paths of answers that are only ever null, or never, with the reason.
var alike = map[string]string{
	"users_charging_start_create 201 /end_time not null":                       "a session that has just begun has no end",
	"users_charging_start_create 201 /duration not null":                       "a session that has just begun has no end",
	"users_charging_start_create 201 /rates not null":                          "nobody rates a session before it begins",
	"users_charging_start_create 201 /session_cost/kwh_cost not null":          "costs come with the CDR",
	"users_charging_start_create 201 /session_cost/time_cost not null":         "costs come with the CDR",
	"users_charging_start_create 201 /session_cost/session_fee_cost not null":  "costs come with the CDR",
	"users_charging_start_create 201 /session_cost/blocking_fee_cost not null": "costs come with the CDR",
	"users_charging_start_create 201 /session_cost/starting_fee_cost not null": "costs come with the CDR",
	"users_charging_start_create 201 /session_cost/invoice_download not null":  "invoices come with the CDR",
	"users_billing_details_update 200 /line1 null":                             "required of every update",
	"users_billing_details_update 200 /postal_code null":                       "required of every update",
}

// blockingOnly are the fields of prices that only blocking fees have.
var blockingOnly = []string{"/grace_period_minutes not null", "/blocking_cap not null"}

// TestEveryNullableOccurs finds, for every nullable value of every documented
// answer, an answer in some scenario that has null there, and one that does not.
func TestEveryNullableOccurs(t *testing.T) {
	description, err := openapi3.NewLoader().LoadFromData([]byte(cariqamock.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	schemas := map[string]*openapi3.Schema{}
	for _, item := range description.Paths.Map() {
		for _, op := range item.Operations() {
			for status, answer := range op.Responses.Map() {
				if media := answer.Value.Content.Get("application/json"); media != nil && status[0] == '2' {
					key := op.OperationID + " " + status
					schemas[key] = media.Schema.Value
					eachNullable(media.Schema.Value, key+" ", func(path string) {
						want[path+" null"], want[path+" not null"] = true, true
					})
				}
			}
		}
	}
	for seen := range answers(t, schemas) {
		delete(want, seen)
	}
	for reason := range alike {
		if !want[reason] {
			t.Errorf("%s occurs: it is no exception any more", reason)
		}
		delete(want, reason)
	}
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if strings.Contains(path, "/blocking_fee/") || !slices.ContainsFunc(blockingOnly, func(s string) bool { return strings.HasSuffix(path, "]"+s) }) {
			t.Errorf("no answer has %s", path)
		}
	}
}

func eachNullable(s *openapi3.Schema, path string, found func(string)) {
	if s.Nullable {
		found(path)
	}
	for _, part := range s.AllOf {
		eachNullable(part.Value, path, func(at string) {
			if at != path || !s.Nullable {
				found(at)
			}
		})
	}
	for name, p := range s.Properties {
		eachNullable(p.Value, path+"/"+name, found)
	}
	if s.Items != nil {
		eachNullable(s.Items.Value, path+"[]", found)
	}
	if s.AdditionalProperties.Schema != nil {
		eachNullable(s.AdditionalProperties.Schema.Value, path+"/*", found)
	}
}

// note notes which values of an answer are null.
func note(s *openapi3.Schema, v any, path string, seen map[string]bool) {
	if v == nil {
		seen[path+" null"] = true
		return
	}
	seen[path+" not null"] = true
	for _, part := range s.AllOf {
		note(part.Value, v, path, seen)
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			note(s.Items.Value, e, path+"[]", seen)
		}
	case map[string]any:
		for name, e := range v {
			if p := s.Properties[name]; p != nil {
				note(p.Value, e, path+"/"+name, seen)
			} else if s.AdditionalProperties.Schema != nil {
				note(s.AdditionalProperties.Schema.Value, e, path+"/*", seen)
			}
		}
	}
}

// answers runs the steps of every scenario and reads all that its worlds then
// have.
func answers(t *testing.T, schemas map[string]*openapi3.Schema) map[string]bool {
	cfg := DefaultConfig()
	cfg.Loopback = true
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	described, err := spec.Load(cariqamock.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	coverage, err := play.NewCoverage(described, cfg.Rules)
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := s.ServeOnLoopback()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	operations := map[string]string{}
	for _, op := range described.Operations() {
		operations[op.Method+" "+op.Path] = op.ID
	}
	r := &listening{schemas: schemas, operations: operations, seen: map[string]bool{}}
	for _, name := range s.ScenarioNames() {
		found, err := s.library.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		token := "mock." + name + ".nullables"
		if err := coverage.Try(t.Context(), found, r, base, token); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		r.read(t, base+"/api/v1", token)
	}
	return r.seen
}

// listening is a transport that notes what answers have.
type listening struct {
	schemas    map[string]*openapi3.Schema
	operations map[string]string
	seen       map[string]bool
}

func (l *listening) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	key := fmt.Sprint(l.operation(r.Method, r.URL.Path), " ", res.StatusCode)
	var v any
	if schema := l.schemas[key]; schema != nil && json.Unmarshal(body, &v) == nil {
		note(schema, v, key+" ", l.seen)
	}
	return res, nil
}

// operation returns the id of the operation that a path belongs to, or "".
func (l *listening) operation(method, path string) string {
	parts := strings.Split(path, "/")
	for key, id := range l.operations {
		m, template, _ := strings.Cut(key, " ")
		names := strings.Split(template, "/")
		if m == method && slices.EqualFunc(names, parts, func(name, part string) bool {
			return name == part || strings.HasPrefix(name, "{") && part != ""
		}) {
			return id
		}
	}
	return ""
}

// read reads what a world has: every list at once and by single entries, all
// stations, and every session.
func (l *listening) read(t *testing.T, base, token string) {
	get := func(path string) map[string]any {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := l.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		var v map[string]any
		_ = json.NewDecoder(res.Body).Decode(&v) // an array is no object
		return v
	}
	list := func(path string) []any {
		v := get(path + "page_size=100")
		if n, _ := v["count"].(float64); n > 1 {
			get(path + "page_size=1")
			get(path + "page_size=1&page=2")
		}
		results, _ := v["results"].([]any)
		return results
	}
	list("/stations/around/?latitude=50&longitude=9&distance=2000000&")
	list("/stations/around/?latitude=47.5474&longitude=7.5896&distance=2000000&")
	get("/stations/partners/")
	for _, evse := range []string{"DE*SPR*E1", "DE*SPR*E2", "CH*RKL*E1*1", "DE*CIQ*EWBNHHLM82TLA*1"} {
		get("/stations/details/?type=evse_id&id=" + evse)
	}
	for _, s := range list("/stations/around/?latitude=52.5&longitude=13.4&distance=50000&") {
		get("/stations/details/?type=evse_id&id=" + s.(map[string]any)["evses"].([]any)[0].(map[string]any)["evse_id"].(string))
	}
	for _, u := range list("/users/?") {
		user := "/users/" + u.(map[string]any)["id"].(string)
		get(user + "/")
		get(user + "/billing-details/")
		for _, what := range []string{"/charging/debts/?", "/invoices/?", "/payment-methods/?"} {
			list(user + what)
		}
		for _, s := range list(user + "/charging-sessions/?") {
			get(user + "/charging-sessions/" + s.(map[string]any)["id"].(string) + "/")
		}
	}
}
