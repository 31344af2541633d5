package admin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"cariqamock/mockserver"
	api "cariqamock/mockserver/internal/admin"
	"cariqamock/mockserver/spec"
)

// A description is openapi.yaml, as a document and to validate answers.
type description struct {
	doc  *openapi3.T
	spec *spec.Spec
}

func readDescription(t testing.TB) description {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(api.OpenAPI()))
	if err != nil {
		t.Fatal(err)
	}
	validating, err := spec.LoadPlain(api.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	return description{doc, validating}
}

// findings validates an answer.
func (d description) findings(op string, status int, header http.Header, body string) []spec.Finding {
	kind := header.Get("Content-Type")
	if kind != "" && !strings.Contains(kind, "json") { // described as text
		quoted, err := json.Marshal(body)
		if err != nil {
			return []spec.Finding{{Side: spec.SideAnswer, Message: err.Error()}}
		}
		body = string(quoted)
	}
	return d.spec.CheckAnswer(op, status, header, []byte(body))
}

// bodies returns the examples of a request's body, or one empty body if it has
// none.
func (d description) bodies(op spec.Operation) []string {
	declared := d.doc.Paths.Value(op.Path).GetOperation(op.Method).RequestBody
	if declared == nil {
		return []string{""}
	}
	if media := declared.Value.Content["application/yaml"]; media != nil {
		return []string{media.Example.(string)}
	}
	media := declared.Value.Content.Get("application/json")
	var values []any
	if media.Example != nil {
		values = append(values, media.Example)
	}
	for _, name := range slices.Sorted(maps.Keys(media.Examples)) {
		values = append(values, media.Examples[name].Value.Value)
	}
	var out []string
	for _, v := range values {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err) // cannot happen: decoded from YAML with JSON's types
		}
		out = append(out, string(data))
	}
	return out
}

