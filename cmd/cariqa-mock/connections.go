package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// connections are the open ones of an address, of which there may be so many.
// For one more the one that has waited longest for a request is closed. If all
// have sent one, the new connection is refused.
type connections struct {
	most int
	log  *slog.Logger

	mu     sync.Mutex
	open   map[net.Conn]*connection
	events uint64
	full   bool // since it was logged; until a half is free again
}

type connection struct {
	state http.ConnState
	since uint64 // number of the event that made it wait
}

func newConnections(most int, log *slog.Logger) *connections {
	return &connections{most: most, log: log, open: map[net.Conn]*connection{}}
}

// track is the ConnState of an http.Server.
func (c *connections) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch known := c.open[conn]; {
	case state == http.StateClosed, state == http.StateHijacked:
		delete(c.open, conn)
		c.full = c.full && 2*len(c.open) > c.most
	case known == nil:
		c.events++
		c.open[conn] = &connection{state, c.events}
	default:
		c.events++
		known.state, known.since = state, c.events
	}
}

// limited is a listener that passes on no more connections than may be open.
type limited struct {
	net.Listener
	*connections
	secure bool
}

// Accept returns the next connection that is not refused.
func (l limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || l.admit() {
			return conn, err
		}
		go refuse(conn, l.secure, l.most)
	}
}

// admit reports whether one more connection may be open, if need be in the
// place of another one, which it closes.
func (c *connections) admit() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) < c.most {
		return true
	}
	if !c.full {
		c.full = true
		c.log.Warn("too many connections: closing those that wait for a request, and refusing new ones if none does", "max", c.most)
	}
	longest := c.longest()
	if longest == nil {
		return false
	}
	delete(c.open, longest)
	if secure, ok := longest.(*tls.Conn); ok {
		longest = secure.NetConn() // without waiting for a farewell
	}
	_ = longest.Close()
	return true
}

// longest returns the connection that has waited longest for a request, or nil
// if none waits.
func (c *connections) longest() (longest net.Conn) {
	for conn, k := range c.open {
		if k.state != http.StateActive && (longest == nil || k.since < c.open[longest].since) {
			longest = conn
		}
	}
	return longest
}

// refusal is how long a client has to read that it is refused.
const refusal = time.Second

// refuse closes a connection, over plain HTTP with an answer. It stops sending
// first, since the client might not see the answer of a closed connection.
func refuse(conn net.Conn, secure bool, most int) {
	defer func() { _ = conn.Close() }()
	if secure {
		return
	}
	defer time.AfterFunc(refusal, func() { _ = conn.Close() }).Stop()
	text := fmt.Sprintf(`{"detail":"The server has %d open connections, the most it may have. Close some, and send the call again."}`, most)
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 1\r\nConnection: close\r\n"+
		"Content-Length: %d\r\n\r\n%s", len(text), text)
	if half, ok := conn.(*net.TCPConn); ok && half.CloseWrite() == nil {
		_, _ = io.Copy(io.Discard, conn)
	}
}

// closeNew closes the connections that have not sent a complete request yet,
// such as the ones that browsers open ahead. Shutdown would wait for them.
func (c *connections) closeNew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn, k := range c.open {
		if k.state == http.StateNew {
			_ = conn.Close()
		}
	}
}
