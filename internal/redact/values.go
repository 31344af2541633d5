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
	// JSON Web Tokens: the first part is a JSON object, in base64.
	{[]string{"eyj"}, regexp.MustCompile(`eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*`), func([]string) string { return removed }},
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
		regexp.MustCompile(`(?i)(basic(?:[\s+]|%20)+)([a-z0-9+/]{4,})(?:=|%3d)*`),
		func(g []string) string {
			if pair, err := base64.RawStdEncoding.DecodeString(g[2]); err != nil || !bytes.Contains(pair, []byte(":")) {
				return g[0] // prose
			}
			return g[1] + removed
		},
	},
	// The user and the password within a URL.
	{
		[]string{"://"}, regexp.MustCompile(`(://)([^/\s"'<>?#\\]+)@`), func(g []string) string { return g[1] + removed + "@" },
	},
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

// values removes secrets that their form shows.
func values(s string) string {
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
