package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// An Error is a mistake in a scenario file. Where a file has several, Parse
// joins them, the first in the file first.
type Error struct {
	File         string
	Line, Column int    // from 1; the column counts characters
	Text         string // what was expected
	Snippet      string // the line of the file and a caret under the mistake
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
	if e.Snippet != "" {
		text += "\n" + e.Snippet
	}
	return text
}

// maxMistakes is how many mistakes of one file are told at once.
const maxMistakes = 20

// mistakes collects what is wrong with a file.
type mistakes struct {
	file  string
	lines []string
	found []*Error
}

func newMistakes(file string, src []byte) *mistakes {
	return &mistakes{file: file, lines: strings.Split(string(src), "\n")}
}

// at notes a mistake at a token; nil is the start of the file.
func (m *mistakes) at(t *token.Token, format string, args ...any) {
	if len(m.found) == maxMistakes {
		return
	}
	line, column := 1, 1
	if t != nil && t.Position != nil {
		line, column = t.Position.Line, m.column(t)
	}
	m.add(line, column, fmt.Sprintf(format, args...))
}

// column is where a token begins. The YAML library counts the blanks after a
// plain text into its column.
func (m *mistakes) column(t *token.Token) int {
	at := t.Position.Column
	switch t.Type {
	case token.StringType, token.IntegerType, token.FloatType, token.BoolType, token.NullType:
	default:
		return at
	}
	if t.Value == "" || t.Position.Line < 1 || t.Position.Line > len(m.lines) {
		return at
	}
	text := m.lines[t.Position.Line-1]
	value := t.Value
	if !strings.Contains(text, value) { // it goes on in the next line
		value, _, _ = strings.Cut(value, " ")
	}
	line := []rune(text)
	for back := min(at, len(line)); back >= 1; back-- {
		if strings.HasPrefix(string(line[back-1:]), value) {
			return back
		}
	}
	return at
}

func (m *mistakes) add(line, column int, text string) {
	if len(m.found) == maxMistakes {
		return
	}
	line = min(max(line, 1), len(m.lines))
	source := []rune(strings.TrimRight(m.lines[line-1], "\r"))
	column = min(max(column, 1), len(source)+1)
	m.found = append(m.found, &Error{
		File: m.file, Line: line, Column: column, Text: text, Snippet: snippet(source, column),
	})
}

func (m *mistakes) err() error {
	if len(m.found) == 0 {
		return nil
	}
	slices.SortStableFunc(m.found, func(a, b *Error) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	var all []error
	for _, e := range m.found {
		all = append(all, e)
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}

// snippet shows a line, or of a long one the part around the column, with a
// caret under the column.
func snippet(source []rune, column int) string {
	const before, width = 80, 120
	start := max(0, column-1-before)
	shown := source[start:min(len(source), start+width)]
	caret := make([]rune, 0, before)
	for _, r := range source[start : column-1] {
		if r != '\t' { // tabs stay, so that the caret stands below whatever their width
			r = ' '
		}
		caret = append(caret, r)
	}
	return printable(shown) + "\n" + string(caret) + "^"
}

// printable keeps control characters off terminals.
func printable(rs []rune) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0) {
			return '\ufffd'
		}
		return r
	}, string(rs))
}
