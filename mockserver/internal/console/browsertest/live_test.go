package browsertest_test

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"cariqamock/mockserver/mocktest"
)

// The journal is live as soon as it listens. Firefox, and WebKit over TLS,
// consider an event stream open when its first byte arrives: that must not be
// the heartbeat, which comes much later. Here it never comes.
func TestConsoleIsLiveAtOnce(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			browser(t)
			address := withoutHeartbeat(t, scheme, mocktest.Start(t).URL)
			b := open(t)
			b.visit(address + "/worlds/mock.default.first/journal")
			b.sees("Live.")
			b.visit(address + "/worlds/mock.active-session.first")
			b.sees("Live.")
		})
	}
}

// withoutHeartbeat forwards to the fake, except the heartbeats.
func withoutHeartbeat(t testing.TB, scheme, to string) string {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = u.Scheme, u.Host },
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0),
		ModifyResponse: func(r *http.Response) error {
			if r.Header.Get("Content-Type") == "text/event-stream" {
				r.Body = &beatless{r.Body}
			}
			return nil
		},
	}
	s := httptest.NewUnstartedServer(proxy)
	s.Config.ErrorLog = proxy.ErrorLog
	if scheme == "https" {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

// A beatless body is a stream without its heartbeats.
type beatless struct{ io.ReadCloser }

func (b *beatless) Read(p []byte) (int, error) {
	for {
		n, err := b.ReadCloser.Read(p)
		kept := bytes.ReplaceAll(p[:n], []byte(": heartbeat\n\n"), nil)
		if n = copy(p, kept); n > 0 || err != nil {
			return n, err
		}
	}
}
