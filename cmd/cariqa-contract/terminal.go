package main

import (
	"io"
	"os"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests/report"
)

// style returns aligned columns for a terminal, with colors unless NO_COLOR is
// set (https://no-color.org), and plain text for files and programs.
func (p *program) style(ids []string) report.Style {
	if !terminal(p.terminal) {
		return report.Style{}
	}
	return report.Style{Width: report.Width(ids), Color: p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"}
}

func terminal(w io.Writer) bool {
	if out, ok := w.(*cli.Output); ok {
		w = out.Unwrap()
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
