package report

import "strings"

// A difference is a failure's message, taken apart.
type difference struct{ Wanted, Got, Diff string }

// splitMessage finds what was wanted and what came instead in the messages of
// cases: "status: wanted 201, got 500: …", "locale (-wanted +got):" and a diff,
// "departs from openapi.yaml: …". Any other message is what was got.
func splitMessage(m string) difference {
	const inDiff, departs = " (-wanted +got):\n", "departs from openapi.yaml: "
	if what, diff, ok := strings.Cut(m, inDiff); ok {
		return difference{Got: what + " (-wanted +got):", Diff: strings.TrimRight(diff, "\n")}
	}
	if finding, ok := strings.CutPrefix(m, departs); ok {
		return difference{Wanted: "an answer as openapi.yaml has it", Got: finding}
	}
	if what, rest, ok := cutWord(m, "wanted "); ok {
		if wanted, got, ok := strings.Cut(rest, ", got "); ok {
			return difference{Wanted: strings.TrimPrefix(what+" "+wanted, " "), Got: got}
		}
	}
	return difference{Got: m}
}

// cutWord cuts at "wanted", which begins the message or follows ": ".
func cutWord(m, word string) (before, after string, ok bool) {
	if rest, ok := strings.CutPrefix(m, word); ok {
		return "", rest, true
	}
	before, after, ok = strings.Cut(m, ": "+word)
	return before, after, ok
}
