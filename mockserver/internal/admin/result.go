package admin

import (
	"net/http"

	"cariqamock/mockserver/internal/wire"
)

// A result writes the response of a route that succeeded. It fails before
// anything is written, or not at all: a client that leaves early is not an
// error.
type result func(http.ResponseWriter) error

func show(v any) (result, error)    { return jsonResult(http.StatusOK, v) }
func created(v any) (result, error) { return jsonResult(http.StatusCreated, v) }

func jsonResult(status int, v any) (result, error) {
	line, err := wire.Marshal(v)
	return func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(append(line, '\n'))
		return nil
	}, err
}

func document(contentType string, body []byte) result {
	return func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
		return nil
	}
}

func noContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// list returns a list that is never nil, so that it is [] in JSON.
func list[T any](items []T) []T { return append([]T{}, items...) }

// views returns what the admin API shows of each item.
func views[T, V any](items []T, view func(T) V) []V {
	out := make([]V, len(items))
	for i, item := range items {
		out[i] = view(item)
	}
	return out
}
