package mockserver_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

const bearer = "Bearer mock.default.strangers"

// A door is a way into the server, with the format of its errors.
type door struct {
	method, path string
	open         int                          // status for an accepted host
	sentence     func(body string) (s string) // of a refusal
}

func doors() []door {
	detail := func(body string) string { return member(body, "detail") }
	stripe := func(body string) string { return member(body, "error", "message") }
	text := strings.TrimSpace
	page := func(body string) string {
		_, s, _ := strings.Cut(body, "<h1>Forbidden</h1><p>")
		s, _, _ = strings.Cut(s, "</p>")
		return s
	}
	return []door{
		{"GET", "/api/v1/users/", 200, detail},
		{"POST", "/api/v1/users/", 201, detail},
		{"GET", "/api/v1/none", 404, detail},
		{"POST", "/v1/payment_methods", 401, stripe},
		{"GET", "/stripe/authenticate/seti_1", 404, stripe},
		{"GET", "/v3/", 200, text},
		{"GET", "/stripe.js", 200, text},
		{"GET", "/openapi.yaml", 200, text},
		{"GET", "/openapi.json", 200, text},
		{"GET", "/__admin/health", 200, detail},
		{"GET", "/__admin/worlds", 200, detail},
		{"DELETE", "/__admin/worlds/mock.default.strangers", 204, detail},
		{"GET", "/", 200, page},
		{"GET", "/worlds/mock.default.strangers", 200, page},
		{"GET", "/login", 303, page},
		{"POST", "/logout", 303, page},
		{"GET", "/assets/console.css", 200, page},
		{"GET", "/none", 404, page},
	}
}

// member returns a text in a JSON object.
func member(body string, names ...string) string {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return ""
	}
	for _, n := range names {
		o, _ := v.(map[string]any)
		v = o[n]
	}
	s, _ := v.(string)
	return s
}

func ask(t *testing.T, s *mocktest.Server, method, path string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", bearer)
	if strings.HasPrefix(path, "/v1/") {
		r.Header.Del("Authorization")
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	res, err := s.Client().Transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// TestHostsAtAllDoors: a page that rebinds its name finds nothing, whichever
// way it tries, on loopback and off it; a developer sees why and what to do.
func TestHostsAtAllDoors(t *testing.T) {
	for _, loopback := range []bool{true, false} {
		s := mocktest.Start(t, mocktest.With(func(c *mockserver.Config) {
			c.Loopback, c.AllowedHosts, c.PublicURL = loopback, []string{"*.team.example"}, "https://fake.example.org/x"
		}))
		for _, d := range doors() {
			for host, sentence := range map[string]string{
				"localhost:1": "", "a.localhost": "", "192.168.1.7:4343": "", "[::1]:4343": "", "cariqa-mock:4343": "", "host.docker.internal": "",
				"pc.team.example:4343": "", "fake.example.org": "",
				"evil.com:4343": "--allowed-host evil.com.", "127.0.0.1.evil.com": "--allowed-host 127.0.0.1.evil.com.", "[::1": "is not a host name.",
				"localhost:99999": "is not a host name.",
			} {
				res, body := ask(t, s, d.method, d.path, "Host", host)
				if sentence == "" {
					if res.StatusCode != d.open {
						t.Errorf("%s %s of %s: %d %s, want %d", d.method, d.path, host, res.StatusCode, body, d.open)
					}
					continue
				}
				if res.StatusCode != http.StatusForbidden || !strings.HasSuffix(d.sentence(body), sentence) {
					t.Errorf("%s %s of %s: %d %s, want 403 that ends with %s", d.method, d.path, host, res.StatusCode, body, sentence)
				}
			}
		}
	}
}

// A page of this machine can read why its call under another name is refused.
func TestRefusedHostsHaveCORS(t *testing.T) {
	s := mocktest.Start(t)
	for _, path := range []string{"/api/v1/users/", "/v1/payment_methods", "/v3/", "/openapi.json", "/stripe/authenticate/x"} {
		res, _ := ask(t, s, "GET", path, "Host", "fake.example.org", "Origin", "http://localhost:3000")
		if got := res.Header.Get("Access-Control-Allow-Origin"); res.StatusCode != 403 || got != "http://localhost:3000" {
			t.Errorf("%s: %d, allowed %q", path, res.StatusCode, got)
		}
	}
	if res, _ := ask(t, s, "GET", "/__admin/health", "Host", "fake.example.org", "Origin", "http://localhost:3000"); res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("pages may read the admin API")
	}
}

// TestForwardedHeaders: links and the origin of Stripe's script come from headers
// of trusted proxies only, and only if they make a URL; strict servers answer.
func TestForwardedHeaders(t *testing.T) {
	for _, trusted := range []bool{true, false} {
		s := mocktest.Start(t, mocktest.Strict(), mocktest.With(func(c *mockserver.Config) { c.Loopback = trusted }))
		for _, forwarded := range []string{
			"proxy.test", "proxy.test:8443", "[2001:db8::1]", "[::1", "a b", "u:p@a.test", "a.test/x", "a.test?x", "a.test:99999", "a.test:0", "a.test, b.test",
			`a"<script>`, "a\tb", "", "::1", "http://a.test", "a..test", strings.Repeat("a", 300),
		} {
			want := s.URL
			if trusted && (strings.HasPrefix(forwarded, "proxy.test") || forwarded == "[2001:db8::1]") {
				want = "https://" + forwarded
			}
			header := []string{"X-Forwarded-Host", forwarded}
			if want != s.URL {
				header = append(header, "X-Forwarded-Proto", "https")
			}
			res, body := ask(t, s, "GET", "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/?page_size=1", header...)
			if next := member(body, "next"); res.StatusCode != 200 || !strings.HasPrefix(next, want+"/api/") || res.Header.Get("X-Cariqa-Mock-Findings") != "" {
				t.Errorf("trusted %v, %q: %d, next is %s, want one at %s", trusted, forwarded, res.StatusCode, next, want)
			}
			for _, path := range []string{"/v3/", "/stripe.js"} {
				res, body := ask(t, s, "GET", path, header...)
				if !strings.Contains(body, fmt.Sprintf("\nconst SERVER = %q;\n", want)) {
					t.Errorf("trusted %v, %q: the script's server is not %s", trusted, forwarded, want)
				}
				if got := strings.Join(res.Header.Values("Vary"), ", "); !strings.Contains(got, "X-Forwarded-Host, X-Forwarded-Proto") || res.Header.Get("Cache-Control") != "no-cache" {
					t.Errorf("%s: Vary %q, Cache-Control %q", path, got, res.Header.Get("Cache-Control"))
				}
			}
		}
	}
}

// TestNoHost: a request of HTTP/1.0 gets links that work.
func TestNoHost(t *testing.T) {
	s := mocktest.Start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "GET /api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/?page_size=1 HTTP/1.0\r\nAuthorization: %s\r\n\r\n", bearer)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if next := member(string(body), "next"); res.StatusCode != 200 || !strings.HasPrefix(next, s.URL+"/") {
		t.Errorf("%d, next is %s", res.StatusCode, next)
	}
}

