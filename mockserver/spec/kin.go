package spec

import (
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// kinds maps the schema keywords of kin's errors. A keyword that is not in the
// table, such as oneOf or const, is about the choice of values.
var kinds = map[string]Kind{
	"required": KindMissing,
	"readOnly": KindUndeclared, "writeOnly": KindUndeclared, "properties": KindUndeclared, "additionalProperties": KindUndeclared,
	"type":   KindType,
	"format": KindFormat, "pattern": KindFormat,
	"minLength": KindLength, "maxLength": KindLength, "minItems": KindLength, "maxItems": KindLength, "uniqueItems": KindLength,
	"minProperties": KindLength, "maxProperties": KindLength,
	"minimum": KindRange, "maximum": KindRange, "exclusiveMinimum": KindRange, "exclusiveMaximum": KindRange, "multipleOf": KindRange,
	"nullable": KindNullable,
}

func kindOf(keyword string) Kind {
	if kind, ok := kinds[keyword]; ok {
		return kind
	}
	return KindEnum
}

// undeclaredFields adds a detail for each field of value that the content does
// not declare.
func (c *content) undeclaredFields(value any, found []Detail) []Detail {
	c.shape.undeclared(value, nil, func(at []string) {
		if len(found) < maxUnknown {
			found = append(found, Detail{Finding: Finding{Kind: KindUndeclared}, steps: slices.Clone(at), reason: "field is not declared"})
		}
	})
	return found
}

// schemaDetails takes kin's error apart. A failed allOf wraps the errors of
// its parts; a failed oneOf is one finding, since it is unknown which
// alternative was meant.
func schemaDetails(err error, found []Detail) []Detail {
	var many openapi3.MultiError
	var one *openapi3.SchemaError
	switch {
	case err == nil:
		return found
	case errors.As(err, &one) && one == err: //nolint:errorlint // an error that wraps one is taken apart below
		if parts := one.Origin; one.SchemaField == "allOf" && parts != nil {
			return schemaDetails(errors.Unwrap(parts), found)
		}
		if one.SchemaField == "properties" {
			return found // undeclaredFields finds it as well
		}
		return append(found, Detail{
			Finding: Finding{Kind: kindOf(one.SchemaField)}, Value: one.Value, Schema: one.Schema, steps: one.JSONPointer(), reason: reason(one),
		})
	case errors.As(err, &many):
		for _, e := range many {
			found = schemaDetails(e, found)
		}
		return found
	}
	return append(found, Detail{Finding: Finding{Kind: KindFormat}, reason: err.Error()})
}

// reason words a schema error without its value, and shorter than kin where
// kin quotes the schema.
func reason(err *openapi3.SchemaError) string {
	switch err.SchemaField {
	case "enum", "oneOf", "anyOf", "not":
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

// parameterDetails takes kin's error on a parameter apart.
func parameterDetails(err error, parameter *openapi3.Parameter, raw []string) []Detail {
	var refused *openapi3filter.RequestError
	cause := err
	if errors.As(err, &refused) && refused.Err != nil {
		cause = refused.Err
	}
	var found []Detail
	var parse *openapi3filter.ParseError
	switch {
	case errors.Is(cause, openapi3filter.ErrInvalidRequired):
		found = []Detail{{Finding: Finding{Kind: KindMissing}, reason: "parameter is required but missing"}}
	case errors.Is(cause, openapi3filter.ErrInvalidEmptyValue):
		found = []Detail{{Finding: Finding{Kind: KindLength}, reason: "parameter has no value"}}
	case errors.As(cause, &parse):
		found = []Detail{{Finding: Finding{Kind: KindType}, reason: "value must be of type " + typeName(parameter.Schema.Value)}}
	default:
		found = schemaDetails(cause, nil)
	}
	for i := range found {
		found[i].In, found[i].Path = In(parameter.In), parameter.Name
		found[i].parameter, found[i].raw = parameter, raw
	}
	return found
}

// typeName returns the type a parameter must have.
func typeName(s *openapi3.Schema) string {
	if s.Type.Is(openapi3.TypeArray) && s.Items != nil {
		return "array of " + typeName(s.Items.Value)
	}
	if s.Type == nil {
		return "the declared schema"
	}
	return strings.Join(*s.Type, " or ")
}
