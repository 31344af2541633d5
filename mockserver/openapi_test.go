package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cariqamock"
	"cariqamock/mockserver"
)

// TestOpenAPIPaths checks how the description of the vendor's API is served; the
// tests of the openapi command compare the texts.
func TestOpenAPIPaths(t *testing.T) {
	h, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	do := func(method, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, http.NoBody)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for path, contentType := range map[string]string{"/openapi.yaml": "application/yaml", "/openapi.json": "application/json"} {
		get := do("GET", path, "Origin", "http://localhost:5173")
		etag := get.Header().Get("ETag")
		if get.Code != 200 || get.Header().Get("Content-Type") != contentType || etag == "" ||
			get.Header().Get("Access-Control-Allow-Origin") != "http://localhost:5173" {
			t.Errorf("GET %s: %d %v", path, get.Code, get.Header())
		}
		if head := do("HEAD", path); head.Code != 200 || head.Body.Len() != 0 ||
			head.Header().Get("Content-Length") != get.Header().Get("Content-Length") || head.Header().Get("ETag") != etag {
			t.Errorf("HEAD %s: %d %v", path, head.Code, head.Header())
		}
		if again := do("GET", path, "If-None-Match", etag); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("GET %s with its ETag: %d, want 304", path, again.Code)
		}
		if foreign := do("GET", path, "Origin", "https://example.org"); foreign.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("GET %s: pages of any origin may read it", path)
		}
		if preflight := do("OPTIONS", path, "Origin", "http://localhost:5173", "Access-Control-Request-Method", "GET",
			"Access-Control-Request-Headers", "x-any"); preflight.Code != 204 {
			t.Errorf("preflight of %s: %d %v", path, preflight.Code, preflight.Header())
		}
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if got := do(method, path); got.Code != 405 || got.Header().Get("Allow") != "GET, HEAD" || !strings.Contains(got.Body.String(), "Use GET.") {
				t.Errorf("%s %s: %d %v %s", method, path, got.Code, got.Header(), got.Body)
			}
		}
	}
	if got := do("GET", "/openapi.yaml"); got.Body.String() != cariqamock.OpenAPI() {
		t.Errorf("/openapi.yaml has %d bytes, openapi.yaml %d", got.Body.Len(), len(cariqamock.OpenAPI()))
	}
}
