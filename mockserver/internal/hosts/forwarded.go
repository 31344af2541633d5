package hosts

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// networks returns the networks that the values of a list of proxies mean.
func networks(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, item := range list {
		switch item {
		case "off":
			if len(list) > 1 {
				return nil, fmt.Errorf("trusted proxies %q: off stands alone", strings.Join(list, ","))
			}
		case "all":
			out = append(out, netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"))
		case "loopback":
			out = append(out, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
		case "private":
			for _, network := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"} {
				out = append(out, netip.MustParsePrefix(network))
			}
		default:
			network, err := netip.ParsePrefix(item)
			if addr, notAddr := netip.ParseAddr(item); notAddr == nil {
				network, err = addr.Prefix(addr.BitLen())
			}
			if err != nil {
				return nil, fmt.Errorf("trusted proxy %q: want off, all, loopback, private, or an address or network such as 10.0.0.0/8", item)
			}
			out = append(out, network)
		}
	}
	return out, nil
}

// trusts reports whether the forwarded headers of a request are believed.
func (p *Policy) trusts(r *http.Request) bool {
	if len(p.trusted) == 0 {
		return false
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr := peer.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(p.trusted, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// See returns a request as its client has made it: Host and TLS are those of
// the public URL or of a trusted proxy's X-Forwarded-Host and X-Forwarded-Proto,
// if the request has come that way. Nothing behind this call needs to read
// forwarded headers. A request without a Host gets the address at which it has
// arrived. The Host of a request that is refused stays as it is.
func (p *Policy) See(r *http.Request) *http.Request {
	host, secure := r.Host, r.TLS != nil
	switch {
	case host == "":
		host = localAddress(r)
	case !p.Accepts(host):
		return r
	}
	if p.public != nil {
		origin, ok := Origin("https://" + host)
		secure = secure || ok && p.IsPublic(origin) // a proxy ends TLS
	}
	if p.trusts(r) {
		if h := r.Header.Values("X-Forwarded-Host"); len(h) == 1 {
			if _, _, ok := split(h[0]); ok {
				host = h[0]
			}
		}
		switch proto, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ","); strings.TrimSpace(proto) {
		case "http":
			secure = false
		case "https":
			secure = true
		}
	}
	return as(r, host, secure)
}

// as returns a request for another host, with or without TLS.
func as(r *http.Request, host string, secure bool) *http.Request {
	if host == r.Host && secure == (r.TLS != nil) {
		return r
	}
	seen := *r
	seen.Host = host
	if !secure {
		seen.TLS = nil
	} else if seen.TLS == nil {
		seen.TLS = &tls.ConnectionState{}
	}
	return &seen
}
