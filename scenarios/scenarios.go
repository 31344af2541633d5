// Package scenarios holds the built-in scenario files.
package scenarios

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// FS gives the built-in files, *.yaml, each named after its scenario.
func FS() fs.FS { return files }
