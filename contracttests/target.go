package contracttests

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"cariqamock/internal/redact"
)

// A Target is what the suite runs against.
type Target struct {
	Name string // in reports and evidence
	Base string // URL, up to and including /api/v1
	Key  string // bearer token

	StripeKey  string // publishable; without it card cases are not applicable
	StripeBase string // URL before /v1; default the target's own origin on loopback, else Stripe's
	OtherKey   string // bearer token of another client; without it what one client sees of another is not applicable
	Admin      string // origin of the fake's admin API; without it the cases that use it are not applicable
	AdminToken string

	CDRWait   time.Duration     // maximum time to wait for a CDR, in real time; default 3m
	Timeout   time.Duration     // maximum time to wait for an answer; default 30s for a GET, else 130s
	Transport http.RoundTripper // default http.DefaultTransport
	Magic     bool              // the target has the fake's charge points
	Replayed  bool              // answers are recorded, so that waiting makes no difference
}

const (
	stripeOrigin      = "https://api.stripe.com"
	productionHost    = "connect.cariqa.com"
	defaultCDRWait    = 3 * time.Minute
	readTimeout       = 30 * time.Second
	writeTimeout      = 130 * time.Second // a start answers after the provider; the vendor's client waits 120 s for that
	publishablePrefix = "pk_test_"
)

// Capabilities returns what the target's configuration allows.
func (t Target) Capabilities() Capability {
	c := ChargePoints | Undeclared
	if t.StripeKey != "" {
		c |= Stripe
	}
	if t.Magic || t.Admin != "" {
		c |= MagicPoints
	}
	if t.OtherKey != "" || t.Admin != "" {
		c |= OtherClient
	}
	if t.Admin != "" {
		c |= Clock | Faults | ThreeDS | Operator | Scenarios
	}
	return c
}

// Loopback reports whether the target is on this machine.
func (t Target) Loopback() bool { return loopback(t.Base) }

func loopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	host := u.Hostname()
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && addr.IsLoopback()
}

// stripe returns the origin of the Stripe that has the target's intents.
func (t Target) stripe() string {
	switch {
	case t.StripeBase != "":
		return strings.TrimSuffix(t.StripeBase, "/")
	case t.Loopback():
		u, _ := url.Parse(t.Base) // Loopback has parsed it
		return u.Scheme + "://" + u.Host
	}
	return stripeOrigin
}

// patience returns the maximum time to wait for an answer.
func (t Target) patience(method string) time.Duration {
	switch {
	case t.Timeout > 0:
		return t.Timeout
	case method == http.MethodGet:
		return readTimeout
	}
	return writeTimeout
}

// sent returns the headers that are needed to repeat a call. In place of the
// target's credentials they have the names of the variables that hold them.
func (t Target) sent(h http.Header) map[string]string {
	out := map[string]string{}
	for name := range h {
		out[name] = t.sentHeader(name, h.Get(name))
	}
	return out
}

func (t Target) sentHeader(name, value string) string {
	for _, secret := range []struct{ value, name string }{
		{t.Key, "$CONNECT_API_KEY"}, {t.OtherKey, "$CONNECT_OTHER_API_KEY"}, {t.StripeKey, "$STRIPE_PUBLISHABLE_KEY"}, {t.AdminToken, "$CARIQA_MOCK_ADMIN_TOKEN"},
	} {
		if rest, ok := strings.CutSuffix(value, secret.value); ok && secret.value != "" && (rest == "" || strings.HasSuffix(rest, " ")) {
			return rest + secret.name
		}
	}
	return redact.Header(name, value)
}

// Validate returns an error if the target must not be called: a production host,
// unless production is set, or a live or secret key. It makes no call.
func (t Target) Validate(production bool) error {
	u, err := url.Parse(t.Base)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("invalid target %q: want a host and path such as dev.connect.cariqa.com/api/v1, or a URL", t.Base)
	case t.Key == "":
		return fmt.Errorf("no API key for %s: set CONNECT_API_KEY or --key", t.Base)
	case t.OtherKey == t.Key:
		return fmt.Errorf("the other client's key is the same as the first one's: want another, or none")
	case strings.EqualFold(strings.TrimSuffix(u.Hostname(), "."), productionHost) && !production:
		return fmt.Errorf("%s is production, with real users, sessions and payments: --i-mean-production allows it", u.Host)
	case strings.HasPrefix(t.StripeKey, "pk_live_"):
		return fmt.Errorf("the Stripe key is a live key: want a publishable test key, %s…", publishablePrefix)
	case t.StripeKey != "" && !strings.HasPrefix(t.StripeKey, publishablePrefix):
		return fmt.Errorf("the Stripe key is not publishable: want a publishable test key, %s…, never a secret one", publishablePrefix)
	}
	return nil
}
