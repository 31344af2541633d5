package report

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/contracttests"
)

// Curl is a shell command that repeats an exchange. Credentials are variables
// of the shell; what was redacted stays so.
func Curl(x contracttests.Exchange) string {
	words := []string{"curl -sS -i"}
	if x.Method != http.MethodGet {
		words = append(words, "-X "+x.Method)
	}
	words = append(words, quote(x.URL))
	for _, name := range slices.Sorted(maps.Keys(x.Sent)) {
		words = append(words, "-H "+header(name, x.Sent[name]))
	}
	if x.Sent == nil { // a recording that does not know
		words = append(words, `-H "Authorization: Bearer $CONNECT_API_KEY"`)
	}
	if x.Request != "" {
		words = append(words, "--data-raw "+quote(x.Request))
	}
	return strings.Join(words, " ")
}

// quote makes one word of a POSIX shell out of a text.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// header quotes a header. The name of a credential's variable is the end of
// the value, and stays open to the shell.
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
