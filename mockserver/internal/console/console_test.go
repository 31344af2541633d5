package console_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cariqamock/internal/printable"
	"cariqamock/mockserver/mocktest"
)

// user is the one of every built-in scenario.
const user = "9405cf8c-8375-4373-b4d3-b61f9a0c01eb"

// A browser is a browser without scripts.
type browser struct {
	t      *testing.T
	client *http.Client
	base   string
}

func open(t *testing.T, options ...mocktest.Option) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, &http.Client{Jar: jar}, mocktest.Start(t, options...).URL}
}

func (b *browser) do(r *http.Request) (*http.Response, string) {
	b.t.Helper()
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res, string(body)
}

func (b *browser) request(method, path string, form url.Values) *http.Request {
	b.t.Helper()
	r, err := http.NewRequest(method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.base)
	}
	return r
}

// get returns a page, which must exist.
func (b *browser) get(path string) string {
	b.t.Helper()
	res, body := b.do(b.request(http.MethodGet, path, nil))
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("GET %s: %d\n%s", path, res.StatusCode, body)
	}
	return body
}

// post sends a form and returns the page that it leads to.
func (b *browser) post(path string, fields ...string) string {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	res, body := b.do(b.request(http.MethodPost, path, form))
	if res.StatusCode != http.StatusOK {
		b.t.Fatalf("POST %s: %d\n%s", path, res.StatusCode, body)
	}
	return body
}

func (b *browser) contains(page string, texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			b.t.Errorf("the page does not contain %q:\n%s", text, page)
		}
	}
}

var flashPattern = regexp.MustCompile(`<p class="flash (\w+)">([^<]*)`)

// flashes checks the outcome of the last action.
func (b *browser) flashes(page, kind, text string) {
	b.t.Helper()
	m := flashPattern.FindStringSubmatch(page)
	if m == nil || m[1] != kind || !strings.Contains(m[2], text) {
		b.t.Errorf("flash %q, want %s: %s", m, kind, text)
	}
}

func TestPages(t *testing.T) {
	b := open(t)
	b.get("/worlds/mock.cdr-pending")
	tests := map[string][]string{
		"/":                                {"mock.cdr-pending", b.base + "/api/v1", "/stripe.js", "DE*MCK*E500", "Removing a payment method"},
		"/worlds/mock.cdr-pending":         {"pm_abc123", "cannot be removed", "remove-payment-method/cdr-pending", "Deliver CDR now", "frozen"},
		"/worlds/mock.removable":           {"removable"},
		"/worlds/mock.debt":                {"Debt of 5.39 EUR", "Pay with a declined card"},
		"/worlds/mock.default/journal":     {"No requests yet"},
		"/worlds/mock.rich-user":           {"Settled", "Released"},
		"/worlds/mock.many-sessions":       {"Billed", `Sessions <span class="quiet">100</span>`},
		"/worlds/mock.default?search=nope": {"No user"},
		"/trust":                           {"remove-payment-method/debt", "assumed", "Known differences", "setup_intent_client_secret"},
	}
	for path, want := range tests {
		b.contains(b.get(path), want...)
	}
}

// TestNextPage follows the links from page to page: each world and each call is
// listed once.
func TestNextPage(t *testing.T) {
	b := open(t)
	const worlds, calls = 30, 450
	for n := range worlds {
		b.get(fmt.Sprintf("/worlds/mock.default.n%d", n))
	}
	for range calls {
		r := b.request(http.MethodGet, "/api/v1/stations/partners/", nil)
		r.Header.Set("Authorization", "Bearer mock.default.n0")
		b.do(r)
	}
	for name, c := range map[string]struct {
		first, item string
		pages, want int
	}{
		"worlds":   {"/", `<a href="/worlds/[^"]+"><code>`, 3, worlds},
		"journal":  {"/worlds/mock.default.n0/journal", `<a href="/worlds/mock.default.n0/journal/req_[^"]+">`, 5, calls},
		"filtered": {"/worlds/mock.default.n0/journal?method=GET&path=%2Fapi%2F*%2F*%2Fpartners%2F", `<a href="/worlds/mock.default.n0/journal/req_[^"]+">`, 5, calls},
	} {
		seen, pages := map[string]bool{}, 0
		for at := c.first; at != ""; pages++ {
			page := b.get(at)
			for _, item := range regexp.MustCompile(c.item).FindAllString(page, -1) {
				if seen[item] {
					t.Errorf("%s: %s is listed twice", name, item)
				}
				seen[item] = true
			}
			if strings.Contains(page, ">First page<") != (pages > 0) {
				t.Errorf("%s, page %d: a link to the first page, or none", name, pages)
			}
			next := regexp.MustCompile(`href="([^"]+)" rel="next">`).FindStringSubmatch(page)
			if at = ""; next != nil {
				at = html.UnescapeString(next[1])
			}
		}
		if len(seen) != c.want || pages != c.pages {
			t.Errorf("%s: %d on %d pages, want %d on %d", name, len(seen), pages, c.want, c.pages)
		}
	}
	if res, _ := b.do(b.request(http.MethodGet, "/?after=nothing", nil)); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("unknown page: %d", res.StatusCode)
	}
}

