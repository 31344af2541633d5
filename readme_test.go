package cariqamock_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The README is executed, so that it cannot rot. How it is to be written:
//
//	```console   Lines that begin with "$ " are commands, run by one bash per
//	             block with "set -e -o pipefail". A command goes on after a
//	             backslash at the end of its line, and through a here-document
//	             (<<EOF, <<'EOF'). The lines up to the next command are what it
//	             prints, stderr included: "..." alone on a line stands for any
//	             number of lines, "…" within a line for any text. No lines: it
//	             prints nothing. Where a command prints one JSON value, blanks
//	             and line breaks may be laid out differently.
//	```sh        Commands without a prompt. They must succeed; what they print is
//	             not looked at.
//	```yaml      If it begins with "name:", a scenario file that passes
//	             cariqa-mock scenario check. Console and sh blocks find it as
//	             NAME.yaml from then on.
//	```json      Is JSON.
//	```go        Parses.
//	```html      Its script tags load, from the server of the other blocks.
//	```mermaid   There is at least one.
//
// Blocks of other languages, those with an info string such as
// "```sh skip: needs Docker", and those that run go test, which .ci/run does, are
// left alone. One that needs a tool this machine lacks is skipped.
//
// All blocks share a folder in which everything of the repository is to be seen,
// and one server at 127.0.0.1:4343, which in fact has a free port, as every other
// 127.0.0.1:43xx has one of its own. "go run ./cmd/NAME" means the binary, built
// once. A server in the foreground, which comes last in its block, is stopped
// when it has printed what is expected; one with "&" at the end of its block.
// Curl shows no progress.
//
// Between <!-- scenarios --> and <!-- /scenarios --> is what cariqa-mock scenario
// list --markdown prints, between <!-- rules --> and <!-- /rules --> what
// cariqa-mock rules --format markdown does; go test -run README . -update
// writes them again.

var update = flag.Bool("update", false, "write the generated parts of README.md anew")

const readmeFile = "README.md"

func TestREADME(t *testing.T) {
	text, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	all, err := blocks(string(text))
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayground(t)
	t.Run("generated", func(t *testing.T) { p.generated(t, string(text)) })
	seen := map[string]int{}
	for _, b := range all {
		seen[b.lang]++
		if b.skip != "" || regexp.MustCompile(`(?m)^(\$ )?go test\b`).MatchString(b.text) {
			continue
		}
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) { p.check(t, b) })
	}
	for _, lang := range []string{"console", "mermaid"} {
		if seen[lang] == 0 {
			t.Errorf("%s has no %s block", readmeFile, lang)
		}
	}
}

func (p *playground) check(t *testing.T, b block) {
	switch b.lang {
	case "console":
		all, err := commands(b)
		if err != nil {
			t.Fatal(err)
		}
		p.run(t, all)
	case "sh":
		p.run(t, script(b))
	case "yaml":
		if m := regexp.MustCompile(`^name: ([a-z0-9-]+)\n`).FindStringSubmatch(b.text); m != nil {
			file := filepath.Join(p.dir, m[1]+".yaml")
			if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			p.run(t, []command{{line: b.line, text: "cariqa-mock scenario check ./" + m[1] + ".yaml", any: true}})
		}
	case "json":
		if !json.Valid([]byte(b.text)) {
			t.Errorf("%s:%d: not JSON", readmeFile, b.line)
		}
	case "html":
		p.scripts(t, b)
	case "go":
		if _, err := format.Source([]byte(b.text)); err != nil {
			t.Errorf("%s:%d: %v", readmeFile, b.line, err)
		}
	}
}

