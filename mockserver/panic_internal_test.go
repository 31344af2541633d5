package mockserver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestRecovered lets handlers panic at every stage of an answer, behind a real
// connection.
func TestRecovered(t *testing.T) {
	var log bytes.Buffer
	cfg := DefaultConfig()
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		path   string
		handle http.HandlerFunc
		status int // 0: the connection is closed
		body   string
		logged bool
	}{
		"at once": {"/x", func(http.ResponseWriter, *http.Request) { panic("p") }, 500, failed, true},
		"headers are set": {"/api/x", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			panic(errors.New("p"))
		}, 500, "unexpected_error", true},
		"status sent":        {"/x", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200); panic("p") }, 0, "", true},
		"half the body sent": {"/v1/x", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "half"); panic("p") }, 0, "", true},
		"a file sent":        {"/v1/x", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, strings.NewReader("half")); panic("p") }, 0, "", true},
		"aborted":            {"/x", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, "", false},
		"aborted, wrapped":   {"/x", func(http.ResponseWriter, *http.Request) { panic(fmt.Errorf("gone: %w", http.ErrAbortHandler)) }, 0, "", false},
		"nothing":            {"/x", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "well") }, 200, "well", false},
		"early hints":        {"/v1/x", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); panic("p") }, 500, `"type":"api_error"`, true},
		"flushed": {"/x", func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "well")
		}, 200, "well", false},
	} {
		t.Run(name, func(t *testing.T) {
			log.Reset()
			web := httptest.NewUnstartedServer(s.recovered(tc.handle))
			web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
			web.Start()
			defer web.Close()
			status, body := 0, ""
			if res, err := web.Client().Get(web.URL + tc.path); err == nil {
				data, err := io.ReadAll(res.Body)
				res.Body.Close()
				if status, body = res.StatusCode, string(data); err != nil {
					status = 0
				}
			}
			if status != tc.status || tc.status != 0 && !strings.Contains(body, tc.body) {
				t.Errorf("%d %s, want %d %s", status, body, tc.status, tc.body)
			}
			web.Close() // waits until the handler has logged
			if got := strings.Contains(log.String(), "panic_internal_test.go"); got != tc.logged {
				t.Errorf("logged %v, want %v: %s", got, tc.logged, &log)
			}
		})
	}
}
