package spec

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A compiler compiles the schemas of answers, each once.
type compiler struct {
	shapes           shaper
	formats          map[string]openapi3.StringFormatValidator
	options, answers []openapi3.SchemaValidationOption // of kin-openapi; answers are those of answers
	known            map[*openapi3.Schema]*compiled
}

func newCompiler() *compiler {
	m := &compiler{shapes: make(shaper), formats: stringFormats(), known: make(map[*openapi3.Schema]*compiled)}
	m.options = []openapi3.SchemaValidationOption{openapi3.WithStringFormatValidators(m.formats), openapi3.MultiErrors()}
	m.answers = append(slices.Clip(m.options), openapi3.VisitAsResponse())
	return m
}

// requested prepares the schema of a request.
func (m *compiler) requested(schema *openapi3.Schema) *content {
	return &content{schema: schema, shape: m.shapes.of(schema)}
}

// answered prepares the schema of an answer.
func (m *compiler) answered(schema *openapi3.Schema) *content {
	c := m.requested(schema)
	c.compiled = m.of(schema)
	return c
}

// of returns a compiled schema.
func (m *compiler) of(schema *openapi3.Schema) *compiled {
	if c := m.known[schema]; c != nil {
		return c
	}
	c := &compiled{content: m.requested(schema), options: m.answers, nullable: schema.Nullable, longest: -1}
	m.known[schema] = c                                                        // before the descent, so that a schema may contain itself
	if len(schema.AllOf) == 1 && schema.Type == nil && only(schema, "AllOf") { // a reference with a description
		part := m.of(schema.AllOf[0].Value)
		*c = *part
		c.nullable = schema.Nullable || part.nullable
		return c
	}
	switch {
	case schema.Type.Is(openapi3.TypeObject):
		m.object(c)
	case schema.Type.Is(openapi3.TypeArray) && only(schema, "Items") && schema.Items != nil:
		c.items, c.kind = m.of(schema.Items.Value), '['
	case schema.Type.Is(openapi3.TypeString):
		m.text(c)
	case schema.Type.Is(openapi3.TypeBoolean) && only(schema):
		c.kind = 't'
	case schema.Type.Is(openapi3.TypeInteger) && only(schema):
		c.kind = '0'
	case schema.Type.Is(openapi3.TypeNumber) && only(schema, "Format") && openapi3.SchemaNumberFormats[schema.Format] == nil:
		c.kind = '0'
	}
	return c
}

// object compiles a schema of objects that declares all of their fields, or what
// the others are. Its kind comes last: until then a schema that contains itself
// is left to kin-openapi.
func (m *compiler) object(c *compiled) {
	schema := c.schema
	if c.shape.open || !only(schema, "Properties", "Required", "AdditionalProperties") || len(schema.Required) > 64 {
		return
	}
	bits := map[string]uint64{}
	for i, name := range schema.Required {
		bits[name] = 1 << i
		c.required |= 1 << i
	}
	c.fields = map[string]field{}
	for name, property := range schema.Properties {
		if property.Value.WriteOnly {
			return
		}
		c.fields[name] = field{m.of(property.Value), bits[name]}
	}
	if ref := schema.AdditionalProperties.Schema; ref != nil {
		c.rest = m.of(ref.Value)
	}
	c.kind = '{'
}

// text compiles a schema of strings.
func (m *compiler) text(c *compiled) {
	schema := c.schema
	if !only(schema, "Enum", "Format", "MaxLength", "Pattern") {
		return
	}
	if schema.Pattern != "" {
		var err error
		if c.pattern, err = regexp.Compile(schema.Pattern); err != nil || strings.Contains(schema.Pattern, `\u`) { // which kin-openapi translates
			return
		}
	}
	if len(schema.Enum) > 0 {
		c.choices = map[string]bool{}
	}
	for _, choice := range schema.Enum {
		if text, ok := choice.(string); ok {
			c.choices[text] = true
		}
	}
	if schema.MaxLength != nil {
		c.longest = int(*schema.MaxLength)
	}
	if c.format = m.formats[schema.Format]; c.format == nil {
		c.format = openapi3.SchemaStringFormats[schema.Format]
	}
	c.kind = '"'
}

// only reports whether a schema has no keywords but its type, some others, and
// those that say nothing about answers.
func only(schema *openapi3.Schema, keywords ...string) bool {
	keywords = append(keywords, "Extensions", "Origin", "Type", "Title", "Description", "Default", "Example", "ExternalDocs",
		"Nullable", "ReadOnly", "AllowEmptyValue", "Deprecated", "XML")
	v := reflect.ValueOf(schema).Elem()
	for i := range v.NumField() {
		if !v.Field(i).IsZero() && !slices.Contains(keywords, v.Type().Field(i).Name) {
			return false
		}
	}
	return true
}
