package stripe

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/stripe/parameter"
	"cariqamock/mockserver/internal/text"
	"cariqamock/mockserver/internal/wire"
)

// Limits of a form. Stripe's limit of a string is 5,000 characters; the others
// are assumed.
const (
	maxParams = 1000
	maxDepth  = 8
	maxString = limit.StripeText
	maxShown  = 60 // characters of what a client sent, in a message
)

// params are a request's parameters by their full names, such as card[number].
// Lists have a name that ends in [].
type params map[string][]string

// get returns the last value of a parameter, or "".
func (p params) get(name string) string {
	v := p[name]
	if len(v) == 0 {
		return ""
	}
	return v[len(v)-1]
}

// Has reports whether a parameter is present, as a value or as an object.
func (p params) Has(name string) bool {
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

// Given returns the last value of a parameter, or nil if it has none.
func (p params) Given(name string) *string {
	if v := strings.Clone(p.get(name)); v != "" { // not a part of the whole body
		return &v
	}
	return nil
}

// below returns the parameters of an object, named as if they were given alone.
func (p params) below(object string) params {
	out := params{}
	for n, v := range p {
		if rest, ok := strings.CutPrefix(n, object+"["); ok {
			first, more, _ := strings.Cut(rest, "]")
			out[first+more] = v
		}
	}
	return out
}

// name returns the full name of a parameter; an empty first part is skipped.
func name(first string, rest ...string) string {
	if first == "" {
		first, rest = rest[0], rest[1:]
	}
	for _, r := range rest {
		first += "[" + r + "]"
	}
	return first
}

// readParams returns the parameters of the query and of the body, which has
// precedence. If it fails, it returns those that it has read.
func (c *call) readParams() (params, error) {
	if !clean(c.r.URL.Path) {
		return nil, malformed("the URL is not valid UTF-8 or has a NUL byte")
	}
	c.lists = map[string][]int{}
	f := form{params: params{}, objects: map[string]bool{}, keys: map[string]int{}, lists: c.lists}
	if err := f.encoded(c.r.URL.RawQuery); err != nil {
		return f.params, err
	}
	if c.r.Method != http.MethodPost || c.r.Body == nil {
		return f.params, nil
	}
	body := http.MaxBytesReader(c.w, c.r.Body, wire.MaxBody)
	err := f.body(body, c.r.Header.Get("Content-Type"))
	return f.params, err
}

// checked returns what Stripe would refuse of the parameters.
func (c *call) checked() error {
	m := parameter.Check(c.operation, c.params)
	for _, list := range slices.Sorted(maps.Keys(c.lists)) {
		if m == nil {
			m = parameter.CheckKeys(list, c.lists[list])
		}
	}
	if m != nil {
		return reject(http.StatusBadRequest, m.Code, m.Param, m.Message)
	}
	return nil
}

// A form collects parameters.
type form struct {
	params  params
	objects map[string]bool  // names that have parameters below them
	keys    map[string]int   // of metadata
	lists   map[string][]int // the numbers in the names of elements, by list
	count   int
}

func (f *form) body(body io.Reader, contentType string) error {
	if contentType == "" {
		contentType = formType
	}
	media, attrs, err := mime.ParseMediaType(contentType)
	switch {
	case err != nil:
	case media == formType:
		data, err := io.ReadAll(body)
		if err != nil {
			return unreadable(err)
		}
		return f.encoded(string(data))
	case media == "multipart/form-data" && attrs["boundary"] != "":
		return f.multipart(body, attrs["boundary"])
	}
	return invalid("", "Invalid request (check that your POST content type is application/x-www-form-urlencoded). "+
		"If you have any questions, we can help at https://support.stripe.com/.")
}

const formType = "application/x-www-form-urlencoded"

// unreadable returns the answer to a body that is too long (assumed), that
// ends early, or that the server does not read.
func unreadable(err error) error {
	var long *http.MaxBytesError
	var body *wire.StatusError
	if errors.As(err, &body) {
		p := reject(body.Status, "", "", body.Text)
		p.header = body.Header()
		return p
	}
	if errors.As(err, &long) {
		return reject(http.StatusRequestEntityTooLarge, "", "", "The request body is too large.")
	}
	return malformed("the body cannot be read")
}

func (f *form) multipart(body io.Reader, boundary string) error {
	for part, err := range wire.Parts(body, boundary) {
		switch {
		case err != nil:
			return unreadable(err)
		case part.File != "":
			return malformed("files are not taken here")
		}
		if err := f.add(part.Name, part.Value); err != nil {
			return err
		}
	}
	return nil
}

func (f *form) encoded(s string) error {
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		if err != nil || err2 != nil {
			return malformed("a parameter is not percent-encoded properly")
		}
		if err := f.add(name, value); err != nil {
			return err
		}
	}
	return nil
}

// add stores a parameter. A name may occur twice, but not once as a string and
// once as an object.
func (f *form) add(name, value string) error {
	if f.count++; f.count > maxParams {
		return malformed("too many parameters")
	}
	if !clean(name) || !clean(value) {
		return malformed("a parameter is not valid UTF-8 or has a NUL byte")
	}
	full, parents, ok := f.split(name)
	if !ok {
		return malformed(fmt.Sprintf("the brackets in the parameter name %q are odd", text.Shorten(name, maxShown)))
	}
	if utf8.RuneCountInString(value) > maxString {
		return invalid(full, fmt.Sprintf("Invalid string: must be at most %d characters", maxString))
	}
	if err := f.metadata(full, parents, value); err != nil {
		return err
	}
	for _, p := range parents {
		if _, scalar := f.params[p]; scalar {
			return invalid(p, "Invalid object")
		}
		f.objects[p] = true
	}
	if f.objects[full] {
		return invalid(full, "Invalid object")
	}
	f.params[full] = append(f.params[full], value)
	return nil
}

// metadata checks a parameter of metadata, at any depth, by Stripe's bounds.
// The texts are assumed.
func (f *form) metadata(full string, parents []string, value string) error {
	if len(parents) == 0 {
		return nil
	}
	object := parents[len(parents)-1]
	if !isMetadata(object) {
		return nil
	}
	if _, known := f.params[full]; !known {
		f.keys[object]++
	}
	key := full[len(object)+1 : len(full)-1]
	switch length := utf8.RuneCountInString(value); {
	case f.keys[object] > limit.MetadataKeys:
		return invalid(object, fmt.Sprintf("Metadata can have up to %d keys.", limit.MetadataKeys))
	case utf8.RuneCountInString(key) > limit.MetadataKey:
		return invalid(object, fmt.Sprintf("Metadata keys can have up to %d characters. Invalid key: %s",
			limit.MetadataKey, text.Shorten(key, maxShown)))
	case length > limit.MetadataValue:
		return invalid(full, fmt.Sprintf("Metadata values can have up to %d characters, but you passed in a value that is %d characters. Invalid value: %s",
			limit.MetadataValue, length, text.Shorten(value, maxShown)))
	}
	return nil
}

// isMetadata reports whether a parameter is metadata, whose keys may be numbers.
func isMetadata(name string) bool {
	return name == "metadata" || strings.HasSuffix(name, "[metadata]")
}

// split returns the full name of a[b][c] and the names above it. All elements
// of a list, a[] and a[0], have the full name a[]; the numbers are noted.
func (f *form) split(name string) (full string, parents []string, ok bool) {
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
		if n, err := strconv.ParseUint(seg, 10, 16); err == nil && !isMetadata(full) {
			f.lists[full] = append(f.lists[full], int(n))
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

// clean reports whether a text can be stored and shown.
func clean(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
