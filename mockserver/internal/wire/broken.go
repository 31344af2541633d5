package wire

import (
	"crypto/tls"
	"io"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/clock"
)

// Limits of what a broken connection still takes from its client. What is
// beyond them may make the client see a reset instead of an end.
const (
	maxDrained = 64 << 20 // bytes
	drainTime  = 10 * time.Second
	lingerTime = 2 * time.Second
)

// notHTTP is sent in the place of an answer. Of all broken answers that were
// tried, only a few bytes that are no HTTP make every client fail once: after
// an empty close, a reset or half a header some send the call again.
const notHTTP = "xyz"

// Drop breaks a connection in the place of an answer, such that no known client
// sends the call again. Nothing must have been written before.
//
// Where the connection cannot be had, such as for HTTP/2 or without a network,
// it panics with http.ErrAbortHandler, as Reset does.
func Drop(w http.ResponseWriter, r *http.Request) { breakOff(w, r, notHTTP) }

// Reset closes a connection without an answer, by a panic with
// http.ErrAbortHandler.
func Reset() { panic(http.ErrAbortHandler) }

// Truncate sends half the body of a reply and closes the connection. The
// header must promise the whole body.
func Truncate(w http.ResponseWriter, r *http.Request, reply Reply) {
	w.WriteHeader(reply.Status)
	_, _ = w.Write(reply.Body[:len(reply.Body)/2])
	_ = http.NewResponseController(w).Flush() // without a network there is nothing to flush
	breakOff(w, r, "")
}

// breakOff reads the rest of the request, writes last and ends the connection.
//
// It ends with a FIN. A reset would make the client's kernel throw away what was
// sent before, and the client would see an empty close. Closing a connection
// resets it if bytes of the client are unread: a body beyond the limit,
// or requests sent ahead. So it stops sending first and reads to the end.
func breakOff(w http.ResponseWriter, r *http.Request, last string) {
	drain(w, r)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		Reset()
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(clock.Wall().Add(lingerTime))
	if _, err := io.WriteString(conn, last); err != nil {
		return // the client has left
	}
	raw := conn
	if secure, ok := conn.(*tls.Conn); ok {
		_ = secure.CloseWrite() // close_notify
		raw = secure.NetConn()
	}
	if half, ok := raw.(interface{ CloseWrite() error }); !ok || half.CloseWrite() != nil {
		return
	}
	discard(raw)
}

// drain reads what is left of a request's body.
func drain(w http.ResponseWriter, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(clock.Wall().Add(drainTime))
	discard(r.Body)
}

// discard reads until the end, an error or the limit.
func discard(from io.Reader) { _, _ = io.Copy(io.Discard, io.LimitReader(from, maxDrained)) }
