package docs

import (
	"html"
	"regexp"
	"strings"
)

// transition is a line of a state diagram in the notation of Mermaid.
var transition = regexp.MustCompile(`^(\S+) --> (\S+?)(?:: (.*))?$`)

// diagram returns a state diagram in the notation of Mermaid, which browsers
// cannot draw, as a table of what leads from one state to another.
func diagram(text string) string {
	var rows strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "stateDiagram") {
			continue
		}
		m := transition.FindStringSubmatch(line)
		if m == nil {
			return "<figure class=\"snippet\"><figcaption>A diagram in the notation of Mermaid</figcaption><pre><code>" + html.EscapeString(text) + "</code></pre></figure>\n"
		}
		rows.WriteString("<tr><td>" + endpoint(m[1], "start") + "</td><td>" + endpoint(m[2], "end") + "</td><td>" + html.EscapeString(m[3]) + "</td></tr>\n")
	}
	return "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">from</th><th scope=\"col\">to</th><th scope=\"col\">when</th></tr></thead><tbody>\n" +
		rows.String() + "</tbody></table></div>\n"
}

// endpoint returns the name of a state, of which [*] is the start or the end.
func endpoint(state, outer string) string {
	if state == "[*]" {
		return "(" + outer + ")"
	}
	return "<code>" + html.EscapeString(state) + "</code>"
}
