package specdiff

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A place is a part of an operation: "query page", "request", "answer 200". Its
// keys are JSON pointers of the schema's fields; "" is the whole.
type place map[string]keywords

// keywords are those of a field's schema. Texts for people, such as descriptions
// and examples, are not among them.
type keywords map[string]string

// operation is one operation of a file.
type operation struct {
	id     string
	method string
	path   string
	places map[string]place
}

// flatten returns the operations of a file by method and path. How schemas are
// named and composed does not matter, only what they require of each field.
func flatten(doc *openapi3.T) map[string]operation {
	out := map[string]operation{}
	for path, item := range doc.Paths.Map() {
		for method, declared := range item.Operations() {
			op := operation{id: declared.OperationID, method: method, path: path, places: map[string]place{}}
			for _, ref := range slices.Concat(item.Parameters, declared.Parameters) {
				p := ref.Value
				fields := place{}
				collect(fields, "", p.Schema, p.Required, nil)
				op.places[p.In+" "+p.Name] = fields
			}
			if declared.RequestBody != nil {
				body := declared.RequestBody.Value
				op.places["request"] = contents(body.Content, body.Required)
			}
			for status, response := range declared.Responses.Map() {
				op.places["answer "+status] = contents(response.Value.Content, true)
			}
			out[method+" "+anonymous(path)] = op
		}
	}
	return out
}

// anonymous returns a path without the names of its parameters.
func anonymous(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

// contents returns the fields of the JSON schema, or else of the first media
// type: all have the same fields.
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
	collect(fields, "", media.Schema, required, nil)
	if fields[""] == nil {
		fields[""] = keywords{}
	}
	fields[""]["media types"] = strings.Join(types, ", ")
	return fields
}

// collect adds the keywords of a schema and of those within it. above are the
// schemas that it is within: a schema may contain itself.
func collect(into place, at string, ref *openapi3.SchemaRef, required bool, above []*openapi3.Schema) {
	if ref == nil || ref.Value == nil || slices.Contains(above, ref.Value) {
		return
	}
	s := ref.Value
	above = append(slices.Clip(above), s)
	f := into[at]
	if f == nil {
		f = keywords{}
		into[at] = f
	}
	f.add(s)
	if required {
		f["required"] = "true"
	}
	for name, property := range s.Properties {
		collect(into, at+"/"+name, property, slices.Contains(s.Required, name), above)
	}
	collect(into, at+"/*", s.Items, false, above)
	collect(into, at+"/{}", s.AdditionalProperties.Schema, false, above)
	for _, part := range s.AllOf {
		collect(into, at, part, false, above)
	}
	alternatives := slices.Concat(s.OneOf, s.AnyOf)
	for i, part := range alternatives {
		if len(alternatives) == 1 || len(part.Value.Enum) > 0 {
			collect(into, at, part, false, above) // alternatives that are enums make one enum
			continue
		}
		collect(into, fmt.Sprintf("%s(%d)", at, i+1), part, false, above)
	}
}

// add adds the keywords of a schema itself.
func (f keywords) add(s *openapi3.Schema) {
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

// choices adds the values of an enum.
func (f keywords) choices(values []any) {
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
