package wholefile

import (
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// holds checks the only files of a folder.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(want) {
		t.Errorf("the folder contains %v (%v), want %v", entries, err, want)
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != text {
			t.Errorf("%s contains %q (%v), want %q", name, got, err, text)
		}
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	write(t, path, "old")
	for _, commit := range []bool{false, true} {
		f, err := Create(path, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("new"); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != "old" {
			t.Errorf("before it is whole, the file contains %q", got)
		}
		want := "old"
		if commit {
			want = "new"
			if err := f.Commit(); err != nil {
				t.Error(err)
			}
		}
		f.Discard()
		holds(t, dir, map[string]string{"a": want})
	}
}

func TestLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "victim"), "old")
	for _, to := range []string{"victim", "nowhere"} {
		link := filepath.Join(dir, "link-"+to)
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err)
		}
		f, err := Create(link, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(to); err != nil || f.Commit() != nil {
			t.Errorf("%s: %v", link, err)
		}
	}
	holds(t, dir, map[string]string{"victim": "old", "link-victim": "victim", "link-nowhere": "nowhere"})
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	locked := filepath.Join(dir, "locked")
	write(t, locked, "old")
	if err := os.Chmod(locked, 0o400); err != nil {
		t.Fatal(err)
	}
	refused := map[string]string{dir: "is a folder", filepath.Join(dir, "none", "a"): "no such file or directory", filepath.Join(locked, "a"): "not a directory"}
	if os.Getuid() != 0 { // who may write everything
		refused[locked] = "permission denied"
	}
	for path, want := range refused {
		if _, err := Create(path, 0o600); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	holds(t, dir, map[string]string{"locked": "old"})
}

func TestDevice(t *testing.T) {
	f, err := Create(os.DevNull, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil || f.Name() != os.DevNull {
		t.Errorf("%s: %v", f.Name(), err)
	}
}
