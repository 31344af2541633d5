package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
	"cariqamock/internal/property"
	"cariqamock/mockserver/spec"
)

// hostile do harm where they are shown as they are.
var hostile = []string{
	"\x1b]0;x\a", "\u009b2J", "\x9b", "\r", "\n::error::x", "\n \u00a0::add-mask::", "##[error]", "##vso[x]", "\u202e", "\u2066", "\u200f", "\u061c",
	"\u2028", "\x7f", "\ufffe", "\U000e0041", ":: ", "word", "'", "]]>", "<b>", ", got ", ": wanted ", "$CONNECT_API_KEY",
}

var (
	ciCommand = regexp.MustCompile(`(?m)^[\s\p{Z}]*::|##\p{L}*\[`)
	ownColors = regexp.MustCompile("\x1b\\[\\d*m")
)

// TestReportsAreSafeToShow has a target that answers hostile texts.
func TestReportsAreSafeToShow(t *testing.T) {
	parts := rapid.SliceOfN(rapid.SampledFrom(hostile), 1, 6)
	property.Check(t, func(t *rapid.T) {
		evil := func(what string) string { return strings.Join(parts.Draw(t, what), "") }
		x := contracttests.Exchange{
			Method: "POST", URL: "http://h/" + evil("url"), Request: evil("request"), Answer: evil("answer"), Blamed: true,
			Sent: map[string]string{"X-A": evil("sent")}, Header: map[string]string{"Location": evil("header")},
			Findings: []spec.Finding{{Path: evil("path"), Message: evil("finding")}},
		}
		messages := []string{evil("message"), "x (-wanted +got):\n" + evil("diff"), "status: wanted 200, got " + evil("got")}
		run := contracttests.Run{
			Target: evil("target"), Base: evil("base"), Build: evil("build"), Dead: evil("dead"), Leftovers: []string{evil("left")},
			Results: []contracttests.Result{
				{Case: "a/b", Status: contracttests.Fail, Messages: messages, News: []string{evil("news")}, Exchanges: []contracttests.Exchange{x}},
				{Case: "a/c", Status: contracttests.Inconclusive, Messages: messages, Exchanges: []contracttests.Exchange{x}},
			},
		}
		for kind, write := range map[string]func(io.Writer) error{
			"text":  func(w io.Writer) error { return Text(w, run, Style{}) },
			"color": func(w io.Writer) error { return Text(w, run, Style{Color: true}) },
			"junit": func(w io.Writer) error { return JUnit(w, run, "") },
			"json":  func(w io.Writer) error { return JSON(w, run, "") },
			"html":  func(w io.Writer) error { return HTML(w, run, "") },
		} {
			var out bytes.Buffer
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if kind == "color" {
				text = ownColors.ReplaceAllString(text, "")
			}
			if !printable.Clean(text) || ciCommand.MatchString(text) {
				t.Fatalf("%s: %q", kind, text)
			}
			if kind == "json" && !json.Valid(out.Bytes()) {
				t.Fatalf("not JSON: %s", text)
			}
			if kind == "junit" && xml.Unmarshal(out.Bytes(), new(struct{})) != nil {
				t.Fatalf("not XML: %s", text)
			}
		}
	})
}
