package journal

import "strings"

// Lengths of card numbers (ISO/IEC 7812), and of a group where people write
// them in groups. No group is as long as the outer ones of a UUID.
const (
	minCard  = 13
	maxCard  = 19
	maxGroup = 6
)

// What stands in the place of what is taken out.
const (
	redacted = "[redacted]"
	masked   = "******"
)

// redactCards masks the card numbers in a text: 13 to 19 digits with a right
// check digit, together or in groups. The first six and the last four stay,
// as they may on a receipt.
func redactCards(s string) string {
	if countDigits(s) < minCard {
		return s
	}
	var b strings.Builder
	kept := 0 // up to here s is in b
	for i := 0; i < len(s); {
		if !digit(s[i]) {
			i++
			continue
		}
		digits, end := cardAt(s, i)
		if digits == "" {
			for i < len(s) && digit(s[i]) {
				i++
			}
			continue
		}
		b.WriteString(s[kept:i])
		b.WriteString(maskCard(digits))
		i, kept = end, end
	}
	if kept == 0 {
		return s
	}
	return b.String() + s[kept:]
}

// maskCard has brackets so that digits beside it are not read together with
// those that it shows.
func maskCard(digits string) string {
	return "[" + digits[:6] + masked + digits[len(digits)-4:] + "]"
}

// cardAt reads the longest card number whose first group of digits starts at
// i, and where it ends. No digits: there is none.
func cardAt(s string, i int) (digits string, end int) {
	if i >= 2 && s[i-1] == '.' && digit(s[i-2]) {
		return "", 0 // the fraction of a coordinate
	}
	var read []byte
	for at := i; ; {
		group := at
		for at < len(s) && digit(s[at]) {
			at++
		}
		n := at - group
		if n == 0 || len(read)+n > maxCard || n > maxGroup && len(read) > 0 {
			return digits, end
		}
		read = append(read, s[group:at]...)
		if len(read) >= minCard && luhn(read) {
			digits, end = string(read), at
		}
		if n > maxGroup {
			return digits, end
		}
		at = skipSeparators(s, at)
	}
}

// skipSeparators goes past what people put between the groups, also as
// queries and forms encode it.
func skipSeparators(s string, at int) int {
	for range 3 {
		switch {
		case at < len(s) && (s[at] == ' ' || s[at] == '-' || s[at] == '+'):
			at++
		case strings.HasPrefix(s[at:], "%20"), strings.HasPrefix(s[at:], "%2B"), strings.HasPrefix(s[at:], "%2D"):
			at += 3
		case strings.HasPrefix(s[at:], "\u00a0"):
			at += len("\u00a0")
		default:
			return at
		}
	}
	return at
}

// luhn says whether the check digit of a number is right.
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

func digit(c byte) bool { return '0' <= c && c <= '9' }

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if digit(s[i]) {
			n++
		}
	}
	return n
}
