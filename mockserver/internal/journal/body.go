package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cariqamock/mockserver/internal/wire"
)

// maxBody is how much of a body is kept.
const maxBody = 64 << 10

// shownBody renders the body as JSON, redacted.
func (m message) shownBody() json.RawMessage {
	if m.length == 0 {
		return nil
	}
	switch media := m.media(); {
	case !readable(m.body) && media != multipartType:
		return encode(notText(m.length))
	case m.length > len(m.body):
		return m.shownPart(media)
	case media == formType:
		return showForm(string(m.body))
	case media == multipartType:
		values, _, err := m.multipartFields()
		if err != nil { // which parts are secret depends on names that are elsewhere
			return encode(fmt.Sprintf("[%d bytes of a broken multipart form]", m.length))
		}
		return showFields(values)
	}
	if out, err := redactJSON(m.body); err == nil {
		return out
	}
	return encode(redactBroken(string(m.body)))
}

const (
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data"
)

func notText(length int) string { return fmt.Sprintf("[%d bytes that are not text]", length) }

// shownPart shows the start of a body that is too long, as text. The last
// bytes are left out: half of a card number would not be recognized.
func (m message) shownPart(media string) json.RawMessage {
	const longestCard = 256 // with all its separators, encoded
	var text string
	switch media {
	case multipartType:
	case formType:
		text = redactQuery(string(m.body))
	default:
		text = redactBroken(string(m.body))
	}
	text = strings.ToValidUTF8(text[:min(max(0, len(text)-longestCard), maxBody)], "")
	return encode(text + fmt.Sprintf("… [truncated: %d bytes]", m.length))
}

// showForm shows a form as an object: a string for each field, a list for
// those that come more than once.
func showForm(raw string) json.RawMessage {
	values, err := url.ParseQuery(redactCards(raw)) // see redactPair
	if err != nil {
		return encode(redactQuery(raw))
	}
	return showFields(values)
}

func showFields(values map[string][]string) json.RawMessage {
	out := make(map[string]any, len(values))
	for name, list := range redactFields(values) {
		if out[name] = any(list); len(list) == 1 {
			out[name] = list[0]
		}
	}
	return encode(out)
}

// readable reports whether bytes are text. Other encodings of Unicode are not:
// they would hide digits from redaction.
func readable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return utf8.Valid(b)
}

// encode returns the JSON of a text, of texts or of a token of JSON.
func encode(v any) json.RawMessage {
	b, _ := wire.Marshal(v) // they always encode
	return b
}

var (
	escapedUnicode = regexp.MustCompile(`\\u00[2-7][0-9a-fA-F]`)
	escapedPercent = regexp.MustCompile(`%[2-7][0-9a-fA-F]`)
	codes          = regexp.MustCompile(`(?i)(cvc2?|cvv2?)("?\]?\s*[=:]\s*"?)[^"&,;}\s]+`)
)

// redactBroken redacts text whose structure cannot be read, such as JSON
// without its end: escapes are resolved first, and codes found by name.
func redactBroken(s string) string {
	for resolved := ""; resolved != s; {
		resolved = s
		s = escapedUnicode.ReplaceAllStringFunc(s, unescape)
		s = redactCards(s) // what looks like an escape may be digits of a card
		s = escapedPercent.ReplaceAllStringFunc(s, unescape)
	}
	return redactText(codes.ReplaceAllString(s, "${1}${2}"+redacted))
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
}

// maxDepth of JSON that is shown as such.
const maxDepth = 200

var errTooDeep = errors.New("too deep")

// redactJSON redacts a JSON text. It fails if that is not exactly one value.
func redactJSON(src []byte) (json.RawMessage, error) {
	if !json.Valid(src) {
		return nil, errors.New("not JSON")
	}
	r := jsonRedactor{in: json.NewDecoder(bytes.NewReader(src)), out: slices.Grow([]byte(nil), len(src))}
	r.in.UseNumber()
	if err := r.value("", false); err != nil {
		return nil, err
	}
	return r.out, nil
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
		return r.composite(t, name, secret)
	case string, json.Number:
		value := fmt.Sprint(t)
		if secret {
			token = redacted
		} else if safe := redactField(name, value); safe != value {
			token = safe
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
			r.out = append(append(r.out, encode(redactText(name))...), ':')
		}
		if err := r.value(name, secret || redactField(name, "0") != "0"); err != nil {
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
