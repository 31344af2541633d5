package cariqamock_test

import (
	"bytes"
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// uses says whether a file imports a package or mentions one of its names,
// such as time.Now.
func (f sourceFile) uses(what string) bool {
	if slices.Contains(f.imports, what) {
		return true
	}
	pkg, name, ok := strings.Cut(what, ".")
	if !ok || !slices.Contains(f.imports, pkg) {
		return false
	}
	found := false
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		found = found || isSelector(n, pkg, name)
		return !found
	})
	return found
}

func isSelector(n ast.Node, pkg, name string) bool {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg
}

func TestFilesAndFunctionsStayShort(t *testing.T) {
	const maxLines, maxTestLines, maxFunction = 400, 700, 60
	r := rule{t, "a file holds one idea and a function one step; what has grown past that is split where it has a name for its parts"}
	for _, f := range sources(t) {
		limit := maxLines
		if f.test {
			limit = maxTestLines
		}
		if f.lines > limit {
			r.broken(f.name, "%d lines, want at most %d", f.lines, limit)
		}
		for _, decl := range f.syntax.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || f.test || isTable(fn) {
				continue
			}
			if n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1; n > maxFunction {
				r.broken(f.at(fn), "%s has %d lines, want at most %d", fn.Name.Name, n, maxFunction)
			}
		}
	}
}

// What browsers get has the same limit, and no part of it loads anything from
// elsewhere.
func TestBrowserFilesStayShortAndAtHome(t *testing.T) {
	const maxLines = 400
	r := rule{t, "scripts, styles and templates are sources like any other; what they load, they load from this server"}
	elsewhere := regexp.MustCompile(`(?i)(src|href|url\(|@import)\s*[=(]?\s*["']?(https?:)?//`)
	n := 0
	eachFile(t, func(name string) {
		switch path.Ext(name) {
		case ".js", ".css", ".html":
		default:
			return
		}
		if nested(name) {
			return
		}
		n++
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(text), "\n"); lines > maxLines {
			r.broken(name, "%d lines, want at most %d", lines, maxLines)
		}
		if found := elsewhere.Find(text); found != nil {
			r.broken(name, "loads from elsewhere: %s", found)
		}
	})
	if n == 0 {
		t.Error("no file of that kind found")
	}
}

// isTable says whether a function only returns a literal: data may be long.
func isTable(fn *ast.FuncDecl) bool {
	if fn.Body == nil || len(fn.Body.List) != 1 {
		return false
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	_, ok = ret.Results[0].(*ast.CompositeLit)
	return ok
}

func TestNothingHappensBeforeMain(t *testing.T) {
	r := rule{t, "init functions run in everybody's program, in an order nobody sees"}
	for _, f := range sources(t) {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				r.broken(f.at(fn), "has an init function")
			}
		}
	}
}

// TestNoGlobalState lets through variables that nobody changes: errors,
// regular expressions, embedded files, and values made by the calls below.
func TestNoGlobalState(t *testing.T) {
	tables := []string{"contracttests/capability.go capabilityNames", "contracttests/redact.go secrets"} // read, never written
	r := rule{t, "with state in package-level variables two servers in one program disturb each other, and tests cannot run side by side"}
	for _, f := range sources(t) {
		for _, decl := range f.syntax.Decls {
			vars, ok := decl.(*ast.GenDecl)
			if f.test || !ok || vars.Tok != token.VAR {
				continue
			}
			for _, spec := range vars.Specs {
				value := spec.(*ast.ValueSpec)
				if !embedded(vars, value) && !unchanging(value) && !slices.Contains(tables, f.name+" "+value.Names[0].Name) {
					r.broken(f.at(value), "the variable %s", value.Names[0].Name)
				}
			}
		}
	}
}

func embedded(decl *ast.GenDecl, value *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{decl.Doc, value.Doc} {
		if doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") }) {
			return true
		}
	}
	return false
}

// unchanging says whether all values are results of calls that give what
// nobody changes, or are only there for the compiler.
func unchanging(value *ast.ValueSpec) bool {
	if value.Names[0].Name == "_" {
		return true
	}
	calls := []string{
		"errors.New", "fmt.Errorf", "regexp.MustCompile", "strings.NewReplacer",
		"decimal.NewFromInt", "decimal.RequireFromString",
	}
	for _, v := range value.Values {
		call, ok := v.(*ast.CallExpr)
		if !ok || !slices.ContainsFunc(calls, func(c string) bool {
			pkg, name, _ := strings.Cut(c, ".")
			return isSelector(call.Fun, pkg, name)
		}) {
			return false
		}
	}
	return len(value.Values) > 0
}

// TestNoRegistryIsNamed looks into everything that is text. The names are put
// together here so that this file does not hold them.
func TestNoRegistryIsNamed(t *testing.T) {
	r := rule{t, "where packages come from is set up on each machine; a name in the repository would override that, or leak it"}
	var hosts []string
	for _, parts := range [][2]string{
		{"proxy.golang", "org"}, {"sum.golang", "org"}, {"goproxy", "io"}, {"registry.npmjs", "org"}, {"registry.yarnpkg", "com"},
		{"deb.debian", "org"}, {"pypi", "org"}, {"files.pythonhosted", "org"}, {"docker", "io"}, {"ghcr", "io"}, {"gcr", "io"}, {"quay", "io"},
	} {
		hosts = append(hosts, parts[0]+"."+parts[1])
	}
	eachFile(t, func(name string) {
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range hosts {
			if bytes.IndexByte(text, 0) < 0 && strings.Contains(string(text), host) {
				r.broken(name, "names %s", host)
			}
		}
	})
}
