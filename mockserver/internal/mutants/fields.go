package mutants

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"cariqamock/mockserver/internal/wire"
)

// hintOf returns what an exchange must show for a lie about a field to matter.
func hintOf(op string, status int, p path) string { return fmt.Sprintf("%s %d %s", op, status, p) }

// fieldMutants lie about every field of every answer.
func fieldMutants(d description) []Mutant {
	var out []Mutant
	for _, op := range d {
		for _, a := range op.answers {
			for _, f := range a.fields {
				out = append(out, f.mutants(op.id, a.status)...)
			}
		}
	}
	return out
}

// mutants returns the lies about one field.
func (f field) mutants(op string, status int) []Mutant {
	var out []Mutant
	add := func(kind string, p path, change edit) {
		out = append(out, Mutant{
			ID: fmt.Sprintf("%s: %s %d %s", kind, op, status, f.path), Kind: kind, Operations: []string{op},
			Hint: hintOf(op, status, f.path), Twist: editing(op, status, p, change),
		})
	}
	if name := f.path.name(); name != items && name != values {
		parent := f.path[:len(f.path)-1]
		add("field dropped", parent, dropped(name, ""))
		add("field renamed", parent, dropped(name, camel(name)))
	}
	add("field of another type", f.path, f.retyped)
	if !f.nullable {
		add("field null", f.path, always(nil))
	}
	if len(f.enum) > 0 {
		add("value outside its enum", f.path, always(f.outside()))
	}
	if bad, ok := f.malformed(); ok {
		add("value malformed", f.path, always(bad))
	}
	if status < 300 && f.kind != "array" && f.kind != "object" { // texts of refusals are not published
		add("value of the same form", f.path, f.another)
		out[len(out)-1].Hint, out[len(out)-1].Idle = hintOf(op, status, f.path)+" set", true
		if f.nullable {
			add("value where null belongs", f.path, f.invented)
			out[len(out)-1].Hint, out[len(out)-1].Idle = hintOf(op, status, f.path)+" null", true
		}
	}
	if f.most > 0 {
		add("value too long", f.path, where(strings.Repeat("x", f.most+1)))
	}
	return out
}

// camel returns a name in camel case.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	if len(words) == 1 {
		return name + "Value"
	}
	return strings.Join(words, "")
}

// retyped returns a value of a type that a careless server would choose.
func (f field) retyped(v any) (any, bool) {
	switch f.kind {
	case "string":
		if s, ok := v.(string); ok && json.Valid([]byte(s)) && strings.Trim(s, "-0123456789.") == "" {
			return json.Number(s), true
		}
		return json.Number("7"), true
	case "integer", "number", "boolean":
		if v == nil {
			return "7", true
		}
		return fmt.Sprint(v), true
	case "array":
		return map[string]any{"0": v}, true
	}
	return []any{v}, true
}

// another returns a valid but wrong value.
func (f field) another(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		return !v, true
	case json.Number:
		for i, e := range f.enum {
			if fmt.Sprint(e) == v.String() {
				return f.enum[(i+1)%len(f.enum)], true
			}
		}
		return add1(v, 1), true
	case string:
		if len(f.enum) > 0 {
			return f.enum[(slices.Index(f.enum, any(v))+1)%len(f.enum)], true
		}
		return similar(v), true
	}
	return v, false
}

// invented returns a valid value to replace null.
func (f field) invented(v any) (any, bool) {
	if v != nil {
		return v, false
	}
	if f.kind != "string" {
		return json.Number("3"), true
	}
	switch bad := documented()[f.path.name()]; {
	case f.format == "date-time":
		return "2026-04-02T14:00:00Z", true
	case f.format == "email":
		return "driver@example.org", true
	case f.format == "uri", bad == "invoice.pdf":
		return "https://example.org/page", true
	case bad == "5,39":
		return "1.00", true
	case bad == "25:61":
		return "12:00", true
	}
	return "Something", true
}

