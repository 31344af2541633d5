// Package recent bounds maps of what was seen in a run that may be long.
package recent

import (
	"maps"
	"slices"
)

// Oldest returns the older half of a map that has more than most entries, the oldest
// first, and else nothing. at returns when an entry was seen.
func Oldest[K comparable, V any](m map[K]V, most int, at func(V) int) []K {
	if len(m) <= most {
		return nil
	}
	byAge := slices.SortedFunc(maps.Keys(m), func(a, b K) int { return at(m[a]) - at(m[b]) })
	return byAge[:len(m)-most/2]
}

// Keep removes what Oldest returns.
func Keep[K comparable, V any](m map[K]V, most int, at func(V) int) {
	for _, key := range Oldest(m, most, at) {
		delete(m, key)
	}
}
