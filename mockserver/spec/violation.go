package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Kinds of violation beside kin's, which are the names of schema keywords such as "enum".
const (
	kindParse      = "parse"      // a value that is not of its type
	kindEmpty      = "empty"      // a parameter without a value
	kindUndeclared = "undeclared" // a name that is not declared
	kindUnwanted   = "unwanted"   // a body, or a header of one, where none is declared
	kindCharset    = "charset"    // a media type with parameters
	kindDotted     = "dotted"     // a nested form field
	kindMedia      = "media"      // a media type that is not declared
)

// violation is a departure before the ledgers have been asked.
type violation struct {
	in     string   // body, header, path, query or status
	name   string   // of the parameter or header
	path   []string // to a field of the body
	kind   string
	reason string
	value  any              // the offending value, as decoded
	schema *openapi3.Schema // the schema it offends, if any

	// For requests:
	parameter *openapi3.Parameter
	raw       []string // the parameter as sent
	root      *openapi3.Schema
	form      bool
}

// Bounds on what one message may cost the journal: names come from strangers.
const (
	maxFindings = 50
	maxMessage  = 300
	maxUnknown  = 1000 // names looked at: most are tolerated, and a body holds 100,000
)

const undeclaredField = "field is not declared"

// Undeclared says that a finding is about a field that openapi.yaml does not
// know, which a later version of the API may well have.
func (f Finding) Undeclared() bool { return strings.HasSuffix(f.Message, ": "+undeclaredField) }

// undeclaredFields adds a violation for each field of value that the content does not declare.
func (c *content) undeclaredFields(value any, found []violation) []violation {
	c.shape.undeclared(value, nil, func(at []string) {
		if len(found) < maxUnknown {
			found = append(found, violation{path: slices.Clone(at), kind: kindUndeclared, reason: undeclaredField})
		}
	})
	return found
}

// findings turns violations into findings, at most maxFindings.
func findings(side Side, found []violation) []Finding {
	if len(found) == 0 {
		return nil
	}
	all := make([]Finding, 0, min(len(found), maxFindings+1))
	for i := range found {
		f := Finding{Side: side, Message: found[i].message()}
		if slices.Contains(all, f) {
			continue // the parts of an allOf may complain of the same field
		}
		if len(all) == maxFindings {
			return append(all, Finding{Side: side, Message: fmt.Sprintf("and up to %d more", len(found)-i)})
		}
		all = append(all, f)
	}
	return all
}

// message renders one line.
func (v *violation) message() string {
	where := v.in
	if v.name != "" {
		where += " " + v.name
	}
	if len(v.path) > 0 {
		where += " " + pointer(v.path)
	}
	return oneLine(where + ": " + v.reason)
}

// pointer renders a JSON pointer (RFC 6901).
func pointer(path []string) string {
	var b strings.Builder
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, step := range path {
		b.WriteByte('/')
		b.WriteString(escape.Replace(step))
	}
	return b.String()
}

// oneLine makes text fit for a log line: printable, valid UTF-8, and not too long.
func oneLine(text string) string {
	clean := func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return strings.Map(clean, text)
}

// schemaViolations takes kin's error apart. A failed allOf wraps the errors of its parts; a failed oneOf is one violation,
// since nobody can tell which alternative was meant.
func schemaViolations(err error, found []violation) []violation {
	var many openapi3.MultiError
	var one *openapi3.SchemaError
	switch {
	case err == nil:
		return found
	case errors.As(err, &one) && one == err:
		if parts := one.Origin; one.SchemaField == "allOf" && parts != nil {
			return schemaViolations(errors.Unwrap(parts), found)
		}
		return append(found, violation{
			path: one.JSONPointer(), kind: one.SchemaField, reason: reason(one), value: one.Value, schema: one.Schema,
		})
	case errors.As(err, &many):
		for _, e := range many {
			found = schemaViolations(e, found)
		}
		return found
	}
	return append(found, violation{kind: kindParse, reason: err.Error()})
}

// reason words a schema error without its value, and shorter than kin where kin quotes the schema.
func reason(err *openapi3.SchemaError) string {
	switch err.SchemaField {
	case "enum", "oneOf":
		return "value is not one of the allowed values"
	case "format":
		return "value is not a valid " + err.Schema.Format
	case "required":
		return "field is required but missing"
	case "readOnly":
		return "field is read-only"
	case "nullable":
		return "value must not be null"
	case "type":
		if err.Schema.Type != nil {
			return "value must be of type " + strings.Join(*err.Schema.Type, " or ")
		}
	}
	first, _, _ := strings.Cut(err.Reason, "\n")
	return first
}

// parameterViolations takes kin's error on a parameter apart.
func parameterViolations(err error, parameter *openapi3.Parameter, raw []string) []violation {
	var refused *openapi3filter.RequestError
	cause := err
	if errors.As(err, &refused) && refused.Err != nil {
		cause = refused.Err
	}
	var found []violation
	var parse *openapi3filter.ParseError
	switch {
	case errors.Is(cause, openapi3filter.ErrInvalidRequired):
		found = []violation{{kind: "required", reason: "parameter is required but missing"}}
	case errors.Is(cause, openapi3filter.ErrInvalidEmptyValue):
		found = []violation{{kind: kindEmpty, reason: "parameter has no value"}}
	case errors.As(cause, &parse):
		found = []violation{{kind: kindParse, reason: "value must be of type " + typeName(parameter.Schema.Value)}}
	default:
		found = schemaViolations(cause, nil)
	}
	for i := range found {
		found[i].in, found[i].name = parameter.In, parameter.Name
		found[i].parameter, found[i].raw = parameter, raw
	}
	return found
}

// typeName names the type a parameter must have.
func typeName(s *openapi3.Schema) string {
	if s.Type.Is(openapi3.TypeArray) && s.Items != nil {
		return "array of " + typeName(s.Items.Value)
	}
	if s.Type == nil {
		return "the declared schema"
	}
	return strings.Join(*s.Type, " or ")
}
