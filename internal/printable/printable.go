// Package printable makes text from elsewhere safe to look at and to log.
//
// What controls a terminal, what changes the order of characters or hides
// them, and what CI systems read as commands is shown, escaped as in Go:
// \x1b, \u202e, \x9b. All else stays as it is.
package printable

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Hidden reports whether a character is not shown as itself: control
// characters of both sets, line and paragraph separators, and characters for
// formatting, such as marks that change the direction of text. The joiners
// within words and emoji are not among them.
func Hidden(r rune) bool {
	switch r {
	case '\u00ad', '\u200c', '\u200d':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point)
}

// Line returns a text in one line.
func Line(s string) string { return (&escaper{style: goStyle}).escape(s, false) }

// Text returns a text of several lines. Tabs and line ends stay.
func Text(s string) string { return (&escaper{style: goStyle}).escape(s, true) }

// Shell quotes a text as one word for a POSIX shell, which is not the first of
// its line. printf makes what is hidden.
func Shell(s string) string {
	return "'" + (&escaper{style: shellStyle, started: true}).escape(s, true) + "'"
}

// JSON returns a JSON text in which strings have escapes that mean the same in
// the place of what would not be shown as itself.
func JSON(src []byte) []byte { return []byte((&escaper{style: jsonStyle}).escape(string(src), true)) }

// Clean reports whether a text is shown as it is.
func Clean(s string) bool { return Text(s) == s }

// NewWriter returns a writer that escapes all it writes as Text does, also
// over several calls. Each call has whole characters. It is safe for
// concurrent use.
func NewWriter(w io.Writer) io.Writer { return &writer{w: w, escaper: escaper{style: goStyle}} }

// NewJSONWriter is NewWriter for lines of JSON, which stay JSON.
func NewJSONWriter(w io.Writer) io.Writer { return &writer{w: w, escaper: escaper{style: jsonStyle}} }

type writer struct {
	mu sync.Mutex
	w  io.Writer
	escaper
}

// Write writes text. It returns len(p) if all of the escaped text was written.
func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := io.WriteString(w.w, w.escape(string(p), true)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// A style writes what is not shown as itself: a character or a byte that is
// hidden, or the character that would complete a command. Other characters it
// may quote.
type style struct {
	hidden, completes func(raw string) string
	quote             func(r rune) string
}

var goStyle = style{
	hidden: func(raw string) string {
		r, width := utf8.DecodeRuneInString(raw)
		if r == utf8.RuneError && width == 1 {
			return fmt.Sprintf(`\x%02x`, raw[0])
		}
		quoted := strconv.QuoteRuneToASCII(r)
		return quoted[1 : len(quoted)-1]
	},
	completes: func(raw string) string { return `\` + raw },
	quote:     func(r rune) string { return string(r) },
}

var shellStyle = style{
	hidden: octal, completes: octal,
	quote: func(r rune) string {
		if r == '\'' {
			return `'\''`
		}
		return string(r)
	},
}

// jsonStyle leaves what may stand between the tokens of JSON: in strings, that
// is escaped already.
var jsonStyle = style{
	hidden: func(raw string) string {
		if raw[0] < ' ' {
			return raw
		}
		return units(raw)
	},
	completes: units,
	quote:     func(r rune) string { return string(r) },
}

// units escapes a character for JSON.
func units(raw string) string {
	r, _ := utf8.DecodeRuneInString(raw)
	var b strings.Builder
	for _, unit := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	return b.String()
}

// octal leaves the quotes of a shell for a text that printf makes.
func octal(raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		fmt.Fprintf(&b, `\%03o`, raw[i])
	}
	return `'"$(printf '` + b.String() + `')"'`
}

// An escaper knows what came before in a line. Without more than a style it is
// at the beginning of one.
type escaper struct {
	style   style
	started bool // something but blanks is in this line
	colon   bool // it began with a colon, which was the last character
	hashes  int  // before the last characters, which are letters
}

func (e *escaper) escape(s string, lines bool) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case lines && (r == '\n' || strings.HasPrefix(s[i:], "\r\n")):
			b.WriteRune(r)
			*e = escaper{style: e.style}
		case r != '\t' && (Hidden(r) || r == utf8.RuneError && width == 1):
			b.WriteString(e.style.hidden(s[i : i+width]))
			*e = escaper{style: e.style, started: true}
		case e.commands(r):
			b.WriteString(e.style.completes(string(r)))
		default:
			b.WriteString(e.style.quote(r))
		}
		i += width
	}
	return b.String()
}

// commands reports whether a character completes what begins a command of a
// CI system: :: after blanks only, ##[, ##vso[ and the like anywhere.
func (e *escaper) commands(r rune) bool {
	found := e.colon && r == ':' || e.hashes >= 2 && r == '['
	e.colon = !e.started && r == ':'
	e.started = e.started || !unicode.IsSpace(r)
	switch {
	case r == '#':
		e.hashes++
	case e.hashes < 2 || !unicode.IsLetter(r):
		e.hashes = 0
	}
	return found
}
