package admin

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gorilla/mux"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
	"cariqamock/mockserver/spec"
)

// maxShown is how many characters of what a client sent an answer repeats.
const maxShown = 100

//go:embed openapi.yaml
var openAPI string

// OpenAPI returns the admin API's own openapi.yaml.
func OpenAPI() string { return openAPI }

// A validator checks calls against openapi.yaml before a handler sees them:
// which fields and parameters there are, and which values they may have. The
// handlers check what depends on the world, and the little that a pattern
// cannot express.
type validator struct {
	spec       *spec.Spec
	operations map[string]string // operationId by method and path
}

func newValidator() (*validator, error) {
	s, err := spec.LoadPlain(openAPI)
	if err != nil {
		return nil, err
	}
	v := &validator{spec: s, operations: map[string]string{}}
	for _, op := range s.Operations() {
		v.operations[op.Method+" "+op.Path] = op.ID
	}
	return v, nil
}

// validate checks a call against the description. path is the template of its
// path, without the prefix.
func (h *handler) validate(r *http.Request, method, path string) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	body = bytes.TrimSpace(body)
	if text := string(body); text == "{}" || text == "null" {
		body = nil // clients send them instead of no body
	}
	if len(body) == 0 && r.URL.RawQuery == "" && (method == http.MethodGet || method == http.MethodDelete) {
		return nil // nothing to check, so health does not wait for the validator to load
	}
	v, err := h.validator()
	if err != nil {
		return err
	}
	found := v.spec.Details(v.operations[method+" "+prefix+path], r, mux.Vars(r), body)
	if len(found) == 0 {
		return nil
	}
	// An unknown world is reported first, except to a client that drops it.
	if strings.Contains(path, "{world}") && (method != http.MethodDelete || path != worldPath) {
		if _, err := h.world(r); err != nil {
			return err
		}
	}
	return invalid(r, found, body)
}

// readBody reads a body of at most wire.MaxBody bytes.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := wire.ReadBody(r)
	var unread *wire.StatusError
	if errors.As(err, &unread) {
		return nil, err
	}
	if err != nil {
		return nil, adminapi.NewProblem(http.StatusBadRequest, "Reading the body failed: %s.", err)
	}
	if len(body) > wire.MaxBody {
		return nil, adminapi.NewProblem(http.StatusRequestEntityTooLarge, "The body is longer than %d bytes.", wire.MaxBody)
	}
	return body, nil
}

// invalid returns the problem of the most telling finding: a malformed body,
// then an unknown name, which often causes the others.
func invalid(r *http.Request, found []spec.Detail, body []byte) *adminapi.Problem {
	rank := func(d spec.Detail) int {
		switch {
		case d.Path == "":
			return 0
		case d.Kind == spec.KindUndeclared:
			return 1
		}
		return 2
	}
	d := slices.MinFunc(found, func(a, b spec.Detail) int { return rank(a) - rank(b) })
	field := text.Shorten(fieldName(d.Finding), maxShown)
	switch {
	case d.Path == "":
		return malformed(r, d, body)
	case d.Kind == spec.KindUndeclared && d.In == spec.InQuery:
		return adminapi.BadValue(field, "Unknown parameter %q.", field)
	case d.Kind == spec.KindUndeclared:
		return adminapi.BadValue(field, "Unknown field %q%s.", field, known(d.Schema))
	case d.Kind == spec.KindMissing:
		return adminapi.BadValue(field, "Missing field %q: want %s.", field, wanted(d.Schema))
	}
	similar := text.DidYouMean(fmt.Sprint(d.Value), valuesOf(d.Schema))
	return adminapi.BadValue(field, "Invalid %s %s: want %s%s", field, text.Shorten(asSent(d, body), maxShown), wanted(d.Schema), cmp.Or(similar, "."))
}

// fieldName returns the name of a parameter, or the path to a field of the
// body with dots.
func fieldName(f spec.Finding) string {
	if f.In != spec.InBody {
		return f.Path
	}
	return strings.NewReplacer("/", ".", "~1", "/", "~0", "~").Replace(strings.TrimPrefix(f.Path, "/"))
}

// malformed returns the problem of a finding about the call as a whole.
func malformed(r *http.Request, d spec.Detail, body []byte) *adminapi.Problem {
	switch {
	case d.Kind == spec.KindBodyUnexpected:
		return adminapi.NewProblem(http.StatusBadRequest, "%s %s takes no body.", r.Method, r.URL.Path)
	case d.In == spec.InQuery:
		return adminapi.NewProblem(http.StatusBadRequest, "The query is malformed: separate parameters with & and escape special characters as %%XX.")
	case d.Kind == spec.KindFormat:
		err := json.Unmarshal(body, new(json.RawMessage))
		return adminapi.NewProblem(http.StatusBadRequest, "The body is not JSON: %s.", strings.TrimPrefix(fmt.Sprint(err), "json: "))
	}
	return adminapi.NewProblem(http.StatusBadRequest, "The body is a JSON %s: want an object.", kindOf(d.Value))
}

func kindOf(v any) string {
	switch v.(type) {
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	}
	return "number"
}

// known lists the fields that an object may have.
func known(object *openapi3.Schema) string {
	if object == nil || len(object.Properties) == 0 {
		return ""
	}
	return " (known: " + strings.Join(slices.Sorted(maps.Keys(object.Properties)), ", ") + ")"
}

// mostValues is how many values a message lists.
const mostValues = 20

// valuesOf returns the values that a schema accepts, if it lists them.
func valuesOf(s *openapi3.Schema) []string {
	var values []string
	for _, v := range s.Enum {
		if v != nil {
			values = append(values, fmt.Sprint(v))
		}
	}
	return values
}

// wanted describes what a schema accepts: its values, or the first sentence of
// its description and its example.
func wanted(s *openapi3.Schema) string {
	if values := valuesOf(s); len(values) > 0 && len(values) <= mostValues {
		return text.OneOf(values)
	}
	about, _, _ := strings.Cut(s.Description, ". ")
	about = strings.TrimSuffix(strings.TrimSpace(about), ".")
	if about == "" {
		return "the type " + strings.Join(s.Type.Slice(), " or ")
	}
	if next := about[1:]; next != "" && next[0] >= 'a' && next[0] <= 'z' || strings.HasPrefix(next, " ") {
		about = strings.ToLower(about[:1]) + next
	}
	if s.Example != nil {
		about += ", such as " + asJSON(s.Example)
	}
	return about
}

// asSent returns a value that is wrong as the client has written it, since a number
// in JSON may be none that a float can hold.
func asSent(d spec.Detail, body []byte) string {
	switch d.Value.(type) {
	case float64, []any, map[string]any:
	default:
		return asJSON(d.Value)
	}
	if d.In != spec.InBody {
		return asJSON(d.Value)
	}
	value := json.RawMessage(body)
	for step := range strings.SplitSeq(strings.TrimPrefix(d.Path, "/"), "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		object, list := map[string]json.RawMessage{}, []json.RawMessage{}
		if err := json.Unmarshal(value, &object); err == nil {
			value = object[step]
		} else if err := json.Unmarshal(value, &list); err == nil {
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(list) {
				return asJSON(d.Value)
			}
			value = list[i]
		}
	}
	var out bytes.Buffer
	if err := json.Compact(&out, value); err != nil {
		return asJSON(d.Value)
	}
	return out.String()
}

func asJSON(v any) string {
	text, err := wire.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
