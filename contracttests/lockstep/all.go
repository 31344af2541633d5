package lockstep

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// apiPath is where the API's paths begin, from which the target is found.
var apiPath = regexp.MustCompile(`/api/v1/(?:users|stations)/`)

// Base returns the URL of the API that calls are about, up to /api/v1: that of the
// first call to one of its paths. Without such a call it returns "".
func Base(calls []*Call) string {
	for _, c := range calls {
		u, err := url.Parse(c.URL)
		if err != nil || u.Host == "" {
			continue
		}
		if at := apiPath.FindStringIndex(u.Path); at != nil {
			return u.Scheme + "://" + u.Host + u.Path[:at[0]] + "/api/v1"
		}
	}
	return ""
}

// stripeHosts serve the calls of apps to Stripe.
var stripeHosts = []string{"api.stripe.com", "hooks.stripe.com", "m.stripe.com", "js.stripe.com"}

var live = regexp.MustCompile(`\b(?:pk_live_|sk_live_|rk_live_|sk_test_|rk_test_)[A-Za-z0-9]`)

// LiveKey reports whether a call has a live key, or a secret one, of Stripe.
func (c *Call) LiveKey() bool {
	if live.MatchString(c.URL) || live.Match(c.Body) {
		return true
	}
	for _, values := range c.Header {
		if live.MatchString(strings.Join(values, " ")) {
			return true
		}
	}
	return false
}

// Concerns reports whether a call is to the target or to Stripe.
func (j *Judge) Concerns(c *Call) bool {
	base, err := url.Parse(j.base)
	u, err2 := url.Parse(c.URL)
	return err == nil && err2 == nil && (u.Host == base.Host || slices.Contains(stripeHosts, u.Host))
}

// All judges calls, in the order in which they ended as far as that is known, and
// counts those of other hosts.
func (j *Judge) All(calls []*Call) {
	type event struct {
		at    time.Time
		begin bool
		call  *Call
	}
	var events []event
	known := map[[sha256.Size]byte]bool{}
	for _, c := range calls {
		if !j.Concerns(c) {
			j.Aside("calls of other hosts", 1)
			continue
		}
		if hash, ok := c.copied(); ok {
			if known[hash] {
				j.Aside("calls that were recorded twice", 1)
				continue
			}
			known[hash] = true
		}
		events = append(events, event{c.Began, true, c}, event{c.Ended, false, c})
	}
	if !slices.ContainsFunc(events, func(e event) bool { return e.at.IsZero() }) {
		slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	}
	for _, e := range events { // stable: a call that takes no time begins before it ends
		if e.begin {
			j.Begin(e.call)
		} else {
			j.End(e.call)
		}
	}
}

// copied returns a hash of all that two records of a call have in common; ok is false
// if that does not tell it from another one.
func (c *Call) copied() (hash [sha256.Size]byte, ok bool) {
	if c.Began.IsZero() || c.Ended.IsZero() {
		return hash, false
	}
	h := sha256.New()
	fmt.Fprintln(h, c.Began.UnixNano(), c.Ended.UnixNano(), c.Status, len(c.as()), c.as(), len(c.request()), c.request())
	h.Write(c.Answer)
	return [sha256.Size]byte(h.Sum(nil)), true
}

// Fake returns the version of cariqa-mock that answered a call, or "".
func (c *Call) Fake() string { return c.Answered.Get("X-Cariqa-Mock") }

// String returns the call and the status of its answer.
func (c *Call) String() string {
	return fmt.Sprintf("%s %s: %d %s", c.Method, c.URL, c.Status, http.StatusText(c.Status))
}
