package printable

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		"plain\ttext\nof two lines":    "plain\ttext\nof two lines",
		"dos\r\nlines":                 "dos\r\nlines",
		"over\rwritten":                `over\rwritten`,
		"\x1b[31mred\a":                `\x1b[31mred\a`,
		"C1 \u009b2J, DEL \x7f":        `C1 \u009b2J, DEL \x7f`,
		"raw \x9b2J":                   `raw \x9b2J`,
		"a\u202eb\u2066c\u200fd\u061c": `a\u202eb\u2066c\u200fd\u061c`,
		"two\u2028lines\u2029":         `two\u2028lines\u2029`,
		"\ufeffmark \ufffe":            `\ufeffmark \ufffe`,
		"tag \U000e0041":               `tag \U000e0041`,
		"Łódź, 東京, é, 👩\u200d🚒, \u00a0, …": "Łódź, 東京, é, 👩\u200d🚒, \u00a0, …",
		"::error::x":                 `:\:error::x`,
		"a\n \t::add-mask::x":        "a\n \t:\\:add-mask::x",
		"\u00a0\u3000::error::":      "\u00a0\u3000:\\:error::",
		":::":                        `:\::`,
		"a::b, std::string":          "a::b, std::string",
		"x ##[error]y":               `x ##\[error]y`,
		"##vso[task.x]##teamcity[y":  `##vso\[task.x]##teamcity\[y`,
		"###[group]":                 `###\[group]`,
		"## Heading [1], #[a], ##1[": "## Heading [1], #[a], ##1[",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
		var b bytes.Buffer
		w := NewWriter(&b)
		for _, r := range strings.ReplaceAll(in, "\r\n", "\n") { // character by character
			if r != utf8.RuneError {
				_, _ = w.Write([]byte(string(r)))
			}
		}
		if want := strings.ReplaceAll(want, "\r\n", "\n"); utf8.ValidString(in) && b.String() != want {
			t.Errorf("the writer writes %q for %q, want %q", b.String(), in, want)
		}
	}
	if got, want := Line("a\nb\r\n::c"), `a\nb\r\n::c`; got != want {
		t.Errorf("Line = %q, want %q", got, want)
	}
}

// Hostile are texts that do harm where they are shown.
var hostile = []string{
	"\x1b]0;x\a", "\x1b[2J", "\u009b2J", "\x9b", "\r", "\n", "\n::error::x", "\n \u00a0::add-mask::", "##[error]", "##vso[x]", "\u202e", "\u2066", "\u200f",
	"\u061c", "\u2028", "\u2029", "\x00", "\x7f", "\ufffe", "\U000e0041", ":", "::", "#", "[", " ", "a", "é", "\\", "\"", "\t",
}

var command = regexp.MustCompile(`(?m)^[\s\p{Z}]*::|##\p{L}*\[`)

// TestNothingHostileIsShown draws texts from hostile ones.
func TestNothingHostileIsShown(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(hostile), 0, 12).Draw(t, "parts")
		text := strings.Join(parts, "")
		var written bytes.Buffer
		w := NewWriter(&written)
		for _, part := range parts {
			if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		for what, got := range map[string]string{"text": Text(text), "line": Line(text), "written": written.String()} {
			if strings.ContainsFunc(strings.NewReplacer("\r\n", "", "\n", "", "\t", "").Replace(got), Hidden) || !utf8.ValidString(got) || command.MatchString(got) {
				t.Fatalf("%s of %q: %q", what, text, got)
			}
			if again := Text(got); again != got {
				t.Fatalf("%s: %q becomes %q", what, got, again)
			}
		}
		if strings.Contains(Line(text), "\n") {
			t.Fatalf("more than one line: %q", Line(text))
		}
		src, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal(JSON(src), &back); err != nil || back != string([]rune(text)) || !Clean(string(JSON(src))) {
			t.Fatalf("JSON of %q: %s, %v", text, JSON(src), err)
		}
	})
}

// TestShell has a shell read what was quoted.
func TestShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell")
	}
	for _, in := range append([]string{"it's", "$HOME `x` \\ \"y\"", "a\nb\n", "a\n::error::b", ":: x", "##[error]", "a\u202eb\x1b[2J\x9b"}, hostile...) {
		if strings.Contains(in, "\x00") {
			continue // no word has it
		}
		quoted := Shell(in)
		if line := "curl " + quoted; !Clean(line) {
			t.Errorf("Shell(%q) = %q", in, quoted)
		}
		out, err := exec.CommandContext(t.Context(), shell, "-c", "printf %s "+quoted).Output()
		if err != nil || string(out) != in {
			t.Errorf("a shell reads %q from %s, want %q (%v)", out, quoted, in, err)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	if n, err := NewWriter(full{}).Write([]byte("x")); n != 0 || err == nil {
		t.Errorf("Write = %d, %v", n, err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }
