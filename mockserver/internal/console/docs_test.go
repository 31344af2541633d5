package console_test

import (
	"net/http/cookiejar"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

func TestDocs(t *testing.T) {
	b := open(t)
	page := b.get("/docs/")
	b.contains(page, `href="/docs/README"`, `href="/docs/mockserver/proxy"`, `href="/openapi.yaml"`, `<a href="/docs/" aria-current="page">Docs</a>`)
	for _, m := range regexp.MustCompile(`href="(/docs/[^"#?]*)"`).FindAllStringSubmatch(page, -1) {
		b.get(m[1])
	}
	page = b.get("/docs/README")
	b.contains(page, "curl -s &#34;"+b.base+"/api/v1/", `href="#install-and-run"`, `id="install-and-run"`, "data-copy=", `<title>cariqa-mock`)
	if strings.Contains(page, "http://127.0.0.1:4343/api") {
		t.Error("the default address is still in the page")
	}
	b.contains(b.get("/docs/mockserver/mocktest/js/examples/react-playwright/src"), `href="#App.tsx"`, `id="App.tsx"`, "createRoot")
	for _, path := range []string{"/docs/missing", "/docs/..%2fgo.mod", "/docs/go.mod", "/docs/%ff", "/docs/openapi.go"} {
		if res, body := b.do(b.request("GET", path, nil)); res.StatusCode != 404 || !strings.Contains(body, "No such document") {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	res, body := b.do(b.request("GET", "/docs/mockserver/internal/console/screenshots/world.png", nil))
	if res.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(body, "\x89PNG") {
		t.Errorf("a picture: %d %s", res.StatusCode, res.Header)
	}
	for from, to := range map[string]string{"/docs": "/docs/", "/docs/mockserver/README.md": "/docs/mockserver", "/docs/mockserver/": "/docs/mockserver", "/docs/README.md": "/docs/README"} {
		if res, _ := b.do(b.request("GET", from, nil)); res.StatusCode != 200 || res.Request.URL.Path != to {
			t.Errorf("%s leads to %s (%d), want %s", from, res.Request.URL.Path, res.StatusCode, to)
		}
	}
}

// Nothing is loaded from another server, and everything that is loaded exists.
func TestDocsLoadNothingElsewhere(t *testing.T) {
	b := open(t)
	for _, path := range []string{"/docs/", "/docs/README", "/docs/mockserver", "/docs/?q=debt"} {
		for _, m := range regexp.MustCompile(`(?:src|action)="([^"]*)"|<link [^>]*href="([^"]*)"`).FindAllStringSubmatch(b.get(path), -1) {
			to := m[1] + m[2]
			if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
				t.Errorf("%s loads %s", path, to)
			} else {
				b.get(to)
			}
		}
	}
}

func TestDocsSearch(t *testing.T) {
	b := open(t)
	b.contains(b.get("/docs/?q=Idempotency-Key+replay"), `href="/docs/mockserver#failures"`, "<mark>Idempotency-Key</mark>")
	b.contains(b.get("/docs/?q=zzzz"), "No section has all of these words.")
	b.contains(b.get("/docs/?q=e"), "; the first 50")
	b.contains(b.get("/docs/?q=%22%3E%3Cscript%3E"), "&gt;&lt;script&gt;")
	b.contains(b.get("/docs/?q=%ff%fe"), "0 sections")
	b.contains(b.get("/docs/?q=+"), "Start here")
}

var tourToken = regexp.MustCompile(`Bearer (mock\.removable\.tour-[a-z0-9]+)`)

// The tokens of a page are fresh for each reader, who keeps them on all pages
// until he wants others.
func TestDocsTokens(t *testing.T) {
	b := open(t)
	first := b.find(b.get("/docs/README"), tourToken.String())
	if again := b.find(b.get("/docs/README"), tourToken.String()); again != first {
		t.Errorf("token %s, before %s", again, first)
	}
	page := b.post("/docs/", "next", "/docs/README")
	b.flashes(page, "done", "fresh tokens")
	second := b.find(page, tourToken.String())
	if second == first {
		t.Errorf("%s is not fresh", second)
	}
	for _, bad := range []string{"x y", "\"><b>", strings.Repeat("1", 21), "A", ""} {
		r := b.request("GET", "/docs/README", nil)
		r.Header.Set("Cookie", "cariqa-mock-docs="+bad)
		b.client.Jar, _ = cookiejar.New(nil)
		if _, body := b.do(r); bad != "" && strings.Contains(body, "tour-"+bad) {
			t.Errorf("the name %q is accepted", bad)
		}
	}
}

// A name is not fresh if one of its worlds is open.
func TestDocsTokensOfNoOpenWorld(t *testing.T) {
	b := open(t)
	for _, world := range []string{"mock.removable.tour-1", "mock.debt.qa-2"} {
		b.get("/worlds/" + world)
	}
	if got := b.find(b.get("/docs/README"), tourToken.String()); got != "mock.removable.tour-3" {
		t.Errorf("token %s, want mock.removable.tour-3", got)
	}
}

func TestDocsNeedTheAdminToken(t *testing.T) {
	b := open(t, mocktest.AdminToken("a-long-secret-token"))
	for _, path := range []string{"/docs/", "/docs/mockserver", "/docs/missing", "/docs/mockserver/internal/console/screenshots/world.png"} {
		if res, _ := b.do(b.request("GET", path, nil)); res.Request.URL.Path != "/login" {
			t.Errorf("%s leads to %s", path, res.Request.URL.Path)
		}
	}
	b.contains(b.post("/login", "token", "a-long-secret-token", "next", "/docs/mockserver"), "Charge and pay", "CARIQA_MOCK_ADMIN_TOKEN")
}

// Where the console has an address of its own, its links reach the vendor's.
func TestDocsOfASplitServer(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.SplitAdmin = true
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := server.Admin("http://127.0.0.1:5001")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/openapi.yaml": "http://127.0.0.1:5001/openapi.yaml", "/docs": "/docs/"} {
		w := httptest.NewRecorder()
		admin.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1:5002"+path, nil))
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%s: %d to %q, want %q", path, w.Code, got, want)
		}
	}
	w := httptest.NewRecorder()
	admin.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1:5002/docs/README", nil))
	if !strings.Contains(w.Body.String(), "http://127.0.0.1:5001/api/v1/users") {
		t.Errorf("the commands do not call the vendor's address (%d)", w.Code)
	}
}
