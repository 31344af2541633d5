// Package docs makes pages of the repository's documents: it renders them,
// rewrites the links between them, searches them, and fills in the reader's
// server and worlds.
package docs

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"cariqamock/mockserver/internal/embedded"
)

// Root is the path of the pages, with a slash at the end.
const Root = "/docs/"

//go:embed groups.yaml
var data embed.FS

// A Library is a set of documents that refer to each other.
type Library struct {
	// Groups are all pages, in the order in which they are listed.
	Groups []Group

	files fs.FS
	pages map[string]*Page // by file
}

// A Group is pages of one kind.
type Group struct {
	Title string
	Files []string // of pages, in order; the last group also has those that no group lists
	Pages []*Page  `yaml:"-"`
}

// A Page is one document.
type Page struct {
	File     string // its path in the repository, such as mockserver/README.md
	Path     string // its URL path, such as /docs/mockserver
	Title    string
	Lead     string // its first paragraph, as plain text
	Headings []Heading

	html     string
	sections []section
}

// A Heading is a heading of a page below its title.
type Heading struct {
	Level    int
	ID, Text string
}

// Open returns the library of all Markdown files of a file system. An error
// names the file.
func Open(files fs.FS) (*Library, error) {
	l := &Library{files: files, pages: map[string]*Page{}, Groups: embedded.YAML[[]Group](data, "groups.yaml")}
	err := fs.WalkDir(files, ".", func(file string, _ fs.DirEntry, err error) error {
		if err == nil && path.Ext(file) == ".md" {
			l.pages[file] = &Page{File: file, Path: pagePath(file)}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range l.pages { // each may refer to any other
		if err := l.render(p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.File, err)
		}
	}
	l.group()
	return l, nil
}

// pagePath returns the URL path of a document.
func pagePath(file string) string {
	name := strings.TrimSuffix(file, ".md")
	return Root + cmp.Or(strings.TrimSuffix(name, "/README"), name)
}

// group puts each page into its group.
func (l *Library) group() {
	var listed []string
	for _, g := range l.Groups {
		listed = append(listed, g.Files...)
	}
	last := &l.Groups[len(l.Groups)-1]
	for _, file := range l.Files() {
		if !slices.Contains(listed, file) {
			last.Files = append(last.Files, file)
		}
	}
	for i, g := range l.Groups {
		for _, file := range g.Files {
			if p := l.pages[file]; p != nil {
				l.Groups[i].Pages = append(l.Groups[i].Pages, p)
			}
		}
	}
}

// Files returns the files of all pages in alphabetical order.
func (l *Library) Files() []string {
	return slices.Sorted(maps.Keys(l.pages))
}

// Page returns the page of a URL path, with or without .md, README.md or a slash
// at its end. It returns nil if there is no such document.
func (l *Library) Page(urlPath string) *Page {
	name := strings.Trim(strings.TrimPrefix(urlPath, Root), "/")
	for _, file := range []string{name, name + ".md", path.Join(name, "README.md")} {
		if p := l.pages[file]; p != nil {
			return p
		}
	}
	return nil
}
