package mutants

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// A description is the part of openapi.yaml that mutants are generated from.
type description []operation

type operation struct {
	id      string
	query   []string // its query parameters
	body    []string // fields of its JSON body that can be set, nested ones as a/b
	answers []answer // in rising order of status
}

type answer struct {
	status int
	fields []field // nil if there is no body
}

// A field of an answer, or the items of an array.
type field struct {
	path     path
	kind     string // of JSON Schema
	nullable bool
	enum     []any
	format   string
	most     int // characters; 0 means no limit
}

// A path leads to fields: names of members, items for all items of an array,
// values for all members of an object with any names.
type path []string

const (
	items  = "[]"
	values = "*"
)

func (p path) name() string { return p[len(p)-1] }

// String returns the path as in ids and hints.
func (p path) String() string {
	s := ""
	for _, step := range p {
		s += "/" + step
	}
	return s
}

func describe(source string) (description, error) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(source))
	if err != nil {
		return nil, fmt.Errorf("reading the OpenAPI file: %w", err)
	}
	var out description
	for _, item := range doc.Paths.Map() {
		for _, declared := range item.Operations() {
			op := operation{id: declared.OperationID}
			for _, p := range declared.Parameters {
				if p.Value.In == openapi3.ParameterInQuery {
					op.query = append(op.query, p.Value.Name)
				}
			}
			if b := declared.RequestBody; b != nil {
				op.body = writable(b.Value.Content.Get("application/json").Schema.Value, "")
			}
			for code, r := range declared.Responses.Map() {
				status, err := strconv.Atoi(code)
				if err != nil {
					return nil, fmt.Errorf("%s: status %q", op.id, code)
				}
				a := answer{status: status}
				if media := r.Value.Content.Get("application/json"); media != nil {
					a.fields = walk(media.Schema.Value, nil)
				}
				op.answers = append(op.answers, a)
			}
			slices.SortFunc(op.answers, func(a, b answer) int { return cmp.Compare(a.status, b.status) })
			out = append(out, op)
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return cmp.Compare(a.id, b.id) })
	return out, nil
}

// flat returns a schema without its wrappers: the only part of an allOf, the part
// of a oneOf that is not null.
func flat(s *openapi3.Schema) *openapi3.Schema {
	for _, parts := range []openapi3.SchemaRefs{s.AllOf, s.OneOf} {
		if len(parts) > 0 {
			inner := *flat(parts[0].Value)
			inner.Nullable = inner.Nullable || s.Nullable
			return &inner
		}
	}
	return s
}

// walk returns the fields below a schema, depth first.
func walk(s *openapi3.Schema, at path) []field {
	s = flat(s)
	var out []field
	if len(at) > 0 {
		f := field{path: at, nullable: s.Nullable, enum: s.Enum, format: s.Format}
		if s.Type != nil && len(*s.Type) > 0 {
			f.kind = (*s.Type)[0]
		}
		if s.Format == "" && s.Pattern != "" {
			f.format = "pattern"
		}
		if s.MaxLength != nil {
			f.most = int(*s.MaxLength)
		}
		out = append(out, f)
	}
	below := func(name string) path { return append(slices.Clip(at), name) }
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		out = append(out, walk(s.Properties[name].Value, below(name))...)
	}
	if s.AdditionalProperties.Schema != nil {
		out = append(out, walk(s.AdditionalProperties.Schema.Value, below(values))...)
	}
	if s.Items != nil {
		out = append(out, walk(s.Items.Value, below(items))...)
	}
	return out
}

// writable returns the fields of a body that are not read-only.
func writable(s *openapi3.Schema, prefix string) []string {
	var out []string
	s = flat(s)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name].Value
		if p.ReadOnly {
			continue
		}
		out = append(out, prefix+name)
		if inner := flat(p); len(inner.Properties) > 0 {
			out = append(out, writable(inner, prefix+name+"/")...)
		}
	}
	return out
}

// lists returns the operations whose answer is a page of a list.
func (d description) lists() []string {
	var out []string
	for _, op := range d {
		for _, a := range op.answers {
			paged := slices.ContainsFunc(a.fields, func(f field) bool { return f.path.String() == "/next" })
			if a.status == http.StatusOK && paged {
				out = append(out, op.id)
			}
		}
	}
	return out
}

// success returns the status of the operation's success.
func (op operation) success() int { return op.answers[0].status }

// typed returns the statuses whose answers have an error.type.
func (op operation) typed() []int {
	var out []int
	for _, a := range op.answers {
		if slices.ContainsFunc(a.fields, func(f field) bool { return f.path.String() == "/error/type" }) {
			out = append(out, a.status)
		}
	}
	return out
}
