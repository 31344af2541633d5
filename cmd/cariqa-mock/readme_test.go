package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/internal/documents"
)

// The documents are executed, so that they cannot go stale. How to write one:
//
//	```console   Lines that begin with "$ " are commands, run by one bash per
//	             block with "set -e -o pipefail". A command continues after a
//	             backslash at the end of its line, and through a here-document
//	             (<<EOF, <<'EOF'). The lines up to the next command are its
//	             output, stderr included: "..." alone on a line stands for any
//	             number of lines, "…" within a line for any text. No lines: it
//	             prints nothing. Where a command prints one JSON value, spaces
//	             and line breaks may differ.
//	```sh        Commands without a prompt. They must succeed; their output is
//	             not compared.
//	```yaml      If it begins with "name:", a scenario file that passes
//	             cariqa-mock scenario check. The console and sh blocks that
//	             follow find it as NAME.yaml.
//	```json      Must be JSON.
//	```go        Must compile, and its tests must pass. Blocks that begin with
//	             "// NAME.go" are files of one package; others get a package
//	             clause and imports.
//	```html      Its script tags must load, from the server of the other blocks.
//	```ts, ```js Must be part of a recipe of the npm package's examples, which
//	             .ci/run executes with readme.mjs.
//
// Not executed are blocks of other languages, those with an info string such as
// "```sh skip: needs Docker", and those that run go test, which .ci/run does. A
// block that needs a tool this machine does not have is skipped.
//
// All blocks of a document share a working directory, in which the whole
// repository is visible, and one server at 127.0.0.1:4343, which in fact has a
// free port; each other 127.0.0.1:43xx has another free port.
// "go run ./cmd/NAME" means the binary, built once. A server in the foreground,
// which comes last in its block, is stopped when it has printed what is
// expected; one with "&" at the end of its block. Curl shows no progress.
//
// Between <!-- scenarios --> and <!-- /scenarios --> stands the output of
// cariqa-mock scenario list --markdown, between <!-- rules --> and
// <!-- /rules --> that of cariqa-mock rules --format markdown, in whichever
// document the markers are. To write them again:
//
//	go test ./cmd/cariqa-mock -run README -update

// firstDocument is the one that everybody reads first.
const firstDocument = "README.md"

// texts returns the text of each Markdown file of the repository by its
// path.
func texts(t *testing.T) map[string]string {
	t.Helper()
	files, err := documents.Files(root)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		all[file] = string(text)
	}
	if n := len(all[firstDocument]); n == 0 || n > 9<<10 {
		t.Fatalf("%s has %d bytes, want at most %d", firstDocument, n, 9<<10)
	}
	return all
}

// recipes returns the documents whose blocks readme.mjs executes.
func recipes(t *testing.T) []string {
	var names []string
	for name, text := range texts(t) {
		if strings.Contains(text, "skip: executed by readme.mjs") {
			names = append(names, name)
		}
	}
	return slices.Sorted(slices.Values(names))
}

func TestREADMEs(t *testing.T) {
	bin := buildCommands(t)
	all := texts(t)
	t.Run("generated", func(t *testing.T) { checkGenerated(t, bin, all) })
	for name, text := range all {
		t.Run(name, func(t *testing.T) { execute(t, bin, name, text) })
	}
}

// execute checks every block of a document.
func execute(t *testing.T, bin, name, text string) {
	list, err := blocks(text)
	if err != nil {
		t.Fatalf("%s:%v", name, err)
	}
	if len(list) == 0 {
		return
	}
	p := newPlayground(t, bin, name)
	if name == "contracttests/first-day.md" {
		p.env = append(p.env, playSandbox(t)...)
	}
	consoles := 0
	for _, b := range list {
		if b.lang == "console" {
			consoles++
		}
		if b.skip != "" || regexp.MustCompile(`(?m)^(\$ )?go test\b`).MatchString(b.text) {
			continue
		}
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) { p.check(t, b) })
	}
	checkGo(t, name, list)
	if name == firstDocument && consoles == 0 {
		t.Errorf("%s has no console block", name)
	}
}

func (p *playground) check(t *testing.T, b block) {
	switch b.lang {
	case "console":
		all, err := commands(b)
		if err != nil {
			t.Fatalf("%s:%v", p.document, err)
		}
		p.run(t, all)
	case "sh":
		p.run(t, script(b))
	case "yaml":
		if m := regexp.MustCompile(`^name: ([a-z0-9-]+)\n`).FindStringSubmatch(b.text); m != nil {
			if err := os.WriteFile(filepath.Join(p.dir, m[1]+".yaml"), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			p.run(t, []command{{line: b.line, text: "cariqa-mock scenario check ./" + m[1] + ".yaml", any: true}})
		}
	case "json":
		if !json.Valid([]byte(b.text)) {
			t.Errorf("%s:%d: not JSON", p.document, b.line)
		}
	case "xml":
		if err := xml.Unmarshal([]byte(b.text), new(struct{})); err != nil {
			t.Errorf("%s:%d: not XML: %v", p.document, b.line, err)
		}
	case "html":
		p.checkScripts(t, b)
	case "ts", "js":
		checkRecipe(t, p.document, b)
	}
}

// checkRecipe checks that a block of TypeScript or JavaScript is part of a recipe,
// whatever its indentation.
func checkRecipe(t *testing.T, document string, b block) {
	t.Helper()
	margin := regexp.MustCompile(`(?m)^[ \t]+`)
	all, names := texts(t), recipes(t)
	for _, name := range names {
		if strings.Contains(margin.ReplaceAllString(all[name], ""), margin.ReplaceAllString(b.text, "")) {
			return
		}
	}
	t.Errorf("%s:%d: the block is not part of a recipe in %s, so no test executes it", document, b.line, strings.Join(names, " or "))
}

// checkGenerated compares the parts of all documents that the program writes
// with its output, or with -update writes them again.
func checkGenerated(t *testing.T, bin string, all map[string]string) {
	p := newPlayground(t, bin, firstDocument)
	for part, want := range map[string]string{
		"scenarios": p.output(t, "cariqa-mock", "scenario", "list", "--markdown"),
		"rules":     p.output(t, "cariqa-mock", "rules", "--format", "markdown"),
	} {
		from, to := "<!-- "+part+" -->\n", "<!-- /"+part+" -->"
		found := false
		for name, text := range all {
			before, rest, ok := strings.Cut(text, from)
			got, after, closed := strings.Cut(rest, to)
			if !ok {
				continue
			}
			found = true
			if !closed {
				t.Errorf("%s: %s without %s", name, strings.TrimSpace(from), to)
			} else if *update {
				all[name] = before + from + want + to + after
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: the table of %s is out of date; go test ./cmd/cariqa-mock -run README -update writes it again (-want +got):\n%s", name, part, diff)
			}
		}
		if !found {
			t.Errorf("no document has a table between %s and %s", strings.TrimSpace(from), to)
		}
	}
	if !*update {
		return
	}
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
