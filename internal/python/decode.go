package python

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

const bom = "\ufeff"

// Decode returns the text of a stream of bytes, or the error of Python's
// StreamReader, in its words. A character that the end cuts off is dropped, since
// Python waits for the rest of it.
func (c Charset) Decode(raw []byte) (string, error) {
	text, bad := c.read(raw, true)
	if bad != "" {
		return "", errors.New(bad)
	}
	return text, nil
}

// Replace returns the text of bytes, with U+FFFD for what cannot be decoded.
func (c Charset) Replace(raw []byte) string {
	text, _ := c.read(raw, false)
	return text
}

// read decodes bytes. If it is strict it stops at the first error and returns it.
func (c Charset) read(raw []byte, strict bool) (text, bad string) {
	switch {
	case c.name == "ascii":
		return c.readBytes(raw, strict, "ordinal not in range(128)", func(b byte) rune {
			if b >= utf8.RuneSelf {
				return utf8.RuneError
			}
			return rune(b)
		})
	case c.iana == "":
		if c.name != UTF8.name { // utf-8-sig
			raw = []byte(strings.TrimPrefix(string(raw), bom))
		}
		return readUTF8(raw, strict)
	case strict && c.name == "utf-16" && !hasBOM(raw):
		return "", "UTF-16 stream does not start with BOM"
	case c.name == "utf-32" && !hasBOM(raw):
		c = Charset{"utf-32-le", "UTF-32LE"}
	}
	enc := c.encoding()
	if table, ok := enc.(*charmap.Charmap); ok {
		return Charset{name: "charmap"}.readBytes(raw, strict, "character maps to <undefined>", func(b byte) rune {
			control := b >= 0x80 && b < 0xa0
			switch r := table.DecodeByte(b); {
			case control && strings.HasPrefix(c.name, "iso8859"):
				return rune(b) // which the table leaves out
			case control && r == rune(b) && strings.HasPrefix(c.name, "cp"):
				return utf8.RuneError // which the table has for browsers
			default:
				return r
			}
		})
	}
	return c.readWide(enc, raw, strict)
}

// readBytes decodes a charset of one byte a character.
func (c Charset) readBytes(raw []byte, strict bool, reason string, decode func(byte) rune) (text, bad string) {
	var out strings.Builder
	for i, b := range raw {
		r := decode(b)
		if r == utf8.RuneError && strict {
			return "", c.undecodable(raw, i, i+1, reason)
		}
		out.WriteRune(r)
	}
	return out.String(), ""
}

// readWide decodes a charset of several bytes a character.
func (c Charset) readWide(enc encoding.Encoding, raw []byte, strict bool) (text, bad string) {
	decoded, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return "", err.Error()
	}
	text = string(decoded)
	at := strings.IndexRune(text, utf8.RuneError)
	if !strict || at < 0 {
		return text, ""
	}
	before, err := enc.NewEncoder().String(text[:at])
	size, reason := 1, "illegal multibyte sequence"
	switch {
	case strings.HasPrefix(c.name, "utf-16"):
		size, reason = 2, "illegal encoding"
	case strings.HasPrefix(c.name, "utf-32"):
		size, reason = 4, "code point not in range(0x110000)"
	}
	if err != nil || len(before)+size > len(raw) {
		return text[:at], "" // cut off
	}
	if c.name == "utf-16" || c.name == "utf-32" {
		c.name += "-le"
	}
	return "", c.undecodable(raw, len(before), len(before)+size, reason)
}

// hasBOM reports whether bytes begin with a byte order mark, or are too few to say.
func hasBOM(raw []byte) bool {
	if len(raw) < 2 {
		return true
	}
	switch string(raw[:2]) {
	case "\xff\xfe", "\xfe\xff", "\x00\x00": // the last of UTF-32
		return true
	}
	return false
}

// readUTF8 decodes UTF-8.
func readUTF8(raw []byte, strict bool) (text, bad string) {
	if !strict || utf8.Valid(raw) {
		return ToUTF8(string(raw)), ""
	}
	at := len(raw)
	for i := 0; i < at; {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			at = i
		}
		i += size
	}
	if size, reason := brokenRune(raw[at:]); reason != "" {
		return "", UTF8.undecodable(raw, at, at+size, reason)
	}
	return string(raw[:at]), "" // the rest is only missing
}

// brokenRune returns how many bytes of a wrong sequence belong together, and
// what is wrong with them: nothing if the rest is only missing.
func brokenRune(raw []byte) (size int, reason string) {
	var want int
	switch b := raw[0]; {
	case b >= 0xc2 && b < 0xe0:
		want = 2
	case b >= 0xe0 && b < 0xf0:
		want = 3
	case b >= 0xf0 && b < 0xf5:
		want = 4
	default:
		return 1, "invalid start byte"
	}
	for size = 1; size < min(want, len(raw)); size++ {
		if !utf8.RuneStart(raw[size]) && possible(raw[0], raw[size], size) {
			continue
		}
		return size, "invalid continuation byte"
	}
	return size, ""
}

// possible reports whether a continuation byte may stand at a place: the second
// byte decides about surrogates, overlong forms and what is beyond Unicode.
func possible(first, b byte, at int) bool {
	if at > 1 {
		return true
	}
	switch first {
	case 0xe0:
		return b >= 0xa0
	case 0xed:
		return b < 0xa0
	case 0xf0:
		return b >= 0x90
	case 0xf4:
		return b < 0x90
	}
	return true
}

// undecodable words an error as Python's codecs do.
func (c Charset) undecodable(raw []byte, from, to int, reason string) string {
	if to-from > 1 {
		return fmt.Sprintf("'%s' codec can't decode bytes in position %d-%d: %s", c.name, from, to-1, reason)
	}
	return fmt.Sprintf("'%s' codec can't decode byte 0x%02x in position %d: %s", c.name, raw[from], from, reason)
}
