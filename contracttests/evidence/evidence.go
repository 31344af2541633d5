// Package evidence keeps which cases have passed on which target, and when.
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
)

// committed is the evidence that this build knows of. The README matches as
// well, so that the pattern matches something while there is none.
//
//go:embed *.[jm]*
var committed embed.FS

// StaleAfter is how long evidence counts as fresh.
const StaleAfter = 30 * 24 * time.Hour

// A File is what is known of one target.
type File struct {
	Target string           `json:"target"`
	Cases  map[string]Proof `json:"cases"`
}

// A Proof is what is known of a case on a target.
type Proof struct {
	Passed *time.Time `json:"passed,omitempty"` // last time
	Build  string     `json:"build,omitempty"`  // of the suite, then
	Failed *time.Time `json:"failed,omitempty"` // since that
}

// Text says it in a few words, as of a day.
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

// Stale says whether the last pass is too long ago to count.
func (p Proof) Stale(today time.Time) bool {
	return p.Passed == nil || today.Sub(*p.Passed) > StaleAfter
}

// Committed gives the evidence that came with this build, by target.
func Committed() ([]File, error) {
	return Read(committed)
}

// ReadEvidence reads a folder of evidence, by file name.
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
			return nil, fmt.Errorf("%s: it names no target", name)
		}
		out = append(out, e)
	}
	return out, nil
}

// ErrNone is what a run gives that proves nothing about the vendor.
var ErrNone = errors.New("not written: only a run against the vendor's environment is evidence about it")

// WriteEvidence puts a run into the folder's file of its target, and gives the
// file's name. build is the version of the suite.
func Write(dir string, run contracttests.Run, build string) (string, error) {
	if run.Dead != "" || run.Build != "" || (contracttests.Target{Base: run.Base}).Loopback() {
		return "", ErrNone
	}
	name := filepath.Join(dir, fileName(run.Target)+".json")
	e := File{Target: run.Target, Cases: map[string]Proof{}}
	text, err := os.ReadFile(name)
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

// add says whether the run has shown anything.
func (e *File) add(run contracttests.Run, build string) bool {
	if e.Cases == nil {
		e.Cases = map[string]Proof{}
	}
	at, shown := run.Started, false
	for _, r := range run.Results {
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

// fileName leaves out of a target's name what files should not be called.
func fileName(target string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, strings.TrimLeft(target, "."))
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(name string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".evidence-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone if it has its name
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
