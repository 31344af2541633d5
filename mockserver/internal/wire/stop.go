package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// ErrStopping is the cause that ends the contexts of requests when the server
// stops. A context that ends without it means that the client has left.
var ErrStopping = errors.New("the server is stopping")

// Stopping reports whether a context has ended because the server stops.
func Stopping(ctx context.Context) bool { return errors.Is(context.Cause(ctx), ErrStopping) }

// Interruptible ends the reading of a request's body when its context ends, so
// that a client that sends slowly does not hold up a stop. The connection is
// then closed without an answer, since nothing has happened yet.
func Interruptible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			out := http.NewResponseController(w)
			stop := context.AfterFunc(r.Context(), func() { _ = out.SetReadDeadline(time.Unix(1, 0)) })
			defer stop()
			own := *r
			own.Body = interruptibleBody{r.Body, r.Context()}
			r = &own
		}
		next.ServeHTTP(w, r)
	})
}

type interruptibleBody struct {
	io.ReadCloser
	ctx context.Context
}

// Read panics with http.ErrAbortHandler if the server stops within the body.
func (b interruptibleBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && Stopping(b.ctx) {
		panic(http.ErrAbortHandler)
	}
	return n, err
}
