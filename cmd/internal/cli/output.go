package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"syscall"
)

// An Output is the standard output of a program. It remembers the first error
// in writing, so that the many places that write need not look, and writes
// nothing after it. It is safe for concurrent use.
type Output struct {
	mu  sync.Mutex
	w   io.Writer
	err *OutputError
}

// NewOutput returns an Output that writes to w.
func NewOutput(w io.Writer) *Output { return &Output{w: w} }

// An OutputError is why standard output could not be written.
type OutputError struct{ err error }

func (e *OutputError) Error() string {
	err := e.err
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Sprintf("cannot write to standard output: %v", err)
}

// Unwrap returns the error of the writer.
func (e *OutputError) Unwrap() error { return e.err }

// Write writes, unless an earlier call has failed.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err != nil {
		o.err = &OutputError{err}
		return n, o.err
	}
	return n, nil
}

// Unwrap returns what the Output writes to.
func (o *Output) Unwrap() io.Writer { return o.w }

// Err returns the first error in writing, an *OutputError, or nil.
func (o *Output) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		return nil
	}
	return o.err
}

// exitPipe is how shells see a program that SIGPIPE has ended.
const exitPipe = 128 + 13

// Exit returns the exit code of a program that has printed its errors, other
// than OutputErrors, and would end with code. If its output could not be
// written it says so on stderr, and a success becomes failure. If nobody reads
// the output any more, as behind head, that is silent: then the code is that of
// SIGPIPE, which ends the program before this in most cases.
func (o *Output) Exit(program string, code, failure int, stderr io.Writer) int {
	switch err := o.Err(); {
	case err == nil:
		return code
	case errors.Is(err, syscall.EPIPE):
		return exitPipe
	default:
		fmt.Fprintf(stderr, "%s: %v\n", program, err)
		if code == 0 {
			return failure
		}
		return code
	}
}

// IsOutput reports whether an error is an OutputError, which Output.Exit
// prints.
func IsOutput(err error) bool {
	var e *OutputError
	return errors.As(err, &e)
}
