package stripe

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"cariqamock/mockserver/internal/wire"
)

// Bounds on a form. Stripe's on the length of a string is 5,000 characters;
// the others are assumed.
const (
	maxParams = 1000
	maxDepth  = 8
	maxString = 5000
)

// params are a request's parameters by their full names, such as
// card[number]; lists under their name with [].
type params map[string][]string

// get is the last value given for a parameter.
func (p params) get(name string) string {
	v := p[name]
	if len(v) == 0 {
		return ""
	}
	return v[len(v)-1]
}

// has says whether a parameter is given, itself or as an object.
func (p params) has(name string) bool {
	if _, ok := p[name]; ok {
		return true
	}
	for n := range p {
		if strings.HasPrefix(n, name+"[") {
			return true
		}
	}
	return false
}

// name makes a parameter's full name; a first part that is empty is left out.
func name(first string, rest ...string) string {
	if first == "" {
		first, rest = rest[0], rest[1:]
	}
	for _, r := range rest {
		first += "[" + r + "]"
	}
	return first
}

// readParams reads the query and the body, which wins.
func (c *call) readParams() (params, error) {
	if !clean(c.r.URL.Path) {
		return nil, malformed("the URL is not valid UTF-8 or has a NUL byte")
	}
	f := form{params: params{}, objects: map[string]bool{}}
	if err := f.encoded(c.r.URL.RawQuery); err != nil {
		return nil, err
	}
	if c.r.Method != http.MethodPost || c.r.Body == nil {
		return f.params, nil
	}
	body := http.MaxBytesReader(c.w, c.r.Body, wire.MaxBody)
	if err := f.body(body, c.r.Header.Get("Content-Type")); err != nil {
		return nil, err
	}
	return f.params, nil
}

// A form collects parameters.
type form struct {
	params  params
	objects map[string]bool // names of what has parameters below it
	count   int
}

func (f *form) body(body io.Reader, contentType string) error {
	if contentType == "" {
		contentType = formType
	}
	media, attrs, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
		return wrongType()
	case media == formType:
		data, err := io.ReadAll(body)
		if err != nil {
			return unreadable(err)
		}
		return f.encoded(string(data))
	case media == "multipart/form-data" && attrs["boundary"] != "":
		return f.multipart(multipart.NewReader(body, attrs["boundary"]))
	}
	return wrongType()
}

const formType = "application/x-www-form-urlencoded"

func wrongType() error {
	return failure(http.StatusBadRequest, errorObject{
		Type:    invalidRequest,
		Message: "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.",
	})
}

// unreadable tells a body that is too long (the answer is assumed) from one
// that breaks off.
func unreadable(err error) error {
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return failure(http.StatusRequestEntityTooLarge, errorObject{Type: invalidRequest, Message: "The request body is too large."})
	}
	return malformed("the body cannot be read")
}

func (f *form) multipart(r *multipart.Reader) error {
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return unreadable(err)
		}
		if part.FileName() != "" {
			return malformed("files are not taken here")
		}
		if err := f.add(part.FormName(), string(data)); err != nil {
			return err
		}
	}
}

func (f *form) encoded(s string) error {
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, "&")
		if pair == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(k)
		if err != nil {
			return malformed("a parameter is not percent-encoded properly")
		}
		value, err := url.QueryUnescape(v)
		if err != nil {
			return malformed("a parameter is not percent-encoded properly")
		}
		if err := f.add(name, value); err != nil {
			return err
		}
	}
	return nil
}

// add notes a parameter. The same name twice: the last wins, but what is a
// string once cannot be an object at another time.
func (f *form) add(name, value string) error {
	if f.count++; f.count > maxParams {
		return malformed("too many parameters")
	}
	if !clean(name) || !clean(value) {
		return malformed("a parameter is not valid UTF-8 or has a NUL byte")
	}
	full, parents, ok := split(name)
	if !ok {
		return malformed(fmt.Sprintf("the brackets in the parameter name %q are odd", shorten(name)))
	}
	if utf8.RuneCountInString(value) > maxString {
		return failure(http.StatusBadRequest, errorObject{
			Type: invalidRequest, Param: full, Message: fmt.Sprintf("Invalid string: must be at most %d characters", maxString),
		})
	}
	for _, p := range parents {
		if _, scalar := f.params[p]; scalar {
			return failure(http.StatusBadRequest, errorObject{Type: invalidRequest, Param: p, Message: "Invalid object"})
		}
		f.objects[p] = true
	}
	if f.objects[full] {
		return failure(http.StatusBadRequest, errorObject{Type: invalidRequest, Param: full, Message: "Invalid object"})
	}
	f.params[full] = append(f.params[full], value)
	return nil
}

// split takes a[b][c] apart: its full name, and the names above it. A list's
// elements, a[] and a[0], all have the full name a[].
func split(name string) (full string, parents []string, ok bool) {
	root, rest, _ := strings.Cut(name, "[")
	if root == "" || strings.Contains(root, "]") {
		return "", nil, false
	}
	full = root
	if len(rest)+len(root) == len(name) {
		return full, nil, true
	}
	for more := true; more; {
		if len(parents) == maxDepth {
			return "", nil, false
		}
		seg, after, closed := strings.Cut(rest, "]")
		if !closed || strings.Contains(seg, "[") || after != "" && after[0] != '[' {
			return "", nil, false
		}
		if _, err := strconv.ParseUint(seg, 10, 16); err == nil {
			seg = ""
		}
		parents = append(parents, full)
		full += "[" + seg + "]"
		if more = after != ""; more {
			rest = after[1:]
		}
	}
	return full, parents, true
}

// clean says that a text can be kept and shown.
func clean(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
