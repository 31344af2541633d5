package scenario

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// positions are the places of a file's values, by path such as
// users[0].payment_methods[1].id. Of what is read in parts only those of the
// items are kept: tokens take a hundred times the bytes of the file.
type positions struct {
	tokens map[string]*token.Token
	items  map[string][]int // the lines of a list's items, by the list's path
	parts  *int             // above zero while a part is read
}

func newPositions() positions {
	return positions{tokens: map[string]*token.Token{}, items: map[string][]int{}, parts: new(int)}
}

// note keeps the place of a value.
func (p positions) note(path string, t *token.Token) {
	if *p.parts == 0 {
		p.tokens[path] = t
	}
}

// near returns the place of a value, or of the nearest object around it that
// the file has, or nil.
func (p positions) near(path string) *token.Token {
	for ; path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		if t := p.tokens[path]; t != nil {
			return t
		}
		if line := p.item(path); line > 0 {
			return &token.Token{Position: &token.Position{Line: line, Column: 1}}
		}
	}
	return p.tokens[""]
}

// item returns the line of an item of a list that is read in parts, or 0.
func (p positions) item(path string) int {
	open := strings.LastIndexByte(path, '[')
	if open < 0 {
		return 0
	}
	i, err := strconv.Atoi(strings.TrimSuffix(path[open+1:], "]"))
	if lines := p.items[path[:open]]; err == nil && i < len(lines) {
		return lines[i]
	}
	return 0
}

// line returns the line of a value, as near does.
func (p positions) line(path string) int {
	if t := p.near(path); t != nil {
		return t.Position.Line
	}
	return 1
}
