package hosts

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Null is the origin that browsers send for pages without one: files, sandboxed
// frames, data URLs.
const Null = "null"

// Origins is a set of origins of web pages.
type Origins struct{ all []pattern }

// A pattern is an origin, or all origins below its host.
type pattern struct {
	scheme, name, port string
	below              bool
}

// opaque are the schemes of pages whose origin is null.
var opaque = []string{"about", "blob", "data", "file", "javascript"}

// ParseOrigins returns the set of the origins in a list: https://app.example.org,
// also with a port, of any scheme that has a host (capacitor://localhost,
// chrome-extension://ID); https://*.example.org for all hosts below; null. The
// error says which one no browser could ever send.
func ParseOrigins(list []string) (Origins, error) {
	var o Origins
	for _, text := range list {
		p, reason := parsePattern(text)
		if reason != "" {
			return o, fmt.Errorf("origin %q: %s; want a scheme and host, such as https://app.example.org, https://*.example.org, capacitor://localhost, or null", text, reason)
		}
		o.all = append(o.all, p)
	}
	return o, nil
}

// parsePattern returns an origin of a configuration, or what is wrong with it.
func parsePattern(text string) (p pattern, reason string) {
	if text == Null {
		return pattern{scheme: Null}, ""
	}
	u, err := url.Parse(text)
	switch {
	case text == "*":
		return p, "each origin must be named"
	case err != nil || u.Scheme == "" || u.Opaque != "" || !strings.Contains(text, "://"):
		return p, "it has no scheme"
	case slices.Contains(opaque, u.Scheme):
		return p, "browsers send null for the pages of " + u.Scheme + ":"
	case u.User != nil:
		return p, "an origin has no user"
	case u.Path == "/" && u.RawQuery == "" && u.Fragment == "":
		return p, "an origin has no slash at its end"
	case u.Path != "" || strings.ContainsAny(text, "?#"):
		return p, "an origin has no path, query or fragment"
	}
	host, below := strings.CutPrefix(u.Host, "*.")
	name, port, ok := split(host)
	if _, err := netip.ParseAddr(name); !ok || below && err == nil || strings.HasSuffix(host, ":") {
		return p, fmt.Sprintf("%q cannot be the host of an origin", u.Host)
	}
	if port == defaultPort(u.Scheme) {
		port = ""
	}
	return pattern{u.Scheme, name, port, below}, ""
}

// Allow reports whether an Origin header names one of the set. Case and the
// scheme's own port make no difference.
func (o Origins) Allow(origin string) bool {
	given, reason := parsePattern(origin)
	return reason == "" && !given.below && slices.ContainsFunc(o.all, func(p pattern) bool {
		same := p.scheme == given.scheme && p.port == given.port
		return same && (!p.below && p.name == given.name || p.below && strings.HasSuffix(given.name, "."+p.name))
	})
}

// Sources returns the origins as a content security policy names them, all but
// null, which it has no name for.
func (o Origins) Sources() []string {
	var out []string
	for _, p := range o.all {
		if p.scheme == Null {
			continue
		}
		name := join(p.scheme, p.name, p.port)
		if p.below {
			name = "*." + name
		}
		out = append(out, p.scheme+"://"+name)
	}
	return out
}
