package wire

import (
	"io"
	"net/http"
)

// maxLate bounds what is read of a body, in bytes, after which the answer comes anyway.
const maxLate = 16 << 20

// late is an answer over HTTP/2 that begins when the request's body has ended, or
// has reached a bound of the bodies. The server resets the stream of a request whose
// body it has not read, and some clients, such as curl, then lose the answer.
type late struct {
	http.ResponseWriter
	body  *guarded
	begun bool
}

// Unwrap lets http.ResponseController find the stream.
func (l *late) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// WriteHeader begins the answer.
func (l *late) WriteHeader(status int) {
	l.begin()
	l.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer's body.
func (l *late) Write(p []byte) (int, error) {
	l.begin()
	return l.ResponseWriter.Write(p)
}

// begin reads what nobody has read of the body. The connection remains: it has other
// streams.
func (l *late) begin() {
	if l.begun {
		return
	}
	l.begun = true
	l.Header().Del("Connection")
	l.body.waste = true
	_, _ = io.Copy(io.Discard, io.LimitReader(l.body, maxLate)) // an error is not what the answer is about
}
