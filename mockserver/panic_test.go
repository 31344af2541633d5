package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cariqamock/mockserver"
)

// TestPanics breaks each side of the server in turn, by a clock or a list of
// cases that panics: the client gets a 500 in the form of that side without a
// word of the cause, the log has the stack, and the next call is answered.
func TestPanics(t *testing.T) {
	var broken atomic.Bool
	burst := func() {
		if broken.Load() {
			panic("the clock is broken")
		}
	}
	var log bytes.Buffer
	cfg := mockserver.DefaultConfig()
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	cfg.Wall = func() time.Time { burst(); return time.Now() }
	cfg.Cases = func() ([]mockserver.Case, error) { burst(); return nil, nil }
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	split := cfg
	split.SplitAdmin = true
	alone, err := mockserver.New(split)
	if err != nil {
		t.Fatal(err)
	}
	apart, err := alone.Admin("http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	form := "application/x-www-form-urlencoded"
	for name, tc := range map[string]struct {
		handler                          http.Handler
		method, path, body, mime, accept string
		well                             int    // the status without a panic
		contentType, has                 string // of the 500
	}{
		"vendor":        {server, "GET", "/api/v1/users/", "", "", "", 200, "application/json", `"error":{"type":"unexpected_error","details":"The fake failed`},
		"Stripe":        {server, "POST", "/v1/tokens", "card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2030&card[cvc]=123", form, "", 200, "application/json", `{"error":{"message":"The fake failed`},
		"admin":         {server, "GET", "/__admin/rules", "", "", "", 200, "application/problem+json", `"status":500`},
		"admin, split":  {apart, "GET", "/__admin/rules", "", "", "", 200, "application/problem+json", `"status":500`},
		"a call inside": {server, "POST", "/__admin/worlds/mock.default.panic/calls", `{"call":"GET /users/"}`, "application/json", "", 200, "application/problem+json", `"status":500`},
		"console":       {server, "GET", "/worlds/mock.default.panic", "", "", "text/html", 200, "text/html; charset=utf-8", "<p>The fake failed"},
		"console, curl": {server, "GET", "/worlds/mock.default.panic", "", "", "", 200, "text/plain; charset=utf-8", "The fake failed"},
	} {
		t.Run(name, func(t *testing.T) {
			ask := func() *httptest.ResponseRecorder {
				r := httptest.NewRequest(tc.method, "http://127.0.0.1"+tc.path, strings.NewReader(tc.body))
				for header, value := range map[string]string{"Authorization": "Bearer mock.default.panic", "Content-Type": tc.mime, "Accept": tc.accept} {
					if value != "" {
						r.Header.Set(header, value)
					}
				}
				if strings.HasPrefix(tc.path, "/v1/") {
					r.Header.Set("Authorization", "Bearer pk_test_x")
				}
				w := httptest.NewRecorder()
				tc.handler.ServeHTTP(w, r)
				return w
			}
			if w := ask(); w.Code != tc.well {
				t.Fatalf("before: %d %s", w.Code, w.Body)
			}
			log.Reset()
			broken.Store(true)
			w := ask()
			broken.Store(false)
			if w.Code != 500 || w.Header().Get("Content-Type") != tc.contentType || !strings.Contains(w.Body.String(), tc.has) {
				t.Errorf("%d %s %s", w.Code, w.Header(), w.Body)
			}
			if strings.Contains(w.Body.String(), "broken") || strings.Contains(w.Body.String(), "goroutine") {
				t.Errorf("the answer leaks internals: %s", w.Body)
			}
			for _, want := range []string{"the clock is broken", "panic_test.go", "level=ERROR", tc.path} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log does not contain %q:\n%s", want, &log)
				}
			}
			if w := ask(); w.Code != tc.well {
				t.Errorf("afterwards: %d %s", w.Code, w.Body)
			}
		})
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequest("GET", "/__admin/metrics", http.NoBody))
	if !strings.Contains(w.Body.String(), "cariqa_mock_panics_total 6\n") {
		t.Errorf("metrics: %s", w.Body)
	}
}
