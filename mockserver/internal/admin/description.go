package admin

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gorilla/mux"

	"cariqamock/mockserver/spec"
)

//go:embed openapi.yaml
var description string

// OpenAPI is the text of the admin API's own openapi.yaml.
func OpenAPI() string { return description }

func (h *handler) description(*http.Request) (any, error) {
	return document{contentType: "application/yaml", body: []byte(description)}, nil
}

// A judge holds calls against the description before a handler sees them. It
// says all that the description can: which fields and parameters there are,
// and which values they may have. What only the world knows, and the little
// that a pattern cannot say, is left to the handlers.
type judge struct {
	spec       *spec.Spec
	operations map[string]string // method and path -> operationId
}

func newJudge() (*judge, error) {
	s, err := spec.LoadPlain(description)
	if err != nil {
		return nil, err
	}
	j := &judge{spec: s, operations: map[string]string{}}
	for _, op := range s.Operations() {
		j.operations[op.Method+" "+op.Path] = op.ID
	}
	return j, nil
}

// check is nil for a call that is as described. path is the template, below
// the prefix.
func (h *handler) check(r *http.Request, method, path string) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	body = bytes.TrimSpace(body)
	if text := string(body); text == "{}" || text == "null" {
		body = nil // clients send them for nothing
	}
	if len(body) == 0 && r.URL.RawQuery == "" && (method == http.MethodGet || method == http.MethodDelete) {
		return nil // such as health, which is so not kept waiting for the judge
	}
	j, err := h.judge()
	if err != nil {
		return err
	}
	found := j.spec.Details(j.operations[method+" "+prefix+path], r, mux.Vars(r), body)
	if len(found) == 0 {
		return nil
	}
	// A world that is not there is the greater mistake, except to those who
	// want it gone.
	if strings.Contains(path, "{world}") && (method != http.MethodDelete || path != "/worlds/{world}") {
		if _, err := h.world(r); err != nil {
			return err
		}
	}
	return departed(r, found, body)
}

// readBody reads a body as far as one may be long.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, newProblem(http.StatusBadRequest, "The body cannot be read: %s.", err)
	}
	if len(body) > maxBody {
		return nil, newProblem(http.StatusRequestEntityTooLarge, "The body is over %d bytes.", maxBody)
	}
	return body, nil
}

// departed words the finding that explains most: a body that cannot be read,
// then a name that does not exist, which is often the reason of the others.
func departed(r *http.Request, found []spec.Detail, body []byte) *problem {
	weight := func(d spec.Detail) int {
		switch {
		case d.Path == "":
			return 0
		case d.Kind == spec.KindUndeclared:
			return 1
		}
		return 2
	}
	d := slices.MinFunc(found, func(a, b spec.Detail) int { return weight(a) - weight(b) })
	field := shorten(fieldName(d.Finding))
	switch {
	case d.Path == "":
		return malformedCall(r, d, body)
	case d.Kind == spec.KindUndeclared && d.In == spec.InQuery:
		return badValue(field, "There is no parameter %q here.", field)
	case d.Kind == spec.KindUndeclared:
		return badValue(field, "There is no field %q here%s.", field, others(d.Schema))
	case d.Kind == spec.KindMissing:
		return badValue(field, "%s is missing; want %s.", field, wanted(d.Schema))
	}
	return badValue(field, "%s: want %s.", shorten(asJSON(d.Value)), wanted(d.Schema))
}

// fieldName returns the name of a parameter, or the path to a field of the
// body with dots.
func fieldName(f spec.Finding) string {
	if f.In != spec.InBody {
		return f.Path
	}
	return strings.NewReplacer("/", ".", "~1", "/", "~0", "~").Replace(strings.TrimPrefix(f.Path, "/"))
}

// malformedCall is for what is wrong with a call as a whole.
func malformedCall(r *http.Request, d spec.Detail, body []byte) *problem {
	switch {
	case d.Kind == spec.KindBodyUnexpected:
		return newProblem(http.StatusBadRequest, "%s %s takes no body.", r.Method, r.URL.Path)
	case d.In == spec.InQuery:
		return newProblem(http.StatusBadRequest, "The query is malformed: it needs & between parameters and %%XX for odd characters.")
	case d.Kind == spec.KindFormat:
		err := json.Unmarshal(body, new(any))
		return newProblem(http.StatusBadRequest, "The body is not JSON: %s.", strings.TrimPrefix(fmt.Sprint(err), "json: "))
	}
	return newProblem(http.StatusBadRequest, "The body is a JSON %s; want an object.", kindOf(d.Value))
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "bool"
	}
	return "number"
}

// others names the fields that an object may have.
func others(object *openapi3.Schema) string {
	if object == nil || len(object.Properties) == 0 {
		return ""
	}
	return "; there is " + listed(slices.Sorted(maps.Keys(object.Properties)), "and")
}

// wanted ends a sentence with what a schema takes: its choices, or the first
// sentence of its description and its example.
func wanted(s *openapi3.Schema) string {
	var choices []string
	for _, v := range s.Enum {
		if v != nil {
			choices = append(choices, fmt.Sprint(v))
		}
	}
	if len(choices) > 0 {
		return listed(choices, "or")
	}
	text, _, _ := strings.Cut(s.Description, ". ")
	text = strings.TrimSuffix(strings.TrimSpace(text), ".")
	if text == "" {
		return "the type " + strings.Join(s.Type.Slice(), " or ")
	}
	text = string(text[0]|0x20) + text[1:]
	if s.Example != nil {
		text += ", such as " + asJSON(s.Example)
	}
	return text
}

// listed is a, b and c.
func listed(words []string, last string) string {
	if len(words) == 1 {
		return words[0]
	}
	end := len(words) - 1
	return strings.Join(words[:end], ", ") + " " + last + " " + words[end]
}

func asJSON(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSpace(b.String())
}

// shorten keeps what strangers send from filling the answer.
func shorten(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
