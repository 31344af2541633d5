package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestScenariosAreWatched changes a folder under a running server: a new file
// counts at once, a broken one is reported with its place and changes nothing.
func TestScenariosAreWatched(t *testing.T) {
	path := file(t, "mine.yaml", "name: mine\ntitle: Mine\nusers: []\n")
	s := serve(t, env{}, "--scenarios", filepath.Dir(path))
	probe := statusAs("mock.later.x")
	if got := probe(t, s); got != "403 Forbidden" {
		t.Fatalf("before: %s", got)
	}
	later := filepath.Join(filepath.Dir(path), "later.yaml")
	write(t, later, "name: later\ntitle: Later\nusers: []\n")
	eventually(t, s, "the new file counts", func() bool { return probe(t, s) == "200 OK" })

	write(t, later, "name: later\ntitle: Later\ncolor: red\n")
	eventually(t, s, "the mistake is reported", func() bool { return strings.Contains(s.stderr.String(), later+":3:1: ") })
	if got := statusAs("mock.later.y")(t, s); got != "200 OK" {
		t.Errorf("after the mistake: %s, want the last sound version", got)
	}
	s.stop()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// eventually asks again and again, for as long as anything may take.
func eventually(t *testing.T, s *served, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); !holds(); {
		select {
		case <-deadline:
			t.Fatalf("%s: not within %s; stderr: %s", what, patience, s.stderr)
		case <-tick.C:
		}
	}
}
