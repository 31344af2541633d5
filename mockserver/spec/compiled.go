package spec

import (
	"encoding/json"
	"regexp"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// A compiled schema recognizes answers without a departure while it reads
// them. Those are most answers, and kin-openapi, which needs them decoded and
// walks all schemas of each value, takes many times as long. A compiled schema
// never accepts a value in which kin-openapi or the shape finds something. One
// that it does not accept is judged in full, so no verdict depends on it.
//
// It knows the keywords that long answers are made of. A schema with another
// one is left to kin-openapi, for its part of the answer only.
type compiled struct {
	*content
	options  []openapi3.SchemaValidationOption // of kin-openapi, for answers
	nullable bool
	kind     byte // of values other than null, as they begin: one of {["0t; 0: left to kin-openapi

	fields   map[string]field // of objects
	required uint64           // bits of fields
	rest     *compiled        // of fields that are not declared; nil: there must be none

	items *compiled // of arrays

	choices map[string]bool // the strings to choose from; nil: any
	longest int             // string in characters; -1: any
	pattern *regexp.Regexp
	format  openapi3.StringFormatValidator
}

// A field is a declared field of an object.
type field struct {
	*compiled
	bit uint64
}

// accepts reports whether a body is JSON and certainly has no departure. A nil
// schema accepts nothing.
func (c *compiled) accepts(body []byte) bool {
	if c == nil {
		return false
	}
	s := scanner{text: body}
	return c.read(&s) && s.next() == 0 && s.at == len(body)
}

// read reads a value and reports whether it certainly has no departure.
func (c *compiled) read(s *scanner) bool {
	first := s.next()
	switch {
	case s.depth > maxDepth:
		return false
	case first == 'n' && c.nullable:
		return s.take("null")
	case c.kind == 0:
		return c.readByKin(s)
	case c.kind == 't' && first == 'f':
		return s.take("false")
	case c.kind == '0':
		return c.readNumber(s)
	case first != c.kind:
		return false
	}
	switch c.kind {
	case '{':
		return c.readObject(s)
	case '[':
		return c.readArray(s)
	case '"':
		return c.readText(s)
	}
	return s.take("true")
}

// readObject reads an object. Of a name that is there twice the last value
// counts; here each of them must do.
func (c *compiled) readObject(s *scanner) bool {
	var seen uint64
	for more := s.begin('}'); more; more = s.more() {
		if s.next() != '"' {
			return false
		}
		name, plain := s.quoted()
		f, ok := c.fields[string(name)]
		if !plain || !ok && c.rest == nil || s.next() != ':' {
			return false
		}
		s.at++
		if !ok {
			f.compiled = c.rest
		}
		seen |= f.bit
		if !f.read(s) {
			return false
		}
	}
	return s.end('}') && seen&c.required == c.required
}

func (c *compiled) readArray(s *scanner) bool {
	for more := s.begin(']'); more; more = s.more() {
		if !c.items.read(s) {
			return false
		}
	}
	return s.end(']')
}

func (c *compiled) readText(s *scanner) bool {
	start := s.at
	text, plain := s.quoted()
	if !plain { // such as one with escapes
		var decoded string
		if json.Unmarshal(s.text[start:s.at], &decoded) != nil || !utf8.Valid(text) {
			return false
		}
		text = []byte(decoded)
	}
	return (c.choices == nil || c.choices[string(text)]) &&
		(c.longest < 0 || len(text) <= c.longest || utf8.RuneCount(text) <= c.longest) &&
		(c.pattern == nil || c.pattern.Match(text)) &&
		(c.format == nil || c.format.Validate(string(text)) == nil)
}

// readNumber leaves numbers that may not fit into a float64 to encoding/json.
func (c *compiled) readNumber(s *scanner) bool {
	whole, fraction, ok := s.number()
	return ok && whole+fraction < 100 && (fraction == 0 || c.schema.Type.Is(openapi3.TypeNumber))
}

func (c *compiled) readByKin(s *scanner) bool {
	start := s.at
	s.skip()
	var value any
	return json.Unmarshal(s.text[start:s.at], &value) == nil && len(c.judge(value, c.options)) == 0
}
