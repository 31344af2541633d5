package journal

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// secretMarks come before a secret: Stripe's client secrets have the first in
// them, after the id of the intent (pi_…_secret_…), and its keys start with
// the others.
var secretMarks = []string{"_secret_", "sk_test_", "sk_live_", "rk_test_", "rk_live_", "whsec_"}

// code matches a card's code by the name before it, such as in a form that was
// sent as JSON, or the other way round.
var code = regexp.MustCompile(`(?i)(cvc2?|cvv2?)([\]"\\]*\s*[=:]?\s*["\\]*)\d{3,4}\b`)

// redactText removes from a text what must not be shown, wherever it stands:
// client secrets, secret keys, card numbers and their codes. A redacted text
// redacts to itself.
func redactText(s string) string {
	for {
		safe := redactOnce(s)
		if safe == s {
			return s
		}
		s = safe // what is left may be read differently now
	}
}

func redactOnce(s string) string {
	for _, mark := range secretMarks {
		s = redactAfter(s, mark)
	}
	s = redactCards(s)
	if mayNameCode(s) {
		s = code.ReplaceAllString(s, "${1}${2}"+redacted)
	}
	return s
}

// mayNameCode reports whether the expression is worth trying.
func mayNameCode(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i]|0x20 == 'v' && s[i-1]|0x20 == 'c' {
			return true
		}
	}
	return false
}

// redactAfter replaces the word that follows each mark, if one does.
func redactAfter(s, mark string) string {
	if !strings.Contains(s, mark) {
		return s
	}
	cards := findCards(s)
	var b strings.Builder
	kept := 0 // up to here s is in b
	for {
		i := strings.Index(s[kept:], mark)
		if i < 0 {
			return b.String() + s[kept:]
		}
		start := kept + i + len(mark)
		b.WriteString(s[kept:start])
		if kept = secretEnd(s, start, cards); kept > start {
			b.WriteString(redacted)
		}
	}
}

// secretEnd returns the end of the secret that starts there. A card number is
// not cut in two.
func secretEnd(s string, start int, cards []cardSpan) int {
	end := start
	for end < len(s) {
		i := slices.IndexFunc(cards, func(c cardSpan) bool { return c.start < end && end < c.end })
		switch {
		case i >= 0:
			end = cards[i].end
		case secretByte(s[end]):
			end++
		default:
			return end
		}
	}
	return end
}

func secretByte(c byte) bool {
	return digit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '-' || c == '%' || c >= 0x80
}

// redactField redacts the value of a named field.
func redactField(name, value string) string {
	last := lastName(name)
	kind := strings.TrimSuffix(last, "2")
	switch {
	case strings.HasSuffix(kind, "cvc"), strings.HasSuffix(kind, "cvv"):
		if value == "" {
			return ""
		}
		return redacted
	case last == "number":
		return redactNumber(value)
	case secretive(last) && value != "":
		return redacted
	}
	return redactText(value)
}

// redactNumber masks a card number also if its check digit is wrong: most
// likely a real one, mistyped.
func redactNumber(value string) string {
	digits := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u00a0':
			return -1
		}
		return r
	}, value)
	if len(digits) < minCard-1 || countDigits(digits) < len(digits) {
		return redactText(value)
	}
	return newCardSpan(0, 0, []byte(digits)).mask()
}

// lastName returns the innermost name of a field in lower case, cvc for
// payment_method_data[card][cvc] and for card.cvc.
func lastName(name string) string {
	name = strings.TrimRight(name, "[]")
	if i := strings.LastIndexAny(name, "[."); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(name)
}

// secretive reports whether the words of a name are those of a credential.
func secretive(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"token", "password", "passwd", "api-key", "api_key", "apikey", "authorization", "credential"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// redactHeader redacts a value of a header.
func redactHeader(name, value string) string {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization":
		scheme, _, found := strings.Cut(strings.TrimSpace(value), " ")
		for _, known := range []string{"Bearer", "Basic", "Digest", "Token"} {
			if found && strings.EqualFold(scheme, known) {
				return known + " " + redacted
			}
		}
		return redacted
	case "cookie", "set-cookie", "stripe-signature":
		return redacted
	}
	if secretive(name) {
		return redacted
	}
	return redactText(value)
}

// ownHeaders of answers are set by the fake, from nothing that a client sent.
// They are not searched: the timestamp in a version may look like a card.
var ownHeaders = []string{
	"Content-Length", "Date", "X-Cariqa-Mock", "X-Cariqa-Mock-Findings", "X-Cariqa-Mock-Rule", "X-Request-Id",
}

// redactAnswerHeader redacts a value of a header of an answer.
func redactAnswerHeader(name, value string) string {
	if slices.Contains(ownHeaders, name) {
		return value
	}
	return redactHeader(name, value)
}

// redactQuery redacts a query or the text of a form. Pairs with nothing to
// hide stay as they were sent. A redacted query redacts to itself.
func redactQuery(raw string) string {
	for {
		pairs := strings.Split(raw, "&")
		for i, pair := range pairs {
			pairs[i] = redactPair(pair)
		}
		safe := strings.Join(pairs, "&")
		if safe == raw {
			return raw
		}
		raw = safe // what was malformed may be read differently now
	}
}

func redactPair(pair string) string {
	masked := redactCards(pair) // what looks like an escape may be digits of a card
	name, value, assigned := strings.Cut(masked, "=")
	plainName, err := url.QueryUnescape(name)
	plainValue, err2 := url.QueryUnescape(value)
	if err != nil || err2 != nil {
		return redactBroken(masked)
	}
	safeName, safeValue := redactText(plainName), redactField(plainName, plainValue)
	switch {
	case masked == pair && safeName == plainName && safeValue == plainValue:
		return pair
	case assigned:
		return escape(safeName) + "=" + escape(safeValue)
	}
	return escape(safeName)
}

// escape is url.QueryEscape that leaves the marks of redaction readable.
func escape(s string) string { return readableMarks(url.QueryEscape(s)) }

func readableMarks(escaped string) string {
	return strings.NewReplacer("%5B", "[", "%5D", "]", "%2A", "*").Replace(escaped)
}
