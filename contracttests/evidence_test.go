package contracttests

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func remoteRun(day int, results ...Result) Run {
	return Run{Target: "dev.example.org", Base: "https://dev.example.org/api/v1", Started: time.Date(2026, 7, day, 3, 0, 0, 0, time.UTC), Results: results}
}

func TestEvidenceIsKept(t *testing.T) {
	dir := t.TempDir()
	first := remoteRun(1, Result{Case: "a/a", Status: Pass}, Result{Case: "a/b", Status: Pass}, Result{Case: "a/c", Status: Inconclusive}, Result{Case: "a/d", Status: Fail})
	name, err := WriteEvidence(dir, first, "v1")
	if err != nil || name != filepath.Join(dir, "dev.example.org.json") {
		t.Fatal(name, err)
	}
	if _, err := WriteEvidence(dir, remoteRun(9, Result{Case: "a/b", Status: Fail}, Result{Case: "a/d", Status: Pass}), "v2"); err != nil {
		t.Fatal(err)
	}
	all, err := ReadEvidence(os.DirFS(dir))
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
	pass := Result{Case: "a/a", Status: Pass}
	fake := remoteRun(1, pass)
	fake.Build = "dev"
	local := remoteRun(1, pass)
	local.Base = "http://localhost:4343/api/v1"
	dead := remoteRun(1, pass)
	dead.Dead = "not there"
	for name, run := range map[string]Run{"a fake": fake, "this machine": local, "nobody there": dead, "nothing shown": remoteRun(1, Result{Case: "a/a", Status: NotApplicable})} {
		dir := t.TempDir()
		if _, err := WriteEvidence(dir, run, "v1"); !errors.Is(err, ErrNoEvidence) {
			t.Errorf("%s: %v", name, err)
		}
		if files, _ := os.ReadDir(dir); len(files) > 0 {
			t.Errorf("%s: left %s", name, files)
		}
	}
}

func TestBrokenEvidence(t *testing.T) {
	for name, text := range map[string]string{"no JSON": "{", "no target": "{}"} {
		if _, err := ReadEvidence(fstest.MapFS{"x.json": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), "x.json") {
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
	text, err := os.ReadFile("evidence/README.md")
	if err != nil {
		t.Fatal(err)
	}
	says := strings.Contains(string(text), "Nothing has been verified against the real sandbox yet.")
	if says != (len(all) == 0) {
		t.Errorf("there is evidence of %d targets, and evidence/README.md says that there is none: %v", len(all), says)
	}
}
