package admin

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
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
// is one. A page of another origin sends its Origin, or its browser says in
// Sec-Fetch-Site where it is from; one that rebinds its name to this machine
// sends its Host.
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
	if h.cross.Check(r) != nil || embedded(r) {
		return newProblem(http.StatusForbidden, "A page of another site asks. The admin API is for its own pages and for tools.")
	}
	if h.cfg.Token == "" || r.URL.Path == healthPath || h.knows(r) {
		return nil
	}
	return newProblem(http.StatusUnauthorized, "The admin API wants \"Authorization: Bearer TOKEN\" with the token the server was started with.")
}

// embedded says that another site's page asks in passing, for a picture or a
// frame. It could not read the answer, but looking at a world makes it, and
// many would push out those of the server's user. A link is followed.
func embedded(r *http.Request) bool {
	site, dest := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Dest")
	return (site == "cross-site" || site == "same-site") && dest != "document"
}

// CookieName is the cookie that stands for the token on the admin API's own
// pages.
const CookieName = "cariqa-mock-admin"

// Cookie is the value of the cookie for a token. The token does not follow
// from it.
func Cookie(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(CookieName))
	return hex.EncodeToString(mac.Sum(nil))
}

// knows says whether a request brings the token or the cookie made of it.
func (h *handler) knows(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && same(strings.TrimSpace(token), h.cfg.Token) {
		return true
	}
	for _, c := range r.CookiesNamed(CookieName) {
		if same(c.Value, Cookie(h.cfg.Token)) {
			return true
		}
	}
	return false
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}
