package wire

import (
	"cmp"
	"net/http"
	"strings"
)

// RulePrefer is the rule of an answer that the client asked for.
const RulePrefer = "prefer"

// A Preference is what a Prefer header asks for (RFC 7240): the answer of a
// status, and among those the one with an error.
type Preference struct{ Code, Error string }

// ReadPreference reads a header such as "code=402, error=payment_error". It
// returns false if the header names neither. Other preferences are ignored, as
// the RFC demands.
func ReadPreference(h http.Header) (Preference, bool) {
	var p Preference
	for part := range strings.FieldsFuncSeq(strings.Join(h.Values("Prefer"), ","), func(c rune) bool { return c == ',' || c == ';' }) {
		name, value, _ := strings.Cut(part, "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "code":
			p.Code = cmp.Or(p.Code, value) // the first one counts, by the RFC
		case "error":
			p.Error = cmp.Or(p.Error, value)
		}
	}
	return p, p.Code != "" || p.Error != ""
}
