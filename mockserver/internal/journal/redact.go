package journal

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var (
	// secret matches what follows a mark of a secret: Stripe's client secrets
	// have the first in them, after the id of the intent (pi_…_secret_…), and
	// its keys start with the others. Card numbers in it have been masked.
	secret = regexp.MustCompile(`(_secret_|[sr]k_(?:test|live)_|whsec_)(?:[\w%-]|[^\x00-\x7f]|\[\d{6}\*{6}\d{4}\])+`)
	// code matches a card's code by the name before it, such as in a form that
	// was sent as JSON, or the other way round.
	code = regexp.MustCompile(`(?i)(cvc2?|cvv2?)([\]"\\]*\s*[=:]?\s*["\\]*)\d{3,4}\b`)
	// credential matches the names of credentials.
	credential = regexp.MustCompile(`(?i)token|password|passwd|api[-_]?key|authorization|credential`)
)

// redactText removes what must not be shown anywhere in a text:
// client secrets, secret keys, card numbers and their codes. A redacted text
// redacts to itself.
func redactText(s string) string { return settle(s, redactOnce) }

// settle redacts until nothing changes: what is left of a text may have to be
// read differently.
func settle(s string, redact func(string) string) string {
	for {
		safe := redact(s)
		if safe == s {
			return s
		}
		s = safe
	}
}

func redactOnce(s string) string {
	s = redactCards(s)
	if strings.Contains(s, "sec") || strings.Contains(s, "k_") { // worth trying
		s = secret.ReplaceAllString(s, "${1}"+redacted)
	}
	if strings.Contains(strings.ToLower(s), "cv") {
		s = code.ReplaceAllString(s, "${1}${2}"+redacted)
	}
	return s
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
	case credential.MatchString(last) && value != "":
		return redacted
	}
	return redactText(value)
}

// redactNumber masks a card number also if its check digit is wrong: most
// likely a real one, mistyped.
func redactNumber(value string) string {
	digits := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(value)
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
	if credential.MatchString(name) {
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
	return settle(raw, func(s string) string {
		pairs := strings.Split(s, "&")
		for i, pair := range pairs {
			pairs[i] = redactPair(pair)
		}
		return strings.Join(pairs, "&")
	})
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
