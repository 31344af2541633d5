package contracttests

import "regexp"

var secrets = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`((?:seti|pi)_[A-Za-z0-9]+_secret_)[A-Za-z0-9]+`), "${1}[redacted]"},
	{regexp.MustCompile(`\b((?:pk|sk|rk)_(?:test|live)_)[A-Za-z0-9]+`), "${1}[redacted]"},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`), "[redacted]"},
}

// redact replaces the secrets in a text. The id within a client secret stays, as
// it relates exchanges to each other.
func redact(s string) string {
	for _, r := range secrets {
		s = r.pattern.ReplaceAllString(s, r.with)
	}
	return s
}
