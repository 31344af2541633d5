package journal

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/wire"
)

// A Sent is the request of an exchange for making it again: redacted, and
// otherwise as it came.
type Sent struct {
	Method, Path, Query string // the path decoded, the query as sent
	First               string // id of the user who was listed first then
	Keyed               bool   // it had an Authorization header, whose value is not kept
	Secret              bool   // with a secret key of Stripe's
	ContentType         string
	Accept, Prefer      string

	Body   string              // as text; empty for a multipart form
	Fields map[string][]string // of a form; nil for another or a malformed body
	Binary bool                // the body is not text and not shown
	Cut    bool                // the body was longer than what is kept

	Seq    int64  // the number of the world's last change when the answer was ready
	Status int    // of the answer; 0: there was none
	Rule   string // that refused
}

// Target returns the path, encoded; the marks of redaction stay readable.
func (s Sent) Target() string {
	target := (&url.URL{Path: s.Path}).EscapedPath()
	if redact.Is(s.Path) {
		target = redact.ReadableMarks(target)
	}
	return target
}

func (r *record) sent() Sent {
	header := func(name string) string { return r.request.joined(name, redact.Header) }
	s := Sent{
		Method: redact.Text(r.Method), Path: redact.Text(r.path), Query: redact.Query(r.query), Seq: r.Seq, Status: r.Status, Rule: r.Rule, First: r.First,
		ContentType: header("Content-Type"), Accept: header("Accept"), Prefer: header("Prefer"),
		Keyed: header("Authorization") != "", Secret: r.request.secretKey(), Cut: r.request.length > len(r.request.body),
	}
	r.request.fill(&s)
	return s
}

// secretKey reports whether the request was made with a secret key of
// Stripe's, as Bearer token or as the user of Basic authentication.
func (m message) secretKey() bool {
	authorization := m.header.get("Authorization")
	r := http.Request{Header: http.Header{"Authorization": {authorization}}}
	key, _, basic := r.BasicAuth()
	if !basic {
		_, key, _ = strings.Cut(authorization, " ")
	}
	return strings.HasPrefix(strings.TrimSpace(key), "sk_")
}

// fill sets the body.
func (m message) fill(s *Sent) {
	media := m.media()
	switch {
	case m.length == 0:
	case media == multipartType:
		if fields, binary, err := m.multipartFields(); err == nil && !binary {
			s.Fields = redact.Form(fields)
		}
		s.Binary = s.Fields == nil
	case !readable(m.body):
		s.Binary = true
	case media == formType:
		s.Body = redact.Query(string(m.body))
		if fields, err := url.ParseQuery(string(m.body)); err == nil {
			s.Fields = redact.Form(fields)
		}
	default:
		if out, err := redact.JSON(m.body); err == nil {
			s.Body = string(out)
		} else {
			s.Body = redact.Broken(string(m.body))
		}
	}
}

func (m message) media() string {
	media, _, _ := strings.Cut(m.header.get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// multipartFields reads a multipart form, also one without an end; one without
// any fields is an error. Values that are not text are replaced and reported.
func (m message) multipartFields() (values map[string][]string, binary bool, err error) {
	values = map[string][]string{}
	_, attrs, _ := mime.ParseMediaType(m.header.get("Content-Type")) // without a boundary there are no parts
	for part, err := range wire.Parts(bytes.NewReader(m.body), attrs["boundary"]) {
		if errors.Is(err, io.EOF) { // the rest is missing
			break
		}
		if err != nil {
			return nil, false, err
		}
		if !readable([]byte(part.Value)) {
			part.Value, binary = notText(len(part.Value)), true
		}
		values[part.Name] = append(values[part.Name], part.Value)
	}
	if len(values) == 0 {
		return nil, false, io.EOF
	}
	return values, binary, nil
}