// generated compares the parts that are written by programs, or writes them
// anew.
func (p *playground) generated(t *testing.T, text string) {
	for name, want := range map[string]string{
		"scenarios": p.output(t, "cariqa-mock", "scenario", "list", "--markdown"),
		"rules":     p.output(t, "cariqa-mock", "rules", "--format", "markdown"),
	} {
		from, to := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, ok := strings.Cut(text, from)
		got, after, closed := strings.Cut(rest, to)
		if !ok || !closed {
			t.Errorf("%s has no table between %s and %s", readmeFile, strings.TrimSpace(from), to)
			continue
		}
		if *update {
			text = before + from + want + to + after
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the table of %s is old; go test -run README . -update writes it anew (-want +got):\n%s", name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(readmeFile, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBlocks(t *testing.T) {
	text := "# Title\n\n```console\n$ a\nb\n```\n- item\n  ```sh skip: needs Docker\n  c\n    d\n  ```\n````md\n```sh\n````\n~~~\nx\n~~~\n"
	got, err := blocks(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []block{
		{line: 3, lang: "console", text: "$ a\nb\n"},
		{line: 8, lang: "sh", skip: "needs Docker", text: "c\n  d\n"},
		{line: 12, lang: "md", text: "```sh\n"},
		{line: 15, text: "x\n"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(block{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range []string{"```sh\na\n", "```sh skip\n```\n"} {
		if got, err := blocks(bad); err == nil {
			t.Errorf("%q: %v, want an error", bad, got)
		}
	}
}

func TestCommands(t *testing.T) {
	b := block{line: 10, text: "$ one \\\n    two\nout\n\nmore\n$ cat <<'EOF'\n$ not a command\nEOF\n$ three\n"}
	got, err := commands(b)
	if err != nil {
		t.Fatal(err)
	}
	want := []command{
		{line: 11, text: "one \\\n    two", want: []string{"out", "", "more"}},
		{line: 16, text: "cat <<'EOF'\n$ not a command\nEOF"},
		{line: 19, text: "three"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(command{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range []string{"", "out\n$ a\n", "$ a \\\n", "$ cat <<EOF\nx\n"} {
		if got, err := commands(block{text: bad}); err == nil {
			t.Errorf("%q: %v, want an error", bad, got)
		}
	}
}

func TestScript(t *testing.T) {
	got := script(block{line: 1, text: "mkdir x\nA=b go run ./cmd/cariqa-mock --seed 1\n"})
	want := []command{{line: 2, text: "mkdir x", any: true}, {line: 3, text: "A=b go run ./cmd/cariqa-mock --seed 1", any: true}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(command{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for text, want := range map[string]bool{
		"cariqa-mock": true, "cariqa-mock serve": true, "A=1 B=2 cariqa-mock --seed 1": true,
		"cariqa-mock &": false, "cariqa-mock --help": false, "cariqa-mock rules": false, "curl x": false,
	} {
		if got := (command{text: text}).serves(); got != want {
			t.Errorf("%q serves: %v, want %v", text, got, want)
		}
	}
}

func TestShell(t *testing.T) {
	needTools(t, "bash")
	for name, test := range map[string]struct {
		commands []command
		serves   bool
		parts    []string
		fails    bool
	}{
		"one shell":            {commands: []command{{text: "A=1; printf x"}, {text: "echo $A >&2"}}, parts: []string{"x", "1\n"}},
		"stops at a failure":   {commands: []command{{text: "false | cat"}, {text: "echo b"}}, parts: []string{""}, fails: true},
		"ends what it started": {commands: []command{{text: "sleep 1000 &"}, {text: "echo b"}}, parts: []string{"", "b\n"}},
		"asks a server to stop": {
			commands: []command{{text: "trap 'echo no' TERM"}, {text: "A=1 bash -c 'trap \"echo bye; exit\" TERM; echo $A; while :; do sleep 0.01; done'"}},
			serves:   true, parts: []string{"", "1\nbye\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := drive(exec.CommandContext(t.Context(), "bash", "-c", shellScript(test.commands, test.serves)),
				func(out string) bool { return test.serves && strings.HasSuffix(out, "1\n1\n") })
			if (err != nil) != test.fails {
				t.Errorf("error %v, want one: %v", err, test.fails)
			}
			if diff := cmp.Diff(test.parts, sections(out, len(test.commands))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		name, want, got string
		ok              bool
	}{
		{"same", "a\nb", "a\nb\n", true},
		{"other", "a", "b", false},
		{"nothing", "", "", true},
		{"nothing wanted", "", "a", false},
		{"something wanted", "a", "", false},
		{"no prefix", "a", "a\nb", false},
		{"dots for none", "a\n...", "a", true},
		{"dots for many", "a\n...\nz", "a\nb\nc\nz", true},
		{"dots for all", "...", "a\nb", true},
		{"dots are not text", "...", "", true},
		{"ellipsis in a line", "id …!", "id 4.2!", true},
		{"ellipsis keeps to its line", "a…b", "a\nb", false},
		{"no patterns", "a.c", "abc", false},
		{"blanks at the end", "a", "a  \n\n", true},
		{"JSON as laid out", "{\n  \"a\": 1,\n  \"b\": [1, 2]\n}", `{"a":1,"b":[1,2]}`, true},
		{"JSON with another value", `{"a": 2}`, `{"a":1}`, false},
		{"JSON, a part", "{\"a\": 1,\n...\n}", `{"a":1,"b":{"c":2}}`, true},
		{"JSON, text left out", `{"a": "x…", "b": 1}`, `{"a":"xyz","b":1}`, true},
		{"JSON, no more than one text left out", `{"a": "x…"}`, `{"a":"xyz","b":"1"}`, false},
		{"JSON, blanks within text", `{"a": "x y"}`, `{"a":"xy"}`, false},
	} {
		var want []string
		if test.want != "" {
			want = strings.Split(test.want, "\n")
		}
		if got := matches(want, test.got); got != test.ok {
			t.Errorf("%s: %v, want %v", test.name, got, test.ok)
		}
	}
}
