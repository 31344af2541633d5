package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cariqamock/mockserver"
)

// TestBrowserScript loads the script as pages of other origins do, from a server
// whose admin API has a separate address.
func TestBrowserScript(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.SplitAdmin, cfg.PublicURL = "test", true, "https://mock.example/fake"
	h, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, origin string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, http.NoBody)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/stripe.js", "/v3/", "/v3", "/v3/stripe.js", "/endive/stripe.js"} {
		w := ask("GET", path, "http://localhost:3000")
		if w.Code != http.StatusOK || w.Header().Get("Access-Control-Allow-Origin") != "http://localhost:3000" || w.Header().Get("X-Cariqa-Mock") != "test" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		if !strings.Contains(w.Body.String(), "const SERVER = \"https://mock.example/fake\";\n") {
			t.Errorf("%s does not contain the server's address", path)
		}
		if w := ask("GET", path, "https://elsewhere.example"); w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s may be read by any page", path)
		}
	}
	for path, want := range map[string]int{"/v3/stripe": 404, "/__admin/stripe.js": 404, "/v1/stripe.js": 404} {
		if w := ask("GET", path, "http://localhost:3000"); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	if w := ask("POST", "/stripe.js", "http://localhost:3000"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", w.Code, w.Header())
	}
}

// TestBrowserScriptMayAuthenticate sends the preflight request of a page that
// completes 3-D Secure.
func TestBrowserScriptMayAuthenticate(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.Version = "test"
	h, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]string{"http://localhost:3000": "http://localhost:3000", "https://elsewhere.example": ""} {
		r := httptest.NewRequest(http.MethodOptions, "/stripe/authenticate/seti_x", http.NoBody)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "POST")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: allowed %q, want %q", origin, got, want)
		}
	}
}
