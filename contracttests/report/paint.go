package report

import (
	"strings"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

// Colors of a terminal.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	bold   = "1"
	faint  = "2"
)

var colors = map[contracttests.Status]string{
	contracttests.NotRun: faint, contracttests.NotApplicable: faint, contracttests.Pass: green,
	contracttests.Inconclusive: yellow, contracttests.Blocked: yellow, contracttests.Fail: red,
}

func (p *Printer) paint(code, text string) string {
	if !p.style.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// paintDiff colors the lines of a diff.
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

// plainLine escapes a line: the text comes from the target.
func plainLine(s string) string {
	return printable.Line(strings.ReplaceAll(s, "\u00a0", " ")) // from go-cmp
}
