package shape

import (
	"net/url"
	"regexp"
	"strings"
	"time"
)

var (
	uuidPattern   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	secondPattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`)
)

// IsUUID reports whether a text is a UUID in lower case.
func IsUUID(s string) bool { return uuidPattern.MatchString(s) }

// IsTime reports whether a text is a time of RFC 3339, in any zone.
func IsTime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// IsUTC reports whether a text is a time in UTC that ends in Z, at any
// precision.
func IsUTC(s string) bool { return IsTime(s) && strings.HasSuffix(s, "Z") }

// IsUTCSecond reports whether a text is a time in UTC without a fraction.
func IsUTCSecond(s string) bool { return secondPattern.MatchString(s) && IsUTC(s) }

// IsLink reports whether a text is a URL that a browser can open.
func IsLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
