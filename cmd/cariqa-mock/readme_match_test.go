package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// matches reports whether a command printed what the document shows.
func matches(want []string, got string) bool {
	lines := strings.Split(strings.TrimRight(got, " \n"), "\n")
	text := ""
	for _, line := range lines {
		text += strings.TrimRight(line, " \r") + "\n"
	}
	if text == "\n" {
		text = ""
	}
	pattern := ""
	for _, line := range want {
		if line = strings.TrimRight(line, " "); line == "..." {
			pattern += `(?:.*\n)*`
			continue
		}
		pattern += strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + `\n`
	}
	return matchesAll(pattern, text) || matchesJSON(strings.Join(want, "\n"), got)
}

// matchesAll reports whether a pattern matches a whole text.
func matchesAll(pattern, text string) bool {
	return regexp.MustCompile(`\A` + pattern + `\z`).MatchString(text)
}

// matchesJSON reports whether both are the same JSON but for the spaces between
// tokens.
func matchesJSON(want, got string) bool {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(got)) != nil || want == "" {
		return false
	}
	pattern := ""
	for _, token := range regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\.\.\.|\s+|(?s:.)`).FindAllString(want, -1) {
		switch {
		case strings.TrimSpace(token) == "":
		case token == "...", token == "…":
			pattern += ".*"
		default:
			pattern += strings.ReplaceAll(regexp.QuoteMeta(token), "…", `[^"]*`)
		}
	}
	return matchesAll(pattern, compact.String())
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		name, want, got string
		ok              bool
	}{
		{"same", "a\nb", "a\nb\n", true},
		{"other", "a", "b", false},
		{"nothing", "", "", true},
		{"something, want nothing", "", "a", false},
		{"nothing, want something", "a", "", false},
		{"no prefix", "a", "a\nb", false},
		{"dots for none", "a\n...", "a", true},
		{"dots for many", "a\n...\nz", "a\nb\nc\nz", true},
		{"dots for all", "...", "a\nb", true},
		{"dots are not text", "...", "", true},
		{"ellipsis in a line", "id …!", "id 4.2!", true},
		{"ellipsis within its line", "a…b", "a\nb", false},
		{"no patterns", "a.c", "abc", false},
		{"spaces at the end", "a", "a  \n\n", true},
		{"JSON on several lines", "{\n  \"a\": 1,\n  \"b\": [1, 2]\n}", `{"a":1,"b":[1,2]}`, true},
		{"JSON with another value", `{"a": 2}`, `{"a":1}`, false},
		{"JSON, a part", "{\"a\": 1,\n...\n}", `{"a":1,"b":{"c":2}}`, true},
		{"JSON, text left out", `{"a": "x…", "b": 1}`, `{"a":"xyz","b":1}`, true},
		{"JSON, no more than one text left out", `{"a": "x…"}`, `{"a":"xyz","b":"1"}`, false},
		{"JSON, spaces within text", `{"a": "x y"}`, `{"a":"xy"}`, false},
	} {
		var want []string
		if test.want != "" {
			want = strings.Split(test.want, "\n")
		}
		if got := matches(want, test.got); got != test.ok {
			t.Errorf("%s: %v, want %v", test.name, got, test.ok)
		}
	}
}
