// Package hosts decides to which host names a server answers, and at which
// address its clients see it.
//
// A web page can let its own name point to a server on this machine or in this
// network, and then read the answers: DNS rebinding. Such a name is a registered
// one and has a dot, so names with a dot are refused unless they are known.
package hosts

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"

	"cariqamock/mockserver/internal/text"
)

// A Config says what a Policy allows.
type Config struct {
	// Public is the base URL at which a proxy publishes the server. Its host is
	// accepted. It may be nil.
	Public *url.URL
	// Allowed are the names that are accepted besides those that Accepts has:
	// fake.example.org, or *.example.org for all names below.
	Allowed []string
	// Trusted are the proxies whose forwarded headers are believed: addresses,
	// networks as in 10.0.0.0/8, loopback, private or all; or off alone.
	Trusted []string
	Log     *slog.Logger
}

// A Policy decides about the hosts of requests. It is safe for concurrent use.
type Policy struct {
	public  *url.URL
	allowed Names
	trusted []netip.Prefix
	log     *slog.Logger

	mu     sync.Mutex
	logged map[string]bool // names that have been refused
}

// New returns a Policy. The error names the value that is wrong, and what is
// accepted.
func New(cfg Config) (*Policy, error) {
	allowed, err := ParseNames("allowed host", cfg.Allowed)
	if err != nil {
		return nil, err
	}
	p := &Policy{public: cfg.Public, allowed: allowed, log: cfg.Log, logged: map[string]bool{}}
	if cfg.Public != nil {
		name, _, ok := split(cfg.Public.Host)
		if !ok {
			return nil, fmt.Errorf("public URL %q: %q is not a host name", cfg.Public, cfg.Public.Host)
		}
		p.allowed = append(p.allowed, name)
	}
	p.trusted, err = networks(cfg.Trusted)
	return p, err
}

// Accepts reports whether the server answers to a host, with or without a port:
// IP addresses, localhost and names below it, names without a dot, names below
// internal, those that a proxy answers for, and those of the configuration.
func (p *Policy) Accepts(host string) bool {
	name, _, ok := split(host)
	return ok && p.acceptsName(name)
}

func (p *Policy) acceptsName(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil || !strings.Contains(name, ".") {
		return true
	}
	return strings.HasSuffix(name, ".localhost") || strings.HasSuffix(name, ".internal") || faked[name] != None || p.allowed.Has(name)
}

// Refusal returns a sentence that says why a request's Host is refused and what
// to do, or "" if it is accepted. A request without a Host is accepted, since no
// browser sends one, and so is that of httptest.NewRequest, if it has not come
// through a server.
func (p *Policy) Refusal(r *http.Request) string {
	if r.Host == "" || r.Host == "example.com" && r.Context().Value(http.ServerContextKey) == nil {
		return ""
	}
	name, _, ok := split(r.Host)
	switch {
	case !ok:
		return fmt.Sprintf("Host %q is not a host name.", text.Shorten(r.Host, maxShown))
	case p.acceptsName(name):
		return ""
	}
	p.note(name)
	name = text.Shorten(name, maxShown)
	return fmt.Sprintf("This server does not answer to the host name %s. Use localhost or an IP address, or start the server with --allowed-host %s.", name, name)
}

const (
	maxShown  = 100 // characters of a host in a sentence
	maxLogged = 16  // names that are logged, so that a stranger cannot fill the log
)

// note logs a name that is refused, once.
func (p *Policy) note(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.logged[name] || len(p.logged) >= maxLogged {
		return
	}
	p.logged[name] = true
	p.log.Warn("refused a request for an unknown host name; --allowed-host would allow it", "host", name)
}

// IsPublic reports whether an origin is that of the public URL.
func (p *Policy) IsPublic(origin string) bool {
	if p.public == nil {
		return false
	}
	public, ok := Origin(p.public.Scheme + "://" + p.public.Host)
	return ok && origin == public
}
