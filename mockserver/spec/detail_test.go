package spec_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/spec"
)

const plain = `
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: a
      parameters: [{name: n, in: query, schema: {type: integer, description: a number}}]
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [x]
              properties: {x: {type: string, description: an x}}
      responses: {'204': {description: d}}
    get: {operationId: b, responses: {'204': {description: d}}}
`

// TestDetails judges by a file without ledgers.
func TestDetails(t *testing.T) {
	s, err := spec.LoadPlain(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		op, query, body string
		want            []string // where, kind, and what the schema says
	}{
		"fine":              {"a", "n=5", `{"x":"1"}`, nil},
		"no such operation": {"c", "n=x", `{`, nil},
		"unknown field":     {"a", "", `{"x":"1","y":1}`, []string{"body /y undeclared "}},
		"wrong type":        {"a", "", `{"x":1}`, []string{"body /x type an x"}},
		"missing":           {"a", "", ``, []string{"body /x missing an x"}},
		"not JSON":          {"a", "", `{`, []string{"body  format -"}},
		"parameter":         {"a", "n=many", `{"x":"1"}`, []string{"query n type a number"}},
		"unknown parameter": {"b", "m=1", ``, []string{"query m undeclared -"}},
		"a body for none":   {"b", "", `{}`, []string{"body  body-unexpected -"}},
	} {
		r := httptest.NewRequest(http.MethodPost, "/a?"+c.query, nil)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded") // as curl has it
		var got []string
		for _, d := range s.Details(c.op, r, nil, []byte(c.body)) {
			schema := "-"
			if d.Schema != nil {
				schema = d.Schema.Description
			}
			got = append(got, fmt.Sprintf("%s %s %s %s", d.In, d.Path, d.Kind, schema))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if found := s.CheckAnswer("a", http.StatusMethodNotAllowed, nil, nil); len(found) != 1 {
		t.Errorf("an undeclared status: %v", found)
	}
}
