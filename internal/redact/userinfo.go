package redact

import "strings"

// maxURL is the number of bytes in which the end of a password with slashes is
// looked for.
const maxURL = 1024

// userinfo removes the user and the password of the URLs in a text.
func userinfo(s string) string {
	var b strings.Builder
	kept := 0 // up to here s is in b
	for at := 0; ; {
		i := strings.Index(s[at:], "//")
		if i < 0 {
			return b.String() + s[kept:]
		}
		at += i + len("//")
		scheme := i > 0 && s[at-3] == ':'
		for at < len(s) && s[at] == '/' {
			at++
		}
		if n := userinfoLength(s[at:], scheme); n > 0 {
			b.WriteString(s[kept:at])
			b.WriteString(removed)
			kept, at = at+n, at+n
		}
	}
}

// userinfoLength returns the length of the userinfo at the start of what follows
// the slashes of a URL, or 0. A password may contain slashes and at signs,
// but a host with a port is not taken for userinfo. Without a scheme there must be a password.
func userinfoLength(s string, scheme bool) int {
	end := strings.IndexAny(s, "/?# \t\r\n\"'<>\\")
	if end < 0 {
		end = len(s)
	}
	n := strings.LastIndexByte(s[:end], '@')
	user, _, ok := strings.Cut(s[:max(n, 0)], ":")
	if n < 0 {
		var password string
		user, password, ok = strings.Cut(s[:end], ":")
		ok = ok && strings.Trim(password, "0123456789") != ""
	}
	if strings.HasPrefix(user, "[") { // an address, or removed already
		return 0
	}
	if !ok {
		if !scheme {
			return 0
		}
		return max(n, 0)
	}
	url := s[:min(len(s), maxURL)]
	stops := " \t\r\n\"'<>\\"
	if n >= 0 {
		stops += "?#"
	}
	if stop := strings.IndexAny(url, stops); stop >= 0 {
		url = url[:stop]
	}
	return max(n, strings.LastIndexByte(url, '@'), 0)
}
