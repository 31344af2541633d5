package stripe

import (
	"regexp"
	"time"
)

var versionFormat = regexp.MustCompile(`^\d{4}-\d\d-\d\d(\.[a-z]+)?(; ?[a-z0-9_]+=[a-z0-9_.]+)*;?$`)

// firstVersion is the oldest version in Stripe's changelog.
const firstVersion = "2011-01-01"

// isVersion reports whether a text may be a version of Stripe's API: 2024-06-20,
// 2025-03-31.basil, with betas after semicolons. Which days have a version is not
// checked.
func isVersion(v string) bool {
	if len(v) > 200 || !versionFormat.MatchString(v) || v[:10] < firstVersion {
		return false
	}
	_, err := time.Parse(time.DateOnly, v[:10])
	return err == nil
}
