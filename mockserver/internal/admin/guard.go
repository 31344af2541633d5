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

	"cariqamock/mockserver/internal/admin/adminapi"
)

// LocalHost reports whether a host name is this machine: localhost, names
// below it, or a loopback address.
func LocalHost(host string) bool {
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// guard refuses pages of other sites, and callers without the token if the
// server has one. Such a page is recognized by its Origin, by the browser's
// Sec-Fetch-Site, or, if it rebinds its name to this machine, by its Host.
func (h *handler) guard(r *http.Request) *adminapi.Problem {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host // without a port
	}
	if h.cfg.Loopback && !LocalHost(host) {
		return adminapi.NewProblem(http.StatusForbidden, "Host %q is not this machine. Call the admin API as localhost or 127.0.0.1.", r.Host)
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host != r.Host {
			return adminapi.NewProblem(http.StatusForbidden, "Origin %q is another site. Only tools and this server's own pages may call the admin API.", origin)
		}
	}
	if h.cross.Check(r) != nil || embedded(r) {
		return adminapi.NewProblem(http.StatusForbidden, "The request comes from a page of another site. Only tools and this server's own pages may call the admin API.")
	}
	if h.cfg.Token == "" || r.URL.Path == healthPath || h.authorized(r) {
		return nil
	}
	return adminapi.NewProblem(http.StatusUnauthorized, "The admin API requires \"Authorization: Bearer TOKEN\" with the token that the server was started with.")
}

// embedded reports whether a page of another site embeds the request, as an
// image or a frame. The page could not read the response, but reading a world
// creates it, and many new worlds would evict those in use. Links are allowed.
func embedded(r *http.Request) bool {
	site, dest := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Dest")
	return (site == "cross-site" || site == "same-site") && dest != "document"
}

// CookieName is the name of the cookie that replaces the token for browsers
// that have signed in to the console.
const CookieName = "cariqa-mock-admin"

// Cookie returns the value of the cookie for a token. The token cannot be
// derived from it.
func Cookie(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(CookieName))
	return hex.EncodeToString(mac.Sum(nil))
}

// authorized reports whether a request has the token or the cookie made of it.
func (h *handler) authorized(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && equal(strings.TrimSpace(token), h.cfg.Token) {
		return true
	}
	for _, c := range r.CookiesNamed(CookieName) {
		if equal(c.Value, Cookie(h.cfg.Token)) {
			return true
		}
	}
	return false
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
