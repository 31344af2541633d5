package redact

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Lengths of card numbers (ISO/IEC 7812), and of a group where people write
// them in groups. No group is as long as the outer ones of a UUID.
const (
	minCard  = 13
	maxCard  = 19
	maxGroup = 6
)

// issuers are the ranges of prefixes and the lengths of the numbers of those
// whose cards Stripe takes, as the card schemes publish them.
var issuers = []struct {
	low, high string // prefixes of the same length
	lengths   []int
}{
	{"4", "4", []int{13, 16, 19}},   // Visa
	{"51", "55", []int{16}},         // Mastercard
	{"2221", "2720", []int{16}},     // Mastercard
	{"34", "34", []int{15}},         // American Express
	{"37", "37", []int{15}},         // American Express
	{"300", "305", []int{14, 16}},   // Diners Club
	{"36", "36", []int{14, 16}},     // Diners Club
	{"38", "39", []int{14, 16}},     // Diners Club
	{"3528", "3589", []int{16, 19}}, // JCB
	{"6011", "6011", []int{16, 19}}, // Discover
	{"644", "659", []int{16, 19}},   // Discover
	{"62", "62", []int{16, 17, 19}}, // UnionPay
}

// usual are the groups in which cards show their numbers.
var usual = [][]int{{4, 4, 4, 4}, {4, 4, 4, 4, 3}, {4, 6, 5}, {4, 6, 4}}

// issued reports whether an issuer has such numbers.
func issued(digits []byte) bool {
	if len(digits) < minCard {
		return false
	}
	for _, r := range issuers {
		prefix := string(digits[:len(r.low)])
		if r.low <= prefix && prefix <= r.high && slices.Contains(r.lengths, len(digits)) {
			return true
		}
	}
	return false
}

// luhn reports whether the check digit of a number is right.
func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isTime reports whether digits are a time of this century to the second, such
// as 20260402140000. No issuer has numbers of that length that start so.
func isTime(digits []byte) bool {
	t, err := time.Parse("20060102150405", string(digits))
	return err == nil && t.Year()/100 == 20
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// decimal returns a text with the decimal digits of all scripts as 0 to 9.
func decimal(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x0660 || !unicode.IsDigit(r) { // Arabic digits are the first of the others
			return r
		}
		low := r
		for unicode.IsDigit(low - 1) { // zeros come first, and sets may follow each other
			low--
		}
		return '0' + (r-low)%10
	}, s)
}

// hasCard reports whether there may be a card number in a text: enough digits,
// in groups between separators that may be within one.
func hasCard(s string) bool {
	n := 0
	for i := 0; i < len(s) && n < minCard; i++ {
		switch {
		case digit(s[i]):
			n++
		case n > 0:
			if next, gap := skipSeparators(s, i); gap != gapFar && next < len(s) && digit(s[next]) {
				i = next - 1
			} else {
				n = 0
			}
		}
	}
	return n >= minCard
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if digit(s[i]) {
			n++
		}
	}
	return n
}

// gap is what separates a group of digits from the next one.
type gap int

const (
	gapNear gap = iota // what people put between the groups of a number
	gapWide            // other punctuation
	gapFar             // anything else
)

// A digitGroup is a run of digits within a text.
type digitGroup struct {
	start, end int
	gap        gap
}

func (g digitGroup) len() int { return g.end - g.start }

func digitGroups(s string) []digitGroup {
	out := make([]digitGroup, 0, 8)
	for i := 0; i < len(s); {
		if !digit(s[i]) {
			i++
			continue
		}
		g := digitGroup{start: i, gap: gapFar}
		for i < len(s) && digit(s[i]) {
			i++
		}
		g.end = i
		if next, gap := skipSeparators(s, i); next < len(s) && digit(s[next]) {
			g.gap, i = gap, next
		}
		out = append(out, g)
	}
	return out
}

// skipSeparators goes past at most three separators.
func skipSeparators(s string, at int) (next int, kind gap) {
	kind = gapNear
	for range 3 {
		width, one := separator(s[at:])
		if width == 0 {
			break
		}
		at, kind = at+width, max(kind, one)
	}
	return at, kind
}

// separator reads one separator, also as queries and forms encode it. The
// marks of redaction are not separators.
func separator(s string) (width int, kind gap) {
	if s == "" {
		return 0, gapFar
	}
	switch c := s[0]; {
	case c == ' ' || c == '-' || c == '+':
		return 1, gapNear
	case strings.HasPrefix(s, "\u00a0"):
		return len("\u00a0"), gapNear
	case c == '%' && len(s) >= 3 && s[1] == '2':
		switch s[2] {
		case '0', 'B', 'D', 'b', 'd':
			return 3, gapNear
		case '1', '2', '3', '4', '5', '6', '7', '8', '9', 'C', 'E', 'F', 'c', 'e', 'f':
			return 3, gapWide
		}
	case strings.IndexByte("[]*", c) >= 0 || c >= 0x7f:
		return 0, gapFar
	case !digit(c) && (c|0x20 < 'a' || c|0x20 > 'z'):
		return 1, gapWide
	}
	return 0, gapFar
}
