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
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitTotals
	Time   string       `xml:"time,attr"`
	Suites []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitTotals
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Stderr     *junitText      `xml:"system-err"`
}

type junitTotals struct {
	Tests   int `xml:"tests,attr"`
	Fails   int `xml:"failures,attr"`
	Errors  int `xml:"errors,attr"`
	Skipped int `xml:"skipped,attr"`
}

// count adds a case.
func (t *junitTotals) count(c junitCase) {
	t.Tests++
	switch {
	case c.Failure != nil:
		t.Fails++
	case c.Error != nil:
		t.Errors++
	case c.Skipped != nil:
		t.Skipped++
	}
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Error   *junitFailure `xml:"error"`
	Skipped *junitFailure `xml:"skipped"`
	Stdout  *junitText    `xml:"system-out"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"` // written by a Printer, so without characters that XML does not allow
}

type junitText struct {
	Text string `xml:",cdata"`
}

// JUnit writes a run for CI, with a suite for each area. A failed case is a
// failure, an inconclusive one an error, one that is not applicable is skipped. A
// target that cannot be reached is a separate suite. Users that are left are
// listed on the system-err of the last suite.
func JUnit(w io.Writer, run contracttests.Run, note string) error {
	all := junitSuites{Name: "cariqa-contract " + run.Target, Time: seconds(run.Took)}
	for _, g := range byArea(run.Results) {
		all.add(run, note, g.Area, junitCases(g))
	}
	if run.Dead != "" {
		dead := junitCase{Class: "target", Name: "the target can be used", Time: seconds(0), Error: &junitFailure{Message: run.Dead, Type: "inconclusive"}}
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
		Name: name, Cases: cases, Timestamp: run.Started.UTC().Format("2006-01-02T15:04:05"), Properties: properties(run, note),
	}
	var took time.Duration
	for _, r := range run.Results {
		if area(r.Case) == name {
			took += r.Took
		}
	}
	s.Time = seconds(took)
	for _, c := range cases {
		s.count(c)
		all.count(c)
	}
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
	for _, r := range g.Results {
		c := junitCase{Class: g.Area, Name: r.Case, Time: seconds(r.Took)}
		switch r.Status {
		case contracttests.Fail:
			c.Failure = failure(r, "contract broken")
			if r.Assumed {
				c.Failure.Type = "assumption refuted"
			}
		case contracttests.Inconclusive:
			c.Error = failure(r, "inconclusive")
		case contracttests.NotApplicable, contracttests.NotRun:
			c.Skipped = &junitFailure{Message: reason(r)}
		}
		c.Stdout = printed(func(p *Printer) { p.news(r) })
		out = append(out, c)
	}
	return out
}

// failure returns what the terminal would show.
func failure(r contracttests.Result, kind string) *junitFailure {
	r.News = nil
	return &junitFailure{Message: reason(r), Type: kind, Text: printed(func(p *Printer) { p.Case(r) }).Text}
}

// printed returns what a Printer writes, or nil if that is nothing.
func printed(write func(*Printer)) *junitText {
	var text strings.Builder
	write(NewPrinter(&text, Style{}))
	if text.Len() == 0 {
		return nil
	}
	return &junitText{text.String()}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
