package stripe

import (
	"maps"
	"strings"

	"cariqamock/mockserver/internal/stripe/testcard"
)

// details are what a client has given of a method besides the card, by the names
// of Stripe's parameters, and whether it has given a security code. They come
// with a card on every way to an intent.
type details map[string]string

// Given returns a detail, or nil.
func (d details) Given(name string) *string {
	if v, ok := d[name]; ok {
		return &v
	}
	return nil
}

// Metadata returns the metadata, which may be empty.
func (d details) Metadata() map[string]string {
	out := map[string]string{}
	for name, value := range d {
		if key, ok := strings.CutPrefix(name, "metadata["); ok {
			out[strings.TrimSuffix(key, "]")] = value
		}
	}
	return out
}

// AllowRedisplay returns whether a saved method may be shown again.
func (d details) AllowRedisplay() string {
	if v := d.Given("allow_redisplay"); v != nil {
		return *v
	}
	return "unspecified"
}

// Names of details.
const (
	cvcGiven      = "card[cvc]"    // the code itself is not kept
	numberEntered = "card[number]" // neither is the number
	billingLine   = "billing_details[address][line1]"
	billingZIP    = "billing_details[address][postal_code]"
)

// details returns the details among the parameters of a method, those below a
// prefix, besides those that the card has already.
func (p params) details(prefix string, known details) details {
	out := maps.Clone(known)
	if prefix != "" {
		p = p.below(prefix)
	}
	for name := range p {
		switch {
		case p.get(name) == "" || name == "billing_details[name]":
		case strings.HasPrefix(name, "billing_details["), strings.HasPrefix(name, "metadata["), name == "allow_redisplay":
			out = out.with(name, p.get(name))
		case name == cvcGiven:
			out = out.with(name, "given")
		}
	}
	return out
}

// tokenDetails returns the details among the parameters of a token.
func (p params) tokenDetails() (out details) {
	for parameter, name := range map[string]string{
		"card[address_city]": "billing_details[address][city]", "card[address_country]": "billing_details[address][country]",
		"card[address_line1]": billingLine, "card[address_line2]": "billing_details[address][line2]",
		"card[address_state]": "billing_details[address][state]", "card[address_zip]": billingZIP,
	} {
		if v := p.get(parameter); v != "" {
			out = out.with(name, v)
		}
	}
	if p.get(cvcGiven) != "" {
		out = out.with(cvcGiven, "given")
	}
	if p.get(numberEntered) != "" {
		out = out.with(numberEntered, "yes")
	}
	return out
}

// with adds a detail, which is not a part of the whole body.
func (d details) with(name, value string) details {
	if d == nil {
		d = details{}
	}
	d[strings.Clone(name)] = strings.Clone(value)
	return d
}

// Check returns the result of the bank's check of cvc, postal_code or line1, in
// Stripe's words: nil if there was nothing to check.
func (v methodView) Check(what string) any {
	facts := testcard.FactsOf(v.Card.Conduct.Token).Checks
	name, result := cvcGiven, facts.CVC
	switch what {
	case "postal_code":
		name, result = billingZIP, facts.PostalCode
	case "line1":
		name, result = billingLine, facts.Line1
	}
	switch {
	case v.Given(name) == nil && (result == "" || v.Entered):
		return nil
	case !v.Checked:
		return "unchecked"
	case result != "":
		return result
	}
	return "pass"
}
