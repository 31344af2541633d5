package console_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the page for testers calls by a name has that name in the console.
func TestNamesInTheRecipeForTesters(t *testing.T) {
	var sources strings.Builder
	files, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "../stripe/testcard/group.go") // the titles of the groups of cards
	for _, name := range append(files, code...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(text)
	}
	page, err := os.ReadFile("../../qa.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?:^|[^*])\*([^*\n]+)\*(?:[^*]|$)`).FindAllStringSubmatch(string(page), -1)
	if len(names) < 15 {
		t.Fatalf("%d names, want more", len(names))
	}
	for _, m := range names {
		if !strings.Contains(sources.String(), m[1]) {
			t.Errorf("nothing in the console is called %q", m[1])
		}
	}
}
