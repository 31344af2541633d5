package stripe_test

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/stripe"
)

// TestOperations: the name of a call is one of those that are known, whatever
// its path and method are.
func TestOperations(t *testing.T) {
	w := newWorld(t).load("pm_card_visa", false)
	known := map[string]bool{"stripe_not_faked": true}
	for _, o := range stripe.FaultOperations() {
		known[o.ID] = true
	}
	send := func(method, path string) string {
		t.Helper()
		w.calls = nil
		r := httptest.NewRequest(method, "/", nil)
		r.URL = &url.URL{Path: path}
		w.ServeHTTP(httptest.NewRecorder(), r)
		if len(w.calls) != 1 {
			t.Fatalf("%s %q was recorded %d times", method, path, len(w.calls))
		}
		return w.calls[0].Operation
	}
	intent := "/v1/setup_intents/" + w.setup().ID
	for _, test := range []struct{ method, path, want string }{
		{"GET", intent, "stripe_setup_intents_retrieve"},
		{"POST", intent + "/confirm", "stripe_setup_intents_confirm"},
		{"POST", "/v1/setup_intents//confirm", "stripe_not_faked"},
		{"DELETE", intent, "stripe_not_faked"},
		{"HEAD", intent, "stripe_not_faked"},
		{"post", intent + "/confirm", "stripe_not_faked"},
		{"POST", intent + "/cancel", "stripe_not_faked"},
		{"POST", intent + "/confirm/", "stripe_not_faked"},
		{"GET", "/v1/", "stripe_not_faked"},
		{"GET", "/v1/\x00", "stripe_not_faked"},
		{"GET", "/v1/setup_intents/\xff/\n", "stripe_not_faked"},
		{"GET", "/v1/payment_methods", "stripe_not_faked"},
		{"POST", "/v1/payment_methods", "stripe_payment_methods_create"},
		{"POST", "/v1//payment_methods", "stripe_not_faked"},
		{"POST", "/v1/tokens/{id}", "stripe_not_faked"},
	} {
		if got := send(test.method, test.path); got != test.want {
			t.Errorf("%s %q is %q, want %q", test.method, test.path, got, test.want)
		}
	}
	method := rapid.SampledFrom([]string{"GET", "POST", "DELETE", "HEAD", "PUT", "PATCH", "OPTIONS", "X"})
	part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"setup_intents", "payment_intents", "tokens", "confirm", "{id}", "", "3ds2", "sessions"}))
	property.Check(t, func(t *rapid.T) {
		path := "/v1"
		for _, p := range rapid.SliceOfN(part, 1, 5).Draw(t, "parts") {
			path += "/" + p
		}
		if got := send(method.Draw(t, "method"), path); !known[got] {
			t.Errorf("%q is called %q", path, got)
		}
	})
}
