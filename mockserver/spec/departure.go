package spec

import (
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// Kinds of departures that no schema keyword names.
const (
	KindParse      = kindParse      // a value that is not of its type; without a path: the body is not JSON
	KindUndeclared = kindUndeclared // a field or parameter that is not declared
	KindUnwanted   = kindUnwanted   // a body where none is declared
)

// A Departure is what a finding is about, for servers that refuse it in words of their own.
type Departure struct {
	In     string   // body, path or query
	Path   []string // to the field; for parameters the name
	Kind   string   // the keyword of the schema that does not hold, such as "enum", or one of the kinds above
	Reason string
	Value  any // the offending value, decoded as far as it could be
	// Schema of the field or parameter. Of a field that is not declared it is
	// that of the whole body, and of a parameter nil.
	Schema *openapi3.Schema
}

// Departures judges a request as CheckRequest does, but hands out the parts, and reads the body as JSON whatever its
// Content-Type says. Nothing is remembered. An operation that the file does not have has none.
func (s *Spec) Departures(op string, r *http.Request, vars map[string]string, body []byte) []Departure {
	o := s.byID[op]
	if o == nil {
		return nil
	}
	mime := ""
	if o.body != nil {
		mime = "application/json"
	}
	var out []Departure
	for _, v := range append(s.judgeParameters(o, r, vars), s.judgeBody(o, mime, body)...) {
		if v.kind == "properties" || s.tolerates(&v) {
			continue // kin's word for what undeclaredFields has found too
		}
		d := Departure{In: v.in, Path: v.path, Kind: v.kind, Reason: v.reason, Value: v.value, Schema: v.schema}
		switch {
		case v.parameter != nil:
			d.Path, d.Schema, d.Value = []string{v.name}, v.parameter.Schema.Value, firstOf(v.raw)
		case v.name != "":
			d.Path = []string{v.name}
		case v.kind == kindUndeclared:
			d.Schema = v.root
		case v.kind == "required" && v.schema != nil && len(v.path) > 0:
			d.Schema, d.Value = nil, nil // the object's: want the field's
			if field := v.schema.Properties[v.path[len(v.path)-1]]; field != nil {
				d.Schema = field.Value
			}
		}
		out = append(out, d)
	}
	return out
}

func firstOf(raw []string) any {
	if len(raw) == 0 {
		return nil
	}
	return raw[0]
}
