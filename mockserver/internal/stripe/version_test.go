package stripe_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestVersions: what no version of Stripe's API can be is refused.
func TestVersions(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	i := w.setup()
	for version, status := range map[string]int{
		"": 200, "2011-01-01": 200, "2020-08-27": 200, "2024-06-20": 200, "2025-03-31.basil": 200, "2026-08-26.dahlia": 200,
		"2020-08-27;link_beta=v1": 200, "2025-03-31.basil; orders_beta=v4; foo=1": 200, "2022-08-01;": 200,
		"1999-01-01": 400, "2010-12-31": 400, "2024-02-30": 400, "2024-13-01": 400, "latest": 400, "2024": 400, "v1": 400, "2024-06-20.Basil": 400, "2024-06-20 x": 400,
	} {
		r := httptest.NewRequest(http.MethodGet, path(i)+"?client_secret="+i.Secret, nil)
		r.Header.Set("Authorization", "Bearer "+pk)
		if version != "" {
			r.Header.Set("Stripe-Version", version)
		}
		a := w.send(r)
		message, _ := a.fault()["message"].(string)
		if a.status != status || status == 400 && message != "Invalid Stripe API version: "+version {
			t.Errorf("%q: %d %v", version, a.status, a.body)
		}
		if echo := a.header.Get("Stripe-Version"); status == 200 && echo != version {
			t.Errorf("%q: echoed as %q", version, echo)
		}
	}
}
