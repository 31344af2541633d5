package property

import (
	"testing"

	"pgregory.net/rapid"
)

// TestSameCases: two runs see the same values, unless somebody explores.
func TestSameCases(t *testing.T) {
	if exploring() {
		t.Skip("exploring")
	}
	var runs [2][]int
	for i := range runs {
		Check(t, func(t *rapid.T) { runs[i] = append(runs[i], rapid.Int().Draw(t, "n")) })
	}
	for i, n := range runs[0] {
		if runs[1][i] != n {
			t.Fatalf("case %d: %d, then %d", i, n, runs[1][i])
		}
	}
}
