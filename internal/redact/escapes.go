package redact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// pointer is what the escapes of JSON pointers (RFC 6901) stand for.
var pointer = strings.NewReplacer("~1", "/", "~0", "~")

// unescaped redacts what escapes hide: those of URLs, of JSON within a text, and
// of JSON pointers. A text with nothing to remove stays as it is.
func unescaped(s string) string {
	read := s
	if strings.Contains(s, "~1") {
		read = pointer.Replace(s)
	}
	if strings.Contains(s, "%") || strings.Contains(s, `\`) {
		read = resolve(read)
	}
	if read == s {
		return s
	}
	if safe := plain(read); safe != read || Is(read) && !Is(s) {
		return safe
	}
	return s
}

// resolve resolves the escapes of JSON and of URLs, however often a text is
// escaped. What looks like an escape may be digits of a card, which are masked
// before.
func resolve(s string) string {
	s = decode(cards(decode(s, '\\', 0x7f)), '%', 0x7f)
	if wide := decode(s, '%', 0xff); utf8.ValidString(wide) {
		return wide
	}
	return s
}

// decode resolves escapes with a mark, and those of JSON, in one pass: what a
// resolved one completes is resolved, too. Characters above a bound stay escaped.
func decode(s string, mark, bound byte) string {
	if strings.IndexByte(s, mark) < 0 && strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		out = append(out, s[i])
		for {
			width, c := escapeAtEnd(out, mark)
			if width == 0 || c > bound {
				break
			}
			out = append(out[:len(out)-width], c)
		}
	}
	return string(out)
}

// escapeAtEnd returns the width of an escape at the end of a text, or 0, and
// what it stands for. Control characters stay escaped, but for spaces.
func escapeAtEnd(s []byte, mark byte) (width int, c byte) {
	n := len(s)
	switch {
	case n >= 2 && s[n-2] == '\\' && s[n-1] == '/':
		return 2, '/'
	case mark == '%' && n >= 3 && s[n-3] == '%':
		width = 3
	case n >= 6 && string(s[n-6:n-2]) == `\u00` && s[n-2] < '8':
		width = 6
	default:
		return 0, 0
	}
	code, err := strconv.ParseUint(string(s[n-2:]), 16, 8)
	switch c = byte(code); {
	case err != nil || c == 0x7f:
		return 0, 0
	case c == '\t' || c == '\r' || c == '\n':
		return width, ' '
	case c < ' ':
		return 0, 0
	}
	return width, c
}
