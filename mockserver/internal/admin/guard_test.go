package admin_test

import (
	"strings"
	"testing"

	"cariqamock/mockserver"
	api "cariqamock/mockserver/internal/admin"
)

func TestCookie(t *testing.T) {
	a := start(t, "default", func(c *mockserver.Config) { c.AdminToken = "open sesame" })
	good := api.CookieName + "=" + api.Cookie("open sesame")
	if api.CookieName != "cariqa-mock-admin" || strings.Contains(good, "sesame") || len(api.Cookie("")) != 64 || api.Cookie("a") == api.Cookie("b") {
		t.Errorf("the cookie is %s", good)
	}
	for cookie, status := range map[string]int{
		good: 200, "a=b; " + good: 200, api.CookieName + "=old; " + good: 200,
		api.CookieName + "=open sesame": 401, api.CookieName + "=" + api.Cookie("x"): 401, api.CookieName + "=": 401, "other=" + api.Cookie("open sesame"): 401,
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
