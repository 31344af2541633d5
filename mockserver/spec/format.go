package spec

import (
	"errors"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// stringFormats returns checks for the formats that openapi.yaml uses and
// kin-openapi lets pass: it enforces date and date-time only. They are passed
// with each validation, because kin's registry of formats is global state.
func stringFormats() map[string]openapi3.StringFormatValidator {
	check := func(f func(string) bool) openapi3.StringFormatValidator {
		bad := errors.New("malformed")
		return openapi3.NewCallbackValidator(func(s string) error {
			if f(s) {
				return nil
			}
			return bad
		})
	}
	return map[string]openapi3.StringFormatValidator{
		"email":   check(isEmail),
		"uri":     check(isURI),
		"uuid":    openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC9562),
		"decimal": check(isDecimal),
	}
}

// isEmail reports whether a text may be an email address. It is deliberately
// wider than the vendor's framework, which also looks at the characters of
// both parts: a finding must be certain. A quoted local part may have any.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > 1 && local[0] == '"' && local[len(local)-1] == '"' {
		local = ""
	}
	return !strings.ContainsAny(local+domain, " \t\r\n,;<>")
}

// isURI reports whether a text is an absolute URI.
func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && (u.Host != "" || u.Opaque != "" || u.Path != "")
}

// isDecimal reports whether a text is a decimal number. It requires a digit,
// which the vendor's pattern for energy does not.
func isDecimal(s string) bool {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return len(whole)+len(fraction) > 0 && digits(whole) && digits(fraction)
}

func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
