package contracttests

import (
	"regexp"
	"strings"
)

var secrets = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`((?:seti|pi)_[A-Za-z0-9]+_secret_)[A-Za-z0-9]+`), "${1}[redacted]"},
	{regexp.MustCompile(`\b((?:pk|sk|rk)_(?:test|live)_)[A-Za-z0-9]+`), "${1}[redacted]"},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`), "[redacted]"},
}

// redact replaces the secrets and the card numbers in a text. The id within a
// client secret stays, as it relates exchanges to each other.
func redact(s string) string {
	for _, r := range secrets {
		s = r.pattern.ReplaceAllString(s, r.with)
	}
	return redactCards(s)
}

// cardNumbers match at the start of a text, with what may stand between the
// groups, also as queries encode it: most cards, American Express, Diners Club.
var cardNumbers = []*regexp.Regexp{
	groups(`([2-6]\d{3})~(\d{4})~(\d{4})~(\d{4})`), groups(`(3[47]\d{2})~(\d{6})~(\d{5})`), groups(`(3[0689]\d{2})~(\d{6})~(\d{4})`),
}

func groups(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`^` + strings.ReplaceAll(pattern, "~", `(?:[-+./_\s\x{a0}]|%2[0-9A-Fa-f]){0,3}`))
}

// redactCards replaces the card numbers in a text, whatever stands beside
// them. It leaves UUIDs, parts of which may look like one.
func redactCards(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		size, with := 1, s[i:i+1]
		if id := s[i:min(i+36, len(s))]; len(id) == 36 && id[8] == '-' && uuidPattern.MatchString(id) {
			size, with = len(id), id
		} else if n := cardAtStart(s[i:]); n > 0 {
			size, with = n, "[redacted]"
		}
		b.WriteString(with)
		i += size
	}
	return b.String()
}

// cardAtStart returns the length of the card number with a right check digit
// that a text starts with, or 0.
func cardAtStart(s string) int {
	if len(s) < 14 || strings.Trim(s[:4], "0123456789") != "" { // not worth trying
		return 0
	}
	for _, pattern := range cardNumbers {
		if match := pattern.FindStringSubmatch(s); match != nil && luhn(strings.Join(match[1:], "")) {
			return len(match[0])
		}
	}
	return 0
}

// luhn reports whether the check digit of a number is right.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return sum%10 == 0
}
