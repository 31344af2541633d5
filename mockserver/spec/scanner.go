package spec

import "unicode/utf8"

// A scanner reads a JSON text for compiled schemas. It takes only what is
// certainly JSON: what it refuses, encoding/json judges.
type scanner struct {
	text  []byte
	at    int
	depth int // of objects and arrays that are open
}

// maxDepth is less than what encoding/json reads.
const maxDepth = 1000

// next goes to the next character that is not white space and returns it, or 0
// at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take goes past a word and reports whether it is there.
func (s *scanner) take(word string) bool {
	end := s.at + len(word)
	if end > len(s.text) || string(s.text[s.at:end]) != word {
		return false
	}
	s.at = end
	return true
}

// begin goes past the bracket that opens an object or array, and reports whether
// anything is in it.
func (s *scanner) begin(closing byte) bool {
	s.at++
	s.depth++
	return s.next() != closing
}

// more goes past a comma and reports whether it is there.
func (s *scanner) more() bool {
	if s.next() != ',' {
		return false
	}
	s.at++
	return true
}

// end goes past the bracket that closes an object or array, and reports whether
// it is there.
func (s *scanner) end(closing byte) bool {
	if s.next() != closing {
		return false
	}
	s.at++
	s.depth--
	return true
}

// quoted goes past a string and returns it without its quotation marks. It
// reports whether these are the characters that it stands for.
func (s *scanner) quoted() (raw []byte, plain bool) {
	start := s.at + 1
	plain, ascii := true, true
	for s.at = start; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			raw = s.text[start:s.at]
			s.at++
			return raw, plain && (ascii || utf8.Valid(raw))
		case c == '\\':
			plain = false
			s.at++
		case c < ' ':
			plain = false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	s.at = len(s.text)
	return nil, false
}

// number goes past a number without an exponent, and returns how many digits it
// has before and after the point.
func (s *scanner) number() (whole, fraction int, ok bool) {
	if s.next() == '-' {
		s.at++
	}
	leading := s.at < len(s.text) && s.text[s.at] == '0'
	whole = s.digits()
	ok = whole == 1 || whole > 1 && !leading
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		fraction = s.digits()
		ok = ok && fraction > 0
	}
	return whole, fraction, ok
}

func (s *scanner) digits() (n int) {
	for ; s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9'; s.at++ {
		n++
	}
	return n
}

// skip goes past a value, if it is one.
func (s *scanner) skip() {
	depth := 0
	for first := s.next(); first != 0; first = s.next() {
		switch first {
		case '"':
			s.quoted()
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':':
			s.at++
		default:
			s.word()
		}
		if depth <= 0 {
			return
		}
	}
}

// word goes past what can be a number or a literal.
func (s *scanner) word() {
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case ',', ':', ']', '}', '"', ' ', '\t', '\r', '\n':
			return
		}
	}
}
