package spec_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/spec"
)

// keywords is a file with a field for each schema keyword that can fail.
const keywords = `
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /things/{n}:
    post:
      operationId: thing
      parameters:
      - {name: n, in: path, required: true, schema: {type: integer, maximum: 9}}
      - {name: q, in: query, required: true, schema: {type: string, minLength: 2}}
      - {name: num, in: query, schema: {type: integer}}
      - {name: list, in: query, schema: {type: array, maxItems: 2, items: {type: string, enum: [a, b]}}}
      - {name: X-Level, in: header, schema: {type: string, pattern: '^[a-z]+$'}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
        '204': {description: d}
    get: {operationId: bare, parameters: [{name: n, in: path, required: true, schema: {type: string}}], responses: {'204': {description: d}}}
components:
  schemas:
    Thing:
      type: object
      required: [must]
      properties:
        must: {type: string}
        choice: {type: string, enum: [x]}
        either: {oneOf: [{type: string, enum: [x]}, {type: integer, enum: [1]}]}
        any: {anyOf: [{type: string, enum: [x]}, {type: boolean}]}
        not: {not: {type: string}}
        mail: {type: string, format: email}
        code: {type: string, pattern: '^[A-Z]+$'}
        short: {type: string, maxLength: 2}
        long: {type: string, minLength: 2}
        few: {type: array, items: {type: integer}, maxItems: 1}
        some: {type: array, items: {type: integer}, minItems: 1}
        set: {type: array, items: {type: integer}, uniqueItems: true}
        small: {type: integer, maximum: 5}
        below: {type: integer, maximum: 5, exclusiveMaximum: true}
        big: {type: integer, minimum: 5}
        even: {type: integer, multipleOf: 2}
        whole: {type: integer}
        map: {type: object, maxProperties: 1, additionalProperties: {type: string}}
        closed: {type: object, additionalProperties: false, properties: {a: {type: string}}}
        all: {allOf: [{type: object, required: [a], properties: {a: {type: string}}}]}
        a/b~c: {type: string}
`

// TestKindsInBodies shows for each keyword the finding on a body that breaks
// it, the same in requests and answers.
func TestKindsInBodies(t *testing.T) {
	s, err := spec.LoadPlain(keywords)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		body, path string
		kind       spec.Kind
		message    string
	}{
		{`{}`, "/must", spec.KindMissing, "body /must: field is required but missing"},
		{`{"must":"","all":{}}`, "/all/a", spec.KindMissing, "body /all/a: field is required but missing"},
		{`{"must":"","zzz":1}`, "/zzz", spec.KindUndeclared, "body /zzz: field is not declared"},
		{`{"must":"","closed":{"b":1}}`, "/closed/b", spec.KindUndeclared, "body /closed/b: field is not declared"},
		{`{"must":1}`, "/must", spec.KindType, "body /must: value must be of type string"},
		{`{"must":"","whole":1.5}`, "/whole", spec.KindType, "body /whole: value must be of type integer"},
		{`{"must":"","few":["x"]}`, "/few/0", spec.KindType, "body /few/0: value must be of type integer"},
		{`{"must":"","map":{"k":1}}`, "/map/k", spec.KindType, "body /map/k: value must be of type string"},
		{`{"must":"","a/b~c":1}`, "/a~1b~0c", spec.KindType, "body /a~1b~0c: value must be of type string"},
		{`[]`, "", spec.KindType, "body: value must be of type object"},
		{`{"must":"","choice":"y"}`, "/choice", spec.KindEnum, "body /choice: value is not one of the allowed values"},
		{`{"must":"","either":"y"}`, "/either", spec.KindEnum, "body /either: value is not one of the allowed values"},
		{`{"must":"","any":"y"}`, "/any", spec.KindEnum, "body /any: value is not one of the allowed values"},
		{`{"must":"","not":"y"}`, "/not", spec.KindEnum, "body /not: value is not one of the allowed values"},
		{`{"must":"","mail":"y"}`, "/mail", spec.KindFormat, "body /mail: value is not a valid email"},
		{`{"must":"","code":"y"}`, "/code", spec.KindFormat, "body /code: string doesn't match the regular expression \"^[A-Z]+$\""},
		{`{`, "", spec.KindFormat, "body: not JSON: unexpected end of JSON input"},
		{`{"must":"","short":"yyy"}`, "/short", spec.KindLength, "body /short: maximum string length is 2"},
		{`{"must":"","long":"y"}`, "/long", spec.KindLength, "body /long: minimum string length is 2"},
		{`{"must":"","few":[1,2]}`, "/few", spec.KindLength, "body /few: maximum number of items is 1"},
		{`{"must":"","some":[]}`, "/some", spec.KindLength, "body /some: minimum number of items is 1"},
		{`{"must":"","set":[1,1]}`, "/set", spec.KindLength, "body /set: duplicate items found"},
		{`{"must":"","map":{"a":"","b":""}}`, "/map", spec.KindLength, "body /map: there must be at most 1 properties"},
		{`{"must":"","small":6}`, "/small", spec.KindRange, "body /small: number must be at most 5"},
		{`{"must":"","below":5}`, "/below", spec.KindRange, "body /below: number must be less than 5"},
		{`{"must":"","big":4}`, "/big", spec.KindRange, "body /big: number must be at least 5"},
		{`{"must":"","even":3}`, "/even", spec.KindRange, "body /even: number must be a multiple of 2"},
		{`{"must":null}`, "/must", spec.KindNullable, "body /must: value must not be null"},
		{`null`, "", spec.KindNullable, "body: value must not be null"},
	} {
		header := http.Header{"Content-Type": {"application/json"}}
		r := httptest.NewRequest(http.MethodPost, "/things/1?q=ab", nil)
		r.Header = header
		asked := s.CheckRequest("thing", r, map[string]string{"n": "1"}, []byte(c.body))
		answered := s.CheckAnswer("thing", 200, header, []byte(c.body))
		for side, found := range map[spec.Side][]spec.Finding{spec.SideRequest: asked, spec.SideAnswer: answered} {
			want := []spec.Finding{{Side: side, In: spec.InBody, Path: c.path, Kind: c.kind, Message: c.message}}
			if diff := cmp.Diff(want, found); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.body, diff)
			}
		}
	}
}

