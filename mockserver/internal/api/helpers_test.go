package api_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

const (
	user  = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb" // of every built-in scenario
	pm1   = "pm_1TD1M3HtgZxQ1KXx5wMzfx15"          // the newer one of scenario default
	pm2   = "pm_1TD1LuHtgZxQ1KXxNj5sKkKM"          // the older and default one
	evse  = "DE*PWA*EALP22541X01617*01"            // reports energy, serves anybody
	users = "/api/v1/users/"
	me    = users + user
)

// A fake is a running server with the token of the calls.
type fake struct {
	*mocktest.Server
	t     testing.TB
	token string
}

// start starts a server; calls are made in a fresh world of scenario default.
func start(t testing.TB, opts ...mocktest.Option) *fake {
	t.Helper()
	s := mocktest.Start(t, opts...)
	return &fake{Server: s, t: t, token: s.Token("default")}
}

// in returns the same server with a fresh world of another scenario.
func (f *fake) in(t testing.TB, scenario string) *fake {
	return &fake{Server: f.Server, t: t, token: f.Token(scenario)}
}

// config returns an option that changes the configuration.
func config(change func(*mockserver.Config)) mocktest.Option { return mocktest.With(change) }

// A request is a call; header holds names and values in turn.
type request struct {
	method string
	path   string
	body   string
	header []string
}

func get(path string, header ...string) request { return request{"GET", path, "", header} }

func call(method, path string, header ...string) request { return request{method, path, "", header} }

// send returns a call with a JSON body.
func send(method, path, body string, header ...string) request {
	return request{method, path, body, append([]string{"Content-Type", "application/json"}, header...)}
}

// form returns a call with a form body.
func form(method, path, body string) request {
	return request{method, path, body, []string{"Content-Type", "application/x-www-form-urlencoded"}}
}

// An answer has only those headers that vary by call: neither the same in every
// answer nor different in each.
type answer struct {
	Status int
	Header map[string]string
	Body   string
}

// always are the headers of every answer to the vendor's API.
var always = map[string]string{
	"X-Cariqa-Mock": "test", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "same-origin", "Vary": "Origin",
}

var requestID = regexp.MustCompile(`^req_[0-9a-z]+-[0-9]+$`)

// do makes a call with the token and checks what all answers have in common.
// A header with the value "-" is not sent.
func (f *fake) do(r request) answer {
	f.t.Helper()
	res, body := f.raw(r)
	a := answer{Status: res.StatusCode, Header: map[string]string{}, Body: body}
	for name, values := range res.Header {
		a.Header[name] = strings.Join(values, ", ")
	}
	delete(a.Header, "Date")
	if n, has := a.Header["Content-Length"]; r.method != "HEAD" && res.StatusCode != 204 && (!has || n != strconv.Itoa(len(body))) {
		f.t.Errorf("%s %s: Content-Length %q with %d bytes", r.method, r.path, n, len(body))
	}
	delete(a.Header, "Content-Length")
	if !strings.HasPrefix(r.path, "/api/") {
		return a
	}
	if id := a.Header["X-Request-Id"]; !requestID.MatchString(id) {
		f.t.Errorf("%s %s: X-Request-Id %q", r.method, r.path, id)
	}
	delete(a.Header, "X-Request-Id")
	for name, value := range always {
		if a.Header[name] == value {
			delete(a.Header, name)
		}
	}
	if a.Header["X-Cariqa-Mock-World"] == f.token {
		a.Header["X-Cariqa-Mock-World"] = "own"
	}
	return a
}

// raw makes a call with the token.
func (f *fake) raw(r request) (*http.Response, string) {
	f.t.Helper()
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req, err := http.NewRequest(r.method, f.URL+r.path, body)
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+f.token)
	for i := 0; i+1 < len(r.header); i += 2 {
		name, value := r.header[i], r.header[i+1]
		switch {
		case value == "-":
			req.Header.Del(name)
		case name == "Host":
			req.Host = value
		default:
			req.Header.Set(name, value)
		}
	}
	res, err := f.transport().RoundTrip(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return res, string(data)
}

// transport follows no redirects.
func (f *fake) transport() http.RoundTripper { return f.Client().Transport }

// body returns the JSON of a call that must have a status.
func (f *fake) body(r request, status int) map[string]any {
	f.t.Helper()
	a := f.do(r)
	if a.Status != status {
		f.t.Fatalf("%s %s: got %d, want %d: %s", r.method, r.path, a.Status, status, a.Body)
	}
	if a.Body == "" {
		return nil
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		f.t.Fatalf("%s %s: %v: %s", r.method, r.path, err, a.Body)
	}
	return v
}

// at finds a value by keys and, in lists, indexes.
func at(t testing.TB, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch key := step.(type) {
		case string:
			o, ok := v.(map[string]any)
			if !ok {
				t.Fatalf("no object at %v of %v: %v", key, path, v)
			}
			v = o[key]
		case int:
			l, ok := v.([]any)
			if !ok || key >= len(l) {
				t.Fatalf("no element %v of %v: %v", key, path, v)
			}
			v = l[key]
		}
	}
	return v
}

func text(t testing.TB, v any, path ...any) string {
	t.Helper()
	s, ok := at(t, v, path...).(string)
	if !ok {
		t.Fatalf("no text at %v: %v", path, v)
	}
	return s
}

// same compares an answer with the wanted one.
func same(t testing.TB, got, want answer) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// reply is an answer of an operation: with the token's world, and as JSON if
// it has a body. more holds names and values of headers in turn.
func reply(status int, body string, more ...string) answer {
	a := answer{Status: status, Header: map[string]string{"X-Cariqa-Mock-World": "own"}, Body: body}
	if body != "" {
		a.Header["Content-Type"] = "application/json"
	}
	for i := 0; i+1 < len(more); i += 2 {
		a.Header[more[i]] = more[i+1]
	}
	return a
}

// worldless is a reply before the token has been looked at.
func worldless(a answer) answer {
	a.Header = maps.Clone(a.Header)
	delete(a.Header, "X-Cariqa-Mock-World")
	return a
}

func allow(methods string) []string { return []string{"Allow", methods} }

func ruled(methods, rule string) []string {
	return []string{"Allow", methods, "X-Cariqa-Mock-Rule", rule}
}

// Methods as the Allow header lists them.
const (
	allowUsers   = "GET, POST, HEAD, OPTIONS"
	allowUser    = "GET, PATCH, DELETE, HEAD, OPTIONS"
	allowBilling = "GET, PUT, HEAD, OPTIONS"
	allowGet     = "GET, HEAD, OPTIONS"
	allowPost    = "POST, OPTIONS"
	allowDelete  = "DELETE, OPTIONS"
	allowSession = "GET, PATCH, HEAD, OPTIONS"
)

const (
	notFound    = `{"detail":"Not found."}`
	invalidPage = `{"detail":"Invalid page."}`
	noToken     = `{"detail":"Authentication credentials were not provided."}`
	badToken    = `{"detail":"Incorrect authentication credentials."}`
)

// invalid is the body of a 400 for fields.
func invalid(details string) string {
	v, err := json.Marshal(details)
	if err != nil {
		return err.Error()
	}
	text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(v))
	return `{"detail":"Validation Error","error":{"type":"validation_error","details":` + text + `}}`
}

// fixed freezes the world's clock at a moment.
func (f *fake) fixed(at string) *fake {
	f.t.Helper()
	f.WorldOf(f.token).Clock.Freeze()
	moment, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		f.t.Fatal(err)
	}
	f.WorldOf(f.token).Clock.Set(moment)
	return f
}
