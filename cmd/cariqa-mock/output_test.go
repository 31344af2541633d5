package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
)

// broken is a standard output that cannot be written.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "stdout", Err: b.err}
}

// TestFullOutput runs each command that prints something: none claims success
// if that is lost, and none fails aloud because its reader has left.
func TestFullOutput(t *testing.T) {
	s := serve(t, env{})
	port, dir := filepath.Join(t.TempDir(), "port"), t.TempDir()
	commands := [][]string{
		{"--help"}, {"help", "scenario"}, {"version"}, {"version", "--json"}, {"env"}, {"ca", "--ca-dir", dir}, {"ca", "--pem", "--ca-dir", dir}, {"ca", "--path", "--ca-dir", dir}, {"health", s.url},
		{"openapi"}, {"openapi", "admin", "--format", "json"}, {"rules"}, {"rules", "--format", "json"}, {"rules", "--format", "markdown"},
		{"scenario", "list"}, {"scenario", "list", "--markdown"}, {"scenario", "show", "debt"}, {"scenario", "check", "debt"},
		{"scenario", "new", "mine", "--scenarios", dir}, {"scenario", "coverage"}, {"serve", "--addr", "127.0.0.1:0", "--port-file", port}, {"--addr", "127.0.0.1:0"},
	}
	for _, args := range commands {
		for _, test := range []struct {
			err  error
			code int
			says string
		}{
			{syscall.ENOSPC, exitFailed, "cariqa-mock: cannot write to standard output: no space left on device\n"},
			{syscall.EPIPE, 141, ""},
		} {
			var stderr strings.Builder
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			code := run(ctx, args, env{}.get, broken{test.err}, &stderr)
			if ctx.Err() != nil {
				t.Errorf("%q runs without an output", args)
			}
			cancel()
			_ = os.Remove(filepath.Join(dir, "mine.yaml"))
			if code != test.code || stderr.String() != test.says {
				t.Errorf("%q, %v: exit code %d, want %d; stderr: %s", args, test.err, code, test.code, &stderr)
			}
		}
	}
	if _, err := os.Stat(port); err == nil {
		t.Error("a server that did not start leaves its port file")
	}
	for _, name := range leaves((&program{getenv: env{}.get, stdout: io.Discard, stderr: io.Discard}).rootCommand()) {
		if name != "exec" && !slices.ContainsFunc(commands, func(args []string) bool { return strings.HasPrefix(strings.Join(args, " "), name) }) {
			t.Errorf("command %s is not tested", name)
		}
	}
}

// leaves returns the commands that do something, without the program's name.
func leaves(c *cobra.Command) []string {
	var names []string
	for _, child := range c.Commands() {
		names = append(names, leaves(child)...)
	}
	if len(c.Commands()) == 0 {
		names = []string{strings.TrimPrefix(c.CommandPath(), "cariqa-mock ")}
	}
	return names
}
