package contracttests

import (
	"net/http"
	"regexp"
	"strings"

	"cariqamock/internal/redact"
)

// publishable matches Stripe's publishable keys: public, but of an account that
// readers of a report need not know.
var publishable = regexp.MustCompile(`\b(pk_(?:test|live)_)[A-Za-z0-9]+`)

// redacted removes the secrets and the card numbers in a text. The id within a
// client secret stays, as it relates exchanges to each other.
func redacted(s string) string { return unpublished(redact.Text(s)) }

// redactedBody is redacted for a body.
func redactedBody(h http.Header, body []byte) string {
	return unpublished(redact.Body(h.Get("Content-Type"), body))
}

func unpublished(s string) string {
	if !strings.Contains(s, "pk_") { // nearly all, and an expression is slow in long answers
		return s
	}
	return publishable.ReplaceAllString(s, "${1}[redacted]")
}
