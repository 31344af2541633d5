package admin_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// wrongValues returns values that a schema does not accept, for each of its
// constraints.
func wrongValues(s *openapi3.Schema) []any {
	var out []any
	switch {
	case s.Type.Is(openapi3.TypeString):
		out = append(out, 5, []any{}, true)
	case s.Type.Is(openapi3.TypeBoolean):
		out = append(out, "yes", 1)
	case s.Type.Is(openapi3.TypeInteger):
		out = append(out, "5", 1.5, map[string]any{})
	case s.Type.Is(openapi3.TypeNumber):
		out = append(out, "0.5", false)
	default:
		return nil // accepts anything
	}
	if !s.Nullable {
		out = append(out, nil)
	}
	if s.Min != nil {
		out = append(out, *s.Min-1)
		if s.ExclusiveMin.IsTrue() {
			out = append(out, *s.Min)
		}
	}
	if s.Max != nil {
		out = append(out, *s.Max+1)
	}
	if s.MinLength > 0 {
		out = append(out, "")
	}
	if s.MaxLength != nil {
		out = append(out, strings.Repeat("x", int(*s.MaxLength)+1))
	}
	if len(s.Enum) > 0 || s.Pattern != "" || s.Format != "" {
		out = append(out, "?", "")
	}
	return out
}

// TestWrongValues sends wrong values for every field of every body. The answer
// names the field and what is accepted.
func TestWrongValues(t *testing.T) {
	d := readDescription(t)
	a := start(t, "default")
	tried := 0
	for _, op := range d.spec.Operations() {
		body := d.doc.Paths.Value(op.Path).GetOperation(op.Method).RequestBody
		if body == nil || body.Value.Content["application/json"] == nil {
			continue
		}
		var good map[string]any
		if err := json.Unmarshal([]byte(d.bodies(op)[0]), &good); err != nil {
			t.Fatal(err)
		}
		w := a.in(t, plans()[op.ID].from())
		path := plans()[op.ID].path(op, w)
		fields := body.Value.Content.Get("application/json").Schema.Value.Properties
		for name, field := range fields {
			for _, v := range wrongValues(field.Value) {
				bad := maps.Clone(good)
				bad[name] = v
				text, err := json.Marshal(bad)
				if err != nil {
					t.Fatal(err)
				}
				tried++
				got := w.do(op.Method, path, string(text))
				problem(t, op.ID+" "+string(text), got, 422, name)
				if detail, _ := got.Fields["detail"].(string); !strings.Contains(detail, "want ") {
					t.Errorf("%s %s: %q does not say what is accepted", op.ID, text, detail)
				}
			}
		}
		problem(t, op.ID+" unknown field", w.do(op.Method, path, `{"surprise":1}`), 422, "surprise")
		for _, required := range body.Value.Content.Get("application/json").Schema.Value.Required {
			bad := maps.Clone(good)
			delete(bad, required)
			text, err := json.Marshal(bad)
			if err != nil {
				t.Fatal(err)
			}
			if len(bad) == 0 {
				text = []byte("{}")
			}
			problem(t, op.ID+" without "+required, w.do(op.Method, path, string(text)), 422, required)
		}
	}
	if tried < 100 {
		t.Errorf("only %d values", tried)
	}
}

// TestNullIsNothing: null means that a field is not set.
func TestNullIsNothing(t *testing.T) {
	d := readDescription(t)
	for _, op := range d.spec.Operations() {
		body := d.doc.Paths.Value(op.Path).GetOperation(op.Method).RequestBody
		if body == nil || body.Value.Content["application/json"] == nil {
			continue
		}
		var good map[string]any
		if err := json.Unmarshal([]byte(d.bodies(op)[0]), &good); err != nil {
			t.Fatal(err)
		}
		for name, field := range body.Value.Content.Get("application/json").Schema.Value.Properties {
			if _, given := good[name]; field.Value.Nullable && !given {
				good[name] = nil
			}
		}
		text, err := json.Marshal(good)
		if err != nil {
			t.Fatal(err)
		}
		w := start(t, plans()[op.ID].from())
		if got := w.do(op.Method, plans()[op.ID].path(op, w), string(text)); got.Status >= 300 {
			t.Errorf("%s %s: %d %s", op.ID, text, got.Status, got.Body)
		}
	}
}

