// Package evidence records which cases have passed on which target, and when.
package evidence

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cariqamock/contracttests"
	"cariqamock/internal/textfile"
)

// committed are the files of this directory. The pattern matches the README as
// well, as it must match something.
//
//go:embed *.[jm]*
var committed embed.FS

// StaleAfter is how long a pass counts.
const StaleAfter = 30 * 24 * time.Hour

// A File is what is known of one target.
type File struct {
	Target string           `json:"target"`
	Cases  map[string]Proof `json:"cases"`
}

// A Proof is what is known of one case on one target.
type Proof struct {
	Passed *time.Time `json:"passed,omitempty"` // the last time
	Build  string     `json:"build,omitempty"`  // version of the suite then
	Failed *time.Time `json:"failed,omitempty"` // after that
}

// Text describes the proof in a few words, as of a day.
func (p Proof) Text(today time.Time) string {
	var parts []string
	if p.Passed != nil {
		text := "passed " + p.Passed.Format(time.DateOnly) + " with " + p.Build
		if p.Stale(today) {
			text += ", stale"
		}
		parts = append(parts, text)
	}
	if p.Failed != nil {
		parts = append(parts, "failed "+p.Failed.Format(time.DateOnly))
	}
	return strings.Join(parts, "; ")
}

// Stale reports whether the last pass is too long ago to count.
func (p Proof) Stale(today time.Time) bool {
	return p.Passed == nil || today.Sub(*p.Passed) > StaleAfter
}

// Committed returns the evidence that is part of this build.
func Committed() ([]File, error) {
	return Read(committed)
}

// Read returns the evidence in a directory, by file name.
func Read(dir fs.FS) ([]File, error) {
	files, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, err
	}
	var out []File
	for _, name := range files {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		var e File
		if err := json.Unmarshal(text, &e); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if e.Target == "" {
			return nil, fmt.Errorf("%s: missing target", name)
		}
		out = append(out, e)
	}
	return out, nil
}

// ErrNone means that a run proves nothing about the vendor.
var ErrNone = errors.New("not written: only a run against the vendor's environment is evidence")

// Write adds a run to its target's file in a directory and returns the name of
// the file. build is the version of the suite.
func Write(dir string, run contracttests.Run, build string) (string, error) {
	if run.Dead != "" || run.Build != "" || (contracttests.Target{Base: run.Base}).Loopback() {
		return "", ErrNone
	}
	name := filepath.Join(dir, fileName(run.Target)+".json")
	e := File{Target: run.Target, Cases: map[string]Proof{}}
	text, err := textfile.Read(name)
	switch {
	case err == nil:
		if err := json.Unmarshal(text, &e); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	if !e.add(run, build) {
		return "", ErrNone
	}
	if text, err = json.MarshalIndent(e, "", "  "); err != nil {
		return "", err
	}
	return name, replaceFile(name, append(text, '\n'))
}

// add adds the results of a run and reports whether any case passed or failed.
func (e *File) add(run contracttests.Run, build string) bool {
	if e.Cases == nil {
		e.Cases = map[string]Proof{}
	}
	at, shown := run.Started, false
	for _, r := range run.Results {
		if r.OfRun() {
			continue
		}
		p := e.Cases[r.Case]
		switch r.Status {
		case contracttests.Pass:
			p = Proof{Passed: &at, Build: build}
		case contracttests.Fail:
			p.Failed = &at
		default:
			continue
		}
		e.Cases[r.Case], shown = p, true
	}
	return shown
}

// fileName returns a target's name with only letters, digits, dots and dashes.
func fileName(target string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, strings.TrimLeft(target, "."))
}

// replaceFile writes a file completely or not at all.
func replaceFile(name string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".evidence-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // no longer there after the rename
	if _, err = tmp.Write(text); err == nil {
		err = tmp.Chmod(0o644)
	}
	if closing := tmp.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
