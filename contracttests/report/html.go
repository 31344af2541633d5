package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"reason": reason, "causes": causes, "summary": Causes, "refuted": refuted, "groups": byArea, "conclusion": conclusion,
	"curl": Curl, "round": round, "class": class, "message": splitMessage, "pretty": pretty,
	"join": func(names []string) string { return strings.Join(names, ", ") },
	"statuses": func() []contracttests.Status {
		return []contracttests.Status{contracttests.Fail, contracttests.Blocked, contracttests.Inconclusive, contracttests.Pass, contracttests.NotApplicable}
	},
}).Option("missingkey=error").Parse(pageText))

// HTML writes a run as one file, with the exchanges of each case below it. The
// file loads nothing else. note, such as Unverified, may be empty.
func HTML(w io.Writer, run contracttests.Run, note string) error {
	return page.Execute(printable.NewWriter(w), struct {
		contracttests.Run
		Note string
	}{run, note})
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
