package wire

import (
	"bytes"
	"net/http"
)

// A Recorder is an http.ResponseWriter that keeps the answer. Its Status is 0
// as long as nothing is written: a client would get no answer.
type Recorder struct {
	Status int
	Body   bytes.Buffer
	header http.Header
}

// Header returns the headers that the handler may change.
func (r *Recorder) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}

// WriteHeader keeps the first status.
func (r *Recorder) WriteHeader(status int) {
	if r.Status == 0 {
		r.Status = status
	}
}

// Write appends a part of the body.
func (r *Recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.Body.Write(p)
}
