package stripe_test

import (
	"fmt"
	"strings"
	"testing"
)

// Stripe's own lengths hold: 5,000 characters for a text; of metadata 50 keys of
// 40 characters with 500 characters each.
func TestLengths(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	keys := func(prefix string, n int) (form []string) {
		for i := range n {
			form = append(form, fmt.Sprintf("%s[key%d]", prefix, i), "v")
		}
		return form
	}
	x := func(n int) string { return strings.Repeat("ä", n) }
	for name, c := range map[string]struct {
		form  []string
		param string // empty: accepted
	}{
		"name":                          {[]string{"billing_details[name]", x(5000)}, ""},
		"name too long":                 {[]string{"billing_details[name]", x(5001)}, "billing_details[name]"},
		"unknown text too long":         {[]string{"nobody[asks]", x(5001)}, "nobody[asks]"},
		"metadata":                      {[]string{"metadata[" + x(40) + "]", x(500)}, ""},
		"metadata, long key":            {[]string{"metadata[" + x(41) + "]", "v"}, "metadata"},
		"metadata, long value":          {[]string{"metadata[k]", x(501)}, "metadata[k]"},
		"metadata, 50 keys":             {keys("metadata", 50), ""},
		"metadata, 51 keys":             {keys("metadata", 51), "metadata"},
		"metadata, a key twice":         {append(keys("metadata", 50), "metadata[key1]", "w"), ""},
		"metadata below, long value":    {[]string{"card[metadata][k]", x(501)}, "card[metadata][k]"},
		"metadata below, 51 keys":       {keys("card[metadata]", 51), "card[metadata]"},
		"no metadata, only in its name": {[]string{"radar_options[my_metadata][k]", x(501)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.post(pk, "/v1/payment_methods", append([]string{"type", "card", "card[token]", "tok_visa"}, c.form...)...)
			switch e := a.fault(); {
			case c.param == "" && a.status != 200:
				t.Errorf("got %d %v", a.status, e)
			case c.param != "" && (a.status != 400 || e["param"] != c.param || e["message"] == ""):
				t.Errorf("got %d %v", a.status, e)
			}
		})
	}
}
