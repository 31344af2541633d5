package shape

import (
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

// IsUUID reports whether a text is a UUID of RFC 9562 in lower case.
func IsUUID(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s && u.Variant() == uuid.RFC4122 && u.Version() >= 1 && u.Version() <= 8
}

// IsTime reports whether a text is a time of RFC 3339, in any zone.
func IsTime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// IsUTC reports whether a text is a time in UTC that ends in Z, at any
// precision.
func IsUTC(s string) bool { return IsTime(s) && strings.HasSuffix(s, "Z") }

// IsUTCSecond reports whether a text is a time in UTC without a fraction.
func IsUTCSecond(s string) bool { return len(s) == len("2006-01-02T15:04:05Z") && IsUTC(s) }

// IsLink reports whether a text is a URL that a browser can open.
func IsLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
