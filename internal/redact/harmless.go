package redact

import (
	"bytes"
	"unicode/utf8"
)

// harmless reports whether a JSON text certainly has nothing to remove. It reads
// it without decoding it, and each text in it once however often it comes: most
// bodies are long, say the same again and again, and hold no secret. It leaves
// texts with escapes to others.
func harmless(src []byte) bool {
	names, values, depth := map[string]bool{}, map[string]bool{}, 0
	for len(src) > 0 {
		switch c := src[0]; {
		case c == '"':
			end := bytes.IndexAny(src[1:], `"\\`) + 1
			if end == 0 || src[end] == '\\' {
				return false
			}
			text := src[1:end]
			src = bytes.TrimLeft(src[end+1:], " \t\r\n")
			if isName := len(src) > 0 && src[0] == ':'; isName && !noted(names, text, harmlessName) || !isName && !noted(values, text, harmlessValue) {
				return false
			}
			continue
		case c == '-' || c >= '0' && c <= '9':
			rest := bytes.TrimLeft(src, "0123456789.eE+-")
			if !noted(values, src[:len(src)-len(rest)], harmlessText) {
				return false
			}
			src = rest
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if src = src[1:]; depth > maxDepth {
			return false
		}
	}
	return true
}

// noted reports whether a text is harmless, and finds out if it is new.
func noted(known map[string]bool, text []byte, harmless func(string) bool) bool {
	is, ok := known[string(text)]
	if !ok {
		s := string(text)
		is = harmless(s)
		known[s] = is
	}
	return is
}

func harmlessText(s string) bool { return utf8.ValidString(s) && Text(s) == s }

// harmlessName reports whether the name of a field says nothing of what is in
// it.
func harmlessName(name string) bool {
	return harmlessText(name) && !IsSecret(name) && !isCode(name) && !isCardNumber(name)
}

// harmlessValue reports whether a text says nothing of the values beside it
// either.
func harmlessValue(s string) bool {
	return harmlessText(s) && !(len(s) <= maxName && hinted(s) && (IsSecret(s) || isCode(s)))
}
