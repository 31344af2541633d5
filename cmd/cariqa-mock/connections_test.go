package main

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// TestConnections: with as many connections as there may be, one more takes the
// place of the one that has waited longest for a request; if all are busy it is
// refused with a sentence, and nothing is done for it.
func TestConnections(t *testing.T) {
	const most = 3
	var lines strings.Builder
	conns := newConnections(most, slog.New(slog.NewTextHandler(&lines, nil)))
	arrived, hold := make(chan string, 10), make(chan struct{})
	server := &http.Server{ConnState: conns.track, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // a test
		arrived <- r.URL.Path
		if r.URL.Path == "/wait" {
			<-hold
		}
		_, _ = io.WriteString(w, "done")
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(limited{l, conns, false}) }()
	t.Cleanup(func() { server.Close() })
	type client struct {
		net.Conn
		*bufio.Reader
	}
	dial := func() client {
		t.Helper()
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return client{conn, bufio.NewReader(conn)}
	}
	call := func(c client, path string) {
		t.Helper()
		if _, err := io.WriteString(c.Conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(c client) (int, string) {
		t.Helper()
		res, err := http.ReadResponse(c.Reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(body)
	}
	// Two that have been answered and wait for their next request, one busy.
	idle := []client{dial(), dial()}
	for i, c := range idle {
		call(c, "/quick")
		<-arrived
		answer(c)
		for conns.idle() <= i { // the server notes it after the answer
			runtime.Gosched()
		}
	}
	busy := []client{dial()}
	call(busy[0], "/wait")
	<-arrived
	// One more, and one more: the idle ones make room, the first one first.
	for i := range idle {
		busy = append(busy, dial())
		call(busy[i+1], "/wait")
		<-arrived
		if _, err := idle[i].ReadByte(); err == nil {
			t.Errorf("idle connection %d is open", i)
		}
	}
	refused := dial()
	call(refused, "/effect")
	if status, body := answer(refused); status != http.StatusServiceUnavailable || !strings.Contains(body, "3 open connections") {
		t.Errorf("refused: %d %q", status, body)
	}
	close(hold)
	for i, c := range busy {
		if status, body := answer(c); status != 200 || body != "done" {
			t.Errorf("busy connection %d: %d %q", i, status, body)
		}
	}
	for conns.idle() == 0 {
		runtime.Gosched()
	}
	after := dial()
	call(after, "/after")
	if path := <-arrived; path != "/after" {
		t.Errorf("%s was served", path)
	}
	if status, _ := answer(after); status != 200 {
		t.Errorf("afterwards: %d", status)
	}
	if n := strings.Count(lines.String(), "too many connections"); n != 1 {
		t.Errorf("%d lines: %s", n, lines.String())
	}
}

// idle returns how many connections wait for their next request.
func (c *connections) idle() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.open {
		if k.state == http.StateIdle {
			n++
		}
	}
	return n
}
