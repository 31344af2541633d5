package python

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	xunicode "golang.org/x/text/encoding/unicode"
)

// Strip removes white space from both ends, as str.strip does.
func Strip(s string) string { return strings.TrimFunc(s, IsSpace) }

// IsSpace reports whether str.isspace holds for a character. The separators
// U+001C to U+001F are white space in Python only.
func IsSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// ToUTF8 decodes bytes as bytes.decode("utf-8", "replace") does: each longest
// beginning of a character that is not continued becomes one U+FFFD.
func ToUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, err := xunicode.UTF8.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, string(utf8.RuneError))
	}
	return text
}

// Quote percent-encodes the bytes of a text as urllib's quote does: all but
// letters, digits, _.-~ and those that are safe.
func Quote(s, safe string) string {
	var out strings.Builder
	for i := range len(s) {
		switch b := s[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', strings.IndexByte("_.-~"+safe, b) >= 0:
			out.WriteByte(b)
		default:
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}

// FromLatin1 decodes bytes as ISO 8859-1, in which each is a character.
func FromLatin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
