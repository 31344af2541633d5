package admin

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// LocalHost says whether a host name is this machine's: localhost and names
// below it, and loopback addresses.
func LocalHost(host string) bool {
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// guard keeps other sites' pages out, and everybody without the token if there
// is one. A page of another origin sends its Origin; one that rebinds its name
// to this machine sends its Host.
func (h *handler) guard(r *http.Request) *problem {
	host := hostname(r.Host)
	if h.cfg.Loopback && !LocalHost(host) {
		return newProblem(http.StatusForbidden, "The Host %q is not this machine's. Call the admin API as localhost or 127.0.0.1.", r.Host)
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host != r.Host {
			return newProblem(http.StatusForbidden, "The Origin %q is another site's. The admin API is for its own pages and for tools.", origin)
		}
	}
	if h.cfg.Token == "" || r.URL.Path == healthPath {
		return nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(h.cfg.Token)) != 1 {
		return newProblem(http.StatusUnauthorized, "The admin API wants \"Authorization: Bearer TOKEN\" with the token the server was started with.")
	}
	return nil
}

func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}
