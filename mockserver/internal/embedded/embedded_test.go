package embedded_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"cariqamock/mockserver/internal/embedded"
)

type city struct{ Name string }

func TestYAML(t *testing.T) {
	files := fstest.MapFS{
		"good.yaml":  {Data: []byte("- name: Berlin\n")},
		"bad.yaml":   {Data: []byte("- nme: Berlin\n")},
		"twice.yaml": {Data: []byte("- name: Berlin\n  name: Bonn\n")},
	}
	if got := embedded.YAML[[]city](files, "good.yaml"); len(got) != 1 || got[0].Name != "Berlin" {
		t.Errorf("got %+v", got)
	}
	for name, want := range map[string]string{
		"bad.yaml":     `embedded file bad.yaml: `,
		"twice.yaml":   `embedded file twice.yaml: `,
		"missing.yaml": `embedded file missing.yaml: `,
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.HasPrefix(got, want) {
					t.Errorf("panics with %q, want %q…", got, want)
				}
			}()
			embedded.YAML[[]city](files, name)
		})
	}
}
