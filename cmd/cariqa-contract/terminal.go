package main

import (
	"io"
	"os"

	"cariqamock/contracttests/report"
)

// style is plain for files and programs; a terminal gets aligned columns, and
// colors unless somebody asked for none (https://no-color.org).
func (p *program) style(ids []string) report.Style {
	if !terminal(p.stdout) {
		return report.Style{}
	}
	return report.Style{Width: report.Width(ids), Color: p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"}
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
