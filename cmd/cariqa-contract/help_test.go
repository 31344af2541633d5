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

var update = flag.Bool("update", false, "update golden files")

// TestHelp pins the help of every command, so that a change of words, flags
// or defaults is seen in review.
func TestHelp(t *testing.T) {
	p := &program{getenv: env{}.get}
	for _, path := range commandPaths(p.rootCommand()) {
		t.Run(path, func(t *testing.T) {
			got := invoke(t, env{}, append(strings.Fields(path)[1:], "--help")...)
			if got.code != 0 || got.stderr != "" {
				t.Errorf("exit code %d, stderr %q; want %d and nothing", got.code, got.stderr, 0)
			}
			golden(t, filepath.Join("testdata", "help", strings.ReplaceAll(path, " ", "_")+".txt"), got.stdout)
		})
	}
}

// commandPaths lists a command and all below it.
func commandPaths(cmd *cobra.Command) []string {
	paths := []string{cmd.CommandPath()}
	for _, sub := range cmd.Commands() {
		paths = append(paths, commandPaths(sub)...)
	}
	return paths
}

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
		t.Fatalf("%v (go test ./cmd/cariqa-contract -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestHelpNamesWhatTheProgramIs keeps the promise that nobody takes it for the
// vendor's.
func TestHelpNamesWhatTheProgramIs(t *testing.T) {
	got := invoke(t, env{}, "--help").stdout
	if want := "affiliated with neither Cariqa nor Stripe"; !strings.Contains(got, want) {
		t.Errorf("%q is not in the help:\n%s", want, got)
	}
}

// TestTheProgramAsItIs goes through run, which main calls.
func TestTheProgramAsItIs(t *testing.T) {
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"list"}, env{}.get, &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), unverified) {
		t.Errorf("exit code %d\n%s\n%s", code, &stdout, &stderr)
	}
}
