package mocktest

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
)

// Report returns a bug report: a scenario file with the state of the world at the
// oldest change that is kept, and the calls since with the answers that they got.
// Files, cariqa-mock --scenarios, cariqa-mock scenario check and the console take it.
func (w *World) Report() string {
	w.s.t.Helper()
	var file []byte
	w.admin("Report()", http.MethodPost, "/report", nil, &file)
	return string(file)
}

var scenarioName = regexp.MustCompile(`(?m)^name: ([a-z0-9-]+)$`)

// attachReport writes the report of a failed test to its artifacts, which go test
// -artifacts keeps. The log names the file.
func (w *World) attachReport() {
	t := w.s.t
	t.Helper()
	a, ok := t.(interface{ ArtifactDir() string })
	if !ok {
		return
	}
	var file []byte
	err := w.call(http.MethodPost, "/report", nil, &file)
	var path string
	if err == nil {
		name := "report"
		if m := scenarioName.FindSubmatch(file); m != nil {
			name = string(m[1])
		}
		path = filepath.Join(a.ArtifactDir(), name+".yaml")
		err = os.WriteFile(path, file, 0o600)
	}
	if err != nil {
		t.Logf("mocktest: no bug report of world %s: %v", w.ID, err)
		return
	}
	t.Logf("mocktest: the bug report of world %s, which go test -artifacts keeps: %s", w.ID, path)
}
