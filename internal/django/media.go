// Package django reads media types and request bodies as the vendor's framework
// does (Django REST Framework on Django), for the server and for the findings.
package django

import (
	"strings"

	"cariqamock/internal/python"
)

// A MediaType is a value of Accept or Content-Type as the vendor's framework
// reads it: nothing is ever an error.
type MediaType struct {
	Main, Sub string // in lower case
	Params    map[string]string
}

// ReadMediaType reads a media type.
func ReadMediaType(s string) MediaType {
	full, params := parseHeader(s)
	m := MediaType{Params: params}
	m.Main, m.Sub, _ = strings.Cut(full, "/")
	return m
}

// Matches reports whether a type is a media type of the framework: either side
// may have * in the place of a part.
func (m MediaType) Matches(main, sub string) bool {
	return (m.Main == main || m.Main == "*") && (m.Sub == sub || m.Sub == "*")
}

// Precedence returns how much a type says: a type in full with parameters 3,
// without them or with q alone 2, with any subtype 1, any type 0.
func (m MediaType) Precedence() int {
	_, q := m.Params["q"]
	switch {
	case m.Main == "*":
		return 0
	case m.Sub == "*":
		return 1
	case len(m.Params) == 0 || len(m.Params) == 1 && q:
		return 2
	}
	return 3
}

// parseHeader returns the value of a header in lower case and its parameters, as
// Django reads both: a semicolon within quotes does not separate, and a name
// that ends with * is encoded as RFC 2231 describes.
func parseHeader(line string) (value string, params map[string]string) {
	if !strings.Contains(line, ";") { // as almost always
		return strings.ToLower(strings.TrimSpace(line)), nil
	}
	parts := headerParts(line)
	params = map[string]string{}
	for _, part := range parts[1:] {
		name, v, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		name, extended := strings.CutSuffix(strings.ToLower(strings.TrimSpace(name)), "*")
		v = strings.TrimSpace(v)
		if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
			v = strings.ReplaceAll(strings.ReplaceAll(v[1:len(v)-1], `\\`, `\`), `\"`, `"`)
		}
		if encoded := strings.Split(v, "'"); extended && strings.Count(part, "'") == 2 && len(encoded) == 3 {
			v = python.Unquote(encoded[2], python.LookupCharset(encoded[0]))
		}
		params[name] = v
	}
	return strings.ToLower(parts[0]), params
}

// headerParts splits a header at the semicolons that are not within quotes.
func headerParts(line string) []string {
	parts := []string{""}
	quoted := false
	for part := range strings.SplitSeq(line, ";") {
		last := len(parts) - 1
		if quoted {
			parts[last] += ";" + part
		} else {
			parts, last = append(parts, part), last+1
		}
		quoted = strings.Count(parts[last], `"`)%2 == 1
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts[1:]
}
