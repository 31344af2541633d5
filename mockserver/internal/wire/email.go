package wire

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	emailAtom   = "[-!#$%&'*+/=?^_`{}|~0-9A-Za-z]+"
	emailQuoted = `"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-\[\]-\x7f]|\\[\x01-\t\x0b\x0c\x0e-\x7f])*"`
	letterDigit = `[0-9A-Za-z\p{L}\p{M}\p{N}\p{S}]` // the framework encodes what is not ASCII, and takes most of it
	maxEmail    = 320                               // characters
)

var (
	emailLocal  = regexp.MustCompile(`^(?:` + emailAtom + `(?:\.` + emailAtom + `)*|` + emailQuoted + `)$`)
	domainLabel = regexp.MustCompile(`^` + letterDigit + `(?:(?:-|` + letterDigit + `)*` + letterDigit + `)?$`)
	topLabel    = regexp.MustCompile(`^(?:-|` + letterDigit + `)+` + letterDigit + `$`)
)

// validEmail follows the framework's EmailValidator (measured): a local part of
// dotted atoms or a quoted string, and a domain with a top level, localhost, or
// an IP address in brackets.
func validEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && utf8.RuneCountInString(s) <= maxEmail && emailLocal.MatchString(s[:at]) && validDomain(s[at+1:])
}

func validDomain(s string) bool {
	if s == "localhost" {
		return true
	}
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		addr, err := netip.ParseAddr(s[1 : len(s)-1])
		return err == nil && addr.Zone() == ""
	}
	labels := strings.Split(s, ".")
	top := labels[len(labels)-1]
	for _, l := range labels[:len(labels)-1] {
		if len(l) > 63 || !domainLabel.MatchString(l) {
			return false
		}
	}
	return len(labels) > 1 && len(top) <= 63 && topLabel.MatchString(top)
}
