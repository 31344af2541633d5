package textfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"cariqamock/internal/textfile"
)

// utf16LE returns a text as Windows' tools write it.
func utf16LE(text string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

func TestBare(t *testing.T) {
	for _, c := range []struct {
		text, want string
		fails      bool
	}{
		{"", "", false},
		{"\ufeff", "", false},
		{"\ufeffname: a", "name: a", false},
		{"\ufeff\ufeffa", "\ufeffa", false}, // the second one is text
		{"a\ufeff", "a\ufeff", false},
		{"a", "a", false},
		{"é", "é", false},
		{"\xff\xfe" + utf16LE("name: a"), "", true},
		{"\xfe\xff\x00n\x00a", "", true},
		{"\xff\xfe\x00\x00n\x00\x00\x00", "", true},
		{"\x00\x00\xfe\xff\x00\x00\x00n", "", true},
		{utf16LE("name: a"), "", true},
		{"\x00n\x00a", "", true},
	} {
		got, err := textfile.Bare([]byte(c.text))
		if string(got) != c.want || errors.Is(err, textfile.ErrUTF16) != c.fails {
			t.Errorf("%q: %q, %v", c.text, got, err)
		}
	}
}

func TestLines(t *testing.T) {
	for text, want := range map[string]string{"a\r\nb\rc\n\r\n": "a\nb\nc\n\n", "": "", "\r": "\n", "a\n\rb": "a\n\nb"} {
		if diff := cmp.Diff(want, string(textfile.Lines([]byte(text)))); diff != "" {
			t.Errorf("%q, -want +got\n%s", text, diff)
		}
	}
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if _, err := textfile.Read(path); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("\ufeffa\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := textfile.Read(path); string(got) != "a\r\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
