package cariqamock_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A rule of the house is what a change may break without any other test
// failing. why is printed with every breach.
type rule struct {
	t   *testing.T
	why string
}

func (r rule) broken(where, format string, args ...any) {
	r.t.Helper()
	r.t.Errorf("%s: "+format+"\nwhy: %s", append(append([]any{where}, args...), r.why)...)
}

// sourceFile is one parsed Go file of the module.
type sourceFile struct {
	name    string // slash-separated, from the top
	pkg     string // directory, "." for the top
	test    bool
	lines   int
	syntax  *ast.File
	fset    *token.FileSet
	imports []string
}

// sources parses every Go file of the module. Nested modules are others'.
func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	eachFile(t, func(name string) {
		if path.Ext(name) != ".go" || nested(name) {
			return
		}
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		f := sourceFile{
			name: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
			lines: strings.Count(string(text), "\n"), fset: token.NewFileSet(),
		}
		if f.syntax, err = parser.ParseFile(f.fset, name, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			f.imports = append(f.imports, imported)
		}
		files = append(files, f)
	})
	if len(files) == 0 {
		t.Fatal("no Go files found")
	}
	return files
}

// eachFile visits every file of the checkout but what Git and editors keep.
func eachFile(t *testing.T, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.Type().IsRegular():
			visit(filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// nested says whether a file belongs to a module below this one.
func nested(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, err := os.Stat(filepath.Join(filepath.FromSlash(dir), "go.mod")); err == nil {
			return true
		}
	}
	return false
}

func (f sourceFile) at(n ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}
