package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"cariqamock/internal/printable"
)

var ciCommand = regexp.MustCompile(`(?m)^[\s\p{Z}]*::|##\p{L}*\[`)

// TestFilesAreSafeToShow has scenario files whose texts would act in a
// terminal, or as commands of a CI system.
func TestFilesAreSafeToShow(t *testing.T) {
	const evil = `\e]0;x\a\e[2J\u202e\u2066\u009b2J\n::error::x\n \u00a0::add-mask::y ##[error]z\u2028\r`
	dir := t.TempDir()
	for name, text := range map[string]string{
		"evil":    "name: evil\ntitle: \"" + evil + "\"\ntry:\n  - get: /users/\n    want: {status: 200, body: {count: \"" + evil + "\"}}\n",
		"comment": "# \u202e ##[error] \u2029\nname: comment\ntitle: A comment\n::error::: x\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	alone := t.TempDir()
	text, _ := os.ReadFile(filepath.Join(dir, "evil.yaml"))
	if err := os.WriteFile(filepath.Join(alone, "evil.yaml"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(dir, "\x1b[2J.yaml")
	if err := os.WriteFile(bad, []byte("name: x\ntitle: [\u202e"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"scenario", "list", "--scenarios", alone}, {"scenario", "list", "--markdown", "--scenarios", alone}, {"scenario", "show", "evil", "--scenarios", alone},
		{"scenario", "check", "evil", "--scenarios", alone}, {"scenario", "check", filepath.Join(dir, "comment.yaml")}, {"scenario", "check", bad},
		{"scenario", "show", "\x1b[2J\n::error::x"}, {"scenario", "list", "--scenarios", dir}, {"--scenario", "\u202e\x1b", "--addr", "127.0.0.1:0"},
		{"\x1b[2J"}, {"scenario", "list", "--scenarios", "/\x1b[2J\n::error::"},
	} {
		got := invoke(t, env{}, args...)
		out := got.stdout + "\n" + got.stderr
		if !printable.Clean(out) || ciCommand.MatchString(out) {
			t.Errorf("%q prints %q", args, out)
		}
		if len(out) < 10 {
			t.Errorf("%q prints nothing", args)
		}
	}
}
