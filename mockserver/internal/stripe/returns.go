package stripe

import (
	"net/url"
	"strings"
	"sync"

	"cariqamock/mockserver/internal/connect"
)

// returnsSize bounds how many return URLs are kept; the oldest go.
const returnsSize = 10_000

// returns keeps where a client wants its card holder back after 3-D Secure.
// It is between the client and Stripe, so the domain does not know it.
type returns struct {
	mu    sync.Mutex
	urls  map[string]way // by intent id
	queue []string       // intent ids, oldest first; an id is in it as long as in urls
}

// A way is where the card holder goes after 3-D Secure.
type way struct {
	url string
	sdk bool // a library of Stripe's handles 3-D Secure itself
}

func newReturns() *returns { return &returns{urls: map[string]way{}} }

// set notes a return URL; an empty one forgets an earlier one.
func (r *returns) set(intent, to string, sdk bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.urls[intent]; known {
		r.urls[intent] = way{to, sdk}
		return
	}
	if to == "" {
		return
	}
	r.urls[intent] = way{to, sdk}
	r.queue = append(r.queue, intent)
	if len(r.queue) > returnsSize {
		delete(r.urls, r.queue[0])
		r.queue = append(r.queue[:0], r.queue[1:]...)
	}
}

func (r *returns) get(intent string) (way, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	to := r.urls[intent]
	return to, to.url != ""
}

// returnable says whether a browser may be sent to a URL: web addresses and
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

// returnTo adds to a return URL what Stripe adds to it.
func returnTo(raw string, i connect.Intent) (string, bool) {
	if !returnable(raw) {
		return "", false
	}
	u, err := url.Parse(raw)
	if err != nil {
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

// settled says that the bank is content with an intent.
func settled(i connect.Intent) bool {
	return i.Status == connect.Succeeded || i.Status == connect.RequiresCapture
}
