package python

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

// TestJSONAgreesWithGo compares with encoding/json, for random texts and
// for broken ones of random values.
func TestJSONAgreesWithGo(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune(`{}[]",:\ueE+-.019tfn abd8DC/é` + "\n\t\x01\U0001f600"))
	property.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(alphabet, 0, 30).Draw(t, "text"))
		if rapid.Bool().Draw(t, "of a value") {
			text = randomJSON(t, 3)
			if cut := rapid.IntRange(0, len(text)).Draw(t, "cut"); rapid.Bool().Draw(t, "broken") {
				text = strings.ToValidUTF8(text[:cut]+string(rapid.SliceOfN(alphabet, 0, 2).Draw(t, "in between"))+text[cut:], "")
			}
		}
		var want any
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		goErr := json.Unmarshal([]byte(text), &want)
		if goErr == nil {
			_ = dec.Decode(&want)
		}
		got, err := ParseJSON(text)
		if (err == nil) != (goErr == nil) {
			t.Fatalf("%q: %v; encoding/json: %v", text, err, goErr)
		}
		if diff := cmp.Diff(want, got); err == nil && diff != "" {
			t.Fatalf("%q (-want +got):\n%s", text, diff)
		}
	})
}

func randomJSON(t *rapid.T, depth int) string {
	kinds := 6
	if depth == 0 {
		kinds = 4
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "word")
	case 1:
		return rapid.SampledFrom([]string{"0", "-0", "1", "-12", "1.5", "1e5", "-0.0E-3", "12345678901234567890"}).Draw(t, "number")
	case 2, 3:
		return `"` + rapid.SampledFrom([]string{"", "a", `\n`, `\u00e9`, `\ud83d\ude00`, `\ud83d`, `\ude00\ud83d`, `\ud83dx`, "日本", `\"`, `\\`, `\/`}).Draw(t, "text") + `"`
	case 4:
		var items []string
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			items = append(items, randomJSON(t, depth-1))
		}
		return "[" + strings.Join(items, " , ") + "]"
	}
	var fields []string
	for i := range rapid.IntRange(0, 3).Draw(t, "fields") {
		fields = append(fields, fmt.Sprintf("\"k%d\"\n:%s", i%2, randomJSON(t, depth-1)))
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// TestReplaceUTF8 decodes random bytes: never an error, always UTF-8, and the
// strict decoder agrees about whether anything was replaced.
func TestReplaceUTF8(t *testing.T) {
	for raw, want := range map[string]string{ // as Python's errors="replace"
		"a\xffb": "a\ufffdb", "\xe2\x82x": "\ufffdx", "\xe2\x82": "\ufffd", "\xf0\x9f\x98y": "\ufffdy", "\xed\xa0\x80z": "\ufffd\ufffd\ufffdz",
		"\xc0\x80": "\ufffd\ufffd", "\xf4\x90\x80\x80": "\ufffd\ufffd\ufffd\ufffd", "\xe0\x80": "\ufffd\ufffd",
	} {
		if got := UTF8.Replace([]byte(raw)); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
	property.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.SampledFrom([]byte("a\x80\xa0\xbf\xc0\xc3\xe0\xe2\xed\xef\xf0\xf4\xff"))).Draw(t, "bytes")
		text := UTF8.Replace(raw)
		if !utf8.ValidString(text) || utf8.Valid(raw) != (text == string(raw)) {
			t.Fatalf("%q: %q", raw, text)
		}
		strict, err := UTF8.Decode(raw)
		if err == nil && !strings.HasPrefix(text, strict) || err != nil && utf8.Valid(raw) {
			t.Fatalf("%q: %q, %v", raw, strict, err)
		}
	})
}

// TestCharsetTable looks up each name of the table.
func TestCharsetTable(t *testing.T) {
	for name, c := range charsets() {
		if got := LookupCharset(strings.ReplaceAll(strings.ToUpper(name), "_", "-")); got != c {
			t.Errorf("%s: %v, want %v", name, got, c)
		}
		if c.iana != "" && c.Replace([]byte{0xff, 0xfe, 'a', 0, 0, 0}) == "" {
			t.Errorf("%s: no decoder", name)
		}
	}
}
