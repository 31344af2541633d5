// Package scenarios embeds the built-in scenario files.
package scenarios

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// FS returns the built-in files: NAME.yaml is the scenario NAME.
func FS() fs.FS { return files }
