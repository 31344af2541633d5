package main

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// TestMapOfThePackages: the map in CONTRIBUTING.md names every folder with Go code,
// or one that it is in, and no others.
func TestMapOfThePackages(t *testing.T) {
	root := os.DirFS("../..")
	text, err := fs.ReadFile(root, "CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := mapped(string(text))
	for _, folder := range listed {
		if info, err := fs.Stat(root, folder); err != nil || !info.IsDir() {
			t.Errorf("CONTRIBUTING.md names the folder %s, which does not exist", folder)
		}
	}
	for _, folder := range packages(t, root) {
		within := func(room string) bool {
			return room == folder || strings.HasPrefix(folder, room+"/") && room != "mockserver" && room != "contracttests"
		}
		if !slices.ContainsFunc(listed, within) {
			t.Errorf("CONTRIBUTING.md does not name the folder %s", folder)
		}
	}
}

// mapped returns the folders that the map names. A line names one or more beside each
// other; an indented one is in the folder of the last line that is not.
func mapped(text string) []string {
	_, block, _ := strings.Cut(text, "## Where things are\n\n```\n")
	block, _, _ = strings.Cut(block, "```")
	var out []string
	room := ""
	for line := range strings.Lines(block) {
		switch first, _, _ := strings.Cut(strings.TrimSpace(line), " "); {
		case strings.HasPrefix(line, "   "): // goes on with the line before
		case !strings.HasSuffix(first, "/"): // a file
		case !strings.HasPrefix(line, " "):
			room = path.Clean(first)
			out = append(out, room)
		default:
			in := path.Dir(path.Join(room, first))
			for name := range strings.FieldsSeq(line) {
				if !strings.HasSuffix(name, "/") {
					break
				}
				out = append(out, path.Join(in, path.Base(name)))
			}
		}
	}
	return out
}

// packages returns the folders with Go code that is no test, sorted.
func packages(t *testing.T, root fs.FS) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(root, ".", func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || len(d.Name()) > 1 && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case path.Ext(at) == ".go" && !strings.HasSuffix(at, "_test.go") && path.Dir(at) != "." && !slices.Contains(out, path.Dir(at)):
			out = append(out, path.Dir(at))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
