package provenance_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/provenance"
)

var update = flag.Bool("update", false, "write the lists into the README again")

func TestLists(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range provenance.Differences() {
		if d.Topic == "" || d.Sources == "" || d.Fake == "" || seen[d.Topic] {
			t.Errorf("%+v is incomplete or its topic is there twice", d)
		}
		seen[d.Topic] = true
	}
	for _, text := range provenance.Assumptions() {
		if strings.TrimSpace(text) != text || !strings.HasSuffix(text, ".") || strings.Contains(text, "\n") || seen[text] {
			t.Errorf("%q is no sentence or there twice", text)
		}
		seen[text] = true
	}
	if len(seen) < 30 {
		t.Errorf("only %d entries", len(seen))
	}
}

// readme has the two lists between markers.
const readme = "../../README.md"

// TestREADME compares the lists with those of the README; -update writes them
// again.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, want := range map[string]string{"differences": table(), "assumptions": list()} {
		from, to := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
		before, rest, opened := strings.Cut(text, from)
		got, after, closed := strings.Cut(rest, to)
		if !opened || !closed {
			t.Errorf("%s has nothing between %s and %s", readme, strings.TrimSpace(from), to)
			continue
		}
		if *update {
			text = before + from + want + to + after
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s of %s are outdated; run go test ./mockserver/internal/provenance -update (-want +got):\n%s", name, readme, diff)
		}
	}
	if *update {
		if err := os.WriteFile(readme, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// table returns the contradictions as a Markdown table.
func table() string {
	var b strings.Builder
	row := func(cells ...string) {
		for i, c := range cells {
			cells[i] = strings.ReplaceAll(c, "|", `\|`)
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	row("topic", "sources", "the fake")
	row("---", "---", "---")
	for _, d := range provenance.Differences() {
		row(d.Topic, d.Sources, d.Fake)
	}
	return b.String()
}

// width is the most characters of a line in the Markdown list.
const width = 140

// list returns the assumptions as a Markdown list with wrapped lines.
func list() string {
	out := ""
	for _, text := range provenance.Assumptions() {
		line := "-"
		for word := range strings.FieldsSeq(text) {
			if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
				out, line = out+line+"\n", " "
			}
			line += " " + word
		}
		out += line + "\n"
	}
	return out
}
