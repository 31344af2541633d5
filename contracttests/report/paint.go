package report

import (
	"strings"
	"unicode"

	"cariqamock/contracttests"
)

// Colours of a terminal.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	bold   = "1"
	faint  = "2"
)

func color(s contracttests.Status) string {
	switch s {
	case contracttests.Pass:
		return green
	case contracttests.Fail:
		return red
	case contracttests.Inconclusive:
		return yellow
	}
	return faint
}

func (p *Printer) paint(code, text string) string {
	if !p.style.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// paintDiff colours the lines of a diff.
func (p *Printer) paintDiff(diff string) []string {
	lines := strings.Split(diff, "\n")
	for i, line := range lines {
		line = plainLine(line)
		switch {
		case strings.HasPrefix(line, "-"):
			line = p.paint(red, line)
		case strings.HasPrefix(line, "+"):
			line = p.paint(green, line)
		}
		lines[i] = line
	}
	return lines
}

// plainLine takes out what would steer the terminal: answers are the target's
// words.
func plainLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0': // go-cmp's, there to keep people from relying on its output
			return ' '
		case r != '\t' && unicode.IsControl(r), r == '\ufffe', r == '\uffff': // nor can XML hold them
			return '\ufffd'
		}
		return r
	}, s)
}
