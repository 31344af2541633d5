package spec

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"cariqamock/internal/python"
)

// CheckRequest judges a request of an operation. vars are the path variables,
// and body is the whole body: r.Body is not read, and r is not changed.
// Authentication is not judged; openapi.yaml has no tokens.
//
// The result must not be changed: equal requests share it.
func (s *Spec) CheckRequest(op string, r *http.Request, vars map[string]string, body []byte) []Finding {
	o := s.byID[op]
	if o == nil {
		return unknownOperation(SideRequest, op)
	}
	k := key{side: SideRequest, op: o.index, contentType: contentType(r.Header), query: r.URL.RawQuery}
	judge := func() []Finding { return findings(SideRequest, s.judgeRequest(o, r, vars, k.contentType, body)) }
	if o.forget || !o.hasVars(vars) {
		return judge()
	}
	return s.verdicts.of(k, body, judge)
}

// hasVars reports whether all path variables are set. If so, their values do
// not matter: see anyText.
func (o *operation) hasVars(vars map[string]string) bool {
	for _, name := range o.pathVars {
		if vars[name] == "" {
			return false
		}
	}
	return true
}

// judgeRequest is CheckRequest without memory. What the ledger tolerates is
// left out.
func (s *Spec) judgeRequest(o *operation, r *http.Request, vars map[string]string, mime string, body []byte) []Detail {
	found := append(s.judgeParameters(o, r, vars), s.judgeBody(o, mime, body)...)
	return slices.DeleteFunc(found, func(d Detail) bool { return s.tolerates(&d) })
}

// judgeParameters checks declared parameters and reports the others.
func (s *Spec) judgeParameters(o *operation, r *http.Request, vars map[string]string) []Detail {
	query, found := s.readQuery(o, r.URL.RawQuery)
	input := &openapi3filter.RequestValidationInput{
		Request:     r,
		PathParams:  vars,
		QueryParams: query,
		Route:       o.route,
		Options: &openapi3filter.Options{
			MultiError:              true,
			SkipSettingDefaults:     true, // kin would write them into r.URL
			SchemaValidationOptions: s.options,
			AuthenticationFunc:      openapi3filter.NoopAuthenticationFunc,
		},
	}
	for _, parameter := range o.parameters() {
		if err := openapi3filter.ValidateParameter(context.Background(), input, parameter); err != nil {
			found = append(found, parameterDetails(err, parameter, query[parameter.Name])...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !o.query[name] && len(found) < maxUnknown {
			found = append(found, Detail{Finding: Finding{In: InQuery, Path: name, Kind: KindUndeclared}, raw: query[name], reason: "parameter is not declared"})
		}
	}
	return found
}

// readQuery returns the parameters of a query, and what is wrong with its form.
func (s *Spec) readQuery(o *operation, raw string) (url.Values, []Detail) {
	malformed := func(reason string) []Detail {
		return []Detail{{Finding: Finding{In: InQuery, Kind: KindFormat}, reason: reason}}
	}
	if s.plain {
		query, err := url.ParseQuery(raw)
		if err != nil {
			return query, malformed("malformed percent-encoding or separator")
		}
		return query, nil
	}
	form, err := python.ParseForm(raw)
	if err != nil {
		return nil, malformed("too many parameters")
	}
	if _, err := url.PathUnescape(raw); err != nil {
		return o.lastOrAll(form), malformed("malformed percent-encoding")
	}
	return o.lastOrAll(form), nil
}

// lastOrAll returns what the vendor's framework reads: all values of a list,
// which may be written with numbers, list[0]=a, and the last one of any other
// parameter.
func (o *operation) lastOrAll(form python.Form) url.Values {
	query := url.Values{}
	for name, values := range form.Fields() {
		switch {
		case o.lists[name], o.isElement(form, name):
		case o.query[name]:
			query[name] = values[len(values)-1:]
		default:
			query[name] = values
		}
	}
	for name := range o.lists {
		for _, item := range form.List(name) {
			query[name] = append(query[name], item.String())
		}
	}
	return query
}

// isElement reports whether a name is one of an element of a declared list, and
// counts: if the list is there by its own name, numbered elements do not.
func (o *operation) isElement(form python.Form, name string) bool {
	for list := range o.lists {
		if _, _, ok := python.Index(name, list); ok && len(form.All(list)) == 0 {
			return true
		}
	}
	return false
}

// judgeBody decodes the body as the vendor's framework does and checks it
// against the schema.
func (s *Spec) judgeBody(o *operation, mime string, body []byte) []Detail {
	if o.body == nil {
		return judgeUnwanted(mime, body)
	}
	d := s.decodeBody(o.body, mime, body)
	if d.content == nil {
		return d.found
	}
	found := d.found
	options := append(slices.Clip(s.options), openapi3.VisitAsRequest())
	found = schemaDetails(d.content.schema.VisitJSON(d.value, options...), found)
	found = d.content.undeclaredFields(d.value, found)
	for i := range found {
		if found[i].In == "" {
			found[i].In = InBody
		}
		found[i].root, found[i].form = d.content.schema, d.form
	}
	return found
}

// judgeUnwanted judges the body of an operation that takes none.
func judgeUnwanted(mime string, body []byte) []Detail {
	var found []Detail
	if mime != "" {
		found = append(found, Detail{Finding: Finding{In: InHeader, Path: headerContentType, Kind: KindUndeclared}, reason: "the operation takes no body"})
	}
	if len(body) > 0 {
		found = append(found, Detail{Finding: Finding{In: InBody, Kind: KindBodyUnexpected}, reason: "the operation takes no body"})
	}
	return found
}

// Details judges a request as CheckRequest does, but returns the values and
// schemas as well, and reads the body as JSON whatever its Content-Type is, for
// servers that refuse in their own words. Bodies that are never JSON are not
// judged. Nothing is remembered. It returns nil for an operation that the file
// does not have.
func (s *Spec) Details(op string, r *http.Request, vars map[string]string, body []byte) []Detail {
	o := s.byID[op]
	if o == nil {
		return nil
	}
	const mime = "application/json"
	var found []Detail
	switch {
	case o.body == nil:
		found = s.judgeRequest(o, r, vars, "", body)
	case o.body[mime] != nil:
		found = s.judgeRequest(o, r, vars, mime, body)
	default:
		found = s.judgeParameters(o, r, vars)
	}
	for i := range found {
		found[i].resolve()
		found[i].complete(SideRequest)
	}
	return found
}

// resolve sets the value and the schema of the field or parameter itself.
func (d *Detail) resolve() {
	switch {
	case d.parameter != nil:
		d.Schema, d.Value = d.parameter.Schema.Value, nil
		if len(d.raw) > 0 {
			d.Value = d.raw[0]
		}
	case d.In == InBody && d.Kind == KindUndeclared:
		d.Schema = d.root
	case d.Kind == KindMissing && d.Schema != nil && len(d.steps) > 0:
		object := d.Schema
		d.Schema, d.Value = nil, nil
		if field := object.Properties[d.steps[len(d.steps)-1]]; field != nil {
			d.Schema = field.Value
		}
	}
}
