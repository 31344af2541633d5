package redact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	escapedUnicode = regexp.MustCompile(`\\u00[2-7][0-9a-fA-F]`)
	escapedPercent = regexp.MustCompile(`%[2-7][0-9a-fA-F]`)
)

// Broken redacts text whose structure cannot be read, such as JSON
// without its end: escapes are resolved first, and codes found by name.
func Broken(s string) string {
	for resolved := ""; resolved != s; {
		resolved = s
		s = escapedUnicode.ReplaceAllStringFunc(s, unescape)
		s = cards(s) // what looks like an escape may be digits of a card
		s = escapedPercent.ReplaceAllStringFunc(s, unescape)
	}
	return Text(assigned(values(s), endOfLine))
}

// unescape decodes an escape that ends with two hexadecimal digits.
func unescape(escape string) string {
	c, _ := strconv.ParseUint(escape[len(escape)-2:], 16, 8) // the expressions match no other
	return string(rune(c))
}

// jsonRedactor copies one JSON value, token by token: the order of keys stays,
// and a key that comes twice hides nothing.
type jsonRedactor struct {
	in    *json.Decoder
	out   []byte
	depth int
	found bool // something was removed
}

// maxDepth of JSON that is shown as such.
const maxDepth = 200

var errTooDeep = errors.New("too deep")

// JSON redacts a JSON text. It fails if that is not exactly one value.
func JSON(src []byte) (json.RawMessage, error) {
	out, _, err := copyJSON(src)
	return out, err
}

func copyJSON(src []byte) (out json.RawMessage, found bool, err error) {
	if !json.Valid(src) {
		return nil, false, errors.New("not JSON")
	}
	r := jsonRedactor{in: json.NewDecoder(bytes.NewReader(src)), out: slices.Grow([]byte(nil), len(src))}
	r.in.UseNumber()
	if err := r.value("", false); err != nil {
		return nil, false, err
	}
	return r.out, r.found, nil
}

// Body redacts a body of a content type. One with nothing to remove stays as
// it was sent.
func Body(contentType string, body []byte) string {
	if json.Valid(body) && harmless(body) {
		return string(body)
	}
	out, found, err := copyJSON(body)
	switch {
	case err == nil && found:
		return string(out)
	case err == nil:
		return string(body)
	case strings.HasPrefix(strings.ToLower(contentType), "application/x-www-form-urlencoded"):
		return Query(string(body))
	}
	text := string(body)
	return Text(assigned(values(cards(text)), endOfLine))
}

// value copies the next value, the one of the field of that name. Nothing
// within a secret field is shown.
func (r *jsonRedactor) value(name string, secret bool) error {
	token, err := r.in.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		return r.composite(t, name, secret || IsSecret(name) || isCode(name))
	case string, json.Number:
		value := fmt.Sprint(t)
		safe := removed
		if !secret {
			safe = Field(name, value)
		}
		if safe != value {
			token, r.found = safe, true
		}
	}
	r.out = append(r.out, encode(token)...)
	return nil
}

func (r *jsonRedactor) composite(open json.Delim, name string, secret bool) error {
	if r.depth++; r.depth > maxDepth {
		return errTooDeep
	}
	defer func() { r.depth-- }()
	r.out = append(r.out, byte(open))
	for first := true; r.in.More(); first = false {
		if !first {
			r.out = append(r.out, ',')
		}
		if open == '{' {
			key, err := r.in.Token()
			if err != nil {
				return err
			}
			name = fmt.Sprint(key)
			safe := Text(name)
			r.found = r.found || safe != name
			r.out = append(append(r.out, encode(safe)...), ':')
		}
		if err := r.value(name, secret); err != nil {
			return err
		}
	}
	end, err := r.in.Token()
	if err != nil {
		return err
	}
	r.out = append(r.out, fmt.Sprint(end)...)
	return nil
}

// encode returns the JSON of a text or a token of JSON.
func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // they always encode
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}
