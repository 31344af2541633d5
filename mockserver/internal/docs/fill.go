package docs

import (
	"html"
	"html/template"
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A Reader is what the snippets of a page are filled in with.
type Reader struct {
	URL  string // origin of the server, without a slash at the end
	Name string // ends the names of the reader's worlds, so that they are fresh
}

// What the documents use instead.
const (
	defaultURL  = "http://127.0.0.1:4343"
	defaultHost = "127.0.0.1:4343"
	defaultPort = "4343"
)

var (
	// fillable are the snippets, and the code in the text with a port, unless
	// that is said to be the default.
	fillable = regexp.MustCompile(`(?s)<figure class="snippet".*?</figure>|(default address )?<code>[^<]*:4343[^<]*</code>`)
	// fixed are those that describe another machine, in CI, and the default.
	fixed = regexp.MustCompile(`data-lang="ya?ml"|^default address `)
	// token is a token in a command, in quotes, or in a path; not a property of
	// a variable that is called mock.
	token = regexp.MustCompile(`(Bearer |--world |[/=;` + "`" + `])mock\.[a-z0-9-]+\.[A-Za-z0-9][A-Za-z0-9_-]*`)
)

// HTML returns the page with a reader's server and worlds in its snippets.
func (p *Page) HTML(r Reader) template.HTML {
	return template.HTML(fillable.ReplaceAllStringFunc(p.html, r.fill))
}

// Fills reports whether anything in the page is filled in.
func (p *Page) Fills() bool {
	return string(p.HTML(Reader{URL: "http://other", Name: "other"})) != p.html
}

func (r Reader) fill(snippet string) string {
	if fixed.MatchString(snippet) {
		return snippet
	}
	pairs := []string{defaultURL, html.EscapeString(r.URL)}
	if u, err := url.Parse(r.URL); err == nil {
		pairs = append(pairs, defaultHost, html.EscapeString(u.Host))
		if ip := net.ParseIP(u.Hostname()); u.Port() != "" && (ip.IsLoopback() || u.Hostname() == "localhost") {
			for _, prefix := range []string{"localhost:", "10.0.2.2:", "tcp:"} { // the last two from an Android emulator or phone
				pairs = append(pairs, prefix+defaultPort, prefix+u.Port())
			}
		}
	}
	lines := strings.SplitAfter(strings.NewReplacer(pairs...).Replace(snippet), "\n")
	for i, line := range lines {
		if strings.Contains(line, "cariqa-mock exec") {
			continue // has a server of its own
		}
		lines[i] = token.ReplaceAllStringFunc(line, func(t string) string {
			if strings.HasSuffix(t, ".exec") { // the name that exec itself chooses
				return t
			}
			return t + "-" + r.Name
		})
	}
	return strings.Join(lines, "")
}

// Tokens returns the ids of the worlds that the snippets of all pages open.
func (l *Library) Tokens(r Reader) []string {
	ids := map[string]bool{}
	for _, p := range l.pages {
		for _, t := range token.FindAllString(string(p.HTML(r)), -1) {
			if id := t[strings.Index(t, "mock."):]; strings.HasSuffix(id, "-"+r.Name) {
				ids[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(ids))
}
