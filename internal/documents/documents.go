// Package documents lists the Markdown files of the repository. Only tests import
// it.
package documents

import (
	"io/fs"
	"path/filepath"
	"slices"
)

// Files returns the Markdown files below a folder, with slashes and relative to
// it, in alphabetical order. Folders that builds and tests fill are passed over.
func Files(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "node_modules", "dist", "testdata", "test-results"}, d.Name()):
			return fs.SkipDir
		case filepath.Ext(name) == ".md":
			file, err := filepath.Rel(root, name)
			files = append(files, filepath.ToSlash(file))
			return err
		}
		return nil
	})
	slices.Sort(files)
	return files, err
}
