package library_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/scenarios"

	"github.com/google/go-cmp/cmp"
)

func known() scenario.Known {
	return scenario.Known{}
}

// builtins returns a library of the built-in scenarios.
func builtins(t testing.TB) *library.Library {
	t.Helper()
	return library.New(scenarios.FS(), known())
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBuiltinFiles(t *testing.T) {
	l := builtins(t)
	for _, name := range []string{
		"active-session", "cdr-pending", "debt", "default", "default-method",
		"method-on-active-session", "removable", "session-starting",
	} {
		if !slices.Contains(l.Names(), name) {
			t.Errorf("no %s", name)
		}
	}
	for _, name := range l.Names() {
		if s, err := l.Get(name); err != nil {
			t.Error(err)
		} else if again, _ := l.Get(name); s != again {
			t.Errorf("%s was decoded twice", name)
		}
	}
}

func TestUnknownScenario(t *testing.T) {
	l := builtins(t)
	_, err := l.Get("cdr-pendign")
	if !errors.Is(err, library.ErrUnknown) || !strings.HasSuffix(err.Error(), "did you mean cdr-pending?") {
		t.Error(err)
	}
	for name, want := range map[string][]string{
		"dept":                     {"debt"},
		"session-start":            {"session-starting"},
		"defaults":                 {"default"},
		"xxxxxxxxxxxxxxxxxxxxxxx":  nil,
		strings.Repeat("debt", 99): nil,
	} {
		got := l.Similar(name)
		if len(got) != len(want) || len(want) > 0 && !cmp.Equal(sorted(want), sorted(got)) {
			t.Errorf("near %s: want %v, got %v", name, want, got)
		}
	}
}

func sorted(names []string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		out[n] = true
	}
	return out
}

func TestCustomFiles(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	before := len(l.Names())
	write(t, dir, "debt.yaml", "name: debt\ntitle: Mine\n")
	write(t, dir, "mine.yaml", "name: mine\ntitle: Mine too\n")
	write(t, dir, "notes.txt", "no scenario")
	if _, err := l.AddDir(dir); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Get("debt"); err != nil || s.Title != "Mine" {
		t.Errorf("got %v, %v", s, err)
	}
	if n := len(l.Names()); n != before+1 {
		t.Errorf("%d names, want %d", n, before+1)
	}

	write(t, dir, "mine.yaml", "name: mine\ntitle: Mine too\nprove: []\n")
	write(t, dir, "other.yaml", "name: mine\ntitle: Same name\n")
	_, err := l.AddDir(dir)
	if err == nil || !strings.Contains(err.Error(), "mine.yaml:3:1: unknown key") || !strings.Contains(err.Error(), "other.yaml:1:7: expected \"other\"") {
		t.Errorf("want both mistakes, got %v", err)
	}
	if s, err := l.Get("mine"); err != nil || s.Title != "Mine too" {
		t.Errorf("a broken directory changed the library: %v, %v", s, err)
	}

	for _, name := range []string{"debt.yaml", "mine.yaml", "other.yaml"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.AddDir(dir); err != nil {
		t.Fatal(err)
	}
	if s, err := l.Get("debt"); err != nil || s.Title == "Mine" {
		t.Errorf("the built-in one is still hidden: %v, %v", s, err)
	}
	if _, err := l.AddDir(filepath.Join(dir, "nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestNamesOfFiles has files as several systems name them, and two of the same
// scenario, of which one is taken and the other named.
func TestNamesOfFiles(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	for name, text := range map[string]string{
		"a.yml": "name: a\ntitle: A\n", "b.YAML": "name: b\ntitle: B\n", "c.Yml": "\ufeffname: c\r\ntitle: C\r\n",
		"d.yaml": "name: d\ntitle: D\n", "d.yml": "name: d\ntitle: Another D\n",
		"e.yaml~": "not read", "f.yaml.swp": "not read", ".g.yaml.swx": "not read", "h.json": "not read", "yaml": "not read",
	} {
		write(t, dir, name, text)
	}
	passed, err := l.AddDir(dir)
	if err != nil || len(passed) != 1 || passed[0].File != filepath.Join(dir, "d.yml") || passed[0].Reason != "the scenario d is in d.yaml already" {
		t.Fatalf("%v, %v", passed, err)
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		if got := title(t, l, name); got != strings.ToUpper(name) {
			t.Errorf("%s: %s", name, got)
		}
	}
	reload(t, l, dir)
	remove(t, filepath.Join(dir, "d.yaml"))
	reload(t, l, dir, "d")
	if got := title(t, l, "d"); got != "Another D" {
		t.Errorf("got %s", got)
	}
	remove(t, filepath.Join(dir, "a.yml"))
	reload(t, l, dir, "a gone")
	write(t, dir, "b.YAML", "name: b\n")
	reload(t, l, dir, "b b.YAML:1:1: expected the key title, which is missing")
	remove(t, filepath.Join(dir, "b.YAML"))
	for _, e := range l.Reload(dir) {
		if !e.Gone || e.File != filepath.Join(dir, "b.YAML") {
			t.Errorf("got %v", e)
		}
	}
}

func TestBrokenBuiltinIsReportedOnFirstUse(t *testing.T) {
	l := library.New(fstest.MapFS{"a.yaml": {Data: []byte("name: b\ntitle: T\n")}}, known())
	if diff := cmp.Diff([]string{"a"}, l.Names()); diff != "" {
		t.Error(diff)
	}
	var e *scenario.Error
	if _, err := l.Get("a"); !errors.As(err, &e) || e.Line != 1 || e.Column != 7 {
		t.Errorf("got %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	write(t, dir, "mine.yaml", "name: mine\ntitle: Mine\n")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, name := range l.Names() {
				if _, err := l.Get(name); err != nil {
					t.Error(err)
				}
			}
			if _, err := l.AddDir(dir); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
