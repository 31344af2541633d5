package text

import "testing"

func TestShorten(t *testing.T) {
	for in, want := range map[string]string{"": "", "abc": "abc", "äöü": "äöü", "äöüß": "äöü…", "abcd": "abc…"} {
		if got := Shorten(in, 3); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
