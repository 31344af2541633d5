package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

// login signs in and returns the cookie that the console sets.
func (b *browser) login(token string, header ...string) *http.Cookie {
	b.t.Helper()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.client.CheckRedirect = nil }()
	r := b.request(http.MethodPost, "/login", url.Values{"token": {token}})
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, body := b.do(r)
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 1 {
		b.t.Fatalf("%d %v\n%s", res.StatusCode, res.Cookies(), body)
	}
	return res.Cookies()[0]
}

func TestLoginCookie(t *testing.T) {
	for name, c := range map[string]struct {
		loopback bool
		header   []string
		name     string
		secure   bool
	}{
		"HTTP":                   {true, nil, "", false},
		"a TLS proxy":            {true, []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "pc", "Origin", "https://pc"}, "cariqa-mock-admin-443", true},
		"a stranger's TLS proxy": {false, []string{"X-Forwarded-Proto", "https"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, mocktest.AdminToken("open-sesame"), mocktest.With(func(cfg *mockserver.Config) { cfg.Loopback = c.loopback }))
			if c.name == "" {
				c.name = "cariqa-mock-admin-" + b.base[strings.LastIndex(b.base, ":")+1:]
			}
			got := b.login("open-sesame", c.header...)
			if got.Name != c.name || got.Secure != c.secure || !got.HttpOnly || got.SameSite != http.SameSiteStrictMode || got.Path != "/" || got.MaxAge != 0 {
				t.Errorf("%s", got)
			}
		})
	}
}

// TestTwoServersOnOneHost: browsers send the cookies of a host to all its ports.
func TestTwoServersOnOneHost(t *testing.T) {
	one, two := open(t, mocktest.AdminToken("open-sesame")), open(t, mocktest.AdminToken("open-sesame"))
	two.client.Jar = one.client.Jar
	one.login("open-sesame")
	two.contains(two.get("/trust"), "Admin token")
	two.login("open-sesame")
	for _, b := range []*browser{one, two} {
		b.contains(b.get("/trust"), "Sign out")
	}
	two.contains(two.post("/logout"), "Admin token")
	two.contains(two.get("/trust"), "Admin token")
	one.contains(one.get("/trust"), "Sign out")
}

// A page of another site can neither sign anybody out nor in.
func TestOtherSitesCannotSignOut(t *testing.T) {
	b := open(t, mocktest.AdminToken("open-sesame"))
	b.login("open-sesame")
	for _, path := range []string{"/logout", "/login"} {
		r := b.request(http.MethodPost, path, url.Values{"token": {"open-sesame"}})
		r.Header.Set("Origin", "https://evil.example")
		if res, body := b.do(r); res.StatusCode != http.StatusForbidden || len(res.Cookies()) > 0 {
			t.Errorf("%s: %d %v\n%s", path, res.StatusCode, res.Cookies(), body)
		}
	}
	b.contains(b.get("/trust"), "Sign out")
	if page := open(t).get("/"); strings.Contains(page, "Sign out") {
		t.Error("a console without a token has a button to sign out")
	}
}

// TestGuessesHaveToWait: the page says how long, and who has signed in goes on.
func TestGuessesHaveToWait(t *testing.T) {
	b := open(t, mocktest.AdminToken("sesame"))
	b.login("sesame")
	try := func(token string) (int, string) {
		res, body := b.do(b.request(http.MethodPost, "/login", url.Values{"token": {token}}))
		return res.StatusCode, body
	}
	for range 10 {
		if status, body := try("guess"); status != http.StatusUnauthorized || !strings.Contains(body, "Wrong token") {
			t.Fatalf("%d\n%s", status, body)
		}
	}
	for _, token := range []string{"guess", "sesame"} {
		if status, body := try(token); status != http.StatusTooManyRequests || !strings.Contains(body, "Too many wrong admin tokens came from this address. Try again in") {
			t.Errorf("%s: %d\n%s", token, status, body)
		}
	}
	b.contains(b.get("/trust"), "Sign out")
}
