package compare

import (
	_ "embed"
	"fmt"
	"io"
	"text/template"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

//go:embed text.tmpl
var textFile string

var text = template.Must(template.New("text").Funcs(template.FuncMap{
	"runs": bySide[contracttests.Run], "exchanges": bySide[*contracttests.Exchange], "verdicts": Verdicts, "plural": plural,
	"shorten": shorten, "line": printable.Line,
}).Parse(textFile))

// WriteText writes a comparison for people.
func (c Comparison) WriteText(w io.Writer) error { return text.Execute(w, c) }

// shorten returns the beginning of a body in one line.
func shorten(body string) string { return printable.Line(contracttests.Shorten([]byte(body))) }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
