package docs

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// render fills in what a page has of its document's text.
func (l *Library) render(p *Page) error {
	source, err := fs.ReadFile(l.files, p.File)
	if err != nil {
		return err
	}
	md := goldmark.New(
		goldmark.WithExtensions(extension.Linkify, extension.Strikethrough,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))), // the console's policy allows no styles
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(blocks{}, 100))),
	)
	doc := md.Parser().Parse(text.NewReader(source))
	p.addHeadings(doc, source)
	l.relink(p.File, doc)
	p.addSections(doc, source)
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, source, doc); err != nil {
		return err
	}
	p.html = out.String()
	return nil
}

// addHeadings sets title, headings and lead of a page, and the ids of the headings.
func (p *Page) addHeadings(doc ast.Node, source []byte) {
	p.Title = p.File
	ids := map[string]bool{}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			name := plain(n, source)
			id := slug(name, ids)
			n.SetAttributeString("id", []byte(id))
			if n.Level == 1 {
				p.Title = name
			} else {
				p.Headings = append(p.Headings, Heading{n.Level, id, name})
			}
		case *ast.Paragraph:
			p.Lead = cmp.Or(p.Lead, plain(n, source))
		}
	}
}

// slug returns the id that GitHub gives a heading: in lower case, without
// punctuation, with hyphens for spaces, and with a number if it repeats.
func slug(heading string, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
	id := name
	for i := 1; taken[id]; i++ {
		id = fmt.Sprintf("%s-%d", name, i)
	}
	taken[id] = true
	return id
}

// relink makes links and pictures of a document refer to pages. A link to a file
// of the repository that is not in the program becomes plain text.
func (l *Library) relink(from string, doc ast.Node) {
	var dead []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it returns no error of its own
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			to, ok := l.target(from, string(n.Destination))
			n.Destination = []byte(to)
			if !ok {
				dead = append(dead, n)
			}
		case *ast.Image:
			to, _ := l.target(from, string(n.Destination))
			n.Destination = []byte(to)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range dead {
		for child := n.FirstChild(); child != nil; child = n.FirstChild() {
			n.Parent().InsertBefore(n.Parent(), n, child)
		}
		n.Parent().RemoveChild(n.Parent(), n)
	}
}

// target returns where a link of a document leads. It reports whether that is in
// the program, or elsewhere on the web.
func (l *Library) target(from, to string) (string, bool) {
	if strings.Contains(to, "://") || strings.HasPrefix(to, "#") {
		return to, true
	}
	file, fragment, found := strings.Cut(to, "#")
	if found {
		fragment = "#" + fragment
	}
	file = path.Join(path.Dir(from), file)
	switch file {
	case "openapi.yaml":
		return "/openapi.yaml", true
	case "mockserver/internal/admin/openapi.yaml":
		return "/__admin/openapi.yaml", true
	}
	if p := l.pages[file]; p != nil {
		return p.Path + fragment, true
	}
	if p := l.pages[path.Join(file, "README.md")]; p != nil {
		return p.Path + fragment, true
	}
	_, err := fs.Stat(l.files, file)
	return Root + file, err == nil
}

// blocks renders the blocks that differ from goldmark's.
type blocks struct{}

// RegisterFuncs registers the functions that render them.
func (blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, renderCode)
	r.Register(ast.KindCodeBlock, renderCode)
	r.Register(east.KindTable, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		tag := "</table></div>\n"
		if entering {
			tag = "<div class=\"scroll\" tabindex=\"0\"><table class=\"stacked\">\n"
		}
		_, err := w.WriteString(tag)
		return ast.WalkContinue, err
	})
}

func renderCode(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	s := snippet{text: string(n.Lines().Value(source))}
	if fenced, ok := n.(*ast.FencedCodeBlock); ok && fenced.Info != nil {
		s.lang, s.skip, _ = strings.Cut(string(fenced.Info.Value(source)), " skip: ")
	}
	_, err := w.WriteString(s.html())
	return ast.WalkSkipChildren, err
}

// plain returns the text of a node without its markup.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it returns no error of its own
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Value(source))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(source))
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			if entering {
				b.Write(n.Lines().Value(source))
			}
		case *ast.Paragraph, *ast.TextBlock, *east.TableCell:
			if !entering {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}
