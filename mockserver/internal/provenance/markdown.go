package provenance

import (
	"strings"
	"unicode/utf8"
)

// Table writes the contradictions as a Markdown table.
func Table() string {
	var b strings.Builder
	row := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row("topic", "sources", "the fake")
	row("---", "---", "---")
	for _, d := range Known() {
		row(cell(d.Topic), cell(d.Sources), cell(d.Fake))
	}
	return b.String()
}

// cell writes text so that it stays in its cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// List writes the assumptions as a Markdown list.
func List() string {
	var b strings.Builder
	for _, text := range Assumptions() {
		b.WriteString(item(text))
	}
	return b.String()
}

// width is how long a line of a list gets, in characters.
const width = 140

// item writes one item, in more than one line where it is long.
func item(text string) string {
	line, out := "-", ""
	for word := range strings.FieldsSeq(text) {
		if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			out, line = out+line+"\n", " "
		}
		line += " " + word
	}
	return out + line + "\n"
}
