package evidence

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cariqamock/contracttests"
)

func remoteRun(day int, results ...contracttests.Result) contracttests.Run {
	return contracttests.Run{Target: "dev.example.org", Base: "https://dev.example.org/api/v1", Started: time.Date(2026, 7, day, 3, 0, 0, 0, time.UTC), Results: results}
}

func TestEvidenceIsKept(t *testing.T) {
	dir := t.TempDir()
	first := remoteRun(1, contracttests.Result{Case: "a/a", Status: contracttests.Pass}, contracttests.Result{Case: "a/b", Status: contracttests.Pass}, contracttests.Result{Case: "a/c", Status: contracttests.Inconclusive}, contracttests.Result{Case: "a/d", Status: contracttests.Fail})
	name, err := Write(dir, first, "v1")
	if err != nil || name != filepath.Join(dir, "dev.example.org.json") {
		t.Fatal(name, err)
	}
	if _, err := Write(dir, remoteRun(9, contracttests.Result{Case: "a/b", Status: contracttests.Fail}, contracttests.Result{Case: "a/d", Status: contracttests.Pass}), "v2"); err != nil {
		t.Fatal(err)
	}
	all, err := Read(os.DirFS(dir))
	if err != nil || len(all) != 1 || all[0].Target != "dev.example.org" {
		t.Fatal(all, err)
	}
	today := time.Date(2026, 8, 5, 0, 0, 0, 0, time.UTC)
	for id, want := range map[string]string{
		"a/a": "passed 2026-07-01 with v1, stale", "a/b": "passed 2026-07-01 with v1, stale; failed 2026-07-09", "a/c": "", "a/d": "passed 2026-07-09 with v2",
	} {
		if got := all[0].Cases[id].Text(today); got != want {
			t.Errorf("%s: wanted %q, got %q", id, want, got)
		}
	}
}

func TestWhatIsNoEvidence(t *testing.T) {
	pass := contracttests.Result{Case: "a/a", Status: contracttests.Pass}
	fake := remoteRun(1, pass)
	fake.Build = "dev"
	local := remoteRun(1, pass)
	local.Base = "http://localhost:4343/api/v1"
	dead := remoteRun(1, pass)
	dead.Dead = "not there"
	for name, run := range map[string]contracttests.Run{"a fake": fake, "this machine": local, "nobody there": dead, "nothing shown": remoteRun(1, contracttests.Result{Case: "a/a", Status: contracttests.NotApplicable})} {
		dir := t.TempDir()
		if _, err := Write(dir, run, "v1"); !errors.Is(err, ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			t.Errorf("%s: left %s", name, files)
		}
	}
}

func TestBrokenEvidence(t *testing.T) {
	for name, text := range map[string]string{"no JSON": "{", "no target": "{}"} {
		if _, err := Read(fstest.MapFS{"x.json": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), "x.json") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNothingIsVerifiedUntilSomethingIs keeps the folder's README and its
// files in step.
func TestNothingIsVerifiedUntilSomethingIs(t *testing.T) {
	all, err := Committed()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	claim := strings.Contains(string(text), "Nothing has been verified against the real sandbox yet.")
	if claim != (len(all) == 0) {
		t.Errorf("there is evidence of %d targets, and evidence/README.md claims that none exists: %v", len(all), claim)
	}
}
