package hosts

import (
	"cmp"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// hostName matches a host name, or an IPv4 address, in lower case. Underscores
// are in names of containers.
var hostName = regexp.MustCompile(`^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$`)

const maxName = 253

// split returns the name and the port of a host as in a Host header or a URL:
// the name in lower case, without brackets and without a dot at its end; the
// port is empty if the text has no port. ok is false if no URL could contain it.
func split(host string) (name, port string, ok bool) {
	var rest string
	if inside, ipv6 := strings.CutPrefix(host, "["); ipv6 {
		var closed bool
		inside, rest, closed = strings.Cut(inside, "]")
		addr, err := netip.ParseAddr(inside)
		if !closed || err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", "", false
		}
		name = addr.String()
	} else {
		end := strings.IndexByte(host, ':')
		if end < 0 {
			end = len(host)
		}
		name, rest = strings.ToLower(strings.TrimSuffix(host[:end], ".")), host[end:]
		if len(name) > maxName || !hostName.MatchString(name) {
			return "", "", false
		}
	}
	port, colon := strings.CutPrefix(rest, ":")
	if port == "" {
		return name, "", rest == "" || colon
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return name, strconv.FormatUint(n, 10), colon && err == nil && n > 0
}

// join is the reverse of split, without the port if it is the scheme's own.
func join(scheme, name, port string) string {
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	if port == "" || port == defaultPort(scheme) {
		return name
	}
	return name + ":" + port
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

func scheme(secure bool) string {
	if secure {
		return "https"
	}
	return "http"
}

// Local reports whether a host name is this machine: localhost, names below it,
// or a loopback address.
func Local(name string) bool {
	name = strings.ToLower(strings.Trim(name, "[]"))
	addr, err := netip.ParseAddr(name)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || err == nil && addr.IsLoopback()
}

// Origin returns the origin that a text names, in the one form that browsers
// send: in lower case, without the scheme's own port. ok is false unless the text
// is an http or https origin.
func Origin(text string) (origin string, ok bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	name, port, ok := split(u.Host)
	if !ok || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	return u.Scheme + "://" + join(u.Scheme, name, port), true
}

// OriginOf returns the origin of the server that a request is for, as Origin
// does, or "" if its Host is not one.
func OriginOf(r *http.Request) string {
	origin, _ := Origin(scheme(r.TLS != nil) + "://" + r.Host)
	return origin
}

// Port returns the port of the server that a request is for, as its client sees
// it.
func Port(r *http.Request) string {
	_, port, _ := split(r.Host)
	return cmp.Or(port, defaultPort(scheme(r.TLS != nil)))
}

// localAddress returns the address at which a request has arrived, for requests
// without a Host, which HTTP/1.0 allows.
func localAddress(r *http.Request) string {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return "localhost"
	}
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return "localhost"
	}
	return netip.AddrPortFrom(at.Addr().Unmap().WithZone(""), at.Port()).String()
}
