package admin

import (
	"net/http"

	"cariqamock/mockserver/internal/wire"
)

// A result is what a route returns on success. write fails before anything is
// written, or not at all: a client that leaves early is not an error.
type result interface {
	write(http.ResponseWriter) error
}

// jsonResult is a value as JSON.
type jsonResult struct {
	status int
	value  any
}

func show(v any) (result, error)    { return jsonResult{http.StatusOK, v}, nil }
func created(v any) (result, error) { return jsonResult{http.StatusCreated, v}, nil }

func (j jsonResult) write(w http.ResponseWriter) error {
	body, err := encode(j.value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(j.status)
	_, _ = w.Write(body)
	return nil
}

// encode returns a value as a line of JSON, with <, > and & as they are.
func encode(v any) ([]byte, error) {
	line, err := wire.Marshal(v)
	return append(line, '\n'), err
}

// noContent is a 204.
type noContent struct{}

func (noContent) write(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// document is a text that is not JSON.
type document struct {
	contentType string
	body        []byte
	filename    string // to save it as; empty if it is to be shown
}

func (d document) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", d.contentType)
	if d.filename != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+d.filename+`"`)
	}
	_, _ = w.Write(d.body)
	return nil
}

// stream is a response that lasts until the client leaves.
type stream func(http.ResponseWriter) error

func (s stream) write(w http.ResponseWriter) error { return s(w) }