// TestKindsElsewhere is about parameters, headers, statuses, and bodies as a
// whole.
func TestKindsElsewhere(t *testing.T) {
	s, err := spec.LoadPlain(keywords)
	if err != nil {
		t.Fatal(err)
	}
	const body = `{"must":""}`
	for name, c := range map[string]struct {
		op, n, query, mime, level, body string
		want                            spec.Finding
	}{
		"missing parameter":    {op: "thing", want: spec.Finding{In: "query", Path: "q", Kind: "missing", Message: "query q: parameter is required but missing"}},
		"empty parameter":      {op: "thing", query: "q=ab&num=", want: spec.Finding{In: "query", Path: "num", Kind: "length", Message: "query num: parameter has no value"}},
		"short parameter":      {op: "thing", query: "q=a", want: spec.Finding{In: "query", Path: "q", Kind: "length", Message: "query q: minimum string length is 2"}},
		"undeclared parameter": {op: "thing", query: "q=ab&z=1", want: spec.Finding{In: "query", Path: "z", Kind: "undeclared", Message: "query z: parameter is not declared"}},
		"choice in a list":     {op: "thing", query: "q=ab&list=a&list=c", want: spec.Finding{In: "query", Path: "list", Kind: "enum", Message: "query list /1: value is not one of the allowed values"}},
		"long list":            {op: "thing", query: "q=ab&list=a&list=a&list=a", want: spec.Finding{In: "query", Path: "list", Kind: "length", Message: "query list: maximum number of items is 2"}},
		"malformed query":      {op: "thing", query: "q=ab&z=%zz", want: spec.Finding{In: "query", Kind: "format", Message: "query: malformed percent-encoding or separator"}},
		"path of another type": {op: "thing", n: "x", query: "q=ab", want: spec.Finding{In: "path", Path: "n", Kind: "type", Message: "path n: value must be of type integer"}},
		"path out of range":    {op: "thing", n: "10", query: "q=ab", want: spec.Finding{In: "path", Path: "n", Kind: "range", Message: "path n: number must be at most 9"}},
		"header":               {op: "thing", query: "q=ab", level: "A", want: spec.Finding{In: "header", Path: "X-Level", Kind: "format", Message: `header X-Level: string doesn't match the regular expression "^[a-z]+$"`}},
		"media type":           {op: "thing", query: "q=ab", mime: "text/plain", want: spec.Finding{In: "header", Path: "Content-Type", Kind: "enum", Message: "header Content-Type: media type is not declared for this body"}},
		"charset":              {op: "thing", query: "q=ab", mime: "application/json; charset=utf-8", want: spec.Finding{In: "header", Path: "Content-Type", Kind: "format", Message: "header Content-Type: media type has parameters"}},
		"unexpected body":      {op: "bare", mime: "-", body: "{}", want: spec.Finding{In: "body", Kind: "body-unexpected", Message: "body: the operation takes no body"}},
		"unexpected type":      {op: "bare", mime: "application/json", body: "-", want: spec.Finding{In: "header", Path: "Content-Type", Kind: "undeclared", Message: "header Content-Type: the operation takes no body"}},
		"unknown operation":    {op: "fly", want: spec.Finding{In: "path", Kind: "undeclared", Message: "operation fly: not declared"}},
	} {
		or := func(text, otherwise string) string {
			if text == "" {
				return otherwise
			}
			return strings.Trim(text, "-")
		}
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.URL.RawQuery = c.query
		for name, value := range map[string]string{"Content-Type": or(c.mime, "application/json"), "X-Level": c.level} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		c.want.Side = spec.SideRequest
		found := s.CheckRequest(c.op, r, map[string]string{"n": or(c.n, "1")}, []byte(or(c.body, body)))
		if diff := cmp.Diff([]spec.Finding{c.want}, found); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	for name, c := range map[string]struct {
		status     int
		mime, body string
		want       spec.Finding
	}{
		"status":          {418, "", "", spec.Finding{In: "status", Kind: "status", Message: "status 418: thing declares no such status"}},
		"unexpected body": {204, "", "{}", spec.Finding{In: "body", Kind: "body-unexpected", Message: "body: a 204 must not have one"}},
		"media type":      {200, "text/html", body, spec.Finding{In: "header", Path: "Content-Type", Kind: "enum", Message: "header Content-Type: media type is not declared for this status"}},
	} {
		c.want.Side = spec.SideAnswer
		found := s.CheckAnswer("thing", c.status, http.Header{"Content-Type": {c.mime}}, []byte(c.body))
		if diff := cmp.Diff([]spec.Finding{c.want}, found); diff != "" {
			t.Errorf("answer, %s (-want +got):\n%s", name, diff)
		}
	}
}

// TestMutatedExamples changes each value of each documented answer in turn:
// the finding names the place and the kind.
func TestMutatedExamples(t *testing.T) {
	s := mustLoad(t)
	allowed := []spec.Kind{
		spec.KindMissing, spec.KindUndeclared, spec.KindType, spec.KindEnum, spec.KindFormat, spec.KindLength, spec.KindRange, spec.KindNullable,
	}
	seen := map[spec.Kind]int{}
	for name, example := range answerExamples(t) {
		parts := strings.Fields(name)
		status, err := strconv.Atoi(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(example, &value); err != nil {
			t.Fatal(err)
		}
		check := func(at string, certain spec.Kind) {
			body, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			found := s.CheckAnswer(parts[0], status, http.Header{"Content-Type": {"application/json"}}, body)
			if certain != "" && len(found) == 0 {
				t.Errorf("%s: %s: nothing found, want %s", name, at, certain)
			}
			for _, f := range found {
				seen[f.Kind]++
				if f.Side != spec.SideAnswer || f.In != spec.InBody || !slices.Contains(allowed, f.Kind) || !strings.HasPrefix(f.Message, strings.TrimSpace("body "+f.Path)+": ") {
					t.Errorf("%s: %s: %+v", name, at, f)
				}
				if certain != "" && (f.Path != at || f.Kind != certain) || !strings.HasPrefix(f.Path, at) {
					t.Errorf("%s: %s: want %s there, got %+v", name, at, certain, f)
				}
			}
		}
		mutate(value, "", func(any) {}, check)
	}
	for _, kind := range []spec.Kind{spec.KindMissing, spec.KindUndeclared, spec.KindType, spec.KindEnum, spec.KindFormat, spec.KindNullable} {
		if seen[kind] == 0 {
			t.Errorf("no mutation was found to be %s", kind)
		}
	}
}

// mutate calls check for each change of a value in a tree, with the place and,
// where it is certain, the kind of the finding. The tree is restored.
func mutate(value any, at string, set func(any), check func(at string, certain spec.Kind)) {
	if at != "" {
		for _, other := range []any{nil, "?", -1.5, []any{}, true} {
			set(other)
			check(at, "")
		}
		set(value)
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	switch value := value.(type) {
	case map[string]any:
		if _, ok := value["results"]; ok || at == "" {
			value["zzz"] = 1.0
			check(at+"/zzz", spec.KindUndeclared)
			delete(value, "zzz")
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			inner := value[name]
			delete(value, name)
			check(at+"/"+escape.Replace(name), "")
			value[name] = inner
			mutate(inner, at+"/"+escape.Replace(name), func(v any) { value[name] = v }, check)
		}
	case []any:
		for i, inner := range value {
			mutate(inner, at+"/"+strconv.Itoa(i), func(v any) { value[i] = v }, check)
		}
	}
}
