package python

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Repr returns repr of a text: quoted, with escapes for what cannot be printed.
func Repr(s string) string { return reprOf([]rune(s)) }

func reprOf(runes []rune) string {
	quote := '\''
	if s := string(runes); strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var out strings.Builder
	out.WriteRune(quote)
	for _, r := range runes {
		switch {
		case r == quote || r == '\\':
			out.WriteRune('\\')
			out.WriteRune(r)
		case r == '\n', r == '\r', r == '\t':
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		case unicode.IsPrint(r):
			out.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&out, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\U%08x`, r)
		}
	}
	out.WriteRune(quote)
	return out.String()
}

// ReprJSON returns repr of a value that is written in JSON, which must be valid
// or empty: ['a', {'b': None}].
func ReprJSON(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	r := reader{text: string(raw)}
	var out strings.Builder
	r.value(&out)
	return out.String()
}

// Surrogate returns the first surrogate in a text in JSON that is not half of a
// pair. JSON can have it as an escape, Go's strings cannot hold it.
func Surrogate(raw json.RawMessage) (surrogate rune, found bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return 0, false
	}
	for _, r := range unquoteJSON(string(raw)) {
		if utf16.IsSurrogate(r) {
			return r, true
		}
	}
	return 0, false
}

// A reader writes the repr of the values that it reads from valid JSON.
type reader struct {
	text string
	pos  int
}

// next returns the next byte that is no white space, colon or comma.
func (r *reader) next() byte {
	for strings.IndexByte(" \t\r\n:,", r.text[r.pos]) >= 0 {
		r.pos++
	}
	return r.text[r.pos]
}

// token returns the text up to the end of a string, number or word.
func (r *reader) token() string {
	from := r.pos
	if r.text[r.pos] == '"' {
		for r.pos++; r.text[r.pos] != '"'; r.pos++ {
			if r.text[r.pos] == '\\' {
				r.pos++
			}
		}
		r.pos++
		return r.text[from:r.pos]
	}
	for r.pos < len(r.text) && strings.IndexByte(" \t\r\n,]}", r.text[r.pos]) < 0 {
		r.pos++
	}
	return r.text[from:r.pos]
}

func (r *reader) value(out *strings.Builder) {
	switch r.next() {
	case '[':
		out.WriteByte('[')
		r.pos++
		for sep := ""; r.next() != ']'; sep = ", " {
			out.WriteString(sep)
			r.value(out)
		}
		out.WriteByte(']')
		r.pos++
	case '{':
		r.pos++
		r.dict(out)
	case '"':
		out.WriteString(reprOf(unquoteJSON(r.token())))
	case 't':
		r.pos += len("true")
		out.WriteString("True")
	case 'f':
		r.pos += len("false")
		out.WriteString("False")
	case 'n':
		r.pos += len("null")
		out.WriteString("None")
	default:
		out.WriteString(Number(r.token()))
	}
}

// dict writes an object. Of a repeated name the first place and the last value
// count.
func (r *reader) dict(out *strings.Builder) {
	var names []string
	values := map[string]string{}
	for r.next() != '}' {
		name := reprOf(unquoteJSON(r.token()))
		var value strings.Builder
		r.next()
		r.value(&value)
		if _, known := values[name]; !known {
			names = append(names, name)
		}
		values[name] = value.String()
	}
	r.pos++
	out.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(name + ": " + values[name])
	}
	out.WriteByte('}')
}

// unquoteJSON returns the characters of a JSON string with its quotes, lone
// surrogates among them.
func unquoteJSON(s string) []rune {
	s = s[1 : len(s)-1]
	var out []rune
	for s != "" {
		if s[0] != '\\' {
			r, size := utf8.DecodeRuneInString(s)
			out, s = append(out, r), s[size:]
			continue
		}
		if s[1] != 'u' {
			out = append(out, rune("\"\\/\b\f\n\r\t"[strings.IndexByte(`"\/bfnrt`, s[1])]))
			s = s[2:]
			continue
		}
		r := fourHex(s[2:6])
		s = s[6:]
		if utf16.IsSurrogate(r) && len(s) >= 6 && s[:2] == `\u` {
			if both := utf16.DecodeRune(r, fourHex(s[2:6])); both != utf8.RuneError {
				r, s = both, s[6:]
			}
		}
		out = append(out, r)
	}
	return out
}

func fourHex(s string) rune {
	n, err := strconv.ParseUint(s, 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
