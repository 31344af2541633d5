// Package redact removes from texts what must not be shown: credentials and
// card data, found by their form wherever they are, and by the name of the
// header, parameter or field that has them as value. Journal, console,
// recordings and reports all use it.
//
// What is redacted redacts to itself, so that a filter can be compared with
// what is shown.
package redact

import (
	"log/slog"
	"net/url"
	"strings"
)

// What replaces what is removed. Of a card number the first six digits and the
// last four stay, as they may on a receipt.
const (
	removed = "[redacted]"
	masked  = "******"
)

// Is reports whether something was removed from a text.
func Is(text string) bool { return strings.Contains(text, removed) || strings.Contains(text, masked) }

// Text redacts a text, whatever it is part of.
func Text(s string) string {
	return settle(s, func(s string) string { return unescaped(plain(s)) })
}

func plain(s string) string { return assigned(elsewhere(values(cards(s))), endOfWord) }

// A LogText is a text that is redacted when it is logged.
type LogText string

// LogValue returns the text, redacted.
func (t LogText) LogValue() slog.Value { return slog.StringValue(Text(string(t))) }

// settle redacts until nothing changes: what is left of a text may have to be
// read differently.
func settle(s string, redact func(string) string) string {
	for range 20 {
		safe := redact(s)
		if safe == s {
			return s
		}
		s = safe
	}
	return removed
}

// Field redacts the value of a field or parameter. The name may be that of a
// form, such as payment_method_data[card][cvc].
func Field(name, value string) string {
	switch {
	case value == "":
		return ""
	case isCode(name):
		return removed
	case isCardNumber(name):
		return number(value)
	case IsSecret(name):
		return credential(value)
	}
	return Text(value)
}

// credential removes a secret. Of Stripe's, the part that tells them apart
// stays; its publishable keys are public.
func credential(value string) string {
	if safe := Text(value); telling.MatchString(safe) {
		return safe
	}
	return removed
}

// number masks a card number also if its check digit is wrong: most likely a
// real one, mistyped.
func number(value string) string {
	digits := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(decimal(value))
	if len(digits) < minCard-1 || countDigits(digits) < len(digits) {
		return Text(value)
	}
	return newCardSpan(0, 0, []byte(digits)).mask()
}

// Header redacts a value of a header. The scheme of an authorization stays.
func Header(name, value string) string {
	name = strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "access-control-"): // lists names
		return Text(value)
	case name == "authorization", name == "proxy-authorization":
		scheme, _, found := strings.Cut(strings.TrimSpace(value), " ")
		for _, known := range []string{"Bearer", "Basic", "Digest", "Token"} {
			if found && strings.EqualFold(scheme, known) {
				return known + " " + removed
			}
		}
		return removed
	}
	return Field(name, value)
}

// Query redacts a query or the text of a form. Pairs with nothing to remove
// stay as they were sent.
func Query(raw string) string {
	return settle(raw, func(s string) string {
		pairs := strings.Split(s, "&")
		for i, p := range pairs {
			pairs[i] = pair(p)
		}
		return strings.Join(pairs, "&")
	})
}

func pair(sent string) string {
	masked := cards(sent) // what looks like an escape may be digits of a card
	name, value, assigned := strings.Cut(masked, "=")
	plainName, err := url.QueryUnescape(name)
	plainValue, err2 := url.QueryUnescape(value)
	if err != nil || err2 != nil {
		return Broken(masked)
	}
	safeName, safeValue := Text(plainName), Field(plainName, plainValue)
	switch {
	case masked == sent && safeName == plainName && safeValue == plainValue:
		return sent
	case assigned:
		return escape(safeName) + "=" + escape(safeValue)
	}
	return escape(safeName)
}

// escape is url.QueryEscape that leaves the marks of redaction readable.
func escape(s string) string { return ReadableMarks(url.QueryEscape(s)) }

// ReadableMarks returns an escaped text in which the marks of redaction are
// not escaped.
func ReadableMarks(escaped string) string {
	return strings.NewReplacer("%5B", "[", "%5D", "]", "%2A", "*").Replace(escaped)
}

// Form redacts the values of a parsed form, and their names.
func Form(values map[string][]string) map[string][]string {
	out := make(map[string][]string, len(values))
	for name, list := range values {
		for _, v := range list {
			out[Text(name)] = append(out[Text(name)], Field(name, v))
		}
	}
	return out
}

// FormText masks the card numbers in the text of a form that is not parsed
// yet: what looks like an escape may be digits of one.
func FormText(raw string) string { return cards(raw) }
