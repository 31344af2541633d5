package python

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDigits is the most digits of an integer that int reads from a text.
const maxDigits = 4300

var (
	intText   = regexp.MustCompile(`^[+-]?[0-9]+(?:_[0-9]+)*$`)
	floatText = regexp.MustCompile(`^[+-]?(?:(?:D\.?|D?\.D)(?:e[+-]?D)?|inf|infinity|nan)$`)
	digits    = regexp.MustCompile(`[0-9]+(?:_[0-9]+)*`)
)

// Int reads an integer as int does: digits of any script with single
// underscores between them, white space around. What an int64 cannot hold becomes
// the nearest one that it can. It reports whether the text is an integer.
func Int(s string) (int64, bool) {
	s = toASCII(s)
	if !intText.MatchString(s) {
		return 0, false
	}
	s = strings.ReplaceAll(s, "_", "")
	if len(strings.TrimLeft(s, "+-")) > maxDigits {
		return 0, false
	}
	n, _ := strconv.ParseInt(s, 10, 64) // the only error is that of the range, for which n is the nearest
	return n, true
}

// Float reads a number as float does: as Int, and with nan and inf, also for
// what is out of range. It reports whether the text is a number.
func Float(s string) (float64, bool) {
	s = strings.ToLower(toASCII(s))
	if !floatText.MatchString(digits.ReplaceAllString(s, "D")) {
		return 0, false
	}
	if strings.HasSuffix(s, "nan") {
		return math.NaN(), true // ParseFloat has no sign there
	}
	f, _ := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64) // as for Int; the nearest is inf
	return f, true
}

// toASCII replaces digits of other scripts by those of ASCII and removes white
// space around, as int and float do before they read. Unlike Strip it leaves
// U+001C to U+001F.
func toASCII(s string) string {
	s = strings.TrimFunc(s, unicode.IsSpace)
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch d := decimal(r); {
		case r < utf8.RuneSelf:
			return r
		case d >= 0:
			return '0' + d
		}
		return '?'
	}, s)
}

// decimal returns the value of a decimal digit, or -1. Unicode has the digits of
// a script as ten neighbors, from zero on, and some of these groups adjoin.
func decimal(r rune) rune {
	for _, g := range unicode.Nd.R16 {
		if rune(g.Lo) <= r && r <= rune(g.Hi) {
			return (r - rune(g.Lo)) % 10
		}
	}
	for _, g := range unicode.Nd.R32 {
		if rune(g.Lo) <= r && r <= rune(g.Hi) {
			return (r - rune(g.Lo)) % 10
		}
	}
	return -1
}

// Number returns str of a number in JSON, which is an int, or a float if it has a
// fraction or an exponent.
func Number(text string) string {
	if !IsFloat(text) {
		if text == "-0" {
			return "0"
		}
		return text
	}
	f, _ := strconv.ParseFloat(text, 64) // the only error is that of the range, for which f is infinite
	return floatString(f)
}

// IsFloat reports whether a number in JSON is a float in Python.
func IsFloat(text string) bool { return strings.ContainsAny(text, ".eE") }

// floatString returns repr of a float: the shortest digits that read the same,
// with an exponent below 1e-4 and from 1e16 on.
func floatString(f float64) string {
	abs := math.Abs(f)
	switch {
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	case abs != 0 && (abs < 1e-4 || abs >= 1e16):
		return strconv.FormatFloat(f, 'e', -1, 64) // with two digits of exponent at least, as in Python
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
