package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/token"

	"cariqamock/internal/printable"
	"cariqamock/mockserver/internal/text"
)

// An Error is a mistake in a scenario file. Parse joins those of a file, in
// the order of the file.
type Error struct {
	File         string
	Line, Column int    // from 1; the column counts characters
	Text         string // what was expected
	Snippet      string // the line of the file and a caret under the mistake

	token *token.Token // where the value begins; may be nil
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", printable.Line(e.File), e.Line, e.Column, printable.Text(e.Text))
	if e.Snippet != "" {
		text += "\n" + e.Snippet
	}
	return text
}

// maxMistakes is how many mistakes of one file are reported at once.
const maxMistakes = 20

// mistakes collects the mistakes of a file.
type mistakes struct {
	file  string
	lines []string
	found []*Error
}

// at adds a mistake at a token; nil is the start of the file.
func (m *mistakes) at(t *token.Token, format string, args ...any) {
	line, column := 1, 1
	if t != nil && t.Position != nil {
		line, column = t.Position.Line, columnOf(t)
	}
	before := len(m.found)
	m.add(line, column, fmt.Sprintf(format, args...))
	if len(m.found) > before {
		m.found[before].token = t
	}
}

// columnOf returns the column at which a token begins. The YAML library's own
// is too high by the number of blanks that follow a plain text, so the token
// before it is used where there is one in the line.
func columnOf(t *token.Token) int {
	before := t.Prev
	if before == nil || before.Position.Line != t.Position.Line {
		return t.Position.Column
	}
	switch t.Type {
	case token.StringType, token.IntegerType, token.FloatType, token.BoolType, token.NullType:
		blanks := len(t.Origin) - len(strings.TrimLeft(t.Origin, " \t"))
		return before.Position.Column + len([]rune(before.Value)) + blanks
	}
	return t.Position.Column
}

func (m *mistakes) add(line, column int, text string) {
	if len(m.found) == maxMistakes {
		return
	}
	line = min(max(line, 1), len(m.lines))
	source := []rune(m.lines[line-1])
	column = min(max(column, 1), len(source)+1)
	m.found = append(m.found, &Error{
		File: m.file, Line: line, Column: column, Text: text, Snippet: snippet(source, column),
	})
}

// err returns the mistakes in the order of the file, or nil if there are none.
func (m *mistakes) err() error {
	slices.SortStableFunc(m.found, func(a, b *Error) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	all := make([]error, len(m.found))
	for i, e := range m.found {
		all[i] = e
	}
	return errors.Join(all...)
}

// snippet returns a line, or the part of a long one around the column, with a
// caret under the column.
func snippet(source []rune, column int) string {
	const before, width = 80, 120
	start := max(0, column-1-before)
	shown := source[start:min(len(source), start+width)]
	caret := strings.Map(func(r rune) rune {
		if r == '\t' { // tabs stay, so that the caret is in the right place
			return r
		}
		return ' '
	}, printable.Line(string(source[start:column-1])))
	return printable.Line(string(shown)) + "\n" + caret + "^"
}

// Quote quotes a text for a message, shortened to 60 characters.
func Quote(s string) string { return strconv.Quote(text.Shorten(s, 60)) }
