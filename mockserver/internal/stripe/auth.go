package stripe

import (
	"net/http"
	"regexp"
	"strings"

	"cariqamock/mockserver/internal/text"
)

// A key is an API key of test mode.
type key string

// secret reports whether the key is a server's, which may see everything. A
// restricted key is one that has every permission.
func (k key) secret() bool {
	return strings.HasPrefix(string(k), "sk_") || strings.HasPrefix(string(k), "rk_")
}

// headerKey returns the key of a request's header, where it is the Bearer token
// or the user of Basic authentication; empty if it has none.
func headerKey(r *http.Request) string {
	if given, _, basic := r.BasicAuth(); basic {
		return given
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// authenticate checks a key. It is sent in the header or, as Stripe's browser
// script does, as the parameter key of the body or the query. The header has
// precedence over the body, and the body over the query (assumed).
func authenticate(given string) (key, error) {
	if given == "" {
		return "", reject(http.StatusUnauthorized, "", "",
			"You did not provide an API key. You need to provide your API key in the Authorization header, "+
				"using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, "+
				"or we can help at https://support.stripe.com/.")
	}
	if strings.HasPrefix(given, "ek_") {
		return "", reject(http.StatusUnauthorized, "", "", "Invalid API Key provided: "+masked(given)+". "+noCustomers)
	}
	if len(given) > maxKey || !keyFormat.MatchString(given) {
		return "", reject(http.StatusUnauthorized, "", "", "Invalid API Key provided: "+masked(given))
	}
	return key(strings.Clone(given)), nil // not a part of the whole body
}

// keyFormat matches the keys that are accepted, up to maxKey bytes.
var keyFormat = regexp.MustCompile(`^[prs]k_test_[a-zA-Z0-9_]+$`)

const maxKey = len("pk_test_") + 255

// masked returns what Stripe shows of a key: its kind and its end.
func masked(k string) string {
	k = strings.ToValidUTF8(k, "*")
	if len(k) < 16 {
		return strings.Repeat("*", len(k))
	}
	return k[:8] + strings.Repeat("*", min(len(k)-12, 40)) + k[len(k)-4:]
}

// unrecognized returns the answer to every call that the fake does not serve,
// whatever its key: Stripe has many calls that apps make, and a complaint about
// the key would hide why this one fails.
func (c *call) unrecognized() error {
	return reject(http.StatusNotFound, "", "",
		"Unrecognized request URL ("+c.r.Method+": "+text.Shorten(c.r.URL.EscapedPath(), maxShown)+"). "+
			"cariqa-mock does not fake this call. Stripe itself may have it: see https://stripe.com/docs.")
}

func secretKeyRequired() error {
	return reject(http.StatusForbidden, "secret_key_required", "",
		"This API call cannot be made with a publishable API key. Please use a secret API key. "+
			"You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.")
}
