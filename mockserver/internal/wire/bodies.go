package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/limit"
)

// A StatusError is the error of a call that the server cannot answer now, or of a
// body that it does not read to its end.
type StatusError struct {
	Status int
	Text   string // a sentence for the client
	Unread bool   // there is more of the body
}

// Error returns the text.
func (e *StatusError) Error() string { return e.Text }

// Header returns what the answer needs besides the text.
func (e *StatusError) Header() http.Header {
	h := http.Header{}
	if e.Unread {
		h.Set("Connection", "close") // the rest of the body must not be taken for a request
	}
	if e.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	return h
}

// Bodies are the bodies of the requests that a server is answering.
type Bodies struct {
	Time time.Duration // in which a body must arrive, plus a second for each limit.BodyRate bytes; 0: limit.BodyTime
	Most int64         // bytes of all bodies, beyond limit.FreeBody of each; 0: limit.Bodies

	held atomic.Int64 // bytes, as in Most
}

// Guard bounds the bodies of requests: each must arrive in time, and all
// together must fit into their bound. A Read that exceeds a bound fails with a
// *StatusError. It also ends the reading when the request's context ends, so that
// a client that sends slowly does not hold up a stop: the connection is then
// closed without an answer, since nothing has happened yet. Over HTTP/2 an answer
// waits for the end of the body, within these bounds.
func (b *Bodies) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		body := &guarded{ReadCloser: r.Body, ctx: r.Context(), all: b, out: http.NewResponseController(w), from: clock.Wall()}
		stop := context.AfterFunc(body.ctx, func() { _ = body.out.SetReadDeadline(past()) })
		defer stop()
		defer func() { b.held.Add(-body.counted) }()
		body.deadline(body.from.Add(body.all.time())) // also for what nobody reads
		own := *r
		own.Body = body
		if r.ProtoMajor < 2 {
			next.ServeHTTP(w, &own)
			return
		}
		answer := &late{ResponseWriter: w, body: body}
		next.ServeHTTP(answer, &own)
		answer.begin() // one that is empty
	})
}

func (b *Bodies) time() time.Duration { return cmp.Or(b.Time, limit.BodyTime) }

func (b *Bodies) most() int64 { return cmp.Or(b.Most, limit.Bodies) }

// past returns a deadline that has passed.
func past() time.Time { return time.Unix(1, 0) }

// guarded is a body within bounds.
type guarded struct {
	io.ReadCloser
	ctx     context.Context
	all     *Bodies
	out     *http.ResponseController
	from    time.Time
	read    int64 // bytes
	counted int64 // of those, beyond limit.FreeBody
	paid    int64 // of those, for which there is time
	ended   bool
	waste   bool // what is read now is not kept
}

// deadline sets until when the body may be read, unless its context has ended.
func (b *guarded) deadline(t time.Time) {
	_ = b.out.SetReadDeadline(t) // recorders have no deadline
	if b.ctx.Err() != nil {
		_ = b.out.SetReadDeadline(past())
	}
}

// Read reads within the bounds. It panics with http.ErrAbortHandler if the
// server stops within the body.
func (b *guarded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if over := b.read - limit.FreeBody; over > b.counted && !b.waste {
		held := b.all.held.Add(over - b.counted)
		b.counted = over
		if held > b.all.most() {
			return n, &StatusError{http.StatusServiceUnavailable, fmt.Sprintf(
				"The server is reading other bodies: all together may have at most %d bytes. Nothing was changed. Send the call again.", b.all.most()), true}
		}
	}
	switch {
	case err == nil && b.read-b.paid >= limit.BodyRate:
		b.paid = b.read
		b.deadline(b.from.Add(b.all.time() + time.Duration(b.read/limit.BodyRate)*time.Second))
	case err == nil:
	case errors.Is(err, io.EOF):
		if !b.ended { // the connection may be used for longer than that
			b.ended = true
			b.deadline(time.Time{})
		}
	case Stopping(b.ctx):
		panic(http.ErrAbortHandler)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return n, &StatusError{http.StatusRequestTimeout, fmt.Sprintf(
			"The body did not arrive in time: it may take %s, and a second more for each %d bytes. Nothing was changed. Send it faster.",
			b.all.time(), limit.BodyRate), true}
	}
	return n, err
}

// CloseUnread has the connection closed after an answer to a request whose
// body nobody reads, so that the answer does not wait for it. Over HTTP/2 it does
// wait, see Guard.
func CloseUnread(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close")
	}
}

// Extend restarts the time in which the client must read its answer. A call
// that has waited, such as for a start, uses it before it is answered.
func Extend(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(clock.Wall().Add(limit.WriteTime))
}
