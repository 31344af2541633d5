package stripe

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/url"
	"slices"
	"sync"
	"text/template"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
	"cariqamock/mockserver/internal/wire"
)

//go:embed objects/*.tmpl
var objectFiles embed.FS

// objects are the templates of Stripe's objects, which show every field.
var objects = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"json": func(v any) (string, error) {
			b, err := wire.Marshal(v)
			return string(b), err
		},
		"cents": cents, "country": country, "funding": testcard.Funding, "fingerprint": fingerprint, "tokenization": tokenization,
		"tokenBrand": func(brand string) string { return cmp.Or(tokenBrands[brand], "Unknown") },
	}).ParseFS(objectFiles, "objects/*.tmpl"))
})

// An object is one of Stripe's objects: a template and what it shows.
type object struct {
	name string
	data any
}

// MarshalJSON executes the template.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	err := objects().ExecuteTemplate(&out, o.name+".tmpl", o.data)
	return out.Bytes(), err
}

// A methodView is what payment_method.tmpl shows.
type methodView struct {
	connect.PaymentMethod
	details
	Full    bool // as a secret key sees it
	Checked bool // an intent has been confirmed with it, so its bank has been asked
	Entered bool // its number was entered, so only what was given can be checked
}

// showMethod returns a method in Stripe's format. Its fingerprint is assumed; the
// domain does not know it.
func (c *call) showMethod(m connect.PaymentMethod, checked bool) any {
	_, entered := m.Card.Details[numberEntered]
	return object{"payment_method", methodView{m, m.Card.Details, c.key.secret(), checked, entered}}
}

// Networks returns the networks of the card, in Stripe's words.
func (v methodView) Networks() []string {
	if also := testcard.FactsOf(v.Card.Conduct.Token).CoBrand; also != "" {
		return []string{v.Card.Brand, also}
	}
	return []string{v.Card.Brand}
}

func country(token string) string { return testcard.FactsOf(token).Country }

// An intentView is what setup_intent.tmpl and payment_intent.tmpl show.
type intentView struct {
	connect.Intent
	Full          bool // as a secret key sees it
	Error         *errorObject
	NextAction    any
	PaymentMethod any
}

// show returns an intent as the key may see it.
func (c *call) show(i connect.Intent) any {
	return object{string(kindOf(i)), intentView{
		Intent: i, Full: c.key.secret(), Error: c.lastError(i), NextAction: c.nextAction(i), PaymentMethod: c.method(i),
	}}
}

// method returns the id of the intent's method, or the method in full if
// expand[] asks for it.
func (c *call) method(i connect.Intent) any {
	switch {
	case i.Method == nil:
		return nil
	case slices.Contains(c.params["expand[]"], "payment_method"):
		return c.showMethod(*i.Method, true)
	}
	return i.Method.ID
}

// nextAction returns a redirect to 3-D Secure if the client has set a return
// URL, unless one of Stripe's libraries announced with use_stripe_sdk that it
// handles 3-D Secure itself; otherwise work for such a library. All lead to the
// fake's own page.
func (c *call) nextAction(i connect.Intent) any {
	if i.Status != connect.RequiresAction {
		return nil
	}
	page := c.challengeURL(i)
	kind, action := "use_stripe_sdk", map[string]string{"type": "three_d_secure_redirect", "stripe_js": page}
	back, _, err := c.h.returns.get(c.r.Context(), i.ID)
	c.failed = cmp.Or(c.failed, err)
	if back.URL != "" && !back.SDK {
		kind, action = "redirect_to_url", map[string]string{"url": page, "return_url": back.URL}
	}
	return map[string]any{"type": kind, kind: action}
}

// challengeURL returns the address of the bank's page. It ends with a source, as
// the library for iOS looks for it there (STPIntentActionUseStripeSDK.swift):
// it cancels a source when the card holder leaves the page.
func (c *call) challengeURL(i connect.Intent) string {
	return c.h.cfg.Base(c.r) + challengePath + url.PathEscape(i.ID) + "/" + sourceOf(i.ID) + "?client_secret=" + url.QueryEscape(i.Secret)
}

// cents returns an amount in the smallest unit of the euro, the currency of all
// tariffs.
func cents(amount decimal.Decimal) int64 { return amount.Shift(2).Round(0).IntPart() }

// fingerprint returns the same text for the same card, as Stripe does.
func fingerprint(c connect.Card) string {
	sum := sha256.Sum256([]byte(c.Brand + c.Last4 + c.Conduct.Token))
	return hex.EncodeToString(sum[:8])
}

// tokenBrands are the brands as the cards of tokens spell them.
var tokenBrands = map[string]string{
	"visa": "Visa", "mastercard": "MasterCard", "amex": "American Express", "discover": "Discover",
	"diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay",
}
