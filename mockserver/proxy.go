package mockserver

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"cariqamock/mockserver/internal/api"
	"cariqamock/mockserver/internal/certificate"
	"cariqamock/mockserver/internal/hosts"
	"cariqamock/mockserver/internal/proxy"
	"cariqamock/mockserver/internal/stripe/stripejs"
)

// ProxiedHosts returns the names of the hosts that a Proxy answers for, sorted:
// the vendor's, and those of Stripe to which apps, scripts and SDKs connect.
func ProxiedHosts() []string { return hosts.Faked() }

// A CA is the certificate authority that clients of a Proxy have to trust. It can
// sign nothing but the names of ProxiedHosts.
type CA struct{ authority *certificate.Authority }

// OpenCA returns the certificate authority of a folder. If the folder has none,
// or one that has expired or is for other hosts, it is made, and made is true.
// random is the source of keys, now the clock.
func OpenCA(dir string, random io.Reader, now func() time.Time) (ca *CA, made bool, err error) {
	a, made, err := certificate.Open(certificate.Config{Dir: dir, Hosts: hosts.Faked(), Random: random, Now: now})
	if err != nil {
		return nil, false, err
	}
	return &CA{a}, made, nil
}

// Path returns the path of the certificate that clients have to trust.
func (c *CA) Path() string { return c.authority.Path() }

// PEM returns the certificate that clients have to trust.
func (c *CA) PEM() []byte { return c.authority.PEM() }

// A Proxy lets apps reach a Server under the names of the vendor's and Stripe's
// hosts. It has two servers: that of the proxy, for clients that send CONNECT,
// and that of the tunnels, in which they speak HTTPS.
type Proxy struct {
	proxy   *proxy.Proxy
	tunnels http.Handler
	secure  *tls.Config
}

// CheckProxyAllow returns an error that names the value of a Proxy's allowed
// hosts that is wrong.
func CheckProxyAllow(allow []string) error {
	_, err := proxy.Allowed(allow)
	return err
}

// Proxy returns a forward proxy in front of the server. The hosts in allow,
// fake.example.org or *.example.org, are reached as they are; all others are
// refused, counted and logged.
func (s *Server) Proxy(ca *CA, allow []string) (*Proxy, error) {
	p, err := proxy.New(proxy.Config{Allow: allow, Refused: s.api.StrayHost, Dial: (&net.Dialer{}).DialContext, Log: s.cfg.Log})
	if err != nil {
		return nil, err
	}
	return &Proxy{p, s.recovered(s.bodies.Guard(http.HandlerFunc(s.serveProxied))), proxy.TLS(ca.authority.For)}, nil
}

// ServeHTTP answers a client of the proxy.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.proxy.ServeHTTP(w, r) }

// Tunnels returns what to serve beside the Proxy, with TLS and HTTP/1.1 or
// HTTP/2: the clients' connections to the hosts that are faked.
func (p *Proxy) Tunnels() (net.Listener, *tls.Config, http.Handler) {
	return p.proxy.Tunnels(), p.secure, p.tunnels
}

// stripeAPI is where the browser script calls Stripe's API if it was loaded from
// Stripe's own address.
const stripeAPI = "https://api.stripe.com"

// scriptBase returns the origin to which the browser script sends its calls.
func (s *Server) scriptBase(r *http.Request) string {
	if hosts.SideOf(r.Host) == hosts.StripeWeb {
		return stripeAPI
	}
	return s.base(r)
}

// serveProxied answers a request to one of the hosts that are faked. Each has the
// paths of its own side alone, and never the admin API.
func (s *Server) serveProxied(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(api.HeaderVersion, s.cfg.Version)
	side, prefix := hosts.SideOf(r.Host), part(r.URL.Path)
	_, isScript := stripejs.Train(r.URL.Path)
	switch {
	case r.Host == "":
		http.Error(w, "The request has no Host, which says for which of the faked hosts it is. Send one, as HTTP/1.1 does.", http.StatusBadRequest)
	case side == hosts.None:
		http.Error(w, fmt.Sprintf("This connection is for another host than %q. Open one for that host.", r.Host), http.StatusMisdirectedRequest)
	case upgrades(r):
		http.Error(w, "The fake does not speak WebSockets or other protocols than HTTP.", http.StatusNotImplemented)
	case side == hosts.Telemetry:
		s.telemetry.ServeHTTP(w, r)
	case side == hosts.Vendor:
		s.parts[vendorPrefix].ServeHTTP(w, r)
	case prefix == challengePrefix:
		s.parts[challengePrefix].ServeHTTP(w, r)
	case side == hosts.StripeAPI:
		s.parts[stripePrefix].ServeHTTP(w, r)
	case isScript:
		s.script.ServeHTTP(w, r)
	default:
		http.Error(w, fmt.Sprintf("The fake has the browser script /v3/ and the pages of 3-D Secure at %s, and nothing else.", r.Host), http.StatusNotFound)
	}
}

// upgrades reports whether a request asks for another protocol.
func upgrades(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || r.Method == http.MethodConnect
}

// takeTelemetry answers a report of Stripe's scripts and SDKs.
func takeTelemetry(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, "{}") // nobody waits for it
}
