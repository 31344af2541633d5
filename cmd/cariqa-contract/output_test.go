package main

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"

	"cariqamock/contracttests"
)

// broken is a standard output that cannot be written.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "stdout", Err: b.err}
}

// TestFullOutput runs commands whose output is lost.
func TestFullOutput(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"version"}, {"list"}, {"list", "--evidence"}, {"list", "--assumed"}, {"spec", "../../openapi.yaml", "-v"}} {
		for _, test := range []struct {
			err  error
			code int
			says string
		}{
			{syscall.ENOSPC, contracttests.ExitInconclusive, "cariqa-contract: cannot write to standard output: no space left on device\n"},
			{syscall.EPIPE, 141, ""},
		} {
			var stderr strings.Builder
			code := run(context.Background(), args, func(string) string { return "" }, broken{test.err}, &stderr)
			if code != test.code || stderr.String() != test.says {
				t.Errorf("%q, %v: exit code %d, want %d; stderr: %s", args, test.err, code, test.code, &stderr)
			}
		}
	}
}
