// Package spec judges requests and answers by openapi.yaml.
//
// A departure is a Finding, never an error: by default the fake answers as the
// vendor's server would and only reports findings. Two ledgers hold what the
// file does not declare, both in tolerate.go: the statuses that the vendor's
// framework sends and no file declares, and the departures in requests that the
// framework takes and the vendor's own client sends.
//
// Parameters go through kin-openapi's parameter validation and bodies through
// its schema validation, with custom formats. Its ready-made request and
// response checks are not used whole, because they pass unknown fields and
// 204s with a body, read forms differently from the vendor's framework, and
// write defaults back into the request.
package spec

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"cariqamock"
)

// Operation is an operation of openapi.yaml. Path is the template as written
// there, Statuses are the declared ones in ascending order.
type Operation struct {
	ID, Method, Path, Tag, Summary string
	Statuses                       []int
}

// Spec is openapi.yaml, loaded. It is safe for concurrent use.
type Spec struct {
	operations []*operation // by path, then method
	byID       map[string]*operation
	refusals   map[int]contents // undeclared statuses that the ledger allows
	tolerances []tolerance
	plain      bool // not the vendor's: see LoadPlain
	options    []openapi3.SchemaValidationOption
	ofAnswers  []openapi3.SchemaValidationOption
	verdicts   *verdicts
	walks      atomic.Int64 // answers that were judged in full
}

// operation is an Operation with all that judging needs, computed once.
type operation struct {
	Operation
	index    int
	route    *routers.Route
	query    map[string]bool // declared query parameters
	lists    map[string]bool // those of them that are lists
	pathVars []string        // names of the path parameters
	forget   bool            // verdicts depend on more than the key of the verdict memory holds
	body     contents        // of requests; nil: the operation takes no body
	answers  map[int]contents
}

// contents are the schemas of a body by media type; if there are none, there
// must be no body.
type contents map[string]*content

// content is a schema with the names it declares.
type content struct {
	schema   *openapi3.Schema
	shape    *shape
	compiled *compiled // of answers only
}

// Load reads an OpenAPI 3.0 file. It does not validate the file: tests do, and
// at run time that would cost half of the budget of a cold start.
func Load(source string) (*Spec, error) { return load(source, allowedStatuses, tolerances) }

// Vendor returns openapi.yaml. All callers share it, as it takes time to load.
func Vendor() (*Spec, error) { return vendor() }

var vendor = sync.OnceValues(func() (*Spec, error) { return Load(cariqamock.OpenAPI()) })

// LoadPlain reads the OpenAPI 3.0 file of a server that is not the vendor's:
// neither ledger applies, and queries are read as net/url does.
func LoadPlain(source string) (*Spec, error) {
	s, err := load(source, nil, nil)
	if err != nil {
		return nil, err
	}
	s.plain = true
	return s, nil
}

