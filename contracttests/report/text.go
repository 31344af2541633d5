package report

import (
	"fmt"
	"io"
	"strings"

	"cariqamock/contracttests"
)

// Style is how text looks. The zero value is for files and programs.
type Style struct {
	Color bool // ANSI colours
	Width int  // ids are padded to this width; 0: not at all
}

// Width is what ids have to be padded to so that titles are aligned.
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
		for _, r := range g.results {
			p.Case(r)
		}
	}
	p.Notes(run)
	p.Total(run)
	return p.err
}

// A Printer writes a run as it goes. It keeps the first error.
type Printer struct {
	w     io.Writer
	style Style
	area  string
	err   error
}

// NewPrinter makes a printer.
func NewPrinter(w io.Writer, s Style) *Printer { return &Printer{w: w, style: s} }

// Err is the first error of writing.
func (p *Printer) Err() error { return p.err }

func (p *Printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// Case writes one line for a case, and below it what there is to say. Areas
// are set apart by an empty line.
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
	p.printf("%s  %s  %s\n", p.paint(color(r.Status), word), id, r.Title)
	switch r.Status {
	case contracttests.Fail:
		p.failure(r)
	case contracttests.Inconclusive:
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
		p.difference(splitMessage(m))
	}
	for _, x := range shown {
		p.field("curl", Curl(x))
	}
}

func (p *Printer) difference(d difference) {
	p.field("wanted", d.Wanted)
	if d.Diff == "" {
		p.field("got", d.Got)
		return
	}
	p.lines("got", append([]string{plainLine(d.Got)}, p.paintDiff(d.Diff)...))
}

// field writes "name: text"; more lines of text are indented below.
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

// Notes writes what is about the run rather than about a case.
func (p *Printer) Notes(run contracttests.Run) {
	if run.Dead != "" {
		p.printf("%s\n", plainLine(run.Dead))
	}
	if len(run.Leftovers) > 0 {
		p.printf("left behind on the target, for cariqa-contract sweep to remove:\n")
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

// Total counts how the cases ended.
func Total(run contracttests.Run) string {
	return fmt.Sprintf("%d passed, %d failed, %d inconclusive, %d not applicable",
		run.Count(contracttests.Pass), run.Count(contracttests.Fail),
		run.Count(contracttests.Inconclusive), run.Count(contracttests.NotApplicable))
}
