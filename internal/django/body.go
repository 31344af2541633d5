package django

import (
	"cariqamock/internal/python"
)

// Errors of bodies that cannot be read at all.
type (
	// A MediaTypeError is the error of a body whose type is not supported: 415.
	MediaTypeError struct{ ContentType string }
	// A ParseError is the error of a body that is not what its type claims: 400.
	ParseError struct{ Text string }
)

// Error returns the framework's text.
func (e *MediaTypeError) Error() string {
	return `Unsupported media type "` + python.FromLatin1(e.ContentType) + `" in request.`
}

// Error returns the framework's text.
func (e *ParseError) Error() string { return e.Text }

// A Body is a request body: JSON, or a form.
type Body struct {
	JSON   any    // the value, see python.ParseJSON
	Text   string // JSON as it was sent, in UTF-8
	IsForm bool
	Form   python.Form
	Files  map[string]string // the names of files by their fields
}

// ReadBody reads a body of one of the three types that the vendor's specification
// lists, in the charset that its type declares. An empty body is an empty object
// whatever its type (measured). It returns a *MediaTypeError or a *ParseError.
func ReadBody(contentType string, body []byte) (Body, error) {
	if len(body) == 0 {
		return Body{JSON: map[string]any{}}, nil
	}
	media := ReadMediaType(contentType)
	charset := python.LookupCharset(media.Params["charset"])
	switch {
	case media.Matches("application", "json"):
		return readJSON(body, charset)
	case media.Matches("application", "x-www-form-urlencoded"):
		form, err := charset.ParseForm(body)
		if err != nil {
			return Body{}, &ParseError{err.Error()}
		}
		return Body{IsForm: true, Form: form}, nil
	case media.Matches("multipart", "form-data"):
		f, err := parseMultipart(contentType, body)
		return Body{IsForm: true, Form: f.form, Files: f.files}, err
	}
	return Body{}, &MediaTypeError{contentType}
}

func readJSON(body []byte, c python.Charset) (Body, error) {
	text, err := c.Decode(body)
	if err != nil {
		return Body{}, &ParseError{"JSON parse error - " + err.Error()}
	}
	v, err := python.ParseJSON(text)
	if err != nil {
		return Body{}, &ParseError{"JSON parse error - " + err.Error()}
	}
	return Body{JSON: v, Text: text}, nil
}
