package specdiff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A flat file has what it requires by location: of an operation its id, of a
// place of it, such as "query page", "request" or "answer 200", and of a field of
// that nothing, and of a keyword of a field its value. Fields are named by JSON
// pointers; "" is the whole.
type flat map[string]string

const separator = "\x00"

// at returns a location: operation, place, field and keyword, or fewer of these.
func at(parts ...string) string { return strings.Join(parts, separator) }

// The keywords that are compared, as they are called in changes. Texts for
// people, such as descriptions and examples, are not among them.
var keywords = map[string]string{
	"type": "type", "format": "format", "pattern": "pattern", "default": "default",
	"nullable": "nullable", "readOnly": "read-only", "writeOnly": "write-only", "deprecated": "deprecated",
	"minLength": "least length", "maxLength": "most length", "minItems": "least items", "maxItems": "most items",
	"uniqueItems": "unique items", "minimum": "least", "maximum": "most", "multipleOf": "multiple of",
}

// Keywords of our own. The address of an operation is its method and path; it is
// not compared, as a parameter in it may have another name.
const (
	required = "required"
	enum     = "enum"
	closed   = "closed"
	address  = "address"
)

// flatten flattens a file. How schemas are named and composed does not matter,
// only what they require of each field.
func flatten(doc *openapi3.T) flat {
	out := flat{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			key := method + " " + anonymous(path)
			out[key], out[at(key, "", "", address)] = op.OperationID, method+" "+path
			for _, ref := range slices.Concat(item.Parameters, op.Parameters) {
				p := ref.Value
				out.place(at(key, p.In+" "+p.Name), p.Schema, p.Required)
			}
			if op.RequestBody != nil {
				out.contents(at(key, "request"), op.RequestBody.Value.Content, op.RequestBody.Value.Required)
			}
			for status, response := range op.Responses.Map() {
				out.contents(at(key, "answer "+status), response.Value.Content, false)
			}
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

func (f flat) place(location string, schema *openapi3.SchemaRef, required bool) {
	f[location] = ""
	f.add(location+separator, schema, required, nil)
}

// contents adds the fields of the JSON schema, or else of the first media type:
// all have the same fields.
func (f flat) contents(location string, content openapi3.Content, required bool) {
	types := slices.Sorted(maps.Keys(content))
	if len(types) == 0 {
		f[location] = ""
		return
	}
	media := content.Get("application/json")
	if media == nil {
		media = content[types[0]]
	}
	f.place(location, media.Schema, required)
	f[location+separator] = ""
	f[at(location, "", "media types")] = strings.Join(types, ", ")
}

// add adds a field and those within it. above are the schemas that it is within: a
// schema may contain itself.
func (f flat) add(field string, ref *openapi3.SchemaRef, needed bool, above []*openapi3.Schema) {
	if ref == nil || ref.Value == nil || slices.Contains(above, ref.Value) {
		return
	}
	s := ref.Value
	above = append(slices.Clip(above), s)
	f[field] = ""
	f.keywords(field, s)
	if needed {
		f[at(field, required)] = "true"
	}
	for name, property := range s.Properties {
		f.add(field+"/"+name, property, slices.Contains(s.Required, name), above)
	}
	f.add(field+"/*", s.Items, false, above)
	f.add(field+"/{}", s.AdditionalProperties.Schema, false, above)
	for _, part := range s.AllOf {
		f.add(field, part, false, above)
	}
	alternatives := slices.Concat(s.OneOf, s.AnyOf)
	for i, part := range alternatives {
		name := fmt.Sprintf("%s(%d)", field, i+1)
		if len(alternatives) == 1 || len(part.Value.Enum) > 0 {
			name = field // alternatives that are enums make one enum
		}
		f.add(name, part, false, above)
	}
}

// keywords adds the keywords of a schema itself.
func (f flat) keywords(field string, s *openapi3.Schema) {
	all, _ := s.MarshalYAML() // does not fail
	set, _ := all.(map[string]any)
	for keyword, name := range keywords {
		if v, ok := set[keyword]; ok {
			f[at(field, name)] = written(v)
		}
	}
	if s.AdditionalProperties.Has != nil && !*s.AdditionalProperties.Has {
		f[at(field, closed)] = "true"
	}
	if len(s.Enum) == 0 {
		return
	}
	var values []string
	if known := f[at(field, enum)]; known != "" {
		values = strings.Split(known, ", ")
	}
	for _, v := range s.Enum {
		values = append(values, written(v))
	}
	slices.Sort(values)
	f[at(field, enum)] = strings.Join(slices.Compact(values), ", ")
}

// written returns a value of a keyword as text.
func written(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case *openapi3.Types:
		return strings.Join(*v, " or ")
	}
	return fmt.Sprint(reflect.Indirect(reflect.ValueOf(v)))
}