// similar returns another text of the same form: a time a second later, in UTC and
// with as many digits, or a text with another last letter or one more.
func similar(s string) string {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return wire.Time(t.Add(time.Second)).String()
	}
	if s == "" {
		return "x"
	}
	last := s[len(s)-1]
	switch {
	case last >= '0' && last < '9', last >= 'a' && last < 'f', last >= 'A' && last < 'Z', last > 'f' && last < 'z':
		last++
	case last == '9':
		last = '8'
	case last == 'f', last == 'z':
		last--
	default:
		return s + "x"
	}
	return s[:len(s)-1] + string(last)
}

func (f field) outside() any {
	if f.kind == "integer" {
		return json.Number("9")
	}
	return "anything_else"
}

// malformed returns a value that breaks the field's format, which openapi.yaml
// declares, describes or shows in an example.
func (f field) malformed() (any, bool) {
	switch f.format {
	case "date-time":
		return "02.04.2026 13:51", true
	case "uri":
		return "logo.png", true
	case "email":
		return "nobody", true
	case "decimal":
		return "ten", true
	}
	name := f.path.name()
	if name == items && len(f.path) > 1 {
		name = f.path[len(f.path)-2]
	}
	if len(f.enum) > 0 {
		return nil, false
	}
	bad, ok := documented()[name]
	if number, isNumber := bad.(json.Number); isNumber != (f.kind == "integer" || f.kind == "number") {
		return number, false
	}
	return bad, ok && (f.kind == "string" || f.kind == "integer" || f.kind == "number")
}

// documented returns a value of another form for the fields whose form
// openapi.yaml only describes.
func documented() map[string]any {
	out := map[string]any{}
	for bad, names := range map[any]string{
		"":                  "detail details name evse_id evse_ids address",
		"no id":             "id session_id charging_session_id",
		"5,39":              "total amount kwh_cost time_cost session_fee_cost blocking_fee_cost starting_fee_cost invoice_vat invoice_summary invoice_credits invoice_discount pre_authorization_amount kwh_price time_price session_fee blocking_fee starting_fee price gross_price user_facing_price blocking_cap",
		"Euro":              "currency",
		"424":               "last4",
		"Visa Inc.":         "brand",
		"12/27":             "expiration_date",
		"yesterday":         "created_at last_updated",
		"north":             "latitude longitude coordinates",
		"a secret":          "client_secret setup_intent_client_secret payment_intent_client_secret",
		"invoice.pdf":       "link invoice_download logo_url",
		"Germany":           "country",
		"quick":             "station_speed",
		"ask the staff":     "support_phone phone",
		"25:61":             "time_from time_to period_begin period_end",
		"2026-13-01":        "date_from date_to",
		json.Number("-1"):   "duration count grace_period_minutes expansion_zoom",
		json.Number("-7.5"): "power connector_power tax",
		"Thing":             "type",
	} {
		for name := range strings.FieldsSeq(names) {
			out[name] = bad
		}
	}
	return out
}

// chattyMutants have errors with a needless client secret.
func chattyMutants(d description) []Mutant {
	secret := path{"error"}
	add := func(v any) (any, bool) {
		e, ok := v.(map[string]any)
		if !ok || e["payment_intent_client_secret"] != nil {
			return v, false
		}
		e["payment_intent_client_secret"] = "pi_3THkgXHtgZxQ1KXxhD2vNq7a_secret_8tRkWq2LmX4ZcV6bN1yHsJ3Ud"
		return e, true
	}
	var out []Mutant
	for _, op := range d {
		for _, status := range op.typed() {
			out = append(out, Mutant{
				ID: fmt.Sprintf("secret for nobody: %s %d", op.id, status), Kind: "secret for nobody", Operations: []string{op.id},
				Hint: hintOf(op.id, status, secret), Twist: editing(op.id, status, secret, add),
			})
		}
	}
	return out
}
