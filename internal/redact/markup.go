package redact

import (
	"regexp"
	"strings"
)

var (
	element  = regexp.MustCompile(`<([\w:.-]+)(?:\s[^<>]*)?>`)
	named    = regexp.MustCompile(`(?i)(\b(?:name|key|field|header|parameter)["'\\]*\s*[:=]\s*["'\\]*([\w.\[\]-]+)["'\\]*[\s,;]*["'\\]*(?:value|values|val|content)["'\\]*\s*[:=][\s\["'\\]*)([^"'\\<>]+)`)
	backward = regexp.MustCompile(`(?i)(\b(?:value|val|content)["'\\]*\s*[:=]\s*["'\\]+)([^"'\\<>]+)(["'\\]+[\s,;]*["'\\]*(?:name|key|field|header|parameter)["'\\]*\s*[:=]\s*["'\\]*([\w.\[\]-]+))`)
	option   = regexp.MustCompile(`((?:^|[^\w-])--?)([A-Za-z][\w-]*)((?:["',+\\]|\s)+)("[^"]*"|'[^']*'|[^\s"'\\-][^\s"'\\]*)`)
	login    = regexp.MustCompile(`((?:^|[^\w-])(?:-[uU]|--user|--proxy-user)(?:["',=+\\]|\s)*)([^\s"':]*:[^\s"'\\]+)`)
)

// elsewhere removes the values of names that mean a secret where another syntax
// than that of assignments relates them: elements of XML, pairs of fields called
// name and value, and options of commands.
func elsewhere(s string) string {
	if strings.IndexByte(s, '-') >= 0 {
		if strings.Contains(s, "-u") || strings.Contains(s, "-U") || strings.Contains(s, "-user") {
			s = login.ReplaceAllStringFunc(s, func(found string) string {
				g := login.FindStringSubmatch(found)
				if _, password, _ := strings.Cut(g[2], ":"); strings.HasPrefix(password, "//") {
					return found // a URL
				}
				return g[1] + removed
			})
		}
		if hasOption(s) {
			s = replaceNamed(s, option, 2, 4)
		}
	}
	if !hinted(s) {
		return s
	}
	if low := strings.ToLower(s); strings.Contains(low, "val") || strings.Contains(low, "content") {
		s = replaceNamed(replaceNamed(s, named, 2, 3), backward, 4, 2)
	}
	return elements(s)
}

// hasOption reports whether a hyphen in a text may begin an option: most are
// within words.
func hasOption(s string) bool {
	for i := range len(s) {
		if s[i] == '-' && (i == 0 || !wordByte(s[i-1]) && s[i-1] != '-') {
			return true
		}
	}
	return false
}

// wordByte reports whether a byte is one of \w in an expression.
func wordByte(c byte) bool { return digit(c) || c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// replaceNamed removes one group of what an expression matches if another group
// is the name of a secret.
func replaceNamed(s string, pattern *regexp.Regexp, name, value int) string {
	if !hinted(s) {
		return s
	}
	var b strings.Builder
	kept := 0 // up to here s is in b
	for _, at := range pattern.FindAllStringSubmatchIndex(s, -1) {
		group := func(i int) string { return s[at[2*i]:at[2*i+1]] }
		if !shown(strings.Trim(group(value), `"'`)) && (IsSecret(group(name)) || isCode(group(name))) {
			b.WriteString(s[kept:at[2*value]])
			b.WriteString(removed)
			kept = at[2*value+1]
		}
	}
	return b.String() + s[kept:]
}

// elements removes what elements of XML and HTML contain.
func elements(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	for {
		at := element.FindStringSubmatchIndex(s)
		if at == nil {
			return b.String() + s
		}
		name := s[at[2]:at[3]]
		b.WriteString(s[:at[1]])
		s = s[at[1]:]
		local := name[strings.LastIndexByte(name, ':')+1:]
		if !IsSecret(local) && !isCode(local) {
			continue
		}
		end := strings.Index(s, "</"+name)
		if end < 0 {
			end = len(s)
		}
		if !shown(s[:end]) {
			b.WriteString(removed)
			s = s[end:]
		}
	}
}
