package wire

import (
	"encoding/json"
	"net/url"
	"strings"

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
	return `Unsupported media type "` + python.FromLatin1(e.ContentType) + `" in request.`
}

func (e *ParseError) Error() string { return e.Text }

// An Input holds the fields of a request, from JSON or from a form. Forms, and
// query strings with them, have neither null nor nested values, so they are read
// by different rules.
type Input struct {
	object  map[string]any
	raw     json.RawMessage // the object as it was sent
	form    url.Values
	query   python.Form       // the same, if it is a query
	files   map[string]string // the names of files by their fields
	isForm  bool
	partial bool   // an update: missing fields stay as they are
	notMap  string // the Python name of the type that was sent instead of an object
}

// FromQuery returns query parameters as an input.
func FromQuery(q python.Form) Input { return Input{form: q.Values(), query: q, isForm: true} }

// Partial returns the input as that of an update, which may leave fields out.
func (in Input) Partial() Input {
	in.partial = true
	return in
}

// FromBody reads a body of one of the three types that the vendor's
// specification lists, in the charset that its type declares. An empty body is an
// empty object whatever its type (measured).
func FromBody(contentType string, body []byte) (Input, error) {
	if len(body) == 0 {
		return Input{object: map[string]any{}}, nil
	}
	media := ReadMediaType(contentType)
	charset := python.LookupCharset(media.Params["charset"])
	switch {
	case media.Matches("application", "json"):
		return fromJSON(body, charset)
	case media.Matches("application", "x-www-form-urlencoded"):
		return fromForm(body, charset)
	case media.Matches("multipart", "form-data"):
		f, err := parseMultipart(contentType, body)
		return Input{form: f.form, files: f.files, isForm: true}, err
	}
	return Input{}, &MediaTypeError{contentType}
}

func fromJSON(body []byte, c python.Charset) (Input, error) {
	text, err := c.Decode(body)
	if err != nil {
		return Input{}, &ParseError{"JSON parse error - " + err.Error()}
	}
	v, err := python.ParseJSON(text)
	if err != nil {
		return Input{}, &ParseError{"JSON parse error - " + err.Error()}
	}
	object, ok := v.(map[string]any)
	if !ok {
		return Input{notMap: pythonType(v)}, nil
	}
	return Input{object: object, raw: json.RawMessage(text)}, nil
}

func fromForm(body []byte, c python.Charset) (Input, error) {
	form, err := c.ParseForm(body)
	if err != nil {
		return Input{}, &ParseError{err.Error()}
	}
	return Input{form: form.Values(), isForm: true}, nil
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
