// Package faketest has targets for tests of the contract suite: the
// fake in this process, or made-up answers.
package faketest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/mockserver"
)

// Target returns a new fake in this process, with all capabilities. change may
// be nil.
func Target(t testing.TB, change func(*mockserver.Config)) contracttests.Target {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.Loopback = "test", true
	if change != nil {
		change(&cfg)
	}
	h, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return contracttests.Target{
		Name: "fake", Base: "http://127.0.0.1/api/v1", Key: "mock.default.contract", StripeKey: "pk_test_contract",
		Admin: "http://127.0.0.1", Transport: inProcess{h},
	}
}

// inProcess is a transport that calls a handler.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	p.handler.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// A Reply is a made-up answer.
type Reply struct {
	Status int
	Body   string
	Header map[string]string // besides Content-Type: application/json
}

// Replies is a transport of made-up answers.
type Replies func(*http.Request) Reply

// RoundTrip returns the reply to a request.
func (f Replies) RoundTrip(r *http.Request) (*http.Response, error) {
	out := f(r)
	h := http.Header{}
	if out.Status != http.StatusNoContent {
		h.Set("Content-Type", "application/json")
	}
	for name, value := range out.Header {
		h.Set(name, value)
	}
	return &http.Response{StatusCode: out.Status, Header: h, Body: io.NopCloser(strings.NewReader(out.Body)), Request: r}, nil
}
