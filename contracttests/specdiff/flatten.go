package specdiff

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A place is a part of an operation: "query page", "request", "answer 200".
// Its fields are those of the schema, by JSON pointer; the empty one is the
// whole.
type place map[string]facts

// facts are what a schema says of one field, by keyword. Words for people,
// such as descriptions and examples, are none.
type facts map[string]string

// operation is what a file says of one operation.
type operation struct {
	id     string
	method string
	path   string
	places map[string]place
}

// flatten takes a file apart: how its schemas are named and put together does
// not matter, only what they say of each field of each operation.
func flatten(doc *openapi3.T) map[string]operation {
	out := map[string]operation{}
	for path, item := range doc.Paths.Map() {
		for method, declared := range item.Operations() {
			op := operation{id: declared.OperationID, method: method, path: path, places: map[string]place{}}
			for _, ref := range slices.Concat(item.Parameters, declared.Parameters) {
				p := ref.Value
				fields := place{}
				schemaFacts(fields, "", p.Schema, p.Required, nil)
				op.places[p.In+" "+p.Name] = fields
			}
			if declared.RequestBody != nil {
				body := declared.RequestBody.Value
				op.places["request"] = contents(body.Content, body.Required)
			}
			for status, response := range declared.Responses.Map() {
				op.places["answer "+status] = contents(response.Value.Content, true)
			}
			out[method+" "+shapeOf(path)] = op
		}
	}
	return out
}

// shapeOf is a path without the names of its parameters.
func shapeOf(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

// contents takes the schema of JSON, or else of the first media type: they
// only differ in how they write the same fields.
func contents(content openapi3.Content, required bool) place {
	fields := place{}
	types := slices.Sorted(maps.Keys(content))
	if len(types) == 0 {
		return fields
	}
	media := content.Get("application/json")
	if media == nil {
		media = content[types[0]]
	}
	schemaFacts(fields, "", media.Schema, required, nil)
	if fields[""] == nil {
		fields[""] = facts{}
	}
	fields[""]["media types"] = strings.Join(types, ", ")
	return fields
}

// schemaFacts notes what a schema says. above are those that it is within: a
// schema may contain itself.
func schemaFacts(into place, at string, ref *openapi3.SchemaRef, required bool, above []*openapi3.Schema) {
	if ref == nil || ref.Value == nil || slices.Contains(above, ref.Value) {
		return
	}
	s := ref.Value
	above = append(slices.Clip(above), s)
	f := into[at]
	if f == nil {
		f = facts{}
		into[at] = f
	}
	f.add(s)
	if required {
		f["required"] = "true"
	}
	for name, property := range s.Properties {
		schemaFacts(into, at+"/"+name, property, slices.Contains(s.Required, name), above)
	}
	schemaFacts(into, at+"/*", s.Items, false, above)
	schemaFacts(into, at+"/{}", s.AdditionalProperties.Schema, false, above)
	for _, part := range s.AllOf {
		schemaFacts(into, at, part, false, above)
	}
	alternatives := slices.Concat(s.OneOf, s.AnyOf)
	for i, part := range alternatives {
		if len(alternatives) == 1 || len(part.Value.Enum) > 0 {
			schemaFacts(into, at, part, false, above) // a choice of choices is one choice
			continue
		}
		schemaFacts(into, fmt.Sprintf("%s(%d)", at, i+1), part, false, above)
	}
}

// add notes the keywords of a schema itself.
func (f facts) add(s *openapi3.Schema) {
	set := func(name, value string) {
		if value != "" {
			f[name] = value
		}
	}
	if s.Type != nil {
		set("type", strings.Join(*s.Type, " or "))
	}
	set("format", s.Format)
	set("pattern", s.Pattern)
	for name, on := range map[string]bool{
		"nullable": s.Nullable, "read-only": s.ReadOnly, "write-only": s.WriteOnly, "deprecated": s.Deprecated,
		"unique items": s.UniqueItems, "closed": s.AdditionalProperties.Has != nil && !*s.AdditionalProperties.Has,
	} {
		if on {
			f[name] = "true"
		}
	}
	for name, n := range map[string]uint64{"least length": s.MinLength, "least items": s.MinItems} {
		if n > 0 {
			f[name] = strconv.FormatUint(n, 10)
		}
	}
	for name, n := range map[string]*uint64{"most length": s.MaxLength, "most items": s.MaxItems} {
		if n != nil {
			f[name] = strconv.FormatUint(*n, 10)
		}
	}
	for name, n := range map[string]*float64{"least": s.Min, "most": s.Max, "multiple of": s.MultipleOf} {
		if n != nil {
			f[name] = strconv.FormatFloat(*n, 'g', -1, 64)
		}
	}
	if s.Default != nil {
		f["default"] = fmt.Sprint(s.Default)
	}
	f.choices(s.Enum)
}

// choices adds the values of an enum to those that are known.
func (f facts) choices(values []any) {
	if len(values) == 0 {
		return
	}
	var all []string
	if known := f["enum"]; known != "" {
		all = strings.Split(known, ", ")
	}
	for _, v := range values {
		text := fmt.Sprint(v)
		if v == nil {
			text = "null"
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	slices.Sort(all)
	f["enum"] = strings.Join(all, ", ")
}
