package contracttests

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cariqamock/mockserver"
)

func TestFake(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	h, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	target := Target{
		Name: "fake", Base: "http://127.0.0.1/api/v1", Key: "mock.default.contract", StripeKey: "pk_test_contract",
		Admin: "http://127.0.0.1", Transport: inProcess{h},
	}
	run := Execute(t.Context(), target, Cases(), Options{})
	if run.Dead != "" {
		t.Fatal(run.Dead)
	}
	for _, r := range run.Results {
		if r.Status != Pass {
			t.Errorf("%s: %s\n%s", r.Case, r.Status, strings.Join(append(r.Messages, r.Lacking), "\n"))
		}
	}
	if len(run.Leftovers) > 0 {
		t.Errorf("left behind: %q", run.Leftovers)
	}
	t.Logf("%d cases, %d requests, %s", len(run.Results), run.Requests, run.Took)
}

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	p.handler.ServeHTTP(rec, r)
	return rec.Result(), nil
}
