// Package mocktest runs the fake inside a Go test.
//
//	func TestRemoval(t *testing.T) {
//		mock := mocktest.Start(t)
//		token := mock.Token("cdr-pending")
//		// … call mock.URL + "/api/v1/…" with "Authorization: Bearer " + token …
//		mock.Clock(token).Advance(10 * time.Minute)
//	}
package mocktest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"

	"cariqamock/mockserver"
)

// TB is the part of testing.TB that this package needs.
type TB interface {
	Helper()
	Name() string
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// An Option changes how a server is made.
type Option func(*mockserver.Config)

// Config changes any of the server's settings, before their defaults apply.
func Config(change func(*mockserver.Config)) Option { return change }

// Scenario is what worlds of tokens that name no scenario start from.
func Scenario(name string) Option {
	return func(c *mockserver.Config) { c.Scenario = name }
}

// Files adds scenario files of one's own.
func Files(paths ...string) Option {
	return func(c *mockserver.Config) { c.Files = append(c.Files, paths...) }
}

// A Server is a running fake. It logs nothing.
type Server struct {
	URL     string       // without a slash at the end: http://127.0.0.1:40123
	Handler http.Handler // the same fake without the network

	t          TB
	client     *http.Client
	adminToken string
	worlds     atomic.Int64
}

// Start starts a fake on loopback, on a free port. It is closed when the test
// ends.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Version = "test"
	cfg.Loopback = true
	for _, o := range opts {
		o(&cfg)
	}
	handler, err := mockserver.New(cfg)
	if err != nil {
		t.Fatalf("mocktest: %v", err)
	}
	srv := httptest.NewUnstartedServer(handler)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	t.Cleanup(func() {
		srv.CloseClientConnections() // a stream that somebody still reads would keep Close waiting
		srv.Close()
	})
	return &Server{URL: srv.URL, Handler: handler, t: t, client: srv.Client(), adminToken: cfg.AdminToken}
}

// Client is an HTTP client for the server, whose connections are closed with
// it.
func (s *Server) Client() *http.Client { return s.client }

// Token gives a token for a fresh world of a scenario, named after the test.
// Being a mock. token, it is the id of the world too.
func (s *Server) Token(scenario string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, s.t.Name())
	const most = 60 // of the 80 that a token leaves
	if len(name) > most {
		name = name[len(name)-most:]
	}
	return "mock." + scenario + "." + name + "." + strconv.FormatInt(s.worlds.Add(1), 10)
}
