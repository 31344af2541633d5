package stripe

import (
	"net/url"
	"strings"
	"sync"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
)

// maxReturnURLs bounds how many return URLs are kept, besides limit.PoolMemory;
// the oldest are dropped.
const maxReturnURLs = 10_000

// A returnURL is where the card holder goes after 3-D Secure.
type returnURL struct {
	url string
	sdk bool // one of Stripe's libraries handles 3-D Secure by itself
}

// returnURLs keeps the return URLs of intents. They are between the client and
// Stripe, so the domain does not know them.
type returnURLs struct {
	mu    sync.Mutex
	byID  map[string]returnURL // by intent id
	queue []string             // the ids in byID, oldest first
	bytes int                  // of all URLs
}

func newReturnURLs() *returnURLs { return &returnURLs{byID: map[string]returnURL{}} }

// set stores a return URL; an empty one replaces an earlier one.
func (r *returnURLs) set(intent, to string, sdk bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, known := r.byID[intent]
	if !known && to == "" {
		return
	}
	to = strings.Clone(to) // or it would hold on to the whole body
	r.byID[intent] = returnURL{to, sdk}
	r.bytes += len(to) - len(old.url)
	if !known {
		r.queue = append(r.queue, intent)
	}
	drop := 0
	for len(r.queue)-drop > maxReturnURLs || r.bytes > limit.PoolMemory {
		r.bytes -= len(r.byID[r.queue[drop]].url)
		delete(r.byID, r.queue[drop])
		drop++
	}
	if drop > 0 {
		r.queue = append(r.queue[:0], r.queue[drop:]...)
	}
}

// get returns the return URL of an intent; ok is false if it has none.
func (r *returnURLs) get(intent string) (to returnURL, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	to = r.byID[intent]
	return to, to.url != ""
}

// returnable reports whether a browser may be sent to a URL: web addresses and
// apps' own schemes, but nothing that a browser would run or read by itself.
func returnable(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || strings.ContainsAny(raw, "\r\n\t") {
		return false
	}
	switch u.Scheme { // in lower case
	case "http", "https":
		return u.Host != ""
	case "", "javascript", "data", "vbscript", "file", "blob", "filesystem", "about", "view-source":
		return false
	}
	return true
}

// returnTo adds to a return URL the parameters that Stripe adds.
func returnTo(raw string, i connect.Intent) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil || !returnable(raw) {
		return "", false
	}
	kind, status := string(kindOf(i)), "failed"
	if settled(i) {
		status = "succeeded"
	}
	added := kind + "=" + url.QueryEscape(i.ID) + "&" + kind + "_client_secret=" + url.QueryEscape(i.Secret) + "&redirect_status=" + status
	if u.RawQuery != "" {
		added = u.RawQuery + "&" + added
	}
	u.RawQuery = added
	return u.String(), true
}

// settled reports whether the bank has accepted a setup or a payment.
func settled(i connect.Intent) bool {
	return i.Status == connect.Succeeded || i.Status == connect.RequiresCapture
}
