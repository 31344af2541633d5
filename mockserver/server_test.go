package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"cariqamock/mockserver"
)

// TestPaths checks which part of the server answers a path.
func TestPaths(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.Version = "test"
	h, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/": 200, "/__admin/health": 200, "/v1/setup_intents/x": 401, "/api/v1/users/": 401, "/api/v1/nothing/": 404,
		"/nothing": 404, "/api": 404, "/__admin/nothing": 404,
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, http.NoBody))
		if w.Code != want || w.Header().Get("X-Cariqa-Mock") != "test" {
			t.Errorf("%s: got %d, X-Cariqa-Mock %q; want %d", path, w.Code, w.Header().Get("X-Cariqa-Mock"), want)
		}
	}
}
