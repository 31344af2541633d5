package console_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"cariqamock/mockserver/console"
	"cariqamock/mockserver/scenario"
	"cariqamock/mockserver/stations"
)

func page(t *testing.T, method, path, host string) *httptest.ResponseRecorder {
	t.Helper()
	files := fstest.MapFS{"mine.yaml": {Data: []byte("name: mine\ntitle: \"<script>alert(1)</script>\"\nusers: []\n")}}
	h := console.New(scenario.NewLibrary(files, scenario.Known{}), []stations.MagicPoint{{EVSE: "DE*MCK*E500", Does: "It breaks."}})
	r := httptest.NewRequest(method, path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestStartPage(t *testing.T) {
	w := page(t, http.MethodGet, "/", `127.0.0.1:4343"><b>`)
	body := w.Body.String()
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("%d %s", w.Code, w.Header())
	}
	for _, want := range []string{"mock.mine", "DE*MCK*E500", "It breaks.", "&lt;script&gt;alert(1)"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"<script", `"><b>`} {
		if strings.Contains(body, never) {
			t.Errorf("the page has %q: text from outside is not escaped", never)
		}
	}
	if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
		t.Errorf("Content-Security-Policy %q", got)
	}
}

func TestOtherPathsAndMethods(t *testing.T) {
	if w := page(t, http.MethodGet, "/nowhere", "localhost"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "/api/v1/") {
		t.Errorf("%d %s, want a 404 that says where things are", w.Code, w.Body)
	}
	if w := page(t, http.MethodPost, "/", "localhost"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("%d %s, want a 405 with Allow", w.Code, w.Header())
	}
}
