package wire

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"

	"cariqamock/internal/python"
)

const (
	letters     = `A-Za-zİıſK` // Python's A to Z, whatever their case
	emailAtom   = "[-!#$%&'*+/=?^_`{}|~0-9" + letters + "]+"
	emailQuoted = `"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-\[\]-\x7f]|\\[\x01-\t\x0b\x0c\x0e-\x7f])*"`
	maxEmail    = 320 // characters
)

var (
	emailLocal  = regexp.MustCompile(`^(?:` + emailAtom + `(?:\.` + emailAtom + `)*|` + emailQuoted + `)$`)
	emailDomain = regexp.MustCompile(`^(?:[0-9` + letters + `](?:[-0-9` + letters + `]{0,61}[0-9` + letters + `])?\.)+[-0-9` + letters + `]{1,62}[0-9` + letters + `]$`)
)

// validEmail follows the framework's EmailValidator (measured): a local part of
// dotted atoms or a quoted string, and a domain with a top level, localhost, or
// an IP address in brackets. A domain may be one that becomes such a domain in
// ASCII.
func validEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || utf8.RuneCountInString(s) > maxEmail || !emailLocal.MatchString(s[:at]) {
		return false
	}
	domain := s[at+1:]
	if domain == "localhost" || validDomain(domain) {
		return true
	}
	encoded, err := python.EncodeDomain(domain)
	return err == nil && validDomain(encoded)
}

func validDomain(s string) bool {
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		addr, err := netip.ParseAddr(s[1 : len(s)-1])
		return err == nil && addr.Zone() == ""
	}
	return emailDomain.MatchString(s)
}