// TestProblemDetails has one detail for each kind of mistake.
func TestProblemDetails(t *testing.T) {
	a := start(t, "default")
	const clock, authenticate, faults = "PUT /worlds/{w}/clock", "POST /worlds/{w}/intents/pi_x/authenticate", "POST /worlds/{w}/faults"
	for _, c := range []struct{ call, body, want string }{
		{clock, `{"advnce":"1m"}`, `Unknown field "advnce" (known: advance, freeze, set, speed).`},
		{clock, `{"advance":"soon"}`, `Invalid advance "soon": want a duration, such as "1h30m".`},
		{clock, `{"set":"<yesterday>"}`, `Invalid set "<yesterday>": want a time, such as "2026-04-02T14:00:00Z".`},
		{clock, `{"speed":0}`, `Invalid speed 0: want a number above 0 and up to 1000000, the clock's seconds per second.`},
		{clock, `{"freeze":"no"}`, `Invalid freeze "no": want true to freeze the clock or false to let it run.`},
		{clock, `[]`, "The body is a JSON array: want an object."},
		{clock, `{`, "The body is not JSON: unexpected end of JSON input."},
		{clock, `{} {}`, "The body is not JSON: invalid character '{' after top-level value."},
		{"GET /worlds/{w}/clock", `{"advance":"1m"}`, "GET /__admin/worlds/{w}/clock takes no body."},
		{"DELETE /worlds/{w}/faults", `{"id":"f1"}`, "DELETE /__admin/worlds/{w}/faults takes no body."},
		{"GET /worlds/{w}/requests?limit=many", "", `Invalid limit "many": want a number from 1 to 1000.`},
		{"GET /worlds/{w}/requests?limit=0", "", `Invalid limit "0": want a number from 1 to 1000.`},
		{"GET /worlds/{w}/requests?limit=", "", `Invalid limit "": want a number from 1 to 1000.`},
		{"GET /worlds/{w}/requests?limits=5", "", `Unknown parameter "limits".`},
		{"GET /worlds/{w}/requests?limit=%zz", "", "The query is malformed: separate parameters with & and escape special characters as %XX."},
		{authenticate, ``, `Missing field "outcome": want succeed or fail.`},
		{authenticate, `{"Outcome":"fail"}`, `Unknown field "Outcome" (known: outcome).`},
		{authenticate, `{"outcome":null}`, "Invalid outcome null: want succeed or fail."},
		{"POST /worlds/{w}/sessions/s/stop", `{"now":true}`, `Unknown field "now".`},
		{"POST /worlds/{w}/sessions/s/meter", `{"kwh":3.2}`, `Invalid kwh 3.2: want the meter's total in kWh as text, from 0 to 99999.999 with at most three decimals, such as "3.200".`},
		{faults, `{"drop":true}`, `Missing field "operation": want an operationId, "stripe_*" for all of Stripe's, or "*" for all, such as "users_charging_start_create".`},
		{faults, `{"operation":"*","drop":false}`, "Invalid drop false: want true or reset."},
		{faults, `{"operation":"*","status":402,"error":"no money"}`, `Invalid error "no money": want one of the vendor's error types, or one of Stripe's error codes for its operations, with a status, such as "charging_provider_error".`},
		{faults, `{"operation":"stripe_*","status":402,"error":"card_declind"}`, `Invalid error "card_declind": want one of the vendor's error types, or one of Stripe's error codes for its operations, with a status, such as "charging_provider_error"; did you mean card_declined?`},
		{faults, `{"operation":"stripe_*","status":402,"error":"payment_error"}`, `"payment_error" is an error type of the vendor's API; expected one of Stripe's error codes, such as card_declined (GET /__admin/options lists them).`},
		{faults, `{"operation":"stripe_tokens_create","status":500}`, "Calls of stripe_tokens_create name no intent and so belong to no world, so the fault would never apply: send a Prefer header, such as code=500."},
		{faults, `{"operation":"*","status":200}`, "Invalid status 200: want an error status, 400 to 599."},
		{faults, `{"operation":"*","times":0,"drop":true}`, "Invalid times 0: want how many calls fail, 1 to 1000000 (for a fault that stays, give a probability and no times)."},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		got := a.do(method, path, c.body)
		want := strings.ReplaceAll(c.want, "{w}", a.world)
		if detail, _ := got.Fields["detail"].(string); detail != want {
			t.Errorf("%s %s:\n got %d %s\nwant %s", c.call, c.body, got.Status, detail, want)
		}
	}
}

// TestNothingNamed: a value that names nothing, such as a variable that a script
// has not set, is refused instead of meaning all calls or all users.
func TestNothingNamed(t *testing.T) {
	a := start(t, "default")
	for call, fields := range map[string][]string{
		"/worlds/{w}/requests/find": filterFields, "/worlds/{w}/requests/count": filterFields, "/worlds/{w}/faults": {"operation", "user"},
	} {
		for _, field := range fields {
			body := map[string]any{}
			if strings.HasSuffix(call, "/faults") {
				body["operation"], body["drop"] = "*", true
			}
			body[field] = ""
			if field == "status" {
				body[field] = 0
			}
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			problem(t, call+string(text), a.do("POST", call, string(text)), 422, field)
		}
	}
}

var filterFields = []string{"operation", "method", "path", "status", "rule", "user"}

// TestOddButFine has calls that look odd and are valid.
func TestOddButFine(t *testing.T) {
	a := start(t, "default")
	for _, c := range [][]string{
		{"GET", "/health", "{}"}, {"GET", "/worlds/{w}/clock", "null"}, {"DELETE", "/worlds/{w}", "{}"},
		{"PUT", "/worlds/{w}/clock", `{"freeze":true}`, "Content-Type", "application/x-www-form-urlencoded"},
		{"PUT", "/worlds/{w}/clock", " \n{\"freeze\" : true}\n ", "Content-Type", "application/json; charset=utf-8"},
		{"PUT", "/worlds/{w}/clock", "", "Content-Type", "text/plain"}, {"POST", "/worlds/{w}/reset", "null"},
		{"GET", "/worlds?", ""}, {"HEAD", "/worlds/{w}/requests?limit=1", ""},
		{"POST", "/worlds/{w}/requests/count", `{"status":null,"method":null,"body":[{"a":null}]}`},
	} {
		if got := a.do(c[0], c[1], c[2], c[3:]...); got.Status >= 300 {
			t.Errorf("%q: %d %s", c, got.Status, got.Body)
		}
	}
}
