package report

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// Curl returns a shell command that repeats an exchange. Credentials are shell
// variables; what was redacted stays redacted.
func Curl(x contracttests.Exchange) string {
	words := []string{"curl -sS -i"}
	if x.Method != http.MethodGet {
		words = append(words, "-X "+x.Method)
	}
	words = append(words, quote(x.URL))
	for _, name := range slices.Sorted(maps.Keys(x.Sent)) {
		words = append(words, "-H "+header(name, x.Sent[name]))
	}
	if x.Sent == nil { // an old recording
		words = append(words, `-H "Authorization: Bearer $CONNECT_API_KEY"`)
	}
	if x.Request != "" {
		words = append(words, "--data-raw "+quote(x.Request))
	}
	return strings.Join(words, " ")
}

// quote returns a text as one word for a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// header quotes a header. A credential's variable at the end of the value stays
// visible to the shell.
func header(name, value string) string {
	at := strings.LastIndex(value, "$")
	if at < 0 || !isVariable(value[at+1:]) {
		return quote(name + ": " + value)
	}
	if before := name + ": " + value[:at]; !strings.ContainsAny(before, "\"\\$`!") {
		return `"` + before + value[at:] + `"`
	}
	return quote(name+": "+value[:at]) + `"` + value[at:] + `"`
}

func isVariable(s string) bool {
	return slices.Contains([]string{"CONNECT_API_KEY", "STRIPE_PUBLISHABLE_KEY", "CARIQA_MOCK_ADMIN_TOKEN"}, s)
}
