package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// Every text has a length: that of openapi.yaml, or 10,000 characters. The text
// of the refusal is the framework's.
func TestTextLengths(t *testing.T) {
	billing := func(field, value string) map[string]any {
		b := map[string]any{"line1": "a", "postal_code": "b"}
		b[field] = value
		return b
	}
	start := start(t)
	for field, c := range map[string]struct {
		most   int
		method string
		path   string
		body   func(value string) map[string]any
	}{
		"line1":             {10_000, "PUT", me + "/billing-details/", nil},
		"postal_code":       {10_000, "PUT", me + "/billing-details/", nil},
		"company_name":      {10_000, "PUT", me + "/billing-details/", nil},
		"vat_id":            {10_000, "PUT", me + "/billing-details/", nil},
		"city":              {50, "PUT", me + "/billing-details/", nil},
		"country":           {150, "PUT", me + "/billing-details/", nil},
		"tax_id":            {30, "PUT", me + "/billing-details/", nil},
		"first_name":        {150, "PUT", me + "/billing-details/", nil},
		"last_name":         {150, "PUT", me + "/billing-details/", nil},
		"email":             {10_000, "PATCH", me + "/", func(v string) map[string]any { return map[string]any{"email": v} }},
		"evse_id":           {10_000, "POST", me + "/charging/start/", func(v string) map[string]any { return map[string]any{"evse_id": v, "payment_method_id": pm1} }},
		"payment_method_id": {10_000, "POST", me + "/charging/start/", func(v string) map[string]any { return map[string]any{"evse_id": evse, "payment_method_id": v} }},
	} {
		t.Run(field, func(t *testing.T) {
			f := start.in(t, "default")
			if c.body == nil {
				c.body = func(v string) map[string]any { return billing(field, v) }
			}
			refusal := fmt.Sprintf("%s: Ensure this field has no more than %d characters.", field, c.most)
			for n, refused := range map[int]bool{c.most: false, c.most + 1: true, 900_000 / 2: true} {
				body := c.body(strings.Repeat("ä", n))
				asJSON, err := json.Marshal(body)
				if err != nil {
					t.Fatal(err)
				}
				values := url.Values{}
				for name, v := range body {
					values.Set(name, fmt.Sprint(v))
				}
				requests := []request{send(c.method, c.path, string(asJSON))}
				if encoded := values.Encode(); len(encoded) < 1<<20 {
					requests = append(requests, form(c.method, c.path, encoded))
				}
				for _, r := range requests {
					_, got := f.raw(r)
					if strings.Contains(got, refusal) != refused {
						t.Errorf("%d characters: %.300s", n, got)
					}
				}
			}
		})
	}
}
