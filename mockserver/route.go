package mockserver

import (
	"net/http"
	"path"
	"strings"

	"cariqamock/mockserver/internal/api"
	"cariqamock/mockserver/internal/stripe/stripejs"
)

// What the paths of the parts begin with.
const (
	vendorPrefix    = "/api/"
	stripePrefix    = "/v1/"
	challengePrefix = "/stripe/authenticate/"
	adminPrefix     = "/__admin/"
)

// part returns which of the prefixes a path belongs to, or "". A path that a mux
// would redirect, such as one with two slashes or dots, belongs to the part to
// which it would lead, and whose own error is the answer: a redirect has no CORS
// headers, and the vendor's framework does not redirect either. What is no path,
// as in OPTIONS * or CONNECT, is the vendor's.
func part(urlPath string) string {
	if !strings.HasPrefix(urlPath, "/") {
		return vendorPrefix
	}
	for _, p := range []string{urlPath, path.Clean(urlPath) + "/"} {
		for _, prefix := range []string{vendorPrefix, stripePrefix, challengePrefix, adminPrefix} {
			if strings.HasPrefix(p, prefix) {
				return prefix
			}
		}
	}
	return ""
}

// route returns the handler of all paths. Web pages of other origins may call
// the vendor's and Stripe's API, never the admin API.
func (s *Server) route() http.Handler {
	s.parts = map[string]http.Handler{
		vendorPrefix:    inCapitals(s.open(s.api, s.api.Refuse)),
		stripePrefix:    s.open(s.stripe, s.stripe.Refuse),
		challengePrefix: s.open(s.stripe.Challenge(), s.stripe.Refuse),
	}
	others := http.NewServeMux()
	s.describe(others)
	if s.cfg.SplitAdmin {
		others.Handle("/", s.open(http.HandlerFunc(elsewhere), refusePlainly))
		s.parts[adminPrefix] = others
	} else {
		s.parts[adminPrefix] = s.adminHandler(s.base, s.call)
		others.Handle("/", s.parts[adminPrefix])
	}
	return s.recovered(s.bodies.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(api.HeaderVersion, s.cfg.Version)
		handler, ok := s.parts[part(r.URL.Path)]
		if _, isScript := stripejs.Train(r.URL.Path); isScript {
			handler = s.script
		} else if !ok {
			handler = others
		}
		handler.ServeHTTP(w, r)
	})))
}

// inCapitals takes methods in any case, as the vendor's framework does.
func inCapitals(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if method := strings.ToUpper(r.Method); method != r.Method {
			own := *r
			own.Method, r = method, &own
		}
		next.ServeHTTP(w, r)
	})
}

// elsewhere answers paths that another address has.
func elsewhere(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "Not found. The vendor's API is under /api/v1/, Stripe's under /v1/; /__admin/ has an address of its own.", http.StatusNotFound)
}
