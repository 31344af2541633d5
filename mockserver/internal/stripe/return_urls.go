package stripe

import (
	"context"
	"net/url"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/store"
)

// A returnURL is where the card holder goes after 3-D Secure.
type returnURL struct {
	URL string
	SDK bool // one of Stripe's libraries handles 3-D Secure by itself
}

// returnURLs keeps the return URLs of intents. They are between the client and
// Stripe, so the domain does not know them.
type returnURLs struct{ items[returnURL] }

func newReturnURLs(s Store) returnURLs { return returnURLs{items[returnURL]{s, returnItems}} }

// set stores the return URL of an intent of a world; an empty one replaces an
// earlier one.
func (r returnURLs) set(ctx context.Context, world, intent string, to returnURL) error {
	if to.URL == "" {
		if _, seq, err := r.get(ctx, intent); seq == 0 {
			return err
		}
		return r.drop(ctx, intent)
	}
	item, err := r.item(intent, to, store.AnySeq, time.Time{})
	if err != nil {
		return err
	}
	item.World = world
	_, err = written(r.store.Put(ctx, item))
	return err
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
