package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"unicode/utf8"

	"cariqamock/internal/python"
	"cariqamock/mockserver/internal/limit"
)

// MaxBody is the limit of a request body, in bytes. It holds for every API of
// the server; that it is the vendor's is assumed.
const MaxBody = limit.Body

// Errors of bodies that cannot be read at all.
type (
	// A MediaTypeError is the error of a body whose type is not supported: 415.
	MediaTypeError struct{ ContentType string }
	// A ParseError is the error of a body that is not what its type claims: 400.
	ParseError struct{ Text string }
)

func (e *MediaTypeError) Error() string {
	return fmt.Sprintf("Unsupported media type %q in request.", e.ContentType)
}

func (e *ParseError) Error() string { return e.Text }

// An Input holds the fields of a request, from JSON or from a form. Forms, and
// query strings with them, have neither null nor nested values, so they are read
// by different rules.
type Input struct {
	object  map[string]any
	raw     json.RawMessage // the object as it was sent
	form    url.Values
	names   []string // of a query, in order of first occurrence
	isForm  bool
	partial bool   // an update: missing fields stay as they are
	notMap  string // the Python name of the type that was sent instead of an object
}

// FromQuery returns query parameters as an input.
func FromQuery(q python.Form) Input {
	in := Input{form: q.Values(), isForm: true}
	for name := range q.Fields() {
		in.names = append(in.names, name)
	}
	return in
}

// Partial returns the input as that of an update, which may leave fields out.
func (in Input) Partial() Input {
	in.partial = true
	return in
}

// FromBody reads a body of one of the three types that the vendor's
// specification lists. An empty body is an empty object whatever its type
// (measured).
func FromBody(contentType string, body []byte) (Input, error) {
	if len(body) == 0 {
		return Input{object: map[string]any{}}, nil
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil { // a broken parameter does not spoil the type before it
		kind, _, _ = strings.Cut(contentType, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	switch kind {
	case "application/json":
		return fromJSON(body)
	case "application/x-www-form-urlencoded":
		return fromForm(body)
	case "multipart/form-data":
		return fromMultipart(body, params["boundary"])
	}
	return Input{}, &MediaTypeError{contentType}
}

func fromJSON(body []byte) (Input, error) {
	if !utf8.Valid(body) {
		return Input{}, &ParseError{"JSON parse error - the body is not valid UTF-8"}
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return Input{}, jsonError(err, body, dec.InputOffset())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Input{}, jsonError(&ParseError{"Extra data"}, body, dec.InputOffset())
	}
	object, ok := v.(map[string]any)
	if !ok {
		return Input{notMap: pythonType(v)}, nil
	}
	return Input{object: object, raw: body}, nil
}

// jsonError words a syntax error as the framework does: what, and where by
// line, column and character, each counted in the body.
func jsonError(err error, body []byte, offset int64) *ParseError {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset - 1
	}
	offset = min(max(offset, 0), int64(len(body)))
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		offset = int64(len(body))
	}
	before := string(body[:offset])
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	text := strings.TrimPrefix(err.Error(), "json: ")
	return &ParseError{fmt.Sprintf("JSON parse error - %s: line %d column %d (char %d)",
		text, line, column, utf8.RuneCountInString(before))}
}

func fromForm(body []byte) (Input, error) {
	form, err := python.ParseForm(string(body))
	if err != nil {
		return Input{}, &ParseError{err.Error()}
	}
	return Input{form: form.Values(), isForm: true}, nil
}

// maxParts is the limit of fields and files in a multipart form (assumed).
const maxParts = 1000

func fromMultipart(body []byte, boundary string) (Input, error) {
	if boundary == "" {
		return Input{}, &ParseError{"Multipart form parse error - Invalid boundary in multipart: None"}
	}
	form := url.Values{}
	parts := 0
	for part, err := range Parts(bytes.NewReader(body), boundary) {
		if parts++; parts > maxParts && err == nil {
			err = multipart.ErrMessageTooLarge
		}
		if err != nil {
			return Input{}, &ParseError{"Multipart form parse error - " + strings.TrimPrefix(err.Error(), "multipart: ")}
		}
		if part.Name != "" && part.File == "" {
			form.Add(part.Name, part.Value)
		}
	}
	return validForm(form)
}

func validForm(form url.Values) (Input, error) {
	for name, values := range form {
		for _, v := range append([]string{name}, values...) {
			if !utf8.ValidString(v) {
				return Input{}, &ParseError{"Form parse error - the body is not valid UTF-8"}
			}
		}
	}
	return Input{form: form, isForm: true}, nil
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
