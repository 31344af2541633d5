package redact

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// forms are what secrets look like. A text is searched for the marks, in lower
// case, before it is matched.
var forms = []struct {
	marks   []string
	pattern *regexp.Regexp
	replace func(groups []string) string
}{
	// Stripe's client secrets have their mark after the id of the intent; its
	// keys start with it. Card numbers in them have been masked.
	{
		[]string{"_secret_", "k_test_", "k_live_", "whsec_"},
		regexp.MustCompile(`(_secret_|[sre]k_(?:test|live)_|whsec_)(?:[\w%-]|[^\x00-\x7f]|\[\d{6}\*{6}\d{4}\])+`),
		func(g []string) string { return g[1] + removed },
	},
	// JSON Web Tokens: the first part is a JSON object, in base64. The parts may
	// be on lines or in strings of their own.
	{[]string{"eyj"}, webToken, func([]string) string { return removed }},
	{
		[]string{"bearer"},
		regexp.MustCompile(`(?i)(bearer(?:[\s+]|%20)+)([^\s"',;<>&\\]+)`),
		func(g []string) string {
			if strings.HasPrefix(strings.ToLower(g[2]), "realm=") {
				return g[0]
			}
			return g[1] + removed
		},
	},
	{
		[]string{"basic"},
		regexp.MustCompile(`(?i)(basic(?:[\s+]|%20)+)([a-z0-9+/_-]{4,})((?:=|%3d)*)`),
		func(g []string) string {
			pair := basicPair(g[2])
			if pair == "" {
				return g[0] // prose
			}
			rest := g[2][len(pair):]
			if rest == "" {
				return g[1] + removed
			}
			return g[1] + removed + rest + g[3]
		},
	},
	// The user and the password within an escaped URL.
	{
		[]string{"%3a%2f%2f"}, regexp.MustCompile(`(?i)(%3a%2f%2f)((?:[\w.~!$'()*+,;=:-]|%3a|\[redacted\])+)(@|%40)`),
		func(g []string) string { return g[1] + removed + g[3] },
	},
	{
		[]string{"private key-----", "private+key-----", "private%20key-----"},
		regexp.MustCompile(`(?s)(-----BEGIN(?: |\+|%20)(?:[A-Z +]|%20)*PRIVATE(?: |\+|%20)KEY-----).*?(-----END|\z)`),
		func(g []string) string { return g[1] + removed + g[2] },
	},
	// The code of a card by the name before it, such as in a form that was sent
	// as JSON, or the other way round.
	{
		[]string{"cvc", "cvv"}, regexp.MustCompile(`(?i)(cvc2?|cvv2?)([\]"\\]*\s*[=:]?\s*["\\]*)\d{3,4}\b`),
		func(g []string) string { return g[1] + g[2] + removed },
	},
}

// webToken matches a JSON Web Token or its first part. Card numbers in it have
// been masked.
var webToken = func() *regexp.Regexp {
	const (
		char  = `(?:[\w-]|\[\d{6}\*{6}\d{4}\])`
		dot   = `(?:\s|\\[nrt])*\.(?:\s|\\[nrt])*`
		comma = `\\*["']\s*,\s*\\*["']`
	)
	const listed, dotted = `eyJ` + char + `+` + comma + `eyJ` + char + `+` + comma + char + `+`,
		`eyJ` + char + `+(?:\.` + char + `+|` + dot + `eyJ` + char + `+)(?:` + dot + char + `*)*`
	return regexp.MustCompile(listed + `|` + dotted + `|eyJ` + char + `{9,}`)
}()

// basicPair returns the longest start of a text that is a user and a password in
// base64 of either alphabet, or "". A slash may be part of it or end it.
func basicPair(s string) string {
	for end := len(s); end > 0; end = strings.LastIndexByte(s[:end], '/') {
		std := strings.NewReplacer("-", "+", "_", "/").Replace(s[:end])
		if pair, err := base64.RawStdEncoding.DecodeString(std); err == nil && bytes.Contains(pair, []byte(":")) {
			return s[:end]
		}
	}
	return ""
}

// values removes secrets that their form shows.
func values(s string) string {
	if strings.Contains(s, "//") {
		s = userinfo(s)
	}
	low := strings.ToLower(s)
	for _, f := range forms {
		if !slices.ContainsFunc(f.marks, func(mark string) bool { return strings.Contains(low, mark) }) {
			continue
		}
		s = f.pattern.ReplaceAllStringFunc(s, func(found string) string { return f.replace(f.pattern.FindStringSubmatch(found)) })
	}
	return s
}

// telling matches what may stay of a credential: which of Stripe's it is, and
// the id of its intent.
var telling = regexp.MustCompile(`^(?:(?:pi|seti)_[A-Za-z0-9]+_secret_|[sre]k_(?:test|live)_|whsec_)\[redacted\]$|^pk_(?:test|live)_\w+$`)
