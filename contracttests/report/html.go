package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"cariqamock/contracttests"
)

//go:embed page.html
var page string

// Evidence is when a case last passed, as text.
type Evidence struct {
	Text  string // such as "2026-07-01, sandbox"
	Stale bool
}

// A Page is what the HTML report has besides the runs.
type Page struct {
	Note     string              // such as Unverified; may be empty
	Evidence map[string]Evidence // by case; without it there is no such column
}

// HTML writes runs as one file with cases in rows, targets in columns, and
// exchanges below. The file loads nothing else.
func HTML(w io.Writer, runs []contracttests.Run, p Page) error {
	parsed, err := template.New("page").Funcs(template.FuncMap{
		"reason":  func(r *contracttests.Result) string { return reason(*r) },
		"refuted": func(r *contracttests.Result) bool { return refuted(*r) },
		"curl":    Curl, "round": round, "class": class, "message": splitMessage, "pretty": pretty,
	}).Option("missingkey=error").Parse(page)
	if err != nil {
		return err
	}
	return parsed.Execute(w, view(runs, p))
}

type pageView struct {
	Page
	Title  string
	Runs   []runView
	Groups []groupView
	Cells  int  // columns besides the case
	Proof  bool // there is a column of evidence
}

type runView struct {
	contracttests.Run
	Counts []countView
	Exit   string
}

type countView struct {
	Status contracttests.Status
	Count  int
}

type groupView struct {
	Area string
	Rows []rowView
}

type rowView struct {
	Case, Title, Why, Source string
	Assumed                  bool
	Open                     bool // a failure, shown without a click
	Evidence                 *Evidence
	Cells                    []cellView
}

type cellView struct {
	Target string
	Result *contracttests.Result // nil if this run does not have the case
}

func view(runs []contracttests.Run, p Page) pageView {
	v := pageView{Page: p, Title: "Contract report", Cells: len(runs), Proof: p.Evidence != nil}
	if v.Proof {
		v.Cells++
	}
	var all []contracttests.Result
	for _, run := range runs {
		v.Runs = append(v.Runs, runView{Run: run, Counts: counts(run), Exit: conclusion(run)})
		for _, r := range run.Results {
			if !slices.ContainsFunc(all, func(o contracttests.Result) bool { return o.Case == r.Case }) {
				all = append(all, r)
			}
		}
	}
	for _, g := range byArea(all) {
		group := groupView{Area: g.area}
		for _, r := range g.results {
			group.Rows = append(group.Rows, row(r, runs, p))
		}
		v.Groups = append(v.Groups, group)
	}
	return v
}

func row(r contracttests.Result, runs []contracttests.Run, p Page) rowView {
	out := rowView{Case: r.Case, Title: r.Title, Why: r.Why, Source: r.Source, Assumed: r.Assumed}
	if p.Evidence != nil {
		e := p.Evidence[r.Case]
		out.Evidence = &e
	}
	for _, run := range runs {
		cell := cellView{Target: run.Target}
		if i := slices.IndexFunc(run.Results, func(o contracttests.Result) bool { return o.Case == r.Case }); i >= 0 {
			cell.Result = &run.Results[i]
			out.Open = out.Open || cell.Result.Status == contracttests.Fail
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

func counts(run contracttests.Run) []countView {
	var out []countView
	for s := contracttests.Fail; s > contracttests.NotRun; s-- {
		out = append(out, countView{s, run.Count(s)})
	}
	return out
}

// conclusion returns the exit code in words.
func conclusion(run contracttests.Run) string {
	switch run.ExitCode() {
	case contracttests.ExitHolds:
		return "The contract holds."
	case contracttests.ExitBroken:
		return "The contract is broken."
	}
	return "Inconclusive."
}

// class returns the CSS class of a status.
func class(s contracttests.Status) string {
	if s == contracttests.NotApplicable {
		return "na"
	}
	return strings.ReplaceAll(s.String(), " ", "-")
}

// mostShown is the maximum number of characters of a body on the page, so that a
// browser can open it. The JSON report has all of them.
const mostShown = 4000

// pretty returns JSON indented, and other text as it is.
func pretty(body string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(body), "", "  ") == nil {
		body = out.String()
	}
	if all := []rune(body); len(all) > mostShown {
		return fmt.Sprintf("%s\n… and %d more characters", string(all[:mostShown]), len(all)-mostShown)
	}
	return body
}

func round(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprint(d.Round(time.Millisecond))
	}
	return fmt.Sprint(d.Round(100 * time.Millisecond))
}
