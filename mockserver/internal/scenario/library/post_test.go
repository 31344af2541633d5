package library_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/scenario/library"
)

func TestPost(t *testing.T) {
	l, dir := builtins(t), t.TempDir()
	write(t, dir, "of-a-file.yaml", "name: of-a-file\ntitle: T\n")
	if _, err := l.AddDir(dir); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ src, name, want string }{
		{"name: mine\ntitle: First\n", "mine", ""},
		{"name: mine\ntitle: Second\n", "mine", ""},
		{"\ufeffname: with-bom\r\ntitle: T\r\n", "with-bom", ""},
		{"name: debt\ntitle: T\n", "", "debt is a built-in scenario"},
		{"name: of-a-file\ntitle: T\n", "", "from a file"},
		{"name: broken\ntitle: T\nusers: 7\n", "", "scenario.yaml:3:8: "},
		{"", "", "scenario.yaml:1:1: "},
	} {
		name, err := l.Post(t.Context(), []byte(test.src))
		if name != test.name || (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %q, %v; want %q, %q", test.src, name, err, test.name, test.want)
		}
	}
	if got := title(t, l, "mine"); got != "Second" {
		t.Errorf("posted twice: %q", got)
	}
	if !strings.Contains(fmt.Sprint(l.Names()), " mine ") {
		t.Errorf("not listed: %v", l.Names())
	}
	write(t, dir, "mine.yaml", "name: mine\ntitle: File\n")
	l.Reload(dir)
	if got := title(t, l, "mine"); got != "File" {
		t.Errorf("a file of the same name: %q", got)
	}
}

func TestPostIsBounded(t *testing.T) {
	l := builtins(t)
	post := func(name string, size int) error {
		src := fmt.Sprintf("name: %s\ntitle: T\n", name)
		_, err := l.Post(t.Context(), []byte(src+"#"+strings.Repeat("x", max(0, size-len(src)-2))+"\n"))
		return err
	}
	for i := range limit.PostedScenarios {
		if err := post(fmt.Sprintf("s%d", i), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := post("more", 0); !errors.Is(err, library.ErrFull) {
		t.Errorf("one more: %v", err)
	}
	const size, most = limit.Body / 2, limit.PostedMemory / (limit.Body / 2)
	for i := range most {
		if err := post(fmt.Sprintf("s%d", i), size); (err != nil) != (i == most-1) { // the small ones take room as well
			t.Errorf("the %d. of half a MiB: %v", i+1, err)
		}
	}
	if err := post("s0", 0); err != nil {
		t.Errorf("replaced by a smaller one: %v", err)
	}
	if err := post(fmt.Sprintf("s%d", most-1), size); err != nil {
		t.Errorf("its bytes are not free: %v", err)
	}
}
