// Package text has helpers for texts that people read.
package text

// Shorten returns a text of at most most characters and, if some were cut off,
// an ellipsis. It keeps what clients send from filling answers and logs.
func Shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
