package cli_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"cariqamock/cmd/internal/cli"
)

// short is a writer that has room for some bytes.
type short struct {
	room   int
	err    error
	writes int
}

func (s *short) Write(p []byte) (int, error) {
	s.writes++
	if len(p) <= s.room {
		s.room -= len(p)
		return len(p), nil
	}
	return s.room, s.err
}

func TestOutput(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
	pipe := &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}
	for name, tc := range map[string]struct {
		room, code, want int
		err              error
		stderr           string
	}{
		"all written":             {room: 100, want: 0, err: full},
		"all written, failed":     {room: 100, code: 2, want: 2, err: full},
		"full":                    {code: 0, want: 7, err: full, stderr: "prog: cannot write to standard output: no space left on device\n"},
		"full after a line":       {room: 8, want: 7, err: full, stderr: "prog: cannot write to standard output: no space left on device\n"},
		"full and failed":         {code: 2, want: 2, err: full, stderr: "prog: cannot write to standard output: no space left on device\n"},
		"nobody reads":            {want: 141, err: pipe},
		"nobody reads, failed":    {code: 1, want: 141, err: pipe},
		"an error without a file": {want: 7, err: io.ErrShortWrite, stderr: "prog: cannot write to standard output: short write\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &short{room: tc.room, err: tc.err}
			out := cli.NewOutput(w)
			first := error(nil)
			for range 3 {
				if _, err := fmt.Fprintln(out, "line..."); err != nil && first == nil {
					first = err
				}
			}
			if tc.room < 24 && (w.writes > tc.room/8+1 || !cli.IsOutput(first) || !errors.Is(first, tc.err) || !errors.Is(out.Err(), tc.err)) {
				t.Errorf("%d writes, %v, %v", w.writes, first, out.Err())
			}
			var stderr strings.Builder
			if got := out.Exit("prog", tc.code, 7, &stderr); got != tc.want || stderr.String() != tc.stderr {
				t.Errorf("exit code %d, want %d; stderr %q, want %q", got, tc.want, &stderr, tc.stderr)
			}
		})
	}
}
