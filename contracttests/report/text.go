package report

import (
	"fmt"
	"io"
	"strings"

	"cariqamock/contracttests"
)

// Style is the layout of text. The zero value is for files and programs.
type Style struct {
	Color bool // ANSI colors
	Width int  // ids are padded to this width
}

// Width returns the width that aligns the titles after the ids.
func Width(ids []string) int {
	width := 0
	for _, id := range ids {
		width = max(width, len(id))
	}
	return width
}

// Text writes a run for people.
func Text(w io.Writer, run contracttests.Run, s Style) error {
	p := NewPrinter(w, s)
	for _, g := range byArea(run.Results) {
		for _, r := range g.Results {
			p.Case(r)
		}
	}
	p.Notes(run)
	p.Total(run)
	return p.err
}

// A Printer writes results as they come. It keeps the first error.
type Printer struct {
	w     io.Writer
	style Style
	area  string
	err   error
}

// NewPrinter returns a printer.
func NewPrinter(w io.Writer, s Style) *Printer { return &Printer{w: w, style: s} }

// Err returns the first error of writing.
func (p *Printer) Err() error { return p.err }

func (p *Printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// Case writes a line for a case, and details below it. There is an empty line
// between areas.
func (p *Printer) Case(r contracttests.Result) {
	if a := area(r.Case); a != p.area {
		if p.area != "" {
			p.printf("\n")
		}
		p.area = a
	}
	word, id := r.Status.String(), r.Case
	if p.style.Width > 0 {
		word, id = fmt.Sprintf("%-12s", word), fmt.Sprintf("%-*s", p.style.Width, id)
	}
	p.printf("%s  %s  %s\n", p.paint(colors[r.Status], word), id, r.Title)
	switch r.Status {
	case contracttests.Fail:
		p.failure(r)
	case contracttests.Inconclusive, contracttests.Blocked:
		for _, m := range r.Messages {
			p.field("because", m)
		}
	case contracttests.NotApplicable:
		p.field("needs", r.Lacking)
	}
	p.news(r)
}

func (p *Printer) news(r contracttests.Result) {
	for _, n := range r.News {
		p.field("news", n)
	}
}

func (p *Printer) failure(r contracttests.Result) {
	if refuted(r) {
		p.printf("  %s\n", p.paint(bold, "assumption refuted"))
	}
	p.field("why", r.Why)
	p.field("source", r.Source)
	all := blamed(r)
	const most = 3
	shown := all[:min(most, len(all))]
	for _, x := range shown {
		p.field("request", strings.TrimSuffix(x.Method+" "+x.URL+"\n"+x.Request, "\n"))
	}
	if n := len(all) - len(shown); n > 0 {
		p.printf("  and %d more\n", n)
	}
	for _, m := range r.Messages {
		p.message(splitMessage(m))
	}
	for _, x := range shown {
		p.field("curl", Curl(x))
	}
}

func (p *Printer) message(d message) {
	p.field("wanted", d.Wanted)
	if d.Diff == "" {
		p.field("got", d.Got)
		return
	}
	p.lines("got", append([]string{plainLine(d.Got)}, p.paintDiff(d.Diff)...))
}

// field writes "name: text", with further lines indented below.
func (p *Printer) field(name, text string) {
	if text == "" {
		return
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = plainLine(line)
	}
	p.lines(name, lines)
}

func (p *Printer) lines(name string, lines []string) {
	p.printf("  %s %s\n", p.paint(faint, name+":"), lines[0])
	for _, line := range lines[1:] {
		p.printf("    %s\n", line)
	}
}

// Notes writes what is about the run as a whole.
func (p *Printer) Notes(run contracttests.Run) {
	if run.Dead != "" {
		p.printf("%s\n", plainLine(run.Dead))
	}
	for _, n := range run.News {
		p.field("news", n)
	}
	if len(run.Leftovers) > 0 {
		p.printf("left on the target (cariqa-contract sweep deletes them later):\n")
		for _, l := range run.Leftovers {
			p.printf("  %s\n", plainLine(l))
		}
	}
}

// Total writes the last line.
func (p *Printer) Total(run contracttests.Run) {
	if len(run.Results) > 0 {
		p.printf("\n")
	}
	p.printf("%s\n", Total(run))
}

// Total returns the number of cases with each result.
func Total(run contracttests.Run) string {
	blocked := ""
	if n := run.Count(contracttests.Blocked); n > 0 {
		blocked = fmt.Sprintf("%d blocked, ", n)
	}
	return fmt.Sprintf("%d passed, %d failed, %s%d inconclusive, %d not applicable",
		run.Count(contracttests.Pass), run.Count(contracttests.Fail), blocked,
		run.Count(contracttests.Inconclusive), run.Count(contracttests.NotApplicable))
}
