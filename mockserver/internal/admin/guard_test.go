package admin_test

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"cariqamock/mockserver"
	api "cariqamock/mockserver/internal/admin"
)

// cookie returns the cookie of a token at the server of a URL, and its parts.
func cookie(t *testing.T, at, token string) (pair, name, value string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.URL.Scheme == "https" {
		r.TLS = &tls.ConnectionState{}
	}
	name, value = api.Cookie(r, token)
	return name + "=" + value, name, value
}

// TestCookie checks which cookies are accepted instead of the token. Browsers
// send them to all ports of a host, so each server has one of its own.
func TestCookie(t *testing.T) {
	a := start(t, "default", func(c *mockserver.Config) { c.AdminToken = "open sesame" })
	good, name, value := cookie(t, a.URL, "open sesame")
	_, port, _ := strings.Cut(strings.TrimPrefix(a.URL, "http://"), ":")
	if name != "cariqa-mock-admin-"+port || strings.Contains(good, "sesame") || len(value) != 64 {
		t.Errorf("the cookie is %s", good)
	}
	seen := map[string]string{}
	for _, at := range []string{"http://h", "https://h", "http://h:4343", "http://h:4344"} {
		pair, _, value := cookie(t, at, "open sesame")
		if other, ok := seen[value]; ok {
			t.Errorf("%s and %s have the cookie %s", at, other, pair)
		}
		seen[value] = at
	}
	elsewhere, _, foreign := cookie(t, "http://127.0.0.1:1", "open sesame")
	wrong, _, _ := cookie(t, a.URL, "x")
	for cookie, status := range map[string]int{
		good: 200, "a=b; " + good: 200, name + "=old; " + good: 200,
		name + "=open sesame": 401, wrong: 401, name + "=": 401, "other=" + value: 401,
		elsewhere: 401, name + "=" + foreign: 401, "cariqa-mock-admin=" + value: 401,
	} {
		if got := a.do("GET", "/version", "", "Cookie", cookie); got.Status != status {
			t.Errorf("%s: %d, want %d", cookie, got.Status, status)
		}
	}
	if got := a.do("PUT", "/worlds/{w}/clock", `{"freeze":true}`, "Cookie", good, "Sec-Fetch-Site", "same-origin", "Origin", a.URL); got.Status != 200 {
		t.Errorf("a change by the page: %d %s", got.Status, got.Body)
	}
	problem(t, "a change by another page", a.do("PUT", "/worlds/{w}/clock", `{"freeze":false}`, "Cookie", good, "Sec-Fetch-Site", "same-site"), 403, "")
	if got := a.do("GET", "/worlds/{w}/clock", "", "Cookie", good); got.Fields["frozen"] != true {
		t.Errorf("a refused change was applied: %v", got.Fields)
	}
}

// TestCrossOrigin: browsers send where a request comes from; tools do not.
func TestCrossOrigin(t *testing.T) {
	a := start(t, "default")
	a.ok("GET", "/worlds/{w}/clock", "") // a link opens no world
	for site, status := range map[string]int{"": 200, "same-origin": 200, "none": 200, "same-site": 403, "cross-site": 403} {
		var header []string
		if site != "" {
			header = []string{"Sec-Fetch-Site", site}
		}
		for _, c := range [][2]string{{"PUT", "/worlds/{w}/clock"}, {"POST", "/worlds/{w}/reset"}, {"POST", "/worlds/{w}/calls"}} {
			body := "{}"
			if c[1] == "/worlds/{w}/calls" {
				body = `{"call":"GET /users/"}`
			}
			if got := a.do(c[0], c[1], body, header...); got.Status != status {
				t.Errorf("%s %s from %q: %d, want %d", c[0], c[1], site, got.Status, status)
			}
		}
		for dest, want := range map[string]int{"document": 200, "image": status, "iframe": status, "empty": status} {
			if got := a.do("GET", "/worlds/{w}/clock", "", append([]string{"Sec-Fetch-Dest", dest}, header...)...); got.Status != want {
				t.Errorf("GET from %q for %s: %d, want %d", site, dest, got.Status, want)
			}
		}
	}
	problem(t, "dropping a world", a.do("DELETE", "/worlds/{w}", "", "Sec-Fetch-Site", "cross-site"), 403, "")
}

