package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"cariqamock/contracttests"
)

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Name    string       `xml:"name,attr"`
	Tests   int          `xml:"tests,attr"`
	Fails   int          `xml:"failures,attr"`
	Errors  int          `xml:"errors,attr"`
	Skipped int          `xml:"skipped,attr"`
	Time    string       `xml:"time,attr"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Fails      int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Stderr     *junitText      `xml:"system-err"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Skipped *junitProblem `xml:"skipped"`
	Stdout  *junitText    `xml:"system-out"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"` // written by a Printer: no character that XML cannot hold
}

type junitText struct {
	Text string `xml:",cdata"`
}

// JUnit writes a run for CI: a suite an area, where fail is a failure,
// inconclusive an error and not applicable a skip. A dead target is a suite of
// its own; what is left behind is told on the last one's system-err.
func JUnit(w io.Writer, run contracttests.Run, note string) error {
	all := junitSuites{Name: "cariqa-contract " + run.Target, Time: seconds(run.Took)}
	for _, g := range byArea(run.Results) {
		all.add(run, note, g.area, junitCases(g))
	}
	if run.Dead != "" {
		dead := junitCase{Class: "target", Name: "the target can be used", Time: seconds(0), Error: &junitProblem{Message: run.Dead, Type: "inconclusive"}}
		all.add(run, note, "target", []junitCase{dead})
	}
	if n := len(all.Suites); n > 0 {
		all.Suites[n-1].Stderr = printed(func(p *Printer) { p.Notes(run) })
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (all *junitSuites) add(run contracttests.Run, note, name string, cases []junitCase) {
	s := junitSuite{
		Name: name, Tests: len(cases), Cases: cases,
		Timestamp: run.Started.UTC().Format("2006-01-02T15:04:05"), Properties: properties(run, note),
	}
	var took time.Duration
	for _, r := range run.Results {
		if area(r.Case) == name {
			took += r.Took
		}
	}
	s.Time = seconds(took)
	for _, c := range cases {
		switch {
		case c.Failure != nil:
			s.Fails++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	all.Tests += s.Tests
	all.Fails += s.Fails
	all.Errors += s.Errors
	all.Skipped += s.Skipped
	all.Suites = append(all.Suites, s)
}

func properties(run contracttests.Run, note string) []junitProperty {
	var out []junitProperty
	for _, p := range []junitProperty{
		{"target", run.Target}, {"base", run.Base}, {"build", run.Build}, {"generation", run.Generation},
		{"run_id", run.RunID}, {"requests", fmt.Sprint(run.Requests)}, {"note", note},
	} {
		if p.Value != "" {
			out = append(out, p)
		}
	}
	return out
}

func junitCases(g group) []junitCase {
	var out []junitCase
	for _, r := range g.results {
		c := junitCase{Class: g.area, Name: r.Case, Time: seconds(r.Took)}
		switch r.Status {
		case contracttests.Fail:
			c.Failure = problem(r, "contract broken")
			if r.Assumed {
				c.Failure.Type = "assumption refuted"
			}
		case contracttests.Inconclusive:
			c.Error = problem(r, "inconclusive")
		case contracttests.NotApplicable, contracttests.NotRun:
			c.Skipped = &junitProblem{Message: reason(r)}
		}
		c.Stdout = printed(func(p *Printer) { p.news(r) })
		out = append(out, c)
	}
	return out
}

// problem holds what the terminal would show.
func problem(r contracttests.Result, kind string) *junitProblem {
	r.News = nil
	return &junitProblem{Message: reason(r), Type: kind, Text: printed(func(p *Printer) { p.Case(r) }).Text}
}

// printed is what a Printer writes; nil: nothing.
func printed(write func(*Printer)) *junitText {
	var text strings.Builder
	write(NewPrinter(&text, Style{}))
	if text.Len() == 0 {
		return nil
	}
	return &junitText{text.String()}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
