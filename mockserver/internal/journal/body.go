package journal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/wire"
)

// maxBody is how much of a body is kept.
const maxBody = limit.JournalBody

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
	if out, err := redact.JSON(m.body); err == nil {
		return out
	}
	return encode(redact.Broken(string(m.body)))
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
		text = redact.Query(string(m.body))
	default:
		text = redact.Broken(string(m.body))
	}
	text = strings.ToValidUTF8(text[:min(max(0, len(text)-longestCard), maxBody)], "")
	return encode(text + fmt.Sprintf("… [truncated: %d bytes]", m.length))
}

// showForm shows a form as an object: a string for each field, a list for
// those that come more than once.
func showForm(raw string) json.RawMessage {
	values, err := url.ParseQuery(redact.FormText(raw)) // see redactPair
	if err != nil {
		return encode(redact.Query(raw))
	}
	return showFields(values)
}

func showFields(values map[string][]string) json.RawMessage {
	out := make(map[string]any, len(values))
	for name, list := range redact.Form(values) {
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