func TestHeadersAndOddPaths(t *testing.T) {
	b := open(t)
	res, page := b.do(b.request(http.MethodGet, "/", nil))
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("Content-Security-Policy %q", policy)
	}
	if strings.Contains(page, ` style="`) || strings.Contains(page, " onclick=") || strings.Contains(page, "//cdn") {
		t.Error("the page contains what its own policy forbids")
	}
	for path, status := range map[string]int{
		"/nowhere": 404, "/worlds/mock.nonsense-scenario": 422, "/worlds/w_000000000000": 404, "/worlds/mock.default?user=nobody": 404,
		"/worlds/mock.default?user=..": 404, "/worlds/mock.default?user=%2F": 404, "/worlds/%2e%2e": 404, "/worlds/mock.default%2Fclock": 404,
		"/worlds/mock.default/journal/%2e%2e": 404, "/worlds/mock.default/journal/..%2fx": 404, "/worlds/": 404, "/worlds": 404,
		"/worlds/mock.default/journal/req_none": 404, "/worlds/mock.default/journal?status=many": 422, "/assets/": 404, "/assets/console.css": 200,
	} {
		if res, body := b.do(b.request(http.MethodGet, path, nil)); res.StatusCode != status {
			t.Errorf("GET %s: %d, want %d\n%s", path, res.StatusCode, status, body)
		}
	}
	if res, _ := b.do(b.request(http.MethodPost, "/", url.Values{})); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST /: %d, Allow %q", res.StatusCode, res.Header.Get("Allow"))
	}
}

// Browsers get a page, programs a line of text.
func TestUnknownPath(t *testing.T) {
	b := open(t)
	r := b.request(http.MethodGet, "/nowhere", nil)
	if res, body := b.do(r); res.Header.Get("Content-Type") != "text/plain; charset=utf-8" || strings.Contains(body, "<html") {
		t.Errorf("program: %s", body)
	}
	r = b.request(http.MethodGet, "/nowhere", nil)
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	res, body := b.do(r)
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("browser: %d", res.StatusCode)
	}
	b.contains(body, "Not found", `<a class="button" href="/">`)
}

func TestOpening(t *testing.T) {
	b := open(t)
	b.flashes(b.post("/worlds", "scenario", "nonsense"), "failed", "nonsense")
	if page := b.post("/worlds", "scenario", "debt", "name", "qa-1"); strings.Contains(page, `class="flash`) {
		t.Error("a new world has a flash")
	}
	b.get("/worlds/mock.debt.qa-1")
	fresh := regexp.MustCompile(`<h1><code>(mock\.debt\.[0-9]+)</code>`)
	one, two := fresh.FindStringSubmatch(b.post("/worlds", "scenario", "debt")), fresh.FindStringSubmatch(b.post("/worlds", "scenario", "debt"))
	if one == nil || two == nil || one[1] == two[1] {
		t.Errorf("two testers who open the same scenario get %v and %v", one, two)
	}
	b.flashes(b.post("/worlds", "scenario", "debt", "name", "qa-1"), "done", "already existed")
}

// Not every request can be a scenario step; its page works all the same.
func TestRequestWithoutStep(t *testing.T) {
	b := open(t)
	b.post("/worlds/mock.default.odd/clock", "freeze", "true")
	b.flashes(b.post("/worlds/mock.default.odd/fault", "operation", "*", "effect", "drop"), "done", "queued")
	page := b.post("/worlds/mock.default.odd/remove", "user", user, "method", "pm_1TD1M3HtgZxQ1KXx5wMzfx15")
	b.flashes(page, "refused", "dropped without a response")
	b.contains(b.get(regexp.MustCompile(`/worlds/mock.default.odd/journal/req_[^"]+`).FindString(page)), "dropped", "Scenario step</h2><p")
}

// Test cards are found by what they do, and by their number.
func TestCardPicker(t *testing.T) {
	page := open(t).get("/worlds/mock.default.cards")
	for _, text := range []string{
		`<optgroup label="Requires 3-D Secure">`, ">4000 0000 0000 9995 – insufficient funds<",
		`<option value="pm_card_visa">4242 4242 4242 4242 – visa<`, ">4000 0027 6000 3184 – on every occasion<",
	} {
		if !strings.Contains(page, text) {
			t.Errorf("no %s", text)
		}
	}
}

