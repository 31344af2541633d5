package text

import (
	"cmp"
	"slices"
	"strings"
)

// Similar lists up to three of the names that are similar to a word, the most
// similar first.
func Similar(word string, names []string) []string {
	const most, longest = 3, 80
	if len(word) > longest {
		return nil
	}
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	for _, name := range names {
		d := distance(strings.ToLower(word), strings.ToLower(name))
		if len(word) > 2 && (strings.Contains(name, word) || strings.Contains(word, name)) {
			d = min(d, 2)
		}
		if d <= max(1, min(len(word), len(name))/2) {
			found = append(found, candidate{name, d})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int { return cmp.Or(a.distance-b.distance, strings.Compare(a.name, b.name)) })
	var out []string
	for _, c := range found[:min(len(found), most)] {
		out = append(out, c.name)
	}
	return out
}

// DidYouMean returns the end of a message about an unknown word, or "".
func DidYouMean(word string, names []string) string {
	if found := Similar(word, names); len(found) > 0 {
		return "; did you mean " + OneOf(found) + "?"
	}
	return ""
}

// distance is the Levenshtein distance.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// OneOf lists what is accepted, for a message.
func OneOf(values []string) string {
	last := len(values) - 1
	if last == 0 {
		return values[0]
	}
	return strings.Join(values[:last], ", ") + " or " + values[last]
}
