package docs_test

import (
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"cariqamock"
	"cariqamock/internal/documents"
	"cariqamock/mockserver/internal/docs"
)

func library(t *testing.T) *docs.Library {
	t.Helper()
	l, err := docs.Open(cariqamock.Documents())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// one returns a library of one document.
func one(t *testing.T, text string) *docs.Page {
	t.Helper()
	l, err := docs.Open(fstest.MapFS{"a.md": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return l.Page("/docs/a")
}

// The program has every document of the repository, and lists each once.
func TestEveryDocument(t *testing.T) {
	want, err := documents.Files(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	l := library(t)
	if diff := cmp.Diff(want, l.Files()); diff != "" {
		t.Errorf("documents.go has other files than the repository (-repository +program):\n%s", diff)
	}
	var listed []string
	for _, g := range l.Groups {
		if len(g.Pages) != len(g.Files) {
			t.Errorf("groups.yaml: a file of %q does not exist: %q", g.Title, g.Files)
		}
		for _, p := range g.Pages {
			listed = append(listed, p.File)
			if strings.Contains(string(p.HTML(docs.Reader{})), "notation of Mermaid") {
				t.Errorf("%s: the source of a diagram is shown", p.File)
			}
			if strings.Contains(string(p.HTML(docs.Reader{})), "<th></th>") {
				t.Errorf("%s: a column of a table has no heading", p.File)
			}
			if p.Title == p.File || p.Lead == "" || len(p.HTML(docs.Reader{})) < 100 {
				t.Errorf("%s: title %q, lead %q", p.File, p.Title, p.Lead)
			}
		}
	}
	slices.Sort(listed)
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("the list has other files than the repository (-repository +list):\n%s", diff)
	}
}

// Every link of every page leads to a page, sources or a picture of the program,
// with its heading, or to the web. Nothing is loaded from elsewhere.
func TestLinks(t *testing.T) {
	l := library(t)
	address := regexp.MustCompile(`(href|src)="([^"]*)"`)
	pages, pictures, fragments := 0, 0, 0
	for _, file := range l.Files() {
		p := l.Page(docs.Root + file)
		for _, m := range address.FindAllStringSubmatch(string(p.HTML(docs.Reader{})), -1) {
			to, fragment, _ := strings.Cut(m[2], "#")
			if m[1] == "src" {
				pictures++
				if _, ok := l.Picture(to); !ok {
					t.Errorf("%s: no picture %s", file, to)
				}
				continue
			}
			if strings.HasPrefix(to, "https://") || to == "/openapi.yaml" || to == "/__admin/openapi.yaml" {
				continue
			}
			target := p
			if to != "" {
				target = l.Page(to)
				pages++
			}
			switch {
			case target == nil && (l.Sources(to) == nil || fragment != ""):
				t.Errorf("%s: no page %s", file, m[2])
			case target != nil && to != "" && target.Path != to:
				t.Errorf("%s: %s is redirected to %s", file, to, target.Path)
			case fragment != "" && !strings.Contains(string(target.HTML(docs.Reader{})), `id="`+fragment+`"`):
				t.Errorf("%s: %s has no heading of %s", file, to, fragment)
			case fragment != "":
				fragments++
			}
		}
	}
	if pages == 0 || pictures == 0 || fragments == 0 {
		t.Errorf("%d links to pages, %d pictures, %d links to headings: nothing was checked", pages, pictures, fragments)
	}
}

func TestRelink(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"README.md": "# Top", "a/README.md": "# A", "a/b.md": "# B", "a/x.yaml": "x: 1", "a/p.png": "p", "openapi.yaml": "",
		"a/c.md": "[1](../README.md) [2](README.md#a) [3](b.md) [4](.) [5](x.yaml) [6](missing/`y`.go) [7](#own) [8](https://example.org/z.md) [9](../openapi.yaml) ![p](p.png)",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	l, err := docs.Open(files)
	if err != nil {
		t.Fatal(err)
	}
	want := `<p><a href="/docs/README">1</a> <a href="/docs/a#a">2</a> <a href="/docs/a/b">3</a> <a href="/docs/a">4</a> <a href="/docs/a/x.yaml">5</a> 6 ` +
		`<a href="#own">7</a> <a href="https://example.org/z.md">8</a> <a href="/openapi.yaml">9</a> <img src="/docs/a/p.png" alt="p"></p>` + "\n"
	if diff := cmp.Diff(want, string(l.Page("/docs/a/c").HTML(docs.Reader{}))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestHeadings(t *testing.T) {
	p := one(t, "# The title, with `code`\n\nLead *here*.\n\n## Übung_1 – two\n\n```sh\n# a comment\n```\n\n## Same\n\n### Same\n")
	want := []docs.Heading{{2, "übung_1--two", "Übung_1 – two"}, {2, "same", "Same"}, {3, "same-1", "Same"}}
	if diff := cmp.Diff(want, p.Headings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p.Title != "The title, with code" || p.Lead != "Lead here." {
		t.Errorf("title %q, lead %q", p.Title, p.Lead)
	}
}

// Raw HTML of a document is left out, and tables have no styles, which the
// console's policy forbids.
func TestMarkup(t *testing.T) {
	page := string(one(t, "<script>alert(1)</script>\n\n| a | b |\n| - | -: |\n| `<i>` | x |\n\n[l](javascript:alert(1))\n").HTML(docs.Reader{}))
	for _, bad := range []string{"<script", "style=", "<i>", "javascript:"} {
		if strings.Contains(page, bad) {
			t.Errorf("%s in:\n%s", bad, page)
		}
	}
	if !strings.Contains(page, `<td align="right">x</td>`) {
		t.Errorf("no table in:\n%s", page)
	}
}

func TestSources(t *testing.T) {
	l := library(t)
	const folder = "/docs/mockserver/mocktest/js/examples/react-playwright"
	var names []string
	for _, f := range l.Sources(folder) {
		names = append(names, f.Name)
	}
	for _, want := range []string{".env", "package.json", "src/App.tsx", "tests/cards.spec.ts", "index.html", "playwright.config.ts"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s in %q", want, names)
		}
		if got := l.Sources(folder + "/" + want); len(got) != 1 || got[0].Name != filepath.Base(want) {
			t.Errorf("%s: %d files", want, len(got))
		}
	}
	for _, bad := range []string{"/docs/", "/docs/..", "/docs/../go.mod", "/docs/missing", "/docs/mockserver/../..", "/docs//etc", "/docs/go.mod"} {
		if got := l.Sources(bad); got != nil {
			t.Errorf("%s: %d files", bad, len(got))
		}
		if _, ok := l.Picture(bad); ok {
			t.Errorf("%s is a picture", bad)
		}
	}
	if _, err := os.Stat(filepath.Join("..", "..", "mocktest", "js", "examples", "react-playwright", "src")); err != nil {
		t.Error(err)
	}
}

// What a block's button copies is the block, but for the output of commands.
// Diagrams are shown as tables, which nobody copies.
func TestCopied(t *testing.T) {
	block := regexp.MustCompile("(?ms)^```([a-z]*)[^\n]*\n(.*?)^```$")
	copied := regexp.MustCompile(`(?s)data-lang="([a-z]*)".*?data-copy="(.*?)"`)
	l, n := library(t), 0
	for _, file := range l.Files() {
		text, err := fs.ReadFile(cariqamock.Documents(), file)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, m := range block.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "" && m[1] != "console" && m[1] != "mermaid" {
				want = append(want, m[2])
			}
		}
		page := l.Page(docs.Root + file).HTML(docs.Reader{URL: "http://127.0.0.1:4343", Name: "NAME"})
		for _, m := range copied.FindAllStringSubmatch(string(page), -1) {
			if m[1] != "" && m[1] != "console" {
				got = append(got, strings.ReplaceAll(html.UnescapeString(m[2]), "-NAME", ""))
			}
		}
		n += len(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-document +copied):\n%s", file, diff)
		}
	}
	if n == 0 {
		t.Error("no block")
	}
}
