// Package embedded decodes the YAML files that are compiled into the program.
package embedded

import (
	"fmt"
	"io/fs"

	yaml "github.com/oasdiff/yaml3"
)

// YAML returns the content of an embedded file. Every field in it must be one
// of T. It panics if the file is invalid, as only a change to the program can
// make it so: every package with such files has a test that decodes them.
func YAML[T any](files fs.FS, name string) T {
	var v T
	file, err := files.Open(name)
	if err == nil {
		decoder := yaml.NewDecoder(file)
		decoder.KnownFields(true)
		err = decoder.Decode(&v)
	}
	if err != nil {
		panic(fmt.Sprintf("embedded file %s: %v", name, err))
	}
	return v
}
