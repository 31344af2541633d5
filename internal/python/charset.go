package python

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

//go:embed charsets.txt
var charsetTable string

// A Charset is a text encoding under its name in Python.
type Charset struct {
	name string
	iana string // empty for UTF-8 and ASCII
}

// UTF8 is the charset of what declares none, or an unknown one.
var UTF8 = Charset{name: "utf-8"}

// charsets returns the encodings by the names that Python has for them.
var charsets = sync.OnceValue(func() map[string]Charset {
	all := map[string]Charset{}
	for line := range strings.Lines(charsetTable) {
		names := strings.Fields(line)
		if names[0] == "#" {
			continue
		}
		c := Charset{names[0], strings.TrimPrefix(names[1], "-")}
		all[plainName(c.name)] = c
		for _, alias := range names[2:] {
			all[alias] = c
		}
	}
	return all
})

// plainName returns the name of an encoding as Python compares names: each run
// of characters that are neither letters nor digits is one underscore.
func plainName(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	}), "_")
}

// LookupCharset returns the charset with a name, or UTF8 for an unknown one, as
// Django does for bodies.
func LookupCharset(name string) Charset {
	if name == "" || name == UTF8.name {
		return UTF8
	}
	if c, ok := charsets()[plainName(name)]; ok {
		return c
	}
	return UTF8
}

// encoding returns the decoder of a charset other than UTF-8 and ASCII.
func (c Charset) encoding() encoding.Encoding {
	switch c.iana {
	case "UTF-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "UTF-16LE":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "UTF-16BE":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "UTF-32":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "UTF-32LE":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "UTF-32BE":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	}
	if e, err := ianaindex.IANA.Encoding(c.iana); err == nil && e != nil {
		return e
	}
	return unicode.UTF8
}

// Unquote decodes a percent-encoded text as urllib's unquote does; a broken
// escape stays as it is.
func Unquote(s string, c Charset) string {
	return unquote(strings.ReplaceAll(s, "+", "%2B"), c.replace)
}

// ParseForm reads an urlencoded form of the charset, see ParseForm. A form that is
// not in the charset is read as Latin-1.
func (c Charset) ParseForm(raw []byte) (Form, error) {
	text := c.Replace(raw)
	if strings.ContainsRune(text, utf8.RuneError) && (c.name != UTF8.name || !utf8.Valid(raw)) {
		text = FromLatin1(string(raw))
	}
	return ParseFormIn(text, c.replace)
}

func (c Charset) replace(raw string) string { return c.Replace([]byte(raw)) }
