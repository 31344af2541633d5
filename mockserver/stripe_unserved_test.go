package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"cariqamock/mockserver"
)

// A call of Stripe's API that is not faked shows wherever a tester may look.
func TestStripeCallsThatAreNotFaked(t *testing.T) {
	var log bytes.Buffer
	cfg := mockserver.DefaultConfig()
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	send := func(method, path, authorization, body string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.RemoteAddr, r.Host = "127.0.0.1:1", "127.0.0.1"
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for _, call := range []struct{ method, path string }{
		{"GET", "/v1/customers/cus_1"}, {"GET", "/v1/customers/cus_2"}, {"POST", "/v1/customers/cus_2"}, {"GET", "/v1/a/\"b\"/%0a"},
		{"GET", "/v1/" + strings.Repeat("x/", 99)},
	} {
		for _, key := range []string{"", "Bearer pk_test_1", "Bearer sk_live_1"} {
			w := send(call.method, call.path, key, "")
			if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "cariqa-mock does not fake this call") || w.Header().Get("X-Cariqa-Mock-Findings") != "request=1" {
				t.Errorf("%s %s with %q: %d %v %s", call.method, call.path, key, w.Code, w.Header(), w.Body)
			}
		}
	}
	for _, want := range []string{
		`call="GET /v1/customers/{id}"`, `call="POST /v1/customers/{id}"`, `call="GET /v1/a/{id}/{id}"`, `call="GET /v1/x/x/x/x/x/x/…"`,
	} {
		if n := strings.Count(log.String(), want); n != 1 {
			t.Errorf("%d lines with %s in the log:\n%s", n, want, log.String())
		}
	}
	metrics := send("GET", "/__admin/metrics", "", "").Body.String()
	if !strings.Contains(metrics, `cariqa_mock_stripe_not_faked_total{call="GET /v1/customers/{id}"} 6`+"\n") {
		t.Errorf("metrics:\n%s", metrics)
	}
	for i := range 200 {
		send("GET", "/v1/"+strings.Repeat("y", i%30+1)+"/"+strings.Repeat("z", i/30+1), "", "")
	}
	if metrics := send("GET", "/__admin/metrics", "", "").Body.String(); strings.Count(metrics, "not_faked_total{") != 51 {
		t.Errorf("%d kinds have a counter", strings.Count(metrics, "not_faked_total{"))
	}

	// A call that is made in a world, or names its intent, is in its journal.
	const world = "/__admin/worlds/mock.default.unserved"
	made := send("POST", world+"/calls", "", `{"call":"POST /v1/customers"}`)
	found := send("GET", world+"/requests", "", "").Body.String()
	want := `"findings":[{"side":"request","in":"path","path":"","kind":"undeclared","message":"path: cariqa-mock does not fake this call of Stripe's API"}]`
	if !strings.Contains(found, want) {
		t.Errorf("%s: the journal is\n%s", strconv.Itoa(made.Code)+" "+made.Body.String(), found)
	}
}
