package recent_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests/internal/recent"
)

func TestOldest(t *testing.T) {
	for name, tt := range map[string]struct {
		most   int
		oldest []string
		kept   map[string]int
	}{
		"there is room": {4, nil, map[string]int{"a": 1, "b": 7, "c": 3, "d": 5}},
		"three":         {3, []string{"a", "c", "d"}, map[string]int{"b": 7}},
		"two":           {2, []string{"a", "c", "d"}, map[string]int{"b": 7}},
		"one":           {1, []string{"a", "c", "d", "b"}, map[string]int{}},
	} {
		m := map[string]int{"a": 1, "b": 7, "c": 3, "d": 5}
		at := func(at int) int { return at }
		if diff := cmp.Diff(tt.oldest, recent.Oldest(m, tt.most, at)); diff != "" {
			t.Errorf("%s: Oldest (-want +got):\n%s", name, diff)
		}
		recent.Keep(m, tt.most, at)
		if diff := cmp.Diff(tt.kept, m); diff != "" {
			t.Errorf("%s: Keep (-want +got):\n%s", name, diff)
		}
	}
}
