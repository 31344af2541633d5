// Package wholefile writes files that replace those of the same name only when
// they are whole.
package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A File is a file that is being written.
type File struct {
	*os.File
	path string
}

// Create returns a file that replaces the one at path with Commit. Until then
// it is beside it. A symbolic link is replaced, not followed. What is no regular
// file, such as a pipe, is written at once. Errors do not contain the path, and
// come before anything has changed: for a folder, or a file that must not be
// written.
func Create(path string, perm fs.FileMode) (*File, error) {
	file, err := create(path, perm)
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	if err != nil {
		return nil, err
	}
	return &File{file, path}, nil
}

func create(path string, perm fs.FileMode) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, errors.New("is a folder")
	case err == nil && (!info.Mode().IsRegular() || isDevice(path)):
		return os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody reads fails
	case err == nil:
		old, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		_ = old.Close() // nothing was written
	}
	for n := 0; ; n++ {
		file, err := os.OpenFile(fmt.Sprintf("%s.%d-%d.tmp", path, os.Getpid(), n), os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if !errors.Is(err, fs.ErrExist) || n == 100 {
			return file, err
		}
	}
}

// isDevice reports whether a path leads to an open file, such as /dev/stdout,
// which may be a regular one.
func isDevice(path string) bool {
	full, err := filepath.Abs(path)
	return err == nil && (strings.HasPrefix(full, "/dev/") || strings.HasPrefix(full, "/proc/"))
}

// Commit closes the file and puts it in its place.
func (f *File) Commit() error {
	err := f.Close()
	if err == nil && f.Name() != f.path {
		err = os.Rename(f.Name(), f.path)
	}
	if err != nil {
		f.Discard()
	}
	return err
}

// Discard removes a file that has not been committed. It can be called after
// Commit.
func (f *File) Discard() {
	_ = f.Close() // closing twice is harmless
	if f.Name() != f.path {
		_ = os.Remove(f.Name()) // not there after Commit
	}
}
