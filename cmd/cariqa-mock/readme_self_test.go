package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		"one shell":                {commands: []command{{text: "A=1; printf x"}, {text: "echo $A >&2"}}, parts: []string{"x", "1\n"}},
		"stops at a failure":       {commands: []command{{text: "false | cat"}, {text: "echo b"}}, parts: []string{""}, fails: true},
		"ends its background jobs": {commands: []command{{text: "sleep 1000 &"}, {text: "echo b"}}, parts: []string{"", "b\n"}},
		"stops a server": {
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

func TestProse(t *testing.T) {
	got := prose("a\n```sh\n# no heading\n```\nb `c`\n  ~~~\n  [x](y)\n  ~~~\nd\n")
	if want := "a\n\nb `c`\n\nd\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
