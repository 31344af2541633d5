package spec

import (
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape has the names that a schema declares: enough to find fields that it
// does not declare. JSON Schema lets unknown fields pass, and so does
// kin-openapi, which makes a misspelled optional field invisible.
type shape struct {
	fields map[string]*shape
	extra  *shape // of fields that are not declared (additionalProperties); nil: there must be none, unless open
	items  *shape
	open   bool // nothing is declared, so anything goes
}

// shaper remembers the shapes of schemas, which openapi.yaml uses many times
// over.
type shaper map[*openapi3.Schema]*shape

// of returns the shape of a schema. For alternatives (oneOf, anyOf) it is the
// union: the schema validation decides which one was meant.
func (m shaper) of(schema *openapi3.Schema) *shape {
	if known := m[schema]; known != nil {
		return known
	}
	s := &shape{fields: make(map[string]*shape)}
	m[schema] = s // before the descent, so that a schema may contain itself
	for name, property := range schema.Properties {
		s.fields[name] = m.of(property.Value)
	}
	if schema.Items != nil {
		s.items = m.of(schema.Items.Value)
	}
	if ref := schema.AdditionalProperties.Schema; ref != nil {
		s.extra = m.of(ref.Value)
	} else if has := schema.AdditionalProperties.Has; has != nil && *has {
		s.open = true
	}
	parts := slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf)
	for _, part := range parts {
		s.add(m.of(part.Value))
	}
	if len(parts) == 0 && len(s.fields) == 0 && s.extra == nil {
		s.open = true
	}
	return s
}

// add adds the names of other to s.
func (s *shape) add(other *shape) {
	for name, field := range other.fields {
		if known := s.fields[name]; known != nil && known != field {
			both := &shape{fields: make(map[string]*shape)}
			both.add(known)
			both.add(field)
			field = both
		}
		s.fields[name] = field
	}
	if s.items == nil {
		s.items = other.items
	}
	if s.extra == nil {
		s.extra = other.extra
	}
	// A part without fields, such as an enum beside an object, does not count:
	// it cannot match an object at all.
	s.open = s.open || other.open && len(s.fields) == 0
}

// undeclared reports the fields of value that the shape does not declare. at
// is the path to value; report must not keep it.
func (s *shape) undeclared(value any, at []string, report func(at []string)) {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			field, known := s.fields[name]
			switch {
			case known:
				field.undeclared(value[name], append(at, name), report)
			case s.extra != nil:
				s.extra.undeclared(value[name], append(at, name), report)
			case !s.open:
				report(append(at, name))
			}
		}
	case []any:
		if s.items == nil {
			return
		}
		for i, item := range value {
			s.items.undeclared(item, append(at, strconv.Itoa(i)), report)
		}
	}
}
