package console

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

// Every line of both texts is shown once, in order; equal texts have no
// difference, and only equal lines are the same.
func TestAlign(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "{", "}", ""}), 0, 12)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		var gotA, gotB []string
		same := 0
		for _, p := range align(a, b) {
			if p.HasA {
				gotA = append(gotA, p.A)
			}
			if p.HasB {
				gotB = append(gotB, p.B)
			}
			if p.Same {
				same++
			}
			if p.Same != (p.HasA && p.HasB && p.A == p.B) || !p.HasA && !p.HasB {
				t.Fatalf("%+v", p)
			}
		}
		if strings.Join(gotA, "|") != strings.Join(a, "|") || strings.Join(gotB, "|") != strings.Join(b, "|") {
			t.Fatalf("got %q and %q", gotA, gotB)
		}
		if same < len(common(a, b)) {
			t.Fatalf("%d lines are the same, %d could be", same, len(common(a, b)))
		}
	})
}

func TestAlignShifted(t *testing.T) {
	var marks string
	for _, p := range align(strings.Fields("a b c d e"), strings.Fields("a x c e f")) {
		mark := "!"
		switch {
		case p.Same:
			mark = "="
		case !p.HasA:
			mark = ">"
		case !p.HasB:
			mark = "<"
		}
		marks += mark
	}
	if marks != "=!=<=>" {
		t.Errorf("got %s", marks)
	}
}
