package admin

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"math"
	"net/http"
	"strconv"
	"strings"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/admin/adminapi"
	"cariqamock/mockserver/internal/hosts"
)

// guard refuses pages of other sites, and callers without the token if the
// server has one. Such a page is recognized by its Origin, by the browser's
// Sec-Fetch-Site, or, if it rebinds its name to this machine, by its Host.
func (h *handler) guard(r *http.Request) *adminapi.Problem {
	if text := h.cfg.Hosts.Refusal(r); text != "" {
		return adminapi.NewProblem(http.StatusForbidden, "%s", text)
	}
	if given := r.Header.Get("Origin"); given != "" {
		origin, ok := hosts.Origin(given)
		if own := hosts.OriginOf(r); !ok || origin != own && !h.cfg.Hosts.IsPublic(origin) {
			return adminapi.NewProblem(http.StatusForbidden, "Origin %q is another site: this server is %s. "+
				"Only tools and its own pages may call the admin API. If a proxy publishes it, start it with --public-url or --trust-proxy.", given, own)
		}
	}
	if foreign(r) && (r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("Sec-Fetch-Dest") != "document") {
		return adminapi.NewProblem(http.StatusForbidden, "The request comes from a page of another site. Only tools and this server's own pages may call the admin API.")
	}
	if h.cfg.Token == "" || r.URL.Path == healthPath || h.signedIn(r) {
		return nil
	}
	return h.checkToken(r)
}

// foreign reports whether a page of another site has sent a request, or has a
// link that was followed. Such a page cannot read the answer, but reading a world
// creates it, and many new worlds would evict those in use.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none": // none: typed, or opened from a bookmark
		return false
	}
	return true
}

// cookiePrefix is what the name of the cookie begins with that replaces the token
// for browsers that have signed in to the console. The port of the server
// follows, since browsers send a cookie to every port of a host.
const cookiePrefix = "cariqa-mock-admin-"

// Cookie returns name and value of the cookie for a token at the server that a
// request is for. The token cannot be derived from it, and the cookie of a
// server on another port is a different one.
func Cookie(r *http.Request, token string) (name, value string) {
	name = cookiePrefix + hosts.Port(r)
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(name))
	return name, hex.EncodeToString(mac.Sum(nil))
}

// signedIn reports whether a request has the cookie made of the token.
func (h *handler) signedIn(r *http.Request) bool {
	name, value := Cookie(r, h.cfg.Token)
	for _, c := range r.CookiesNamed(name) {
		if equal(c.Value, value) {
			return true
		}
	}
	return false
}

// longToken is the length from which a token cannot be guessed, at whatever
// rate, so that others' attempts need not lock out those who have it.
const longToken = 16

// checkToken refuses a request without the token. Wrong tokens are logged, and a
// client that has sent many of them has to wait, whatever it sends next.
func (h *handler) checkToken(r *http.Request) *adminapi.Problem {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return adminapi.NewProblem(http.StatusUnauthorized, "The admin API requires \"Authorization: Bearer TOKEN\" with the token that the server was started with.")
	}
	right := equal(token, h.cfg.Token)
	if right && len(h.cfg.Token) >= longToken {
		return nil
	}
	if wait := h.tries.judge(r.RemoteAddr, right); wait > 0 {
		seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
		p := adminapi.NewProblem(http.StatusTooManyRequests, "Too many wrong admin tokens came from this address. Try again in %s s.", seconds)
		p.RetryAfter = seconds
		return p
	}
	if right {
		return nil
	}
	h.cfg.Log.Warn("wrong admin token", "client", r.RemoteAddr, "method", r.Method, "path", redact.LogText(r.URL.Path))
	return adminapi.NewProblem(http.StatusUnauthorized, "The admin token is wrong. It is the one that the server was started with.")
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
