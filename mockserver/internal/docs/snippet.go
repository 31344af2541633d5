package docs

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	texts "cariqamock/mockserver/internal/text"
)

// A snippet is a code block.
type snippet struct {
	lang, text string
	skip       string // why the tests of the documents do not execute it, or ""
}

// html returns a snippet with its copy button, which the console's script
// shows. Of a console block it copies the commands alone. Readers see why a
// block was never executed; blocks that other tests execute have no such note.
func (s snippet) html() string {
	shown, copied := html.EscapeString(s.text), s.text
	if s.lang == "console" {
		shown, copied = session(s.text)
	}
	if s.lang == "mermaid" {
		return diagram(s.text)
	}
	note := ""
	if s.skip != "" && !strings.HasPrefix(s.skip, "executed by") {
		note = "<figcaption>Not executed by the tests: " + html.EscapeString(s.skip) + "</figcaption>"
	}
	first, _, _ := strings.Cut(strings.TrimSpace(copied), "\n")
	return fmt.Sprintf("<figure class=\"snippet\" data-lang=\"%s\">%s<pre><code>%s</code></pre>"+
		"<button type=\"button\" class=\"copy\" data-copy=\"%s\" hidden><span>Copy</span><span class=\"unseen\"> %s</span></button></figure>\n",
		html.EscapeString(s.lang), note, shown, html.EscapeString(copied), html.EscapeString(texts.Shorten(first, 40)))
}

var hereDocument = regexp.MustCompile(`<<-?['"]?(\w+)['"]?`)

// session returns a console block as HTML, in which the output is marked, and
// its commands alone. A command begins with "$ ", and continues after a
// backslash at the end of its line and through a here-document.
func session(text string) (shown, commands string) {
	var all, typed strings.Builder
	more, end := false, "" // whether the next line continues a command, and the line that ends its here-document
	for line := range strings.Lines(text) {
		command, begins := line, more
		if !more {
			command, begins = strings.CutPrefix(line, "$ ")
		}
		if !begins {
			all.WriteString("<samp>" + html.EscapeString(line) + "</samp>")
			continue
		}
		all.WriteString(html.EscapeString(line))
		typed.WriteString(command)
		line = strings.TrimSuffix(line, "\n")
		switch m := hereDocument.FindStringSubmatch(line); {
		case end != "" && line == end:
			more, end = false, ""
		case end != "":
		case m != nil:
			more, end = true, m[1]
		default:
			more = strings.HasSuffix(line, `\`)
		}
	}
	return all.String(), typed.String()
}
