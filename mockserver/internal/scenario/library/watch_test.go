package library_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/scenario/library"

	"github.com/google/go-cmp/cmp"
)

// line returns an event as text: name, what happened, the first mistake.
func line(e library.Event) string {
	switch {
	case e.Gone:
		return e.Name + " gone"
	case e.Err != nil:
		first, _, _ := strings.Cut(e.Err.Error(), "\n")
		return e.Name + " " + strings.TrimPrefix(first, filepath.Dir(e.File)+string(filepath.Separator))
	}
	return e.Name
}

func reload(t *testing.T, l *library.Library, dir string, want ...string) {
	t.Helper()
	var got []string
	for _, e := range l.Reload(dir) {
		got = append(got, line(e))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events, -want +got\n%s", diff)
	}
}

func title(t *testing.T, l *library.Library, name string) string {
	t.Helper()
	s, err := l.Get(name)
	if err != nil {
		return err.Error()
	}
	return s.Title
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func TestReload(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	builtinDebt := title(t, l, "debt")
	write(t, dir, "mine.yaml", "name: mine\ntitle: One\n")
	write(t, dir, "notes.txt", "no scenario")
	if _, err := l.AddDir(dir); err != nil {
		t.Fatal(err)
	}
	reload(t, l, dir)

	write(t, dir, "mine.yaml", "name: mine\ntitle: Two\n")
	write(t, dir, "debt.yaml", "name: debt\ntitle: My debt\n")
	reload(t, l, dir, "debt", "mine")
	if a, b := title(t, l, "mine"), title(t, l, "debt"); a != "Two" || b != "My debt" {
		t.Errorf("got %s, %s", a, b)
	}
	reload(t, l, dir)

	// A mistake is reported once, and again if it changes.
	write(t, dir, "mine.yaml", "name: mine\ntitel: Three\n")
	write(t, dir, "fresh.yaml", "name: old\ntitle: T\n")
	reload(t, l, dir,
		`fresh fresh.yaml:1:7: expected "fresh", the file's name without .yaml`,
		`mine mine.yaml:1:1: expected the key title, which is missing`)
	reload(t, l, dir)
	write(t, dir, "mine.yaml", "name: mine\ntitle: [Three]\n")
	reload(t, l, dir, "mine mine.yaml:2:8: expected a text, got a list")
	if got := title(t, l, "mine"); got != "Two" {
		t.Errorf("the valid version is gone: %s", got)
	}
	if _, err := l.Get("fresh"); !errors.Is(err, library.ErrUnknown) {
		t.Errorf("got %v", err)
	}

	// Fixed, one of them by undoing the change.
	write(t, dir, "mine.yaml", "name: mine\ntitle: Two\n")
	write(t, dir, "fresh.yaml", "name: fresh\ntitle: T\n")
	reload(t, l, dir, "fresh", "mine")
	reload(t, l, dir)

	for _, name := range []string{"debt.yaml", "mine.yaml"} {
		remove(t, filepath.Join(dir, name))
	}
	reload(t, l, dir, "debt gone", "mine gone")
	if got := title(t, l, "debt"); got != builtinDebt {
		t.Errorf("got %s, want the built-in one", got)
	}
	if _, err := l.Get("mine"); !errors.Is(err, library.ErrUnknown) {
		t.Errorf("got %v", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if events := l.Reload(dir); len(events) != 1 || events[0].File != dir || !errors.Is(events[0].Err, os.ErrNotExist) {
		t.Errorf("got %v", events)
	}
	if got := title(t, l, "fresh"); got != "T" {
		t.Errorf("the scenarios of an unreadable directory are gone: %s", got)
	}
}

// replaced writes as editors do that save to another file first.
func replaced(t *testing.T, dir, name, text string) {
	t.Helper()
	write(t, dir, "."+name+".swp", text)
	if err := os.Rename(filepath.Join(dir, "."+name+".swp"), filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func TestWatch(t *testing.T) {
	l, dir := builtins(t), filepath.Join(t.TempDir(), "own")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	wait := watched(t, l, dir)
	write(t, dir, "mine.yaml", "name: mine\ntitle: One\n")
	wait("mine")
	replaced(t, dir, "mine.yaml", "name: mine\ntitle: Two\n")
	wait("mine")
	if got := title(t, l, "mine"); got != "Two" {
		t.Error(got)
	}
	replaced(t, dir, "mine.yaml", "name: mine\ntitle: ''\n")
	wait("mine mine.yaml:2:8: expected a line of text")
	remove(t, filepath.Join(dir, "mine.yaml"))
	wait("mine gone")
}

// watched watches a folder until the test ends, and returns a function that
// waits for an event.
func watched(t *testing.T, l *library.Library, dir string) (wait func(want string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	events, done := make(chan library.Event), make(chan struct{})
	go func() {
		defer close(done)
		l.Watch(ctx, dir, func(e library.Event) {
			select {
			case events <- e:
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() { cancel(); <-done })
	return func(want string) {
		t.Helper()
		for {
			select {
			case e := <-events:
				if line(e) == want {
					return
				}
				t.Logf("skipped: %s", line(e)) // a slow machine may read a half-written file
			case <-time.After(30 * time.Second):
				t.Fatalf("never heard %q", want)
			}
		}
	}
}

// TestWatchOfWhatToolsLeave changes a folder as Kubernetes, editors and shells
// do: each change is taken, or named in one event.
func TestWatchOfWhatToolsLeave(t *testing.T) {
	mine := func(title string) string { return "name: mine\ntitle: " + title + "\n" }
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	at := filepath.Join
	for name, c := range map[string]struct {
		begin func(root, dir string) // the first version; dir is the folder to be watched
		next  func(root, dir string) // the second version
		want  string
	}{
		"target of a link edited": {func(root, dir string) {
			write(t, root, "target.yaml", mine("One"))
			must(os.Symlink("../target.yaml", at(dir, "mine.yaml")))
		}, func(root, _ string) { write(t, root, "target.yaml", mine("Two")) }, "mine"},
		"target of a link replaced": {func(root, dir string) {
			write(t, root, "target.yaml", mine("One"))
			must(os.Symlink("../target.yaml", at(dir, "mine.yaml")))
		}, func(root, _ string) { replaced(t, root, "target.yaml", mine("Two")) }, "mine"},
		"link to a link": {func(root, dir string) {
			write(t, root, "a.txt", mine("One"))
			write(t, root, "b.txt", mine("Two"))
			must(os.Symlink("a.txt", at(root, "current")), os.Symlink("../current", at(dir, "mine.yaml")))
		}, func(root, _ string) {
			must(os.Remove(at(root, "current")), os.Symlink("b.txt", at(root, "current")))
		}, "mine"},
		"link becomes a file": {func(root, dir string) {
			write(t, root, "target.yaml", mine("One"))
			must(os.Symlink("../target.yaml", at(dir, "mine.yaml")))
		}, func(_, dir string) { replaced(t, dir, "mine.yaml", mine("Two")) }, "mine"},
		"Kubernetes": {func(_, dir string) {
			for name, title := range map[string]string{"..1": "One", "..2": "Two"} {
				must(os.Mkdir(at(dir, name), 0o755))
				write(t, at(dir, name), "mine.yaml", mine(title))
			}
			must(os.Symlink("..1", at(dir, "..data")), os.Symlink("..data/mine.yaml", at(dir, "mine.yaml")))
		}, func(_, dir string) {
			must(os.Symlink("..2", at(dir, "..data_tmp")), os.Rename(at(dir, "..data_tmp"), at(dir, "..data")), os.RemoveAll(at(dir, "..1")))
		}, "mine"},
		"folder above replaced": {func(_, dir string) {
			write(t, dir, "mine.yaml", mine("One"))
		}, func(root, dir string) {
			must(os.MkdirAll(at(root, "next", filepath.Base(dir)), 0o755))
			write(t, at(root, "next", filepath.Base(dir)), "mine.yaml", mine("Two"))
			must(os.Rename(filepath.Dir(dir), at(root, "old")), os.Rename(at(root, "next"), filepath.Dir(dir)))
		}, "mine"},
		"file becomes a folder": {func(_, dir string) {
			write(t, dir, "mine.yaml", mine("One"))
		}, func(_, dir string) {
			must(os.Remove(at(dir, "mine.yaml")), os.Mkdir(at(dir, "mine.yaml"), 0o755))
		}, "mine mine.yaml: not a regular file but a folder"},
		"folder becomes a file": {func(_, dir string) {
			write(t, dir, "mine.yaml", mine("One"))
		}, func(root, dir string) {
			must(os.RemoveAll(dir))
			write(t, filepath.Dir(dir), filepath.Base(dir), "")
		}, " the folder DIR cannot be read; its scenarios stay until it is back: open DIR: not a directory"},
		"link that breaks": {func(root, dir string) {
			write(t, root, "target.yaml", mine("One"))
			must(os.Symlink("../target.yaml", at(dir, "mine.yaml")))
		}, func(root, _ string) { remove(t, at(root, "target.yaml")) }, "mine mine.yaml: a symbolic link to nothing"},
		"renamed to .yml": {func(_, dir string) {
			write(t, dir, "mine.yaml", mine("One"))
		}, func(_, dir string) {
			write(t, dir, "mine.yml", mine("Two"))
			remove(t, at(dir, "mine.yaml"))
		}, "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			l, root := builtins(t), t.TempDir()
			dir := at(root, "above", "own")
			if strings.Contains(name, "link") {
				dir = at(root, "own")
			}
			must(os.MkdirAll(dir, 0o755))
			c.begin(root, dir)
			wait := watched(t, l, dir)
			wait("mine")
			c.next(root, dir)
			wait(strings.ReplaceAll(c.want, "DIR", dir))
			want := "Two"
			if c.want != "mine" {
				want = "One" // the last valid version
			}
			if got := title(t, l, "mine"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// A directory that vanishes is looked for until it is back. Its scenarios stay.
func TestWatchOfADeletedDirectory(t *testing.T) {
	l, own := builtins(t), filepath.Join(t.TempDir(), "own")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	missing, done := 0, false
	create := func(title string) {
		if err := os.Mkdir(own, 0o755); err != nil {
			t.Error(err)
		}
		write(t, own, "a.yaml", "name: a\ntitle: "+title+"\n")
	}
	l.Watch(ctx, own, func(e library.Event) {
		switch {
		case e.Name == "" && errors.Is(e.Err, os.ErrNotExist):
			if missing++; missing == 1 {
				create("One")
			} else if _, err := os.Stat(own); err != nil {
				if got := title(t, l, "a"); got != "One" {
					t.Errorf("the scenario is gone with its directory: %s", got)
				}
				create("Two")
			}
		case e.Name == "a" && title(t, l, "a") == "One":
			if err := os.RemoveAll(own); err != nil {
				t.Error(err)
			}
		case e.Name == "a" && title(t, l, "a") == "Two":
			done = true
			cancel()
		}
	})
	if !done {
		t.Error("the folder never came back")
	}
}

// A directory that replaces another one is watched, too.
func TestWatchOfAReplacedDirectory(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	own, next := filepath.Join(dir, "own"), filepath.Join(dir, "next")
	for i, d := range []string{own, next} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, d, "a.yaml", fmt.Sprintf("name: a\ntitle: Number %d\n", i))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var seen []string
	l.Watch(ctx, own, func(e library.Event) {
		seen = append(seen, title(t, l, "a"))
		switch seen[len(seen)-1] {
		case "Number 0":
			if err := errors.Join(os.Rename(own, filepath.Join(dir, "old")), os.Rename(next, own)); err != nil {
				t.Error(err)
			}
		case "Number 1":
			write(t, own, "a.yaml", "name: a\ntitle: Number 2\n")
		case "Number 2":
			cancel()
		}
	})
	if len(seen) == 0 || seen[len(seen)-1] != "Number 2" {
		t.Errorf("got %v", seen)
	}
}