func load(source string, allowed []allowedStatus, tolerated []tolerance) (*Spec, error) {
	doc, err := openapi3.NewLoader().LoadFromData([]byte(source))
	if err != nil {
		return nil, fmt.Errorf("reading the OpenAPI file: %w", err)
	}
	// kin matches the host of a request against the servers; ours is another
	// if the port is.
	doc.Servers = nil

	m := newCompiler()
	s := &Spec{
		byID:       make(map[string]*operation),
		refusals:   make(map[int]contents),
		tolerances: tolerated,
		options:    m.options,
		ofAnswers:  m.answers,
		verdicts:   newVerdicts(),
	}
	for path, item := range doc.Paths.Map() {
		for method, declared := range item.Operations() {
			if s.byID[declared.OperationID] != nil || declared.OperationID == "" {
				return nil, fmt.Errorf("%s %s: operationId %q is empty or not unique", method, path, declared.OperationID)
			}
			op := newOperation(doc, path, method, item, m)
			s.byID[op.ID] = op
			s.operations = append(s.operations, op)
		}
	}
	slices.SortFunc(s.operations, func(a, b *operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	for i, op := range s.operations {
		op.index = i
	}
	if doc.Components == nil {
		doc.Components = &openapi3.Components{}
	}
	for _, status := range allowed {
		ref := doc.Components.Schemas[status.schema]
		if ref == nil {
			return nil, fmt.Errorf("schema %s, the shape of an undeclared %d, is missing", status.schema, status.code)
		}
		s.refusals[status.code] = contents{"application/json": m.answered(ref.Value)}
	}
	return s, nil
}

// newOperation prepares one operation. Parameters of the path item come first,
// as kin does it.
func newOperation(doc *openapi3.T, path, method string, item *openapi3.PathItem, m *compiler) *operation {
	declared := item.GetOperation(method)
	op := &operation{
		Operation: Operation{ID: declared.OperationID, Method: method, Path: path, Summary: declared.Summary},
		route:     &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: declared},
		query:     make(map[string]bool),
		lists:     make(map[string]bool),
		answers:   make(map[int]contents),
	}
	if len(declared.Tags) > 0 {
		op.Tag = declared.Tags[0]
	}
	for _, parameter := range op.parameters() {
		switch parameter.In {
		case openapi3.ParameterInQuery:
			op.query[parameter.Name] = true
			if parameter.Schema.Value.Type.Is(openapi3.TypeArray) {
				op.lists[parameter.Name] = true
			}
		case openapi3.ParameterInPath:
			op.pathVars = append(op.pathVars, parameter.Name)
			op.forget = op.forget || !anyText(parameter.Schema.Value)
		default:
			op.forget = true
		}
	}
	if declared.RequestBody != nil {
		op.body = newContents(declared.RequestBody.Value.Content, m.requested)
	}
	for code, response := range declared.Responses.Map() {
		status, err := strconv.Atoi(code)
		if err != nil {
			continue // "default" and "4XX": the file has none, and a range would hide what we look for
		}
		op.Statuses = append(op.Statuses, status)
		op.answers[status] = newContents(response.Value.Content, m.answered)
	}
	slices.Sort(op.Statuses)
	return op
}

// newContents prepares the schemas of a body.
func newContents(declared openapi3.Content, prepare func(*openapi3.Schema) *content) contents {
	media := make(contents, len(declared))
	for mime, m := range declared {
		media[mime] = prepare(m.Schema.Value)
	}
	return media
}

// anyText reports whether every non-empty string satisfies the schema, so that
// path variables need not be part of the key of the verdict memory.
func anyText(s *openapi3.Schema) bool {
	return s.Type.Is(openapi3.TypeString) && s.Format == "" && s.Pattern == "" && len(s.Enum) == 0 && s.MinLength <= 1 && s.MaxLength == nil
}

// parameters lists the parameters of the path item and of the operation.
func (o *operation) parameters() []*openapi3.Parameter {
	var all []*openapi3.Parameter
	for _, refs := range []openapi3.Parameters{o.route.PathItem.Parameters, o.route.Operation.Parameters} {
		for _, ref := range refs {
			all = append(all, ref.Value)
		}
	}
	return all
}

// Operations returns all operations by path and method.
func (s *Spec) Operations() []Operation {
	all := make([]Operation, len(s.operations))
	for i, op := range s.operations {
		all[i] = op.public()
	}
	return all
}

// Operation returns the operation with this operationId.
func (s *Spec) Operation(id string) (Operation, bool) {
	op := s.byID[id]
	if op == nil {
		return Operation{}, false
	}
	return op.public(), true
}

// public returns a copy, so that callers cannot change what requests are
// judged by.
func (o *operation) public() Operation {
	copied := o.Operation
	copied.Statuses = slices.Clone(o.Statuses)
	return copied
}

const headerContentType = "Content-Type"

// contentType returns the header Content-Type; net/http canonicalizes its name
// on both sides.
func contentType(h http.Header) string {
	if values := h[headerContentType]; len(values) > 0 {
		return values[0]
	}
	return ""
}
