package wire

import "strings"

// Methods are the methods that APIs have operations for, in the order in which
// the vendor's framework lists them (measured).
var Methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// Allow returns the value of the Allow header of a path that has operations
// for some methods. HEAD comes with GET, and OPTIONS is always allowed.
func Allow(has func(method string) bool) string {
	var out []string
	for _, m := range Methods {
		if has(m) {
			out = append(out, m)
		}
	}
	if has("GET") {
		out = append(out, "HEAD")
	}
	return strings.Join(append(out, "OPTIONS"), ", ")
}
