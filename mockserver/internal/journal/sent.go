package journal

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"cariqamock/mockserver/internal/wire"
)

// A Sent is the request of an exchange as it can be made again: redacted, and
// otherwise as it came.
type Sent struct {
	Method, Path, Query string // the path decoded, the query as sent
	First               string // the user who was listed first then
	Keyed               bool   // it had an Authorization header, whose value is no longer known
	Secret              bool   // in which was a secret key of Stripe's
	ContentType         string
	Accept, Prefer      string

	Body   string              // as text; of a multipart form nothing
	Fields map[string][]string // of a form; nil: the body is none, or cannot be read
	Binary bool                // the body is not text and not shown
	Cut    bool                // the body was longer than what is kept

	Status int    // of the answer; 0: there was none
	Rule   string // that refused
}

// Target is the path, encoded; what stands for redacted text stays readable.
func (s Sent) Target() string {
	target := (&url.URL{Path: s.Path}).EscapedPath()
	if Redacted(s.Path) {
		target = readableMarks(target)
	}
	return target
}

// Redacted says whether something was taken out of a text.
func Redacted(text string) bool {
	return strings.Contains(text, redacted) || strings.Contains(text, masked)
}

// Sent gives the request of an exchange; false: there is none of that id, or
// no longer.
func (j *Journal) Sent(id string) (Sent, bool) {
	if r := j.find(id); r != nil {
		return r.sent(), true
	}
	return Sent{}, false
}

func (r *record) sent() Sent {
	s := Sent{
		Method: redactText(r.method), Path: r.shownPath(), Query: redactQuery(r.query), Status: r.status, Rule: r.rule, First: r.first,
		ContentType: r.request.header("Content-Type"), Accept: r.request.header("Accept"), Prefer: r.request.header("Prefer"),
		Keyed: r.request.header("Authorization") != "", Secret: r.request.secretKey(), Cut: r.request.length > len(r.request.body),
	}
	r.request.tell(&s)
	return s
}

// header is a redacted header; of several of one name all, as one.
func (h half) header(name string) string {
	var all []string
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			all = append(all, redactHeader(f.name, f.value))
		}
	}
	return strings.Join(all, ", ")
}

// secretKey says whether the request was made with a secret key of Stripe's,
// as Bearer token or as the user of Basic authentication.
func (h half) secretKey() bool {
	r := http.Request{Header: http.Header{}}
	for _, f := range h.fields {
		if strings.EqualFold(f.name, "Authorization") {
			r.Header.Set("Authorization", f.value)
		}
	}
	key, _, basic := r.BasicAuth()
	if !basic {
		_, key, _ = strings.Cut(r.Header.Get("Authorization"), " ")
	}
	return strings.HasPrefix(strings.TrimSpace(key), "sk_")
}

// tell fills in the body.
func (h half) tell(s *Sent) {
	media := h.media()
	switch {
	case h.length == 0:
	case media == multipartType:
		if fields, err := h.multipartFields(); err == nil && allReadable(fields) {
			s.Fields = redactFields(fields)
		}
		s.Binary = s.Fields == nil
	case !readable(h.body):
		s.Binary = true
	case media == formType:
		s.Body = redactQuery(string(h.body))
		if fields, err := url.ParseQuery(string(h.body)); err == nil {
			s.Fields = redactFields(fields)
		}
	default:
		if out, err := redactJSON(h.body); err == nil {
			s.Body = string(out)
		} else {
			s.Body = redactBroken(string(h.body))
		}
	}
}

func (h half) media() string {
	media, _, _ := strings.Cut(h.contentType(), ";")
	return strings.ToLower(strings.TrimSpace(media))
}

func redactFields(values map[string][]string) map[string][]string {
	out := make(map[string][]string, len(values))
	for name, list := range values {
		for _, v := range list {
			out[redactText(name)] = append(out[redactText(name)], redactField(name, v))
		}
	}
	return out
}

// multipartFields reads a multipart form; one without any is an error too.
func (h half) multipartFields() (map[string][]string, error) {
	values := map[string][]string{}
	_, attrs, _ := mime.ParseMediaType(h.contentType()) // without a boundary there are no parts
	for part, err := range wire.Parts(bytes.NewReader(h.body), attrs["boundary"]) {
		if errors.Is(err, io.EOF) { // the rest is missing
			break
		}
		if err != nil {
			return nil, err
		}
		values[part.Name] = append(values[part.Name], part.Value)
	}
	if len(values) == 0 {
		return nil, io.EOF
	}
	return values, nil
}

func allReadable(fields map[string][]string) bool {
	for _, values := range fields {
		for _, v := range values {
			if !readable([]byte(v)) {
				return false
			}
		}
	}
	return true
}
