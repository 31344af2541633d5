package mutants

import "testing"

// TestSimilar checks that a similar time is a second later and nothing else: a
// time that loses the last zero of its fraction changes the length of the answer,
// which another case sees, if the moment is right.
func TestSimilar(t *testing.T) {
	for at, want := range map[string]string{
		"2026-04-02T13:50:00Z":        "2026-04-02T13:50:01Z",
		"2026-04-02T13:50:59Z":        "2026-04-02T13:51:00Z",
		"2026-04-02T13:50:00.000001Z": "2026-04-02T13:50:01.000001Z",
		"2026-04-02T13:50:00.123450Z": "2026-04-02T13:50:01.123450Z",
		"2026-04-02T13:50:00.500000Z": "2026-04-02T13:50:01.500000Z",
	} {
		if got := similar(at); got != want {
			t.Errorf("similar(%s): got %s, want %s", at, got, want)
		}
	}
}
