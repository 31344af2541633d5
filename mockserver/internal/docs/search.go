package docs

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// A section is the text below one heading of a page.
type section struct {
	Heading
	text string
}

// addSections splits a page at its headings.
func (p *Page) addSections(doc ast.Node, source []byte) {
	p.sections = []section{{Heading: Heading{Level: 1, Text: p.Title}}}
	headings := p.Headings
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		last := &p.sections[len(p.sections)-1]
		switch h, ok := n.(*ast.Heading); {
		case !ok:
			last.text += plain(n, source) + "\n"
		case h.Level > 1:
			p.sections = append(p.sections, section{Heading: headings[0]})
			headings = headings[1:]
		}
	}
}

// A Hit is a section that has the words of a search.
type Hit struct {
	Page    *Page
	Heading Heading // without an ID if it is the page's title
	Excerpt []Piece
	rank    int // lower is better
}

// A Piece is a part of an excerpt.
type Piece struct {
	Text string
	Hit  bool // one of the words
}

// excerptBefore and excerptAfter are how many bytes of text a hit has on each
// side of its first word.
const excerptBefore, excerptAfter = 60, 160

// MaxQuery is how many bytes of a search count.
const MaxQuery = 200

// Search returns the sections that have every word of a text, in any case, those
// first that have them in their headings.
func (l *Library) Search(query string) []Hit {
	query = strings.ToValidUTF8(query[:min(len(query), MaxQuery)], "")
	words := strings.Fields(query)
	if len(words) == 0 {
		return nil
	}
	var each []*regexp.Regexp
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
		each = append(each, regexp.MustCompile("(?i)"+words[i]))
	}
	some := regexp.MustCompile("(?i)" + strings.Join(words, "|"))
	missing := func(text string) (n int) {
		for _, re := range each {
			if !re.MatchString(text) {
				n++
			}
		}
		return n
	}
	var hits []Hit
	for _, g := range l.Groups {
		for _, p := range g.Pages {
			for _, s := range p.sections {
				if missing(p.Title+"\n"+s.Text+"\n"+s.text) > 0 || !some.MatchString(s.Text+"\n"+s.text) {
					continue
				}
				hits = append(hits, Hit{p, s.Heading, excerpt(s.text, some), missing(s.Text)})
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return a.rank - b.rank })
	return hits
}

// excerpt returns a part of a text with the words marked.
func excerpt(text string, words *regexp.Regexp) []Piece {
	text = strings.Join(strings.Fields(text), " ")
	from, to := 0, 0
	if first := words.FindStringIndex(text); first != nil {
		from, to = max(0, first[0]-excerptBefore), first[1]
	}
	to = min(len(text), to+excerptAfter)
	before, after := "", ""
	if from > 0 {
		before = "… "
	}
	if to < len(text) {
		after = " …"
	}
	text = before + strings.TrimSpace(strings.ToValidUTF8(text[from:to], "")) + after
	var pieces []Piece
	at := 0
	for _, m := range words.FindAllStringIndex(text, -1) {
		pieces = append(pieces, Piece{text[at:m[0]], false}, Piece{text[m[0]:m[1]], true})
		at = m[1]
	}
	return append(pieces, Piece{text[at:], false})
}
