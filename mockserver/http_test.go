package mockserver_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/limit"
)

// TestHTTPServer: a client has as much time and as many headers as the README's
// limits say. net/http reads 4 KiB more of headers than it is told to.
func TestHTTPServer(t *testing.T) {
	s := mockserver.HTTPServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "served") }))
	if s.ReadHeaderTimeout != limit.HeaderTime || s.WriteTimeout != limit.WriteTime || s.IdleTimeout != limit.IdleTime {
		t.Errorf("headers %s, answer %s, idle %s", s.ReadHeaderTimeout, s.WriteTimeout, s.IdleTimeout)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { s.Close() })
	for length, want := range map[int]int{limit.Header - 1000: 200, limit.Header + 5000: 431} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Long", strings.Repeat("x", length))
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%d bytes of headers: %d, want %d", length, res.StatusCode, want)
		}
	}
}
