package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writePortFile writes an address into a file at once, so that nobody reads half
// of it.
func writePortFile(path, addr string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("--port-file: the address cannot be written: %w", err)
		}
	}()
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(addr + "\n")
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// removePortFile removes the file unless another server has written its own
// address into it.
func removePortFile(path, addr string) {
	if text, err := os.ReadFile(path); err == nil && string(text) == addr+"\n" {
		os.Remove(path)
	}
}
