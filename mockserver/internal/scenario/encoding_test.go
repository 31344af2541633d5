package scenario_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/mockserver/internal/scenario"
)

// TestFilesOfOtherEditors reads every sound and every mistaken file as other
// editors leave it: each means the same, and mistakes are at the same place.
func TestFilesOfOtherEditors(t *testing.T) {
	files := map[string]string{"valid": valid, "full": string(read(t, "testdata/full.yaml"))}
	for _, m := range mistakes() {
		files[m.name] = strings.Replace(valid, m.edit.old, m.edit.new, 1)
	}
	for name, src := range files {
		want, wantErr := parsed(src)
		for kind, text := range map[string]string{
			"byte order mark": "\ufeff" + src, "Windows": "\ufeff" + strings.ReplaceAll(src, "\n", "\r\n"), "old Mac": strings.ReplaceAll(src, "\n", "\r"),
		} {
			got, err := parsed(text)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: -want +got\n%s", name, kind, diff)
			}
			if diff := cmp.Diff(wantErr, err); diff != "" {
				t.Errorf("%s, %s: -want +got\n%s", name, kind, diff)
			}
		}
	}
}

func parsed(src string) (seed, mistakes string) {
	name := strings.TrimPrefix(strings.SplitN(strings.TrimPrefix(src, "\ufeff"), "\n", 2)[0], "name: ")
	file := "m.yaml"
	if strings.HasPrefix(name, "full") {
		file = "full.yml"
	}
	s, err := scenario.Parse(file, []byte(src), known())
	if err != nil {
		return "", err.Error()
	}
	return fmt.Sprint(dump(s.Seed(s.Start(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))))), ""
}

func TestOtherEncodingsAreNamed(t *testing.T) {
	wide := ""
	for _, c := range valid {
		wide += string(c) + "\x00"
	}
	for name, src := range map[string]string{"little": "\xff\xfe" + wide, "big": "\xfe\xff\x00" + wide[:len(wide)-1], "without a mark": wide} {
		_, err := scenario.Parse("m.yaml", []byte(src), known())
		if err == nil || !strings.HasPrefix(err.Error(), "m.yaml:1:1: expected UTF-8: the text is in UTF-16 or UTF-32") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNameOf(t *testing.T) {
	for file, want := range map[string]string{
		"a/b.yaml": "b", "b.yml": "b", "b.YML": "b", "b.json": "b.json", "b": "b", "b.yaml.yml": "b.yaml", ".yaml": "",
	} {
		if got := scenario.NameOf(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}