// The home page finds scenarios by words.
func TestSearchOfScenarios(t *testing.T) {
	b := open(t)
	page := b.get("/?search=provider+FAILS+stop")
	b.contains(page, "mock.provider-stop-failed", "Show all")
	if strings.Contains(page, "mock.provider-start-failed") || strings.Contains(page, "<h3>Starting a session") {
		t.Error("it shows others as well")
	}
	b.contains(b.get("/?search=nonsense"), "No scenario has these words.")
}

// The journal finds a request among many by a word in its body.
func TestSearch(t *testing.T) {
	b := open(t)
	const world = "/worlds/mock.default.search"
	b.get(world)
	b.post(world+"/create-user", "email", "needle@example.com")
	for range 30 {
		b.post(world+"/default", "user", user, "method", "pm_1TD1M3HtgZxQ1KXx5wMzfx15")
	}
	page := b.get(world + "/journal?text=NEEDLE")
	b.contains(page, "1 matching request,", `value="NEEDLE"`, "Show all")
	id := regexp.MustCompile(`/journal/(req_[^"]+)`).FindStringSubmatch(page)
	if id == nil {
		t.Fatal(page)
	}
	b.contains(b.get(world+"/journal?text="+id[1]), id[1])
	b.contains(b.get(world+"/journal?text=needle+users_create&status=204"), "0 matching requests", `<details id="filters" open>`)
}

// A removal is refused, explained, and then possible.
func TestRefusedRemoval(t *testing.T) {
	b := open(t)
	const world = "/worlds/mock.cdr-pending"
	b.contains(b.post("/worlds", "scenario", "cdr-pending"), "cannot be removed")
	b.get(world)
	page := b.post(world+"/remove", "user", user, "method", "pm_abc123")
	b.flashes(page, "refused", "Refused with 400")
	link := regexp.MustCompile(world + `/journal/req_[^"]+`).FindString(page)
	b.contains(b.get(link), "CDR processing is incomplete", "To fix: ", "remove-payment-method/cdr-pending", "curl", "DELETE /users/{user}/payment-methods/pm_abc123/")

	page = b.post(world+"/clock", "user", user, "advance", "10m")
	b.flashes(page, "done", "10 min")
	if strings.Contains(page, "remove-payment-method/cdr-pending</code>") && strings.Contains(page, "CDR processing is incomplete") {
		t.Error("the rule still refuses")
	}
	b.flashes(b.post(world+"/remove", "user", user, "method", "pm_abc123"), "done", "removed")
	if page = b.get(world); strings.Contains(page, "<code>pm_abc123</code> <span") {
		t.Error("the method is still listed")
	}
	b.contains(b.get(world+"/journal"), `<span class="code good">204</span>`, `<span class="code refused">400</span>`)
}

func TestTextFromClientsIsInert(t *testing.T) {
	evil := filepath.Join(t.TempDir(), "evil.yaml")
	text := "name: evil\ntitle: '<script>alert(1)</script>'\nusers:\n- id: " + user + "\n  email: '\"><img/src=x/onerror=alert(2)>\u202e@example.com'\n"
	if err := os.WriteFile(evil, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, mocktest.Files(evil))
	b.get("/worlds/mock.evil")
	r := b.request(http.MethodGet, "/api/v1/users/?search=%3Cscript%3Ealert(3)%3C/script%3E%E2%80%AE%1B[2J", nil)
	r.Header.Set("Authorization", "Bearer mock.evil")
	r.Header.Set("X-Evil", "<script>alert(4)</script>")
	_, _ = b.do(r)
	journal := b.get("/worlds/mock.evil/journal")
	link := regexp.MustCompile(`/worlds/mock.evil/journal/req_[^"]+`).FindString(journal)
	for _, path := range []string{"/", "/worlds/mock.evil", "/worlds/mock.evil/journal", link, "/worlds/mock.evil/journal?path=%3Cscript%3Ealert(5)%3C/script%3E"} {
		page := b.get(path)
		for _, never := range []string{"<script>alert", "<img"} {
			if strings.Contains(page, never) {
				t.Errorf("%s contains %q unescaped", path, never)
			}
		}
		if !printable.Clean(page) {
			t.Errorf("%s contains characters that are not shown as themselves", path)
		}
	}
	b.contains(b.get("/"), "&lt;script&gt;alert(1)")
	b.contains(b.get("/worlds/mock.evil"), `\u202e@example.com`)
	b.contains(b.get(link), "&lt;script&gt;alert(4)")
}

