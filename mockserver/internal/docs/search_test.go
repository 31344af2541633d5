package docs_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/docs"
)

func TestSearch(t *testing.T) {
	l, err := docs.Open(fstest.MapFS{
		"a.md": {Data: []byte("# Apples\n\nRed ones.\n\n## Pears\n\nGreen (ones), with `--stem`.\n\n## Empty\n")},
		"b.md": {Data: []byte("# Bread\n\nNot red.\n\n```sh\nbake --red apples\n```\n\n## Apples again\n\nIn cakes.\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]string{
		"red":                        {"Apples|Apples", "Bread|Bread"},
		"RED ones":                   {"Apples|Apples"},
		"(ones) --stem":              {"Apples|Pears"},
		"apples":                     {"Apples|Apples", "Bread|Apples again", "Bread|Bread"},
		"bake":                       {"Bread|Bread"},
		"bread cakes":                {"Bread|Apples again"},
		"apples bread":               {"Bread|Bread", "Bread|Apples again"},
		"missing":                    nil,
		"red missing":                nil,
		"":                           nil,
		"  ":                         nil,
		"empty":                      {"Apples|Empty"},
		"[":                          nil,
		"\xff":                       nil,
		"red\xff":                    {"Apples|Apples", "Bread|Bread"},
		strings.Repeat("red ", 5000): {"Apples|Apples", "Bread|Bread"},
	} {
		var got []string
		for _, hit := range l.Search(query) {
			got = append(got, hit.Page.Title+"|"+hit.Heading.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.40q (-want +got):\n%s", query, diff)
		}
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("ü ", 100)
	for text, want := range map[string]string{
		"One two THREE two.": "One [two] THREE [two].",
		long + "two":         "… " + strings.Repeat("ü ", 20) + "[two]",
		"two " + long:        "[two] " + strings.TrimSpace(strings.Repeat("ü ", 53)) + " …",
	} {
		got := ""
		l, err := docs.Open(fstest.MapFS{"a.md": {Data: []byte("# Title\n\n" + text)}})
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range l.Search("two")[0].Excerpt {
			if piece.Hit {
				piece.Text = "[" + piece.Text + "]"
			}
			got += piece.Text
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
