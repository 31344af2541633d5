package cariqamock

import (
	"embed"
	"io/fs"
)

// What a pattern does not reach is missing in the programs; a test compares them
// with the repository.
//
//go:embed *.md contracttests/*.md contracttests/*/*.md contracttests/*.yaml contracttests/cases/cases.yaml mockserver/*.md scenarios/*.md scenarios/*.yaml scenarios/*.json
//go:embed mockserver/mocktest/*.md mockserver/mocktest/js/*.md mockserver/mocktest/js/*/*.md mockserver/mocktest/js/examples/*/*.md
//go:embed mockserver/mocktest/js/examples/*/src mockserver/mocktest/js/examples/*/tests
//go:embed mockserver/mocktest/js/examples/*/.env mockserver/mocktest/js/examples/*/*.html mockserver/mocktest/js/examples/*/*.ts
//go:embed mockserver/mocktest/js/examples/*/package.json mockserver/mocktest/js/examples/*/tsconfig*.json
//go:embed mockserver/internal/console/screenshots
var documents embed.FS

// Documents returns the repository's documents in Markdown, with the pictures
// and the sources of the examples that they refer to, by their paths in the
// repository.
func Documents() fs.FS { return documents }
