package wire

import (
	"net/netip"
	"regexp"
	"strings"
)

const (
	emailAtom   = "[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+"
	emailQuoted = `"(?:[ !#-\[\]-~]|\\[\x00-\x7F])*"`
	letterDigit = `[0-9A-Za-z\x{80}-\x{10FFFF}]`
)

var (
	emailLocal  = regexp.MustCompile(`^(?:` + emailAtom + `(?:\.` + emailAtom + `)*|` + emailQuoted + `)$`)
	domainLabel = regexp.MustCompile(`^` + letterDigit + `(?:(?:-|` + letterDigit + `)*` + letterDigit + `)?$`)
)

// validEmail follows the framework's EmailValidator: a local part of dotted
// atoms or a quoted string, and a domain with a top level, localhost, or an
// address in brackets.
func validEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && len(s) <= 320 && emailLocal.MatchString(s[:at]) && validDomain(s[at+1:])
}

func validDomain(s string) bool {
	if strings.EqualFold(s, "localhost") {
		return true
	}
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		_, err := netip.ParseAddr(strings.TrimPrefix(s[1:len(s)-1], "IPv6:"))
		return err == nil
	}
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if len(l) > 63 || !domainLabel.MatchString(l) {
			return false
		}
	}
	top := labels[len(labels)-1]
	return len(labels) > 1 && len(top) >= 2 && strings.Trim(top, "0123456789") != ""
}
