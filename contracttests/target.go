package contracttests

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// A Target is what the suite runs against.
type Target struct {
	Name       string // as reports and evidence call it
	Base       string // URL up to and with /api/v1
	Key        string // bearer token
	StripeKey  string // publishable; empty: card cases are not applicable
	StripeBase string // URL before /v1; empty: the target's own origin on loopback, else Stripe's
	Admin      string // URL of the fake's admin API's origin; empty: none
	AdminToken string
	CDRWait    time.Duration     // longest wait for a final record in real time; 3m
	Timeout    time.Duration     // longest wait for one answer; 30s, and 130s where something may be started
	Transport  http.RoundTripper // nil: http.DefaultTransport
	Magic      bool              // the fake's charge points are there
	Replayed   bool              // answers are recorded ones, so that waiting makes no difference
}

// Origins of the vendor and of Stripe.
const (
	stripeOrigin      = "https://api.stripe.com"
	productionHost    = "connect.cariqa.com"
	defaultCDRWait    = 3 * time.Minute
	readTimeout       = 30 * time.Second
	writeTimeout      = 130 * time.Second // a start answers when the provider has, for which the vendor's client waits 120 s
	publishablePrefix = "pk_test_"
)

// Capabilities are what the target's configuration allows.
func (t Target) Capabilities() Capability {
	c := ChargePoints
	if t.StripeKey != "" {
		c |= Stripe
	}
	if t.Magic || t.Admin != "" {
		c |= MagicPoints
	}
	if t.Admin != "" {
		c |= Clock | Faults | ThreeDS | Operator | Scenarios
	}
	return c
}

// Loopback says whether the target is on this machine.
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

// stripe is the origin of the Stripe that the target's intents live in.
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

// patience is how long an answer is waited for.
func (t Target) patience(method string) time.Duration {
	switch {
	case t.Timeout > 0:
		return t.Timeout
	case method == http.MethodGet:
		return readTimeout
	}
	return writeTimeout
}

// sent keeps the headers that a repetition of the call needs. Credentials of
// the target's are given by the name of the variable that holds them.
func (t Target) sent(h http.Header) map[string]string {
	out := map[string]string{}
	for name := range h {
		value := h.Get(name)
		for _, secret := range []struct{ value, name string }{
			{t.Key, "$CONNECT_API_KEY"}, {t.StripeKey, "$STRIPE_PUBLISHABLE_KEY"}, {t.AdminToken, "$CARIQA_MOCK_ADMIN_TOKEN"},
		} {
			if rest, ok := strings.CutSuffix(value, secret.value); ok && secret.value != "" && (rest == "" || strings.HasSuffix(rest, " ")) {
				value = rest + secret.name
				break
			}
		}
		out[name] = redact(value)
	}
	return out
}

// Validate refuses what must not be called at all: a production host, a live
// or secret key. It makes no call.
func (t Target) Validate(production bool) error {
	u, err := url.Parse(t.Base)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("target %q: want a host and path such as dev.connect.cariqa.com/api/v1, or a URL", t.Base)
	case t.Key == "":
		return fmt.Errorf("target %s: no API key; set CONNECT_API_KEY or --key", t.Base)
	case strings.EqualFold(strings.TrimSuffix(u.Hostname(), "."), productionHost) && !production:
		return fmt.Errorf("%s is production: users, sessions and payments there are real; --i-mean-production overrides", u.Host)
	case strings.HasPrefix(t.StripeKey, "pk_live_"):
		return fmt.Errorf("the Stripe key is a live one: want a test key, %s…", publishablePrefix)
	case t.StripeKey != "" && !strings.HasPrefix(t.StripeKey, publishablePrefix):
		return fmt.Errorf("the Stripe key is not publishable: want %s…, never a secret key", publishablePrefix)
	}
	return nil
}
