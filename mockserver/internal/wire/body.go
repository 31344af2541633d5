package wire

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"cariqamock/internal/django"
	"cariqamock/internal/python"
	"cariqamock/mockserver/internal/limit"
)

// MaxBody is the limit of a request body, in bytes. It holds for every API of
// the server; that it is the vendor's is assumed.
const MaxBody = limit.Body

// ReadBody reads the body of a request, at most MaxBody+1 bytes of it. A short body
// of known length takes hardly more room than that, since the journal keeps it.
func ReadBody(r *http.Request) ([]byte, error) {
	in := io.LimitReader(r.Body, MaxBody+1)
	if r.ContentLength <= 0 || r.ContentLength > limit.FreeBody {
		return io.ReadAll(in)
	}
	body := make([]byte, 0, r.ContentLength+1) // with room to see the end
	for len(body) < cap(body) {
		n, err := in.Read(body[len(body):cap(body)])
		if body = body[:len(body)+n]; err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return body, err
		}
	}
	rest, err := io.ReadAll(in) // the body is longer than declared
	return append(body, rest...), err
}

// An Input holds the fields of a request, from JSON or from a form. Forms, and
// query strings with them, have neither null nor nested values, so they are read
// by different rules.
type Input struct {
	object  map[string]any
	raw     json.RawMessage // the object as it was sent
	form    python.Form
	files   map[string]string // the names of files by their fields
	isForm  bool
	partial bool   // an update: missing fields stay as they are
	notMap  string // the Python name of the type that was sent instead of an object
}

// FromQuery returns query parameters as an input.
func FromQuery(q python.Form) Input { return Input{form: q, isForm: true} }

// Partial returns the input as that of an update, which may leave fields out.
func (in Input) Partial() Input {
	in.partial = true
	return in
}

// FromBody reads a body, see django.ReadBody.
func FromBody(contentType string, body []byte) (Input, error) {
	b, err := django.ReadBody(contentType, body)
	switch {
	case err != nil:
		return Input{}, err
	case b.IsForm:
		return Input{form: b.Form, files: b.Files, isForm: true}, nil
	}
	object, ok := b.JSON.(map[string]any)
	if !ok {
		return Input{notMap: pythonType(b.JSON)}, nil
	}
	return Input{object: object, raw: json.RawMessage(b.Text)}, nil
}

// pythonType names a JSON value's type as the framework's messages do.
func pythonType(v any) string {
	switch v := v.(type) {
	case nil:
		return "NoneType"
	case string:
		return "str"
	case bool:
		return "bool"
	case []any:
		return "list"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "float"
		}
		return "int"
	}
	return "dict"
}
