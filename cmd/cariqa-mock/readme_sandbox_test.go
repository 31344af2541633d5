package main

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver"
)

// playSandbox starts a fake that plays the sandbox: it answers at the sandbox's
// address, in real time, and does not say that it is a fake. The variables that it
// returns lead programs there.
func playSandbox(t *testing.T) []string {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback, cfg.CDRDelay = true, time.Second
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ca, _, err := mockserver.OpenCA(t.TempDir(), rand.Reader, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Proxy(ca, nil)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	tunnels, secure, handler := p.Tunnels()
	server := mockserver.HTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(&silent{ResponseWriter: w}, r)
	}))
	server.TLSConfig, server.ErrorLog = secure, slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	served := make(chan error)
	go func() { served <- server.ServeTLS(tunnels, "", "") }()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
		front.Close()
	})
	return []string{"HTTPS_PROXY=" + front.URL, "https_proxy=" + front.URL, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "CARIQA_CONTRACT_CA=" + ca.Path()}
}

// silent removes the headers by which a fake is known.
type silent struct {
	http.ResponseWriter
	begun bool
}

func (s *silent) WriteHeader(status int) {
	s.begun = true
	for name := range s.Header() {
		if strings.HasPrefix(name, "X-Cariqa-Mock") {
			s.Header().Del(name)
		}
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *silent) Write(b []byte) (int, error) {
	if !s.begun {
		s.WriteHeader(http.StatusOK)
	}
	return s.ResponseWriter.Write(b)
}