// TestWrongTokens: they are logged and slowed. Who has signed in, and who has a
// token that cannot be guessed, need not wait for those who guess.
func TestWrongTokens(t *testing.T) {
	for token, locked := range map[string]int{"sesame": 429, "a-token-of-26-characters-xy": 200} {
		var log syncBuffer
		a := start(t, "default", func(c *mockserver.Config) {
			c.AdminToken, c.Log = token, slog.New(slog.NewTextHandler(&log, nil))
		})
		good, _, _ := cookie(t, a.URL, token)
		var last answer
		for range 12 {
			last = a.do("GET", "/version", "", "Authorization", "Bearer guess-1")
		}
		problem(t, "the last guess", last, 429, "")
		if wait := last.Header.Get("Retry-After"); wait != "2" && wait != "1" {
			t.Errorf("Retry-After: %q", wait)
		}
		if got := a.do("GET", "/version", "", "Authorization", "Bearer "+token); got.Status != locked {
			t.Errorf("%s meanwhile: %d, want %d", token, got.Status, locked)
		}
		if got := a.do("GET", "/version", "", "Cookie", good); got.Status != 200 {
			t.Errorf("who has signed in: %d", got.Status)
		}
		problem(t, "no token", a.do("GET", "/version", ""), 401, "")
		if n := strings.Count(log.String(), "wrong admin token"); n != 10 || strings.Contains(log.String(), "guess-1") {
			t.Errorf("%d lines in the log:\n%s", n, log.String())
		}
	}
}

// A syncBuffer takes a log that several requests write.
type syncBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

// TestAdminBehindAProxy: the page's origin is the proxy's, whose word counts as
// --public-url and --trust-proxy say. A name that it forwards must be accepted, too.
func TestAdminBehindAProxy(t *testing.T) {
	const origin = "https://fake.example.org"
	forwarded := []string{"X-Forwarded-Host", "fake.example.org", "X-Forwarded-Proto", "https"}
	rebound := []string{"X-Forwarded-Host", "evil.com:8080", "Origin", "http://evil.com:8080"}
	for name, c := range map[string]struct {
		change func(*mockserver.Config)
		header []string
		want   int
	}{
		"forwarded, allowed":     {func(c *mockserver.Config) { c.AllowedHosts = []string{"fake.example.org"} }, append(forwarded, "Origin", origin), 200},
		"forwarded, public URL":  {func(c *mockserver.Config) { c.PublicURL = origin }, append(forwarded, "Origin", origin), 200},
		"forwarded, unknown":     {func(*mockserver.Config) {}, append(forwarded, "Origin", origin), 403},
		"forwarded, not trusted": {func(c *mockserver.Config) { c.Loopback, c.AllowedHosts = false, []string{"fake.example.org"} }, append(forwarded, "Origin", origin), 403},
		"only TLS ended":         {func(c *mockserver.Config) { c.PublicURL = origin }, []string{"Host", "fake.example.org", "Origin", origin}, 200},
		"Host replaced":          {func(c *mockserver.Config) { c.PublicURL = origin }, []string{"Origin", origin}, 200},
		"by HTTP":                {func(c *mockserver.Config) { c.PublicURL = origin }, []string{"Host", "fake.example.org", "Origin", "http://fake.example.org"}, 403},
		"rebound at the proxy":   {func(*mockserver.Config) {}, rebound, 403},
		"rebound, reading":       {func(*mockserver.Config) {}, rebound[:2], 403},
	} {
		t.Run(name, func(t *testing.T) {
			a := start(t, "default", c.change)
			if got := a.do("PUT", "/worlds/{w}/clock", `{"freeze":true}`, c.header...); got.Status != c.want {
				t.Errorf("%d %s, want %d", got.Status, got.Body, c.want)
			}
		})
	}
}
