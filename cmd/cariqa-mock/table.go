package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"cariqamock/internal/printable"
)

// A table prints rows in aligned columns or as Markdown. It must be flushed.
type table struct {
	*tabwriter.Writer
	markdown bool
}

func (p *program) table(markdown bool) table {
	return table{tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0), markdown}
}

func (t table) header(names ...string) {
	t.row(names...)
	if t.markdown {
		t.row(slices.Repeat([]string{"---"}, len(names))...)
	}
}

func (t table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = printable.Line(c)
	}
	if !t.markdown {
		fmt.Fprintln(t, strings.Join(cells, "\t"))
		return
	}
	for _, c := range cells {
		fmt.Fprintf(t, "| %s ", strings.ReplaceAll(c, "|", `\|`))
	}
	fmt.Fprintln(t, "|")
}
