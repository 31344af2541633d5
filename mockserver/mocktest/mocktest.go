package mocktest

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"

	"cariqamock/mockserver"
)

// TB is the part of testing.TB that this package uses.
type TB interface {
	Helper()
	Name() string
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// A Server is a running fake. It logs nothing.
type Server struct {
	// URL is the server's origin, such as http://127.0.0.1:40123, without a
	// slash at the end. The vendor's API is below it at /api/v1, Stripe's at
	// /v1, the admin API at /__admin, and the console at /.
	URL string
	// Handler is the same fake without the network.
	Handler http.Handler

	t          TB
	client     *http.Client
	adminToken string
	worlds     *worlds
}

// worlds are the worlds that a test has opened.
type worlds struct {
	made    atomic.Int64
	byToken sync.Map // of *World
}

// Start serves a fake on a free port of loopback until the test ends.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Loopback = "test", true
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
		srv.CloseClientConnections() // Close would wait for a stream that is still being read
		srv.Close()
	})
	return &Server{
		URL: srv.URL, Handler: handler, t: t, client: srv.Client(), adminToken: cfg.AdminToken,
		worlds: &worlds{},
	}
}

// For returns the same server for a subtest: worlds opened with it are dropped
// when the subtest ends, and what fails, fails the subtest.
func (s *Server) For(t TB) *Server {
	sub := *s
	sub.t = t
	return &sub
}

// Client returns an HTTP client for the server, without a token. Its
// connections are closed with the server.
func (s *Server) Client() *http.Client { return s.client }

// Token returns a token for a fresh world of a scenario, named after the test.
// The world is made by the first call that uses the token; a mock. token is the
// world's id too. Most tests use World instead.
func (s *Server) Token(scenario string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, s.t.Name())
	const most = 60 // of the 80 that a token allows
	if len(name) > most {
		name = name[len(name)-most:]
	}
	return fmt.Sprintf("mock.%s.%s.%d", scenario, name, s.worlds.made.Add(1))
}