func TestOtherSitesChangeNothing(t *testing.T) {
	b := open(t)
	for name, header := range map[string][2]string{
		"foreign origin": {"Origin", "https://evil.example"}, "another port": {"Origin", "http://127.0.0.1:1"},
		"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same site": {"Sec-Fetch-Site", "same-site"},
		"rebound name": {"Host", "evil.example"}, "null": {"Origin", "null"},
	} {
		r := b.request(http.MethodPost, "/worlds/mock.debt.forged/reset", url.Values{"scenario": {"default"}})
		r.Header.Del("Origin")
		r.Header.Set(header[0], header[1])
		if header[0] == "Host" {
			r.Host = header[1]
			r.Header.Set("Origin", "http://evil.example")
		}
		if res, body := b.do(r); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d, want 403\n%s", name, res.StatusCode, body)
		}
	}
	b.contains(b.get("/worlds/mock.debt.forged"), "Debt of 5.39")

	r := b.request(http.MethodGet, "/worlds/mock.debt", nil)
	r.Host = "evil.example"
	if res, _ := b.do(r); res.StatusCode != http.StatusForbidden {
		t.Errorf("a page under a foreign name: %d, want 403", res.StatusCode)
	}
}

// Reading a world creates it, and many new worlds would evict those in use. So
// images, frames and links on pages of other sites create none. The page that a
// link leads to has a link of its own, which does.
func TestOtherSitesCreateNoWorlds(t *testing.T) {
	b := open(t)
	look := func(site, dest string) int {
		r := b.request(http.MethodGet, "/worlds/mock.default."+dest, nil)
		r.Header.Set("Sec-Fetch-Site", site)
		r.Header.Set("Sec-Fetch-Dest", dest)
		res, _ := b.do(r)
		return res.StatusCode
	}
	for _, dest := range []string{"image", "iframe", "empty", "script"} {
		for _, site := range []string{"cross-site", "same-site"} {
			if status := look(site, dest); status != http.StatusForbidden {
				t.Errorf("%s as %s: %d, want 403", site, dest, status)
			}
		}
	}
	for _, site := range []string{"cross-site", "same-site"} {
		for _, path := range []string{"/worlds/mock.default.link?user=" + user, "/worlds/mock.default.link/journal/req_1", "/__admin/worlds/mock.default.link/clock"} {
			r := b.request(http.MethodGet, path, nil)
			r.Header.Set("Sec-Fetch-Site", site)
			r.Header.Set("Sec-Fetch-Dest", "document")
			res, body := b.do(r)
			if res.StatusCode != http.StatusNotFound || strings.HasPrefix(path, "/worlds") &&
				!regexp.MustCompile(`<a class="button" href="`+strings.Split(path, "?")[0]+`\?again=yes[^"]*">Open this world</a>`).MatchString(body) {
				t.Errorf("a link from a %s page to %s: %d\n%s", site, path, res.StatusCode, body)
			}
		}
	}
	if page := b.get("/"); strings.Contains(page, "mock.default.") && strings.Contains(page, "Open worlds") {
		t.Error("a page of another site has created a world")
	}
	if status := look("same-origin", "document"); status != http.StatusOK {
		t.Errorf("a link of the console: %d", status)
	}
	if status := look("cross-site", "document"); status != http.StatusOK {
		t.Errorf("a link from elsewhere to an open world: %d", status)
	}
	if status := look("same-origin", "empty"); status != http.StatusOK {
		t.Errorf("the console's own script: %d", status)
	}
}

func TestLoginWithoutNeed(t *testing.T) {
	b := open(t)
	if page := b.get("/login?next=/trust"); strings.Contains(page, "Admin token") {
		t.Error("the page asks for a token although the server has none")
	}
}

func TestAdminToken(t *testing.T) {
	b := open(t, mocktest.AdminToken("s3cret"))
	ask := b.get("/worlds/mock.debt?user=" + user)
	b.contains(ask, "Admin token", `value="/worlds/mock.debt?user=`+user+`"`)
	b.contains(b.post("/worlds/mock.debt/clock", "advance", "1m"), "Admin token", `value="/worlds/mock.debt"`)
	if res, body := b.do(b.request(http.MethodPost, "/login", url.Values{"token": {"wrong"}})); res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "Wrong token") {
		t.Errorf("a wrong token: %d\n%s", res.StatusCode, body)
	}
	b.contains(b.post("/login", "token", "s3cret", "next", "/worlds/mock.debt"), "Debt of 5.39")
	b.flashes(b.post("/worlds/mock.debt/clock", "advance", "1m"), "done", "1 min")
	here, err := url.Parse(b.base)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(here) {
		if strings.Contains(c.Value, "s3cret") {
			t.Errorf("cookie %s contains the token", c.Name)
		}
	}
	for _, elsewhere := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		res, _ := b.do(b.request(http.MethodPost, "/login", url.Values{"token": {"s3cret"}, "next": {elsewhere}}))
		if to := res.Header.Get("Location"); to != "/" {
			t.Errorf("next %s leads to %s", elsewhere, to)
		}
	}
}