func TestDescriptionIsValid(t *testing.T) {
	if err := readDescription(t).doc.Validate(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestDescriptionHasEveryCall(t *testing.T) {
	routes, err := api.Routes()
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, op := range readDescription(t).spec.Operations() {
		call := op.Method + " " + op.Path
		calls = append(calls, call)
		if !slices.Contains(routes, call) {
			t.Errorf("openapi.yaml describes %s, which does not exist", call)
		}
		if _, ok := plans()[op.ID]; !ok {
			t.Errorf("TestDescribedCalls does not know %s", op.ID)
		}
	}
	for _, route := range routes {
		if !slices.Contains(calls, route) {
			t.Errorf("openapi.yaml does not describe %s", route)
		}
	}
	if len(routes) < 43 {
		t.Errorf("only %d routes: %v", len(routes), routes)
	}
}

func TestDescriptionIsServed(t *testing.T) {
	got := start(t, "default").do("GET", "/openapi.yaml", "")
	if got.Status != 200 || got.ContentType != "application/yaml" || got.Body != api.OpenAPI() {
		t.Errorf("got %d %s, %d bytes", got.Status, got.ContentType, len(got.Body))
	}
}

// TestDescribedCalls makes every described call, with each of its examples and
// in each way that it can fail, and validates every answer.
func TestDescribedCalls(t *testing.T) {
	d := readDescription(t)
	open := start(t, "default", func(c *mockserver.Config) { c.Stations = manyStations })
	locked := start(t, "default", func(c *mockserver.Config) { c.AdminToken = "secret" })
	for _, op := range d.spec.Operations() {
		t.Run(op.ID, func(t *testing.T) {
			v := caller{t: t, d: d, op: op, plan: plans()[op.ID], open: open, locked: locked, seen: map[int]bool{}}
			v.succeed()
			v.fail()
			for _, status := range op.Statuses {
				if !v.seen[status] && status != http.StatusInternalServerError {
					t.Errorf("status %d is described, but no call got it", status)
				}
			}
		})
	}
}

// A caller makes the calls of one operation.
type caller struct {
	t            *testing.T
	d            description
	op           spec.Operation
	plan         plan
	open, locked *admin
	seen         map[int]bool
}

func (v *caller) succeed() {
	for _, body := range v.d.bodies(v.op) {
		a := v.open.in(v.t, v.plan.from())
		path := v.plan.path(v.op, a)
		if v.op.ID == "requests_stream" {
			v.listen(a, path)
			continue
		}
		v.check(0, a.do(v.op.Method, path, body), body)
	}
}

// guess sends wrong tokens until it has to wait, which one server needs only
// once.
func (v *caller) guess(path, body string) (a answer) {
	for range 100 {
		if a = v.locked.do(v.op.Method, path, body, "Authorization", "Bearer guess"); a.Status != http.StatusUnauthorized {
			break
		}
	}
	return a
}

// fail makes the mistakes that every call can make, then the ones of this call.
func (v *caller) fail() {
	malformed, file := "x", false
	if body := v.d.doc.Paths.Value(v.op.Path).GetOperation(v.op.Method).RequestBody; body != nil {
		malformed, file = "{", body.Value.Content["application/yaml"] != nil
	}
	good := v.d.bodies(v.op)[0]
	a := v.open.in(v.t, v.plan.from())
	path := v.plan.path(v.op, a)
	if file { // what is wrong in it is a 422
		v.check(400, a.do(v.op.Method, path+"?a=%zz", good), "malformed query")
	} else {
		v.check(400, a.do(v.op.Method, path, malformed), malformed)
	}
	v.check(403, a.do(v.op.Method, path, good, "Origin", "https://evil.example"), "foreign origin")
	v.check(413, a.do(v.op.Method, path, strings.Repeat(" ", 1<<20+1)), "a megabyte")
	v.check(422, a.do(v.op.Method, path+"?surprise=1", good), "unknown parameter")
	if v.op.ID != "health" {
		v.check(401, v.locked.do(v.op.Method, path, good), "no token")
		v.check(429, v.guess(path, good), "many wrong tokens")
	}
	if slices.Contains(v.op.Statuses, 404) {
		nowhere := strings.Replace(path, "{w}", "w_000000000000", 1)
		v.check(404, a.do(v.op.Method, nowhere, good), "unknown world")
		v.check(404, a.do(v.op.Method, nowhere, malformed), "unknown world, malformed")
	}
	for _, f := range v.plan.failures {
		a := v.open.in(v.t, v.plan.from())
		path := v.plan.path(v.op, a)
		if f.before != nil {
			path = f.before(a, path)
		}
		body := f.body
		if body == "" {
			body = good
		}
		v.check(f.status, a.do(v.op.Method, path, body), body)
	}
}

// check validates an answer with the given status; 0 stands for any success.
func (v *caller) check(status int, got answer, what string) {
	v.t.Helper()
	v.seen[got.Status] = true
	if status == 0 && got.Status >= 300 || status != 0 && got.Status != status {
		v.t.Errorf("%s: got %d %s, want %d", what, got.Status, got.Body, status)
	}
	if found := v.d.findings(v.op.ID, got.Status, got.Header, got.Body); found != nil {
		v.t.Errorf("%s: %d %s %s: %v", what, got.Status, got.ContentType, got.Body, found)
	}
}

// listen reads the stream up to its first event.
func (v *caller) listen(a *admin, path string) {
	ctx, leave := context.WithCancel(v.t.Context())
	defer leave()
	r, err := http.NewRequestWithContext(ctx, "GET", a.URL+"/__admin"+strings.ReplaceAll(path, "{w}", a.world), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	res, err := a.Client().Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	a.vendor("GET", "/users/", "")
	var text strings.Builder
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		v.check(0, answer{Status: res.StatusCode, Header: res.Header, Body: text.String()}, "the stream")
		if found := v.d.findings("requests", 200, http.Header{"Content-Type": {"application/json"}}, `{"requests":[`+data+`]}`); found != nil {
			v.t.Errorf("event %s: %v", data, found)
		}
		return
	}
	v.t.Errorf("no event in %q", text.String())
}
