package stripe

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/stripe/testcard"
)

// createMethod answers POST /v1/payment_methods and puts the method into the
// pool.
func (c *call) createMethod() (any, error) {
	now := c.h.cfg.Wall()
	card, err := c.card("", now)
	if err != nil {
		return nil, err
	}
	id := c.h.keep(c.h.pool, "pm_", card)
	m := showMethod(connect.PaymentMethod{ID: id, Card: card, CreatedAt: now})
	m.Billing.Email = c.params.optional("billing_details[email]")
	m.Billing.Phone = c.params.optional("billing_details[phone]")
	m.Billing.Address = c.params.address("billing_details[address]")
	if c.params.has("card[cvc]") {
		unchecked := "unchecked"
		m.Card.Checks.CVC = &unchecked
	}
	return m, nil
}

func (p params) optional(name string) *string {
	if v := p.get(name); v != "" {
		return &v
	}
	return nil
}

// address returns an address. The answer shows it, but it is not stored.
func (p params) address(prefix string) addressObject {
	field := func(n string) *string { return p.optional(name(prefix, n)) }
	return addressObject{
		City: field("city"), Country: field("country"), Line1: field("line1"), Line2: field("line2"),
		PostalCode: field("postal_code"), State: field("state"),
	}
}

// A methodObject is Stripe's payment method, with the fields of Stripe's
// published OpenAPI fixtures.
type methodObject struct {
	ID             string            `json:"id"`
	Object         string            `json:"object"`
	AllowRedisplay string            `json:"allow_redisplay"`
	Billing        billingObject     `json:"billing_details"`
	Card           cardObject        `json:"card"`
	Created        int64             `json:"created"`
	Customer       *string           `json:"customer"`
	Livemode       bool              `json:"livemode"`
	Metadata       map[string]string `json:"metadata"`
	Type           string            `json:"type"`
}

type billingObject struct {
	Address addressObject `json:"address"`
	Email   *string       `json:"email"`
	Name    *string       `json:"name"`
	Phone   *string       `json:"phone"`
	TaxID   *string       `json:"tax_id"`
}

type addressObject struct {
	City       *string `json:"city"`
	Country    *string `json:"country"`
	Line1      *string `json:"line1"`
	Line2      *string `json:"line2"`
	PostalCode *string `json:"postal_code"`
	State      *string `json:"state"`
}

type cardObject struct {
	Brand         string         `json:"brand"`
	Checks        checksObject   `json:"checks"`
	Country       string         `json:"country"`
	DisplayBrand  string         `json:"display_brand"`
	ExpMonth      int            `json:"exp_month"`
	ExpYear       int            `json:"exp_year"`
	Fingerprint   string         `json:"fingerprint"`
	Funding       string         `json:"funding"`
	GeneratedFrom *string        `json:"generated_from"`
	Last4         string         `json:"last4"`
	Networks      networksObject `json:"networks"`
	ThreeDSecure  usageObject    `json:"three_d_secure_usage"`
	Wallet        *walletObject  `json:"wallet"`
}

type checksObject struct {
	Line1      *string `json:"address_line1_check"`
	PostalCode *string `json:"address_postal_code_check"`
	CVC        *string `json:"cvc_check"`
}

type networksObject struct {
	Available []string `json:"available"`
	Preferred *string  `json:"preferred"`
}

type usageObject struct {
	Supported bool `json:"supported"`
}

type walletObject struct {
	ApplePay     *struct{} `json:"apple_pay,omitempty"`
	DynamicLast4 string    `json:"dynamic_last4"`
	GooglePay    *struct{} `json:"google_pay,omitempty"`
	Type         string    `json:"type"`
}

// showMethod returns a method in Stripe's format. Funding and fingerprint are
// assumed; the domain does not know them.
func showMethod(m connect.PaymentMethod) *methodObject {
	c := m.Card
	return &methodObject{
		ID: m.ID, Object: "payment_method", AllowRedisplay: "unspecified",
		Billing: billingObject{Name: c.Holder},
		Card: cardObject{
			Brand: c.Brand, Country: testcard.Country(c.Conduct.Token), DisplayBrand: displayBrand(c.Brand),
			ExpMonth: c.ExpMonth, ExpYear: c.ExpYear, Fingerprint: fingerprint(c), Funding: funding(c.Conduct.Token),
			Last4: c.Last4, Networks: networksObject{Available: []string{c.Brand}},
			ThreeDSecure: usageObject{Supported: c.Brand != "amex"}, Wallet: showWallet(c),
		},
		Created: m.CreatedAt.Truncate(time.Second).Unix(), Metadata: map[string]string{}, Type: "card",
	}
}

func displayBrand(brand string) string {
	if brand == "amex" {
		return "american_express"
	}
	return brand
}

func funding(token string) string {
	switch {
	case strings.HasSuffix(token, "_debit"):
		return "debit"
	case strings.HasSuffix(token, "_prepaid"):
		return "prepaid"
	}
	return "credit"
}

// fingerprint returns the same text for the same card, as Stripe does.
func fingerprint(c connect.Card) string {
	sum := sha256.Sum256([]byte(c.Brand + c.Last4 + c.Conduct.Token))
	return hex.EncodeToString(sum[:8])
}

func showWallet(c connect.Card) *walletObject {
	w := &walletObject{DynamicLast4: c.Last4, Type: string(c.Type)}
	switch c.Type {
	case connect.TypeApplePay:
		w.ApplePay = &struct{}{}
	case connect.TypeGooglePay:
		w.GooglePay = &struct{}{}
	default:
		return nil
	}
	return w
}
