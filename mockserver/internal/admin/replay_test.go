package admin_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

// An exchange is a call of the vendor's API or of Stripe's, as an app may send
// it.
type exchange struct {
	scenario              string
	method, path, body    string
	header                []string // names and values in turn
	curl, step            string   // expected parts of the curl command and the step
	noStep, notRepeatable bool
}

// exchanges are calls of all kinds, each in its own world.
func exchanges() map[string]exchange {
	const form, json = "application/x-www-form-urlencoded", "application/json"
	const multipart = "--b\r\nContent-Disposition: form-data; name=\"locale\"\r\n\r\nde\r\n--b--\r\n"
	me := "/api/v1/users/" + user
	return map[string]exchange{
		"plain":      {scenario: "cdr-pending", method: "DELETE", path: me + "/payment-methods/pm_abc123/", step: "DELETE /users/{user}/payment-methods/pm_abc123/", curl: `-X DELETE 'http`},
		"query":      {scenario: "default", method: "GET", path: "/api/v1/users/?search=%7Buser%7D&page_size=1&x={world}[]", step: "x=%7Bworld%7D[]", curl: "-g '"},
		"no slash":   {scenario: "default", method: "GET", path: "/api/v1/users", step: "status: 301"},
		"odd path":   {scenario: "default", method: "GET", path: "/api/v1/users/it's%20%7Bworld%7D%E2%80%A6:/", step: "status: 404", curl: "/it%27s%20%7Bworld%7D"},
		"JSON":       {scenario: "default", method: "POST", path: me + "/charging/start/", header: []string{"Content-Type", json}, body: `{"evse_id":"` + hers + `","payment_method_id":"pm_1TD1LuHtgZxQ1KXxNj5sKkKM"}`, step: "status: 201", curl: "--data-raw '{"},
		"a quote":    {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `{"custom_properties":{"external_id":"it's: \"$HOME\" # {\n \u2028"},"email":null,"x":[1,2.50,{"a":true}],"y":{}}`, step: "status: 201", curl: `it'\''s`},
		"numbers":    {scenario: "default", method: "PATCH", path: me + "/", header: []string{"Content-Type", json}, body: `{"locale":1.50,"x":-3,"y":0,"z":123456789012}`, step: "locale: 1.50"},
		"user":       {scenario: "default", method: "PATCH", path: me + "/", header: []string{"Content-Type", json}, body: `{"custom_properties":{"external_id":"` + user + `"}}`, step: `external_id: "{user}"`},
		"a form":     {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", form}, body: "locale=de&custom_properties.external_id=a+b%26c", step: "custom_properties.external_id: ", curl: "--data-raw 'locale=de&custom"},
		"multipart":  {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", "multipart/form-data; boundary=b"}, body: multipart, step: "locale: de", curl: "--form-string 'locale=de'"},
		"Prefer":     {scenario: "default", method: "GET", path: me + "/", header: []string{"Prefer", "code=404"}, step: "Prefer: ", curl: "-H 'Prefer: code=404'"},
		"Accept":     {scenario: "default", method: "GET", path: me + "/", header: []string{"Accept", "text/html, */*"}, step: "status: 200", curl: "-H 'Accept: text/html, */*'"},
		"media type": {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", "text/plain"}, body: `{}`, step: "status: 415", curl: "-H 'Content-Type: text/plain'"},
		"list":       {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `[{"a":["b: c"]}]`, step: "status: 400"},
		"stripe":     {scenario: "default", method: "POST", path: "/v1/payment_intents/{debt}", body: "x=y", header: []string{"Content-Type", form, "Authorization", "Bearer pk_test_any"}, step: "POST /v1/", curl: "Bearer pk_test_mock"},

		"no JSON":  {scenario: "default", method: "GET", path: me + "/", header: []string{"Accept", "text/html"}, step: "Accept: text/html", curl: "-H 'Accept: text/html'"},
		"another":  {scenario: "default", method: "GET", path: me + "/?format=xml", step: "status: 404"},
		"a body":   {scenario: "default", method: "GET", path: me + "/", header: []string{"Content-Type", json}, body: `{"a":1}`, step: "a: 1", curl: "-X GET"},
		"a number": {scenario: "default", method: "GET", path: "/api/v1/users/4242424242424242/*", step: "# [redacted] and stars", curl: "# [redacted]", notRepeatable: true},

		"a file":          {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", "multipart/form-data; boundary=b"}, body: strings.Replace(multipart, "de", "\x00", 1), noStep: true, notRepeatable: true, curl: "# The body was not text"},
		"a secret key":    {scenario: "default", method: "POST", path: "/v1/payment_intents/{debt}", body: "x=y", header: []string{"Content-Type", form, "Authorization", "Basic c2tfdGVzdF9hbnk6"}, noStep: true, curl: "Bearer sk_test_mock"},
		"broken JSON":     {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `{"a":`, noStep: true, curl: `--data-raw '{"a":'`},
		"JSON null":       {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `null`, noStep: true},
		"double field":    {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", form}, body: "locale=de&locale=en", noStep: true},
		"looks a name":    {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `{"x":"{world}"}`, noStep: true},
		"key of a user's": {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `{"a":1,"a":2}`, step: "a: 2"},
		"options":         {scenario: "default", method: "OPTIONS", path: me + "/", noStep: true, curl: "-X OPTIONS"},
		"elsewhere":       {scenario: "default", method: "GET", path: "/api/v2/users/", noStep: true},
		"not text":        {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: "\x00\x01", noStep: true, notRepeatable: true, curl: "# The body was not text"},
		"long":            {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `{"x":"` + strings.Repeat("y", 70_000) + `"}`, noStep: true, notRepeatable: true, curl: "# The body was longer"},
		"secret":          {scenario: "default", method: "POST", path: "/api/v1/users/", header: []string{"Content-Type", json}, body: `{"x":{"client_secret":"pi_1_secret_abc"},"number":"4242424242424242"}`, step: "in json.number, json.x.client_secret.", curl: "# [redacted]"},
	}
}

// send makes the call and returns its journal entry.
func (x exchange) send(a *admin) map[string]any {
	a.t.Helper()
	path := x.path
	if strings.Contains(path, "{debt}") {
		a.do("POST", "/worlds/{w}/users/"+user+"/debts", "")
		debt := first(a.t, a.ok("GET", "/worlds/{w}/users/"+user, ""), "debts")
		path = strings.Replace(path, "{debt}", debt["intent"].(string)+"/confirm", 1)
	}
	r, err := http.NewRequest(x.method, a.URL+path, strings.NewReader(x.body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.world)
	for i := 0; i+1 < len(x.header); i += 2 {
		r.Header.Set(x.header[i], x.header[i+1])
	}
	res, err := a.Client().Transport.RoundTrip(r)
	if err != nil {
		a.t.Fatal(err)
	}
	res.Body.Close()
	return a.ok("GET", "/worlds/{w}/requests/"+res.Header.Get("X-Request-Id"), "")
}

// TestSteps adds each call as a step to an export of the world before it, and
// runs that file.
func TestSteps(t *testing.T) {
	a := start(t, "default")
	for name, x := range exchanges() {
		t.Run(name, func(t *testing.T) {
			w := a.in(t, x.scenario)
			w.ok("PUT", "/worlds/{w}/clock", `{"freeze":true}`)
			file := w.do("GET", "/worlds/{w}/export", "").Body
			entry := x.send(w)
			got := w.do("GET", "/worlds/{w}/requests/"+entry["id"].(string)+"/step", "")
			if x.noStep {
				problem(t, "step", got, 409, "")
				return
			}
			if got.Status != 200 || got.ContentType != "application/yaml" || !strings.Contains(got.Body, x.step) {
				t.Fatalf("%d %s does not have %q:\n%s", got.Status, got.ContentType, x.step, got.Body)
			}
			if strings.Contains(got.Body, user) {
				t.Errorf("the first user is not {user}:\n%s", got.Body)
			}
			w.vendor("POST", "/users/", "{}") // {user} is the first user at that time
			if later := w.do("GET", "/worlds/{w}/requests/"+entry["id"].(string)+"/step", ""); later.Body != got.Body {
				t.Errorf("with another user:\n%s", later.Body)
			}
			if strings.Contains(x.path, "{debt}") {
				return // intents have other ids in a copy
			}
			passes(t, file+"try:\n"+got.Body, x.scenario+"-export")
		})
	}
	problem(t, "unknown request", a.do("GET", "/worlds/{w}/requests/none/step", ""), 404, "")
}

// passes runs a scenario file.
func passes(t *testing.T, text, name string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := mocktest.Start(t, mocktest.Files(file))
	results, err := s.Handler.(*mockserver.Server).CheckScenario(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("%s: %v\n%s", r.What, r.Err, text)
		}
	}
}

// TestCurls runs each command and compares what arrives with what was sent.
func TestCurls(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	a := start(t, "default")
	for name, x := range exchanges() {
		t.Run(name, func(t *testing.T) {
			w := a.in(t, x.scenario)
			sent := x.send(w)
			got := w.do("GET", "/worlds/{w}/requests/"+sent["id"].(string)+"/curl", "")
			if got.Status != 200 || !strings.HasPrefix(got.ContentType, "text/plain") || !strings.Contains(got.Body, x.curl) {
				t.Fatalf("%d %s does not have %q:\n%s", got.Status, got.ContentType, x.curl, got.Body)
			}
			if x.notRepeatable {
				return
			}
			out, err := exec.CommandContext(t.Context(), "bash", "-c", got.Body).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s\n%s", err, out, got.Body)
			}
			again := first(t, w.ok("GET", "/worlds/{w}/requests?limit=1", ""), "requests")
			if again["id"] == sent["id"] {
				t.Fatalf("no request arrived:\n%s\n%s", got.Body, out)
			}
			same := func(e map[string]any) map[string]any {
				return map[string]any{
					"call": [3]any{e["method"], e["path"], e["query"]}, "body": e["request"].(map[string]any)["body"], "rule": e["rule"], "operation": e["operation"],
				}
			}
			want := same(sent)
			if name == "JSON" {
				want["rule"] = "start-charging/already-charging" // the first one took effect
			}
			if diff := cmp.Diff(want, same(again)); diff != "" {
				t.Errorf("-sent +sent again\n%s\n%s", diff, got.Body)
			}
		})
	}
	problem(t, "unknown request", a.do("GET", "/worlds/{w}/requests/none/curl", ""), 404, "")
}

// TestCurlsOfOtherTokens: the command of a world named by a hash does not
// contain the token.
func TestCurlsOfOtherTokens(t *testing.T) {
	a := start(t, "default")
	own := &admin{a.Server, t, "eyJ.some.jwt"}
	own.vendor("GET", "/users/", "")
	id := a.ok("GET", "/worlds", "")["worlds"].([]any)[0].(map[string]any)["id"].(string)
	hidden := &admin{a.Server, t, id}
	entry := first(t, hidden.ok("GET", "/worlds/{w}/requests", ""), "requests")
	got := hidden.do("GET", "/worlds/{w}/requests/"+entry["id"].(string)+"/curl", "").Body
	if want := `curl -sS -i '` + a.URL + `/api/v1/users/' -H "Authorization: Bearer $TOKEN"`; !strings.HasPrefix(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
	public := start(t, "default", func(c *mockserver.Config) { c.PublicURL = "https://fake.example.org/x" })
	public.vendor("GET", "/users/", "")
	entry = first(t, public.ok("GET", "/worlds/{w}/requests", ""), "requests")
	if got := public.do("GET", "/worlds/{w}/requests/"+entry["id"].(string)+"/curl", "").Body; !strings.Contains(got, "'https://fake.example.org/x/api/v1/users/'") {
		t.Errorf("got %s", got)
	}
}

// TestCurlsOfASplitServer: the address of this API is not that of the vendor's.
func TestCurlsOfASplitServer(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.SplitAdmin = true
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "http://api.localhost:1/api/v1/users/", nil)
	r.Header.Set("Authorization", "Bearer mock.default.x")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, r)
	id := rec.Header().Get("X-Request-Id")
	rec = httptest.NewRecorder()
	handler, err := s.Admin("https://api.localhost:1")
	if err != nil {
		t.Fatal(err)
	}
	handler.ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost:2/__admin/worlds/mock.default.x/requests/"+id+"/curl", nil))
	if want := "'https://api.localhost:1/api/v1/users/'"; !strings.Contains(rec.Body.String(), want) {
		t.Errorf("%s does not have %s", rec.Body, want)
	}
	rec = httptest.NewRecorder()
	call := httptest.NewRequest("POST", "http://localhost:2/__admin/worlds/mock.many-sessions/calls", strings.NewReader(`{"call":"GET /users/{user}/charging-sessions/"}`))
	handler.ServeHTTP(rec, call)
	if want := `"next":"https://api.localhost:1/api/v1/users/`; !strings.Contains(rec.Body.String(), want) {
		t.Errorf("%s does not have %s", rec.Body, want)
	}
	rec = httptest.NewRecorder()
	handler.ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost:2/", nil))
	if want := "https://api.localhost:1/api/v1"; !strings.Contains(rec.Body.String(), want) {
		t.Errorf("the console does not show %s", want)
	}
}
