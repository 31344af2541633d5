package hosts

import (
	"fmt"
	"slices"
	"strings"
)

// Names is a set of host names and IP addresses.
type Names []string // in lower case; one that begins with a dot stands for all names below

// ParseNames returns the set of the names in a list: fake.example.org, or
// *.example.org for all names below. what says what they are, for errors, which
// name the value that is wrong and what is accepted.
func ParseNames(what string, list []string) (Names, error) {
	var out Names
	for _, text := range list {
		below, wild := strings.CutPrefix(text, "*.")
		name, _, ok := split(below)
		if !ok {
			return nil, fmt.Errorf("%s %q: want a host name such as fake.example.org, or *.example.org for all names below", what, text)
		}
		if wild {
			name = "." + name
		}
		out = append(out, name)
	}
	return out, nil
}

// Has reports whether a name, as Name returns it, is in the set.
func (n Names) Has(name string) bool {
	return slices.ContainsFunc(n, func(a string) bool { return name == a || a[0] == '.' && strings.HasSuffix(name, a) })
}

// Name returns the name and the port of a host as in a Host header or a URL: the
// name in lower case, without brackets and without a dot at its end; the port is
// empty if the text has none. ok is false if no URL could contain it.
func Name(host string) (name, port string, ok bool) { return split(host) }
