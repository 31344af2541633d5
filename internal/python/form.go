package python

import (
	"errors"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxFields is the most fields that a query string or a form may have: Django's
// DATA_UPLOAD_MAX_NUMBER_FIELDS.
const MaxFields = 1000

// ErrTooManyFields is the error of a query string or form with more than
// MaxFields fields. Django answers it with 400.
var ErrTooManyFields = errors.New("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.") //nolint:revive // Django's text

// A Form holds the fields of a query string or form as Django's QueryDict does.
// The zero value has no fields.
type Form struct {
	names  []string // in the order of their first occurrence
	values map[string][]string
}

// ParseForm reads a query string or an urlencoded form as urllib's parse_qsl
// does for QueryDict: only & separates fields, a broken escape stays as it is,
// and bytes that are not UTF-8 are replaced. Text that is not UTF-8 before
// unescaping is read as Latin-1. The only error is ErrTooManyFields.
func ParseForm(raw string) (Form, error) { return ParseFormIn(raw, ToUTF8) }

// ParseFormIn is ParseForm with another encoding of the escaped bytes, which
// decode turns into text.
func ParseFormIn(raw string, decode func(bytes string) string) (Form, error) {
	var f Form
	if strings.Count(raw, "&") >= MaxFields {
		return f, ErrTooManyFields
	}
	if !utf8.ValidString(raw) {
		raw = FromLatin1(raw)
	}
	for field := range strings.SplitSeq(raw, "&") {
		if field != "" {
			name, value, _ := strings.Cut(field, "=")
			f.Add(unquote(name, decode), unquote(value, decode))
		}
	}
	return f, nil
}

// Add adds a value to a field.
func (f *Form) Add(name, value string) {
	if f.values == nil {
		f.values = map[string][]string{}
	}
	old, known := f.values[name]
	if !known {
		f.names = append(f.names, name)
	}
	f.values[name] = append(old, value)
}

// Get returns the last value of a field, as QueryDict does, or "".
func (f Form) Get(name string) string {
	value, _ := f.Last(name)
	return value
}

// Last returns the last value of a field, and whether there is one.
func (f Form) Last(name string) (value string, ok bool) {
	all := f.values[name]
	if len(all) == 0 {
		return "", false
	}
	return all[len(all)-1], true
}

// All returns the values of a field in their order.
func (f Form) All(name string) []string { return f.values[name] }

// Fields returns the names of all fields with their values, in the order in
// which the names first occur.
func (f Form) Fields() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		for _, name := range f.names {
			if !yield(name, f.values[name]) {
				return
			}
		}
	}
}

// Values returns the fields without their order. The caller must not change them.
func (f Form) Values() url.Values { return f.values }

// Set replaces the values of a field.
func (f *Form) Set(name string, values ...string) {
	f.Delete(name)
	for _, v := range values {
		f.Add(name, v)
	}
}

// Delete removes a field.
func (f *Form) Delete(name string) {
	if _, known := f.values[name]; known {
		delete(f.values, name)
		f.names = slices.DeleteFunc(f.names, func(n string) bool { return n == name })
	}
}

// Encode returns the fields as a query string, sorted by name, as the
// framework's page links have them.
func (f Form) Encode() string { return url.Values(f.values).Encode() }

// unquote decodes an urlencoded text. As in Python, characters beyond ASCII end
// a run of escaped bytes.
func unquote(s string, decode func(string) string) string {
	s = strings.ReplaceAll(s, "+", " ")
	if !strings.Contains(s, "%") {
		return strings.Clone(s) // or it would hold on to the whole form
	}
	var out strings.Builder
	for s != "" {
		ascii := strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
		if ascii < 0 {
			ascii = len(s)
		}
		out.WriteString(decode(unescape(s[:ascii])))
		_, size := utf8.DecodeRuneInString(s[ascii:])
		out.WriteString(s[ascii : ascii+size])
		s = s[ascii+size:]
	}
	return out.String()
}

// escape is a byte in percent-encoding.
var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// unescape replaces %XX by the byte; other percent signs stay.
func unescape(s string) string {
	return escape.ReplaceAllStringFunc(s, func(e string) string {
		b, err := strconv.ParseUint(e[1:], 16, 8)
		if err != nil {
			return e
		}
		return string([]byte{byte(b)})
	})
}
