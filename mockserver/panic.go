package mockserver

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/stripe"
)

// failed is what the client of a handler that has panicked reads.
const failed = "The fake failed to answer. This is a bug of cariqa-mock; its log has the details."

// recovered answers the panic of a handler with a 500 of the side that was
// called. If the answer has begun, the connection is closed, so that no client
// takes a part for the whole.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &begun{ResponseWriter: w}
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			s.api.Panicked(r, "", value)
			if out.yes {
				panic(http.ErrAbortHandler)
			}
			contentType, body := s.failure(r)
			header := w.Header()
			header.Del("Content-Encoding")
			header.Del("Etag")
			header.Set("Content-Type", contentType)
			header.Set("Content-Length", strconv.Itoa(len(body)))
			header.Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write(body) // a client that has left needs no answer
		}()
		next.ServeHTTP(out, r)
	})
}

// failure returns the body of a 500 in the form of the side that was called.
func (s *Server) failure(r *http.Request) (contentType string, body []byte) {
	page := strings.Contains(r.Header.Get("Accept"), "text/html")
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, vendorPrefix):
		return "application/json", s.api.Unexpected(failed).Body
	case strings.HasPrefix(path, stripePrefix), strings.HasPrefix(path, challengePrefix) && r.Method == http.MethodPost && !page:
		return "application/json", stripe.Unexpected(failed)
	case strings.HasPrefix(path, adminPrefix):
		body, _ := json.Marshal(adminapi.NewProblem(http.StatusInternalServerError, "%s", failed)) // texts always encode
		return "application/problem+json", body
	case page:
		return "text/html; charset=utf-8", []byte("<!doctype html><title>Internal Server Error</title><p>" + failed + "</p>\n")
	}
	return "text/plain; charset=utf-8", []byte(failed + "\n")
}

// begun is an http.ResponseWriter that knows whether an answer has begun.
type begun struct {
	http.ResponseWriter
	yes bool
}

func (b *begun) WriteHeader(status int) {
	b.yes = b.yes || status >= 200 // before that, it is informational
	b.ResponseWriter.WriteHeader(status)
}

func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}

// ReadFrom lets the connection copy a file by itself.
func (b *begun) ReadFrom(src io.Reader) (int64, error) {
	b.yes = true
	return io.Copy(b.ResponseWriter, src)
}

// Unwrap lets http.ResponseController find the connection.
func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }
