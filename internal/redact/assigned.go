package redact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Characters that end a value without quotes.
const (
	endOfWord = " \t\r\n\"'<>,;&})"
	endOfLine = "\r\n\"<>,;&}"
)

// maxName is the length of the longest name that is looked at.
const maxName = 64

// hints are parts of all names that mean a secret. A text without them is not
// searched.
var hints = []string{
	"token", "secret", "pass", "pwd", "cred", "auth", "key", "sig", "cookie", "jwt", "otp", "csrf", "xsrf", "bearer", "cvc", "cvv", "csc", "pin", "hmac", "mfa",
	"sess", "saml", "assertion", "verifi", "code", "kennwort",
}

// hintsBy are the hints by their first letter.
var hintsBy = func() (by [256][]string) {
	for _, h := range hints {
		by[h[0]] = append(by[h[0]], h)
	}
	return by
}()

// hinted reports whether a text may have the name of a secret in it, in letters
// of either case.
func hinted(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf { // some letters are ASCII in lower case only
			low := strings.ToLower(s)
			return slices.ContainsFunc(hints, func(h string) bool { return strings.Contains(low, h) })
		}
		for _, h := range hintsBy[s[i]|0x20] {
			if rest := s[i:]; len(rest) >= len(h) && rest[1]|0x20 == h[1] && strings.EqualFold(rest[:len(h)], h) {
				return true
			}
		}
	}
	return false
}

// assigned removes the values of names that mean a secret, where a text
// assigns them: token=x, "password": "x", secret: x, also with \" and %3D. A
// value without quotes ends with one of the characters of end.
func assigned(s, end string) string {
	if !hinted(s) {
		return s
	}
	var b strings.Builder
	kept := 0 // up to here s is in b
	for at := 0; at < len(s); at++ {
		width := operator(s[at:])
		if width == 0 || !hides(s[kept:at], s[at:], end) {
			continue
		}
		start, stop := valueAfter(s, at+width, end)
		if value := s[start:stop]; !shown(value) {
			b.WriteString(s[kept:start])
			b.WriteString(removed)
			kept = stop
		}
		at = max(at, stop-1)
	}
	return b.String() + s[kept:]
}

// hides reports whether the value between two parts of a text is removed. A
// finding's message starts with a place, which may be the name of a secret.
func hides(before, operator, end string) bool {
	if reason.MatchString(operator) && place.MatchString(before[max(0, len(before)-2*maxName):]) {
		return false
	}
	name := nameBefore(before)
	return IsSecret(name) || end == endOfLine && isCode(name)
}

// A place in a body, and how the messages about it begin. Clients choose names
// of fields, so a slash before a colon alone does not make a message.
var (
	place  = regexp.MustCompile(`(?:^|\s)(?:body |schema )?/[^\s:=]*$`)
	reason = regexp.MustCompile(`^: (?:(?:value|field|property|parameter|this|these|string|number|null|the|is|must|does|doesn't|not|minimum|maximum|input|it|there) |(?:missing|undeclared|unexpected)\b)`)
)

// shown reports whether a value tells nothing, or nothing more.
func shown(value string) bool {
	switch value {
	case "", "null", "true", "false", removed:
		return true
	}
	return telling.MatchString(value)
}

// operator returns the width of what assigns a value at the start of a text, or 0.
func operator(s string) int {
	switch {
	case s[0] == '=', s[0] == ':':
		return 1
	case s[0] == '%' && len(s) >= 3 && s[1] == '3' && strings.IndexByte("dDaA", s[2]) >= 0:
		return len("%3D")
	case len(s) >= 5 && strings.EqualFold(s[:5], "%253D"):
		return len("%253D")
	}
	return 0
}

// escapedName resolves what is escaped in names of forms, also if it is twice.
var escapedName = strings.NewReplacer(
	"%5B", "[", "%5b", "[", "%255B", "[", "%255b", "[", "%5D", "]", "%5d", "]", "%255D", "]", "%255d", "]", "%22", `"`, "%2522", `"`, "%20", " ", "%2520", " ",
)

// nameBefore returns the name at the end of a text, without what closes it.
func nameBefore(s string) string {
	s = escapedName.Replace(s[max(0, len(s)-maxName):])
	s = strings.TrimRight(s, " \t\"'\\]")
	start := strings.LastIndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.[]", r)
	})
	return s[start+1:]
}

// valueAfter returns the bounds of a value: between its quotes, or up to one
// of the characters of end. The scheme of an authorization is part of it.
func valueAfter(s string, at int, end string) (start, stop int) {
	start = len(s) - len(strings.TrimLeft(s[at:], " \t\\\"'"))
	if opening := s[start-1]; opening == '"' || opening == '\'' {
		stop = strings.IndexByte(s[start:], opening)
		if stop < 0 {
			return start, len(s)
		}
		return start, start + len(strings.TrimRight(s[start:start+stop], `\`))
	}
	rest := s[start:]
	for _, scheme := range []string{"bearer ", "basic ", "digest ", "token "} {
		if len(rest) > len(scheme) && strings.EqualFold(rest[:len(scheme)], scheme) {
			rest = rest[len(scheme):]
		}
	}
	if stop = strings.IndexAny(rest, end); stop < 0 {
		stop = len(rest)
	}
	return start, len(s) - len(rest) + stop
}
