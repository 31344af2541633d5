package scenario

import (
	"cmp"
	"slices"
	"strings"
)

// near lists up to three of the names that look like a word, the closest
// first.
func near(word string, names []string) []string {
	const most, longest = 3, 80
	if len(word) > longest {
		return nil
	}
	type candidate struct {
		name string
		far  int
	}
	var found []candidate
	for _, name := range names {
		far := distance(strings.ToLower(word), strings.ToLower(name))
		if part := len(word) > 2 && (strings.Contains(name, word) || strings.Contains(word, name)); part {
			far = min(far, 2)
		}
		if far <= max(1, min(len(word), len(name))/2) {
			found = append(found, candidate{name, far})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int { return cmp.Or(a.far-b.far, strings.Compare(a.name, b.name)) })
	var out []string
	for _, c := range found[:min(len(found), most)] {
		out = append(out, c.name)
	}
	return out
}

// didYouMean is the end of a message about an unknown word.
func didYouMean(word string, names []string) string {
	if found := near(word, names); len(found) > 0 {
		return "; did you mean " + oneOf(found) + "?"
	}
	return ""
}

// distance is Levenshtein's.
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
