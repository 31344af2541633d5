package report

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"
	"time"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

//go:embed junit.tmpl
var junitText string

var junit = template.Must(template.New("junit").Funcs(template.FuncMap{
	"xml": escaped, "cdata": cdata, "seconds": seconds, "count": count, "took": took, "reason": reason,
	"last":  func(i int, suites []group) bool { return i == len(suites)-1 },
	"notes": func(run contracttests.Run) string { return printed(func(p *Printer) { p.Notes(run) }) },
	"news":  func(r contracttests.Result) string { return printed(func(p *Printer) { p.news(r) }) },
	"details": func(r contracttests.Result, all []cause) string {
		r.News = nil
		return printed(func(p *Printer) {
			p.Case(r)
			switch i := causeOf(all, r); {
			case i < 0:
			case all[i].Case == r.Case:
				p.cause(all[i])
			default:
				p.field("cause", all[i].Headline())
			}
		})
	},
	"failure": func(r contracttests.Result, all []cause) string {
		i, failures := causeOf(all, r), r.AllFailures()
		if i >= 0 && len(failures) > 0 {
			first := failures[0]
			return fmt.Sprintf("%s (cause %d of %d)", oneLine(first.String(), first.Message), i+1, len(all))
		}
		return reason(r)
	},
	"kind": func(r contracttests.Result) string {
		switch {
		case refuted(r):
			return "assumption refuted"
		case r.Status == contracttests.Fail:
			return "contract broken"
		}
		return r.Status.String()
	},
}).Parse(junitText))

// JUnit writes a run for CI, with a suite for each area. A failed case is a
// failure whose message is its first one, an inconclusive one an error, one that is
// not applicable or is blocked is skipped. A target that cannot be reached is a
// separate suite. Users that are left are listed on the system-err of the last
// suite. note may be empty.
func JUnit(w io.Writer, run contracttests.Run, note string) error {
	type property struct{ Name, Value string }
	suites, all := byArea(run.Results), run.Results
	if run.Dead != "" {
		dead := contracttests.Result{
			Case: "the target can be used", Title: "The target answers and accepts the key",
			Status: contracttests.Inconclusive, Messages: []string{run.Dead},
		}
		suites, all = append(suites, group{"target", []contracttests.Result{dead}}), append(slices.Clip(all), dead)
	}
	return junit.Execute(printable.NewWriter(w), struct {
		contracttests.Run
		Suites     []group
		All        []contracttests.Result
		Causes     []cause
		Properties []property
	}{run, suites, all, causes(run), []property{
		{"target", run.Target}, {"base", run.Base}, {"build", run.Build}, {"generation", run.Generation},
		{"run_id", run.RunID}, {"requests", fmt.Sprint(run.Requests)}, {"note", note},
	}})
}

// count returns how many results have one of the statuses.
func count(results []contracttests.Result, statuses ...string) int {
	n := 0
	for _, r := range results {
		if slices.Contains(statuses, r.Status.String()) {
			n++
		}
	}
	return n
}

func took(results []contracttests.Result) time.Duration {
	var sum time.Duration
	for _, r := range results {
		sum += r.Took
	}
	return sum
}

// printed returns what a Printer writes: without characters that XML does not
// allow.
func printed(write func(*Printer)) string {
	var text strings.Builder
	write(NewPrinter(&text, Style{}))
	return text.String()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // writing to memory cannot fail
	return b.String()
}

func cdata(text string) string {
	return "<![CDATA[" + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]>"
}
