package report

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"cariqamock/contracttests"
	"cariqamock/internal/printable"
)

// Curl returns a shell command that repeats an exchange. Credentials are shell
// variables; what was redacted stays redacted.
func Curl(x contracttests.Exchange) string {
	words := []string{"curl -sS -i"}
	if x.Method != http.MethodGet {
		words = append(words, "-X "+x.Method)
	}
	words = append(words, printable.Shell(x.URL))
	for _, name := range slices.Sorted(maps.Keys(x.Sent)) {
		words = append(words, "-H "+header(name, x.Sent[name]))
	}
	if x.Sent == nil { // an old recording
		words = append(words, `-H "Authorization: Bearer $CONNECT_API_KEY"`)
	}
	if x.Request != "" {
		words = append(words, "--data-raw "+printable.Shell(x.Request))
	}
	return strings.Join(words, " ")
}

// header quotes a header. A credential's variable at the end of the value stays
// visible to the shell.
func header(name, value string) string {
	at := strings.LastIndex(value, "$")
	if at < 0 || !isVariable(value[at+1:]) {
		return printable.Shell(name + ": " + value)
	}
	if before := name + ": " + value[:at]; !strings.ContainsAny(before, "\"\\$`!") && printable.Clean(before) {
		return `"` + before + value[at:] + `"`
	}
	return printable.Shell(name+": "+value[:at]) + `"` + value[at:] + `"`
}

func isVariable(s string) bool {
	return slices.Contains([]string{"CONNECT_API_KEY", "STRIPE_PUBLISHABLE_KEY", "CARIQA_MOCK_ADMIN_TOKEN"}, s)
}
