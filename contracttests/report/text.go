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
	p.Causes(run)
	p.Compared(run)
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

// Case writes a line for a case, and below it what failed and how to repeat it.
// There is an empty line between areas.
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
		p.failures(r)
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

// failures writes the failures of a case, and the calls that they are about.
func (p *Printer) failures(r contracttests.Result) {
	if refuted(r) {
		p.printf("  %s\n", p.paint(bold, "assumption refuted"))
	}
	seen := map[string]bool{}
	for i, f := range r.AllFailures() {
		if i == mostOthers {
			p.printf("  and %d more\n", len(r.AllFailures())-i)
			break
		}
		lines := []string{plainLine(f.String())}
		if d := splitMessage(f.Message); d.Diff != "" {
			lines = append(lines, p.paintDiff(d.Diff)...)
		}
		p.lines("failure", lines)
		for _, x := range callsOf(r, f) {
			if curl := Curl(x); !seen[curl] {
				seen[curl] = true
				p.field("curl", curl)
			}
		}
	}
}

// Causes writes the causes of a run's failures, each with its first failure.
func (p *Printer) Causes(run contracttests.Run) {
	all := causes(run)
	if len(all) == 0 {
		return
	}
	p.printf("\n%s\n", p.paint(bold, Causes(run)))
	for i, c := range all {
		p.printf("\n%d. %s\n", i+1, plainLine(c.Headline()))
		p.cause(c)
	}
}

// Causes returns how many failures and causes a run has.
func Causes(run contracttests.Run) string {
	n := run.Count(contracttests.Fail)
	if groups := len(run.Groups()); groups != 1 {
		return fmt.Sprintf("%d failed, of %d causes:", n, groups)
	}
	return fmt.Sprintf("%d failed, of one cause:", n)
}

func (p *Printer) cause(c cause) {
	p.field("why", c.Why)
	p.field("source", c.Source)
	for i, x := range c.calls {
		name := "request"
		switch {
		case i > 0 && c.Kind == contracttests.KindStatus && len(c.Against) == 0: // the same went wrong there
			name = "request, too"
		case i > 0:
			name = "compared with"
		}
		p.field(name, strings.TrimSuffix(x.Method+" "+x.URL+"\n"+x.Request, "\n"))
	}
	p.message(splitMessage(c.Message))
	for _, from := range c.From {
		p.field("id", from)
	}
	for _, curl := range c.Curl {
		p.field("curl", curl)
	}
	p.field("repeat", c.Repeat)
	p.field("fails", c.Affected())
	for _, other := range c.Others() {
		p.field("also", other)
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
		for i, l := range run.Leftovers {
			if i == mostLeft {
				p.printf("  and %d more\n", len(run.Leftovers)-i)
				break
			}
			p.printf("  %s\n", plainLine(l))
		}
	}
}

// mostLeft is how many users that are left are named in a text.
const mostLeft = 20

// Compared writes what was compared with a fake's answers, and what was taken from
// the target.
func (p *Printer) Compared(run contracttests.Run) {
	if len(run.Compared) > 0 {
		p.printf("\ncompared with the fake (derived), taken from the target (fact), shown only (text):\n")
	}
	for _, c := range run.Compared {
		for _, line := range []struct {
			how    string
			fields []string
		}{{"derived", c.Derived}, {"fact", c.Fact}, {"text", c.Text}} {
			if len(line.fields) > 0 {
				p.printf("  %-16s %-8s %s\n", c.Object, line.how, strings.Join(line.fields, ", "))
			}
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
