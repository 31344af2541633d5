package provenance_test

import (
	"strings"
	"testing"

	"cariqamock/mockserver/internal/provenance"
)

func TestLists(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range provenance.Known() {
		if d.Topic == "" || d.Sources == "" || d.Fake == "" || seen[d.Topic] {
			t.Errorf("%+v lacks something, or its topic is there twice", d)
		}
		seen[d.Topic] = true
	}
	for _, text := range provenance.Assumptions() {
		if strings.TrimSpace(text) != text || !strings.HasSuffix(text, ".") || strings.ContainsAny(text, "\n") || seen[text] {
			t.Errorf("%q is no sentence of its own", text)
		}
		seen[text] = true
	}
}

// TestMarkdown: nothing is lost between the lists and what the README shows.
func TestMarkdown(t *testing.T) {
	table := provenance.Table()
	if got, want := strings.Count(table, "\n"), len(provenance.Known())+2; got != want {
		t.Errorf("%d rows, want %d", got, want)
	}
	list := provenance.List()
	for line := range strings.Lines(list) {
		if n := len([]rune(line)); n > 141 || !strings.HasPrefix(line, "- ") && !strings.HasPrefix(line, "  ") || strings.HasSuffix(line, " \n") {
			t.Errorf("a line of %d characters: %q", n, line)
		}
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if got, want := words(list), "- "+strings.Join(provenance.Assumptions(), " - "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
