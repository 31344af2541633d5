package report

import (
	"encoding/json"
	"io"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

// document is a run with its totals.
type document struct {
	contracttests.Run
	Passed        int     `json:"passed"`
	Failed        int     `json:"failed"`
	Blocked       int     `json:"blocked,omitempty"`
	Inconclusive  int     `json:"inconclusive"`
	NotApplicable int     `json:"not_applicable"`
	ExitCode      int     `json:"exit_code"`
	Note          string  `json:"note,omitempty"`
	Causes        []cause `json:"causes,omitempty"` // of all failures, the most specific first
}

// JSON writes a run for programs. It can be decoded into a contracttests.Run.
func JSON(w io.Writer, run contracttests.Run, note string) error {
	enc := json.NewEncoder(printable.NewJSONWriter(w))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if run.Results == nil {
		run.Results = []contracttests.Result{}
	}
	return enc.Encode(document{
		Run: run, Note: note, Causes: causes(run), ExitCode: run.ExitCode(),
		Passed: run.Count(contracttests.Pass), Failed: run.Count(contracttests.Fail),
		Blocked:      run.Count(contracttests.Blocked),
		Inconclusive: run.Count(contracttests.Inconclusive), NotApplicable: run.Count(contracttests.NotApplicable),
	})
}
