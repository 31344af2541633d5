package django

import (
	"strings"
	"testing"
)

// TestValidBoundary holds it against Django's expression, [ -~]{0,200}[!-~].
func TestValidBoundary(t *testing.T) {
	for boundary, want := range map[string]bool{
		"": false, "x": true, " ": false, "a b": true, "a ": false, " a": true, "~!": true, "\x7f": false, "a\nb": false, "a\n": false, "é": false,
		strings.Repeat("x", 201): true, strings.Repeat("x", 202): false, strings.Repeat(" ", 200) + "x": true,
	} {
		if got := validBoundary(boundary); got != want {
			t.Errorf("validBoundary(%q): got %t, want %t", boundary, got, want)
		}
	}
}
