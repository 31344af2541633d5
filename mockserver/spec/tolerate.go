package spec

import (
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Tolerance is a departure in requests that is no finding, because the vendor's server takes it and clients rely on that.
type Tolerance struct {
	Name   string `json:"name"`
	Why    string `json:"why"`
	Source string `json:"source"`

	match func(*violation) bool
}

// Tolerated returns the ledger of tolerated departures.
func (s *Spec) Tolerated() []Tolerance { return slices.Clone(s.tolerances) }

// tolerates asks the ledger.
func (s *Spec) tolerates(v *violation) bool {
	return slices.ContainsFunc(s.tolerances, func(t Tolerance) bool { return t.match(v) })
}

// tolerances is the ledger. It must list only what the fake, too, accepts; what the server refuses stays a finding.
func tolerances() []Tolerance {
	const (
		client    = "seen in the vendor's own client"
		framework = "measured on the vendor's framework (Django REST Framework)"
	)
	return []Tolerance{
		{"choice-as-text", `a number to choose from may come as a string, {"rates":"5"}`, client + ", " + framework, choiceAsText},
		{"number-as-text-field", "a string field takes a JSON number", framework, numberForText},
		{"read-only-field", "read-only fields in a body are ignored", framework, readOnly},
		{"unknown-field", "unknown fields in a body are ignored", framework, func(v *violation) bool {
			return v.in == "body" && v.kind == kindUndeclared
		}},
		{"unknown-parameter", "unknown query parameters are ignored", client + ", " + framework, func(v *violation) bool {
			return v.in == "query" && v.kind == kindUndeclared
		}},
		{"empty-parameter", "an optional parameter without a value, max_price=, counts as not given", client + ", " + framework, emptyParameter},
		{"page-last", "page=last is the last page", framework, func(v *violation) bool {
			return v.in == "query" && v.name == "page" && slices.Equal(v.raw, []string{"last"})
		}},
		{"page-size", "a page size that makes no sense counts as not given", framework, func(v *violation) bool {
			return v.in == "query" && v.name == "page_size"
		}},
		{"boolean-spelling", "booleans may be spelt yes, on, t, 1 and so on, in any case", framework, booleanSpelling},
		{"dotted-form-name", "forms nest with dots, custom_properties.external_id", framework, func(v *violation) bool {
			return v.kind == kindDotted
		}},
		{"blank-form-field", "an empty form field that may be null or left out is null or left out", framework, blankFormField},
		{"body-not-asked-for", "operations without a body ignore one, even GET", "documented by an example of the vendor, " + client, func(v *violation) bool {
			return v.in == "body" && v.kind == kindUnwanted
		}},
		{"content-type-without-body", "Content-Type: application/json stands on every call", client, func(v *violation) bool {
			return v.in == "header" && v.kind == kindUnwanted
		}},
		{"charset", "application/json; charset=utf-8", client, func(v *violation) bool { return v.kind == kindCharset }},
	}
}

// choiceAsText compares as the framework does: the value, printed, with the choice, printed. So "5" is 5, but "5.0" and
// " 5" are nothing.
func choiceAsText(v *violation) bool {
	text, ok := v.value.(string)
	if !ok || v.in != "body" || v.schema == nil {
		return false
	}
	choices := slices.Clone(v.schema.Enum)
	for _, part := range slices.Concat(v.schema.OneOf, v.schema.AnyOf) {
		choices = append(choices, part.Value.Enum...)
	}
	return slices.ContainsFunc(choices, func(choice any) bool {
		number, ok := choice.(float64)
		return ok && strconv.FormatFloat(number, 'f', -1, 64) == text
	})
}

// numberForText holds for plain string fields only: a choice or a format would still have to fit.
func numberForText(v *violation) bool {
	_, number := v.value.(float64)
	return number && v.in == "body" && v.kind == "type" && v.schema != nil && v.schema.Type.Is(openapi3.TypeString) &&
		len(v.schema.Enum) == 0 && v.schema.Format == "" && v.schema.Pattern == ""
}

// readOnly also holds for what is wrong inside a read-only field: nobody looks.
func readOnly(v *violation) bool {
	if v.in != "body" || v.root == nil || len(v.path) == 0 {
		return false
	}
	field := v.root.Properties[v.path[0]]
	return field != nil && field.Value.ReadOnly
}

// emptyParameter leaves out page, where versions of the framework differ: an old one answers 404.
func emptyParameter(v *violation) bool {
	if v.in != "query" || v.parameter == nil || v.parameter.Required || v.name == "page" {
		return false
	}
	return !v.parameter.Schema.Value.Type.Is(openapi3.TypeArray) && slices.Equal(v.raw, []string{""})
}

// booleanSpelling knows the words of the framework's boolean field.
func booleanSpelling(v *violation) bool {
	if v.parameter == nil || len(v.raw) != 1 || !v.parameter.Schema.Value.Type.Is(openapi3.TypeBoolean) {
		return false
	}
	words := []string{"t", "y", "yes", "true", "on", "1", "f", "n", "no", "false", "off", "0"}
	return slices.Contains(words, strings.ToLower(v.raw[0]))
}

// blankFormField holds in forms only; in JSON an empty string is an empty string.
func blankFormField(v *violation) bool {
	if !v.form || v.in != "body" || v.value != "" || len(v.path) != 1 || v.root == nil {
		return false
	}
	field := v.root.Properties[v.path[0]]
	return field != nil && (field.Value.Nullable || !slices.Contains(v.root.Required, v.path[0]))
}
