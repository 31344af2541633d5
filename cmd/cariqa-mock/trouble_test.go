package main

import (
	"context"
	"crypto/tls"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// troubleTo returns a log of trouble and the lines that it has written, without
// their time.
func troubleTo(t *testing.T) (*trouble, *log.Logger, func() []string) {
	t.Helper()
	var out buffer
	drop := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "remedy" {
			return slog.Attr{}
		}
		return a
	}
	tr := newTrouble(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: drop})))
	seen := 0
	return tr, log.New(tr, "", 0), func() []string {
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		fresh := lines[seen:]
		seen = len(lines)
		if len(fresh) == 0 || fresh[0] == "" {
			return nil
		}
		return fresh
	}
}

func TestTroubleKinds(t *testing.T) {
	for line, want := range map[string]string{
		"http: Accept error: accept tcp 127.0.0.1:4343: accept4: too many open files; retrying in 5ms":              `"connections cannot be accepted: too many open files"`,
		"http: Accept error: accept tcp 127.0.0.1:4343: accept4: too many open files in system; retrying in 5ms":    `"connections cannot be accepted: too many open files"`,
		"http: Accept error: accept tcp 127.0.0.1:4343: accept4: software caused connection abort; retrying in 5ms": `"connections cannot be accepted"`,
		"http: TLS handshake error from 127.0.0.1:50000: client sent an HTTP request to an HTTPS server":            `"a client speaks plain HTTP to the HTTPS port"`,
		"http: TLS handshake error from 127.0.0.1:50000: remote error: tls: unknown certificate authority":          `"a client does not accept the certificate"`,
		"http: TLS handshake error from 127.0.0.1:50000: remote error: tls: bad certificate":                        `"a client does not accept the certificate"`,
		"http: TLS handshake error from 127.0.0.1:50000: no certificate for \"DEV\": cariqa-mock does not fake it":  `"a TLS handshake failed"`,
		"http: TLS handshake error from 127.0.0.1:50000: EOF":                                                       `"a client left during the TLS handshake"`,
		"http: TLS handshake error from 127.0.0.1:50000: tls: client offered only unsupported versions: [302 301]":  `"a TLS handshake failed"`,
		"http: panic serving 127.0.0.1:50000: boom\ngoroutine 7 [running]:":                                         `"panic while serving a connection"`,
		"http: superfluous response.WriteHeader call from cariqamock/mockserver.(*x).y (x.go:12)":                   `"the HTTP server reports: superfluous response.WriteHeader call from cariqamock/mockserver.(*x).y (x.go:)"`,
	} {
		_, in, lines := troubleTo(t)
		in.Print(line)
		in.Print(strings.ReplaceAll(line, "5000", "5001")) // another port is the same kind
		got := lines()
		if len(got) != 1 || !strings.HasPrefix(got[0], "level=WARN msg="+want+" error=") {
			t.Errorf("%s:\n%s", line, strings.Join(got, "\n"))
		}
	}
}

// TestTroubleSummaries logs a flood: the first line at once, the number of the
// others with the next tick, nothing with a tick after silence, and then the
// first one again.
func TestTroubleSummaries(t *testing.T) {
	tr, in, lines := troubleTo(t)
	ticks, done := make(chan time.Time), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { defer close(done); tr.run(ctx, ticks) }()
	tick := func() {
		ticks <- time.Time{}
		ticks <- time.Time{} // taken once the one before has been handled
	}
	const left, first = `level=WARN msg="a client left during the TLS handshake"`, `level=WARN msg="a TLS handshake failed"`
	check := func(when string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, lines()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	for n := range 1000 {
		in.Printf("http: TLS handshake error from 10.0.0.1:%d: EOF", n)
	}
	in.Print("http: TLS handshake error from 10.0.0.2:1: tls: odd")
	check("the flood", left+` error="TLS handshake error from 10.0.0.1:0: EOF"`, first+` error="TLS handshake error from 10.0.0.2:1: tls: odd"`)
	tick() // the second of the two forgets both kinds
	check("a minute later", left+` more=999 error="TLS handshake error from 10.0.0.1:999: EOF"`)
	tick()
	check("in silence")
	in.Print("http: TLS handshake error from 10.0.0.1:7: EOF")
	in.Print("http: TLS handshake error from 10.0.0.1:8: EOF")
	check("again", left+` error="TLS handshake error from 10.0.0.1:7: EOF"`)
	cancel()
	<-done
	check("at the stop", left+` more=1 error="TLS handshake error from 10.0.0.1:8: EOF"`)
}

// TestTroubleIsBounded logs lines that all differ.
func TestTroubleIsBounded(t *testing.T) {
	tr, in, lines := troubleTo(t)
	for n := range 5000 {
		in.Print("odd " + strings.Repeat("x", n))
	}
	if got := len(lines()); got > maxKinds+1 || len(tr.since) > maxKinds+1 {
		t.Errorf("%d lines and %d kinds, want at most %d", got, len(tr.since), maxKinds+1)
	}
}

// exhausted is a listener of a process that has no file descriptors left, at
// first.
type exhausted struct {
	net.Listener
	failures int
}

func (l *exhausted) Accept() (net.Conn, error) {
	if l.failures > 0 {
		l.failures--
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
	}
	return l.Listener.Accept()
}

// TestTroubleIsLogged has a server whose connections fail, at the default level
// of the log.
func TestTroubleIsLogged(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	secure := &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
	web.Close()
	var out buffer
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		gone <- serveUntil(ctx, slog.New(slog.NewTextHandler(&out, nil)), []site{{&exhausted{listener, 3}, http.NotFoundHandler(), secure, false}})
	}()
	client := &http.Client{}
	for range 2 {
		if _, err := client.Get("https://" + listener.Addr().String()); err == nil {
			t.Error("the client accepts any certificate")
		}
	}
	if res, err := client.Get("http://" + listener.Addr().String()); err == nil {
		res.Body.Close()
	}
	client.CloseIdleConnections()
	logged := func() bool { // the server may notice after its client
		return strings.Contains(out.String(), "does not accept") && strings.Contains(out.String(), "speaks plain HTTP")
	}
	for end := time.Now().Add(patience); !logged() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-gone; err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		`level=WARN msg="connections cannot be accepted: too many open files" error="Accept error`, "ulimit -n",
		`msg="connections cannot be accepted: too many open files" more=2`,
		`level=WARN msg="a client does not accept the certificate"`, "--cacert",
		`level=WARN msg="a client speaks plain HTTP to the HTTPS port"`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log does not contain %s:\n%s", want, out.String())
		}
	}
}
