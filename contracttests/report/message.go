package report

import "strings"

// A message is the message of a failure, split for the reader.
type message struct{ Wanted, Got, Diff string }

// splitMessage splits the messages of cases for display: "status: wanted 201, got
// 500: …", "locale (-wanted +got):" and a diff, "departs from openapi.yaml: …".
// Any other message is all Got.
func splitMessage(m string) message {
	const inDiff, departs = " (-wanted +got):\n", "departs from openapi.yaml: "
	if what, diff, ok := strings.Cut(m, inDiff); ok {
		return message{Got: what + " (-wanted +got):", Diff: strings.TrimRight(diff, "\n")}
	}
	if finding, ok := strings.CutPrefix(m, departs); ok {
		return message{Wanted: "an answer that conforms to openapi.yaml", Got: finding}
	}
	m = strings.TrimPrefix(m, "the response does not match the expected shape: ")
	if what, rest, ok := cutWord(m, "wanted "); ok {
		if wanted, got, ok := strings.Cut(rest, ", got "); ok {
			return message{Wanted: strings.TrimPrefix(what+" "+wanted, " "), Got: got}
		}
	}
	return message{Got: m}
}

// cutWord cuts at a word at the beginning of the message or after ": ".
func cutWord(m, word string) (before, after string, ok bool) {
	if rest, ok := strings.CutPrefix(m, word); ok {
		return "", rest, true
	}
	before, after, ok = strings.Cut(m, ": "+word)
	return before, after, ok
}
