package docs

import (
	"strings"
	"testing"
)

// A state diagram is read as a table; what is no such diagram stays as it is, with
// a note.
func TestDiagram(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"first":   {"stateDiagram-v2\n    [*] --> a: begin <b>\n", "<tr><td>(start)</td><td><code>a</code></td><td>begin &lt;b&gt;</td></tr>"},
		"last":    {"stateDiagram-v2\n    a --> [*]\n", "<tr><td><code>a</code></td><td>(end)</td><td></td></tr>"},
		"between": {"stateDiagram-v2\n\n    a --> b: x: y\n", "<tr><td><code>a</code></td><td><code>b</code></td><td>x: y</td></tr>"},
		"other":   {"graph TD\n  a --- b\n", "in the notation of Mermaid</figcaption><pre><code>graph TD"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := (snippet{lang: "mermaid", text: test.text}).html(); !strings.Contains(got, test.want) {
				t.Errorf("got %s\nwant %s in it", got, test.want)
			}
		})
	}
}