// TestAPITokens: a token that may not open a world is answered as a revoked one,
// and opens none, whichever way it comes.
func TestAPITokens(t *testing.T) {
	s := mocktest.Start(t, mocktest.With(func(c *mockserver.Config) { c.APITokens = []string{"mock.*.team-a", "ci-*", "exact", "a.c"} }))
	_, revoked := ask(t, s, "GET", "/api/v1/users/", "Authorization", "Bearer revoked")
	allowed := 0
	for token, want := range map[string]int{
		"mock.debt.team-a": 200, "mock.default.team-a": 200, "ci-1": 200, "ci-": 200, "exact": 200, "a.c": 200,
		"mock.debt.team-b": 403, "mock.debt": 403, "mock.debt.team-a.x": 403, "mock.debt.xteam-a": 403, "xci-1": 403, "exactly": 403, "": 401, "abc": 403,
		"revoked": 403, "*": 403,
	} {
		for _, path := range []string{"/api/v1/users/", "/api/v1/none/"} {
			res, body := ask(t, s, "GET", path, "Authorization", "Bearer "+token)
			if path == "/api/v1/users/" && (res.StatusCode != want || want == 403 && body != revoked) {
				t.Errorf("%q: %d %s, want %d as a revoked one: %s", token, res.StatusCode, body, want, revoked)
			}
		}
		if want == 200 {
			allowed++
		}
	}
	for _, token := range []string{"mock.debt.team-b", "mock.debt"} {
		for _, c := range [][2]string{{"GET", ""}, {"GET", "/users"}, {"POST", "/reset"}} {
			res, body := ask(t, s, c[0], "/__admin/worlds/"+token+c[1])
			if res.StatusCode != 422 || !strings.Contains(body, "--api-tokens") {
				t.Errorf("%s %s of the admin API: %d %s", c[0], token+c[1], res.StatusCode, body)
			}
		}
	}
	for _, key := range []string{"pk_test_any", "sk_test_any", "mock.debt.team-b"} {
		for _, path := range []string{"/v1/payment_methods", "/v1/setup_intents/seti_1/confirm", "/v1/payment_intents/pi_1"} {
			ask(t, s, "POST", path, "Authorization", "Bearer "+key)
		}
	}
	_, body := ask(t, s, "GET", "/__admin/worlds")
	if n := strings.Count(body, `"id"`); n != allowed {
		t.Errorf("%d worlds, want %d: %s", n, allowed, body)
	}
}

// TestAuthenticationPageFrames: an app may show the bank's page in a frame, as it
// does Stripe's; pages of other sites may not, and nothing may frame the console.
func TestAuthenticationPageFrames(t *testing.T) {
	s := mocktest.Start(t, mocktest.With(func(c *mockserver.Config) { c.Origins = []string{"https://app.example.org"} }))
	for path, want := range map[string]string{
		"/stripe/authenticate/seti_1": "frame-ancestors 'self' http://localhost:* https://localhost:* http://*.localhost:* https://*.localhost:* " +
			"http://127.0.0.1:* https://127.0.0.1:* https://app.example.org",
		"/":      "frame-ancestors 'none'",
		"/login": "frame-ancestors 'none'",
	} {
		res, _ := ask(t, s, "GET", path)
		if got := res.Header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "; "+want) {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// TestCORSOrigins: default ports and case are no difference, other schemes and
// ports are.
func TestCORSOrigins(t *testing.T) {
	s := mocktest.Start(t, mocktest.With(func(c *mockserver.Config) {
		c.Origins = []string{"https://App.example.org:443", "http://pc:3000", "capacitor://app"}
	}))
	for origin, want := range map[string]bool{
		"https://app.example.org": true, "http://app.example.org": false, "https://app.example.org:444": false, "http://pc:3000": true, "http://pc": false,
		"capacitor://app": true, "capacitor://other": false, "http://localhost:1": true, "https://[::1]:5": true, "http://127.0.0.1.evil.com": false, "null": false,
		"http://localhost/": false, "http://evil.com@localhost": false,
	} {
		res, _ := ask(t, s, "GET", "/api/v1/users/", "Origin", origin)
		if got := res.Header.Get("Access-Control-Allow-Origin"); (got == origin) != want {
			t.Errorf("%s: allowed %q, want %v", origin, got, want)
		}
	}
}
