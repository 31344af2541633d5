package redact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Broken redacts text whose structure cannot be read, such as JSON
// without its end: escapes are resolved first, and codes found by name.
func Broken(s string) string {
	return Text(assigned(elsewhere(values(resolve(s))), endOfLine))
}

// jsonRedactor copies one JSON value, token by token: the order of keys stays,
// and a key that comes twice hides nothing.
type jsonRedactor struct {
	in    *json.Decoder
	out   []byte
	depth int
	found bool   // something was removed
	text  string // the last value, if it is a text
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
	return Text(assigned(elsewhere(values(cards(text))), endOfLine))
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
		r.text = value
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
	var pairs pairs
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
		start := len(r.out)
		r.text = ""
		if err := r.value(name, secret); err != nil {
			return err
		}
		switch {
		case open == '{':
			pairs.add(name, r.text, start, len(r.out))
		case strings.HasPrefix(r.text, "eyJ"): // the other parts of a token may follow
			secret = true
		}
	}
	r.text = ""
	r.out, r.found = pairs.hide(r.out, r.found)
	end, err := r.in.Token()
	if err != nil {
		return err
	}
	r.out = append(r.out, fmt.Sprint(end)...)
	return nil
}

// pairs finds objects such as {"name": "password", "value": "x"}.
type pairs struct {
	secret bool
	values [][2]int // where the values are in the copy
}

func (p *pairs) add(name, text string, start, end int) {
	switch strings.ToLower(name) {
	case "name", "key", "field", "header", "parameter":
		p.secret = p.secret || IsSecret(text) || isCode(text)
	case "value", "values", "val", "content":
		p.values = append(p.values, [2]int{start, end})
	}
}

// hide removes the values from a copy, and reports whether something has been
// removed from it, now or before.
func (p *pairs) hide(out []byte, found bool) ([]byte, bool) {
	if !p.secret {
		return out, found
	}
	for _, at := range slices.Backward(p.values) {
		value := strings.Trim(string(out[at[0]:at[1]]), `"`)
		if !shown(value) {
			out, found = slices.Replace(out, at[0], at[1], encode(removed)...), true
		}
	}
	return out, found
}

// encode returns the JSON of a text or a token of JSON.
func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // they always encode
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}
