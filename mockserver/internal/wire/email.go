package wire

import (
	"net/netip"
	"strings"
)

// validEmail follows the framework's EmailValidator: a local part of dotted
// atoms or a quoted string, and a domain with a top level, localhost, or an
// address in brackets.
func validEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || len(s) > 320 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	return validLocal(local) && validDomain(domain)
}

func validLocal(s string) bool {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return validQuoted(s[1 : len(s)-1])
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for _, c := range atom {
			if !isAlphanumeric(c) && !strings.ContainsRune("!#$%&'*+/=?^_`{}|~-", c) {
				return false
			}
		}
	}
	return true
}

func validQuoted(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ' || c > '~' || c == '"':
			return false
		case c == '\\':
			if i++; i == len(s) {
				return false
			}
		}
	}
	return true
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
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, c := range l {
			if !isAlphanumeric(c) && c != '-' && c < 0x80 {
				return false
			}
		}
	}
	top := labels[len(labels)-1]
	return len(top) >= 2 && strings.Trim(top, "0123456789") != ""
}

func isAlphanumeric(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
