package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "write the golden files and the generated parts of documents")

// TestHelp compares the help of every command with a golden file, so that a
// change of words, flags or defaults shows in review.
func TestHelp(t *testing.T) {
	p := &program{getenv: env{}.get}
	for _, path := range commandPaths(p.rootCommand()) {
		t.Run(path, func(t *testing.T) {
			got := invoke(t, env{}, append(strings.Fields(path)[1:], "--help")...)
			if got.code != exitOK || got.stderr != "" {
				t.Errorf("exit code %d, stderr %q; want %d and nothing", got.code, got.stderr, exitOK)
			}
			golden(t, filepath.Join("testdata", "help", strings.ReplaceAll(path, " ", "_")+".txt"), got.stdout)
		})
	}
}

// commandPaths returns the paths of a command and of all below it.
func commandPaths(cmd *cobra.Command) []string {
	paths := []string{cmd.CommandPath()}
	for _, sub := range cmd.Commands() {
		paths = append(paths, commandPaths(sub)...)
	}
	return paths
}

// golden compares a text with a golden file, or with -update writes the file.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./cmd/cariqa-mock -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestHelpNamesNoVendor checks that nobody can take the program for the
// vendor's.
func TestHelpNamesNoVendor(t *testing.T) {
	got := strings.Join(strings.Fields(invoke(t, env{}, "--help").stdout), " ")
	if want := "Unofficial; affiliated with neither Cariqa nor Stripe."; !strings.Contains(got, want) {
		t.Errorf("help does not contain %q:\n%s", want, got)
	}
}
