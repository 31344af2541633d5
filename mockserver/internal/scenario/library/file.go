package library

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/scenario"
)

// A FileError is why a file cannot be read as a scenario, whatever it contains:
// it is a named pipe, for example.
type FileError struct {
	File   string
	Reason string
	err    error // of the system; may be nil
}

func (e *FileError) Error() string { return e.File + ": " + e.Reason }

// Unwrap returns the error of the system, or nil.
func (e *FileError) Unwrap() error { return e.err }

// maxRead is how long reading a file may take. Those of a disk need a moment.
const maxRead = 10 * time.Second

// readVisible reads a file of a folder. Hidden ones are what editors and systems
// leave beside a file, such as ._x.yaml and .#x.yaml.
func readVisible(path string) ([]byte, error) {
	if strings.HasPrefix(filepath.Base(path), ".") {
		return nil, &FileError{path, "a hidden file: its name begins with a dot", nil}
	}
	return readFile(path)
}

// readFile reads a regular file. It never opens others, which could block, and
// does not wait for what the system calls regular but makes up when it is read,
// such as /proc/kmsg.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &FileError{path, whyNot(path, err), err}
	}
	if kind := kindOf(info.Mode()); kind != "" {
		return nil, &FileError{path, "not a regular file but " + kind, nil}
	}
	if info.Size() > scenario.MaxBytes {
		return nil, &FileError{path, fmt.Sprintf("%d bytes, more than the %d that a scenario may have", info.Size(), scenario.MaxBytes), nil}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, &FileError{path, whyNot(path, err), err}
	}
	defer f.Close()
	// Files of a disk have no deadlines: they are always ready.
	if err := f.SetReadDeadline(clock.Wall().Add(maxRead)); err == nil && info.Size() == 0 {
		return nil, &FileError{path, "not a file of a disk: the system makes it up when it is read, and it may have no end", nil}
	}
	src, err := io.ReadAll(io.LimitReader(f, scenario.MaxBytes+1))
	if err != nil {
		return nil, &FileError{path, whyNot(path, err), err}
	}
	return src, nil
}

// kindOf names a file that is not regular, and returns "" for one that is.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something special"
}

// whyNot returns why a file cannot be read, without its path.
func whyNot(path string, err error) string {
	var e *fs.PathError
	reason := err
	if errors.As(err, &e) {
		reason = e.Err
	}
	link, linkErr := os.Lstat(path)
	switch {
	case linkErr != nil || link.Mode()&fs.ModeSymlink == 0:
		return reason.Error()
	case errors.Is(err, fs.ErrNotExist):
		return "a symbolic link to nothing"
	case errors.Is(err, syscall.ELOOP):
		return "a symbolic link that leads back to itself"
	}
	return "a symbolic link that cannot be followed: " + reason.Error()
}

// leadsOutside reports whether a file of a directory is a link to a place
// outside of it.
func leadsOutside(dir, file string) bool {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(root, target)
	return err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// withoutContents returns an error for a broken file that shows nothing of it:
// it may be no scenario at all, but a file of someone else.
func withoutContents(file string) error {
	return fmt.Errorf("%s: not a valid scenario. The file is a symbolic link that leads out of its folder, so nothing of it is shown here; "+
		"cariqa-mock scenario check %s shows what is wrong", file, file)
}
