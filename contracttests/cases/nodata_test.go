package cases

import (
	"embed"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
)

// A void is a target that has no data of some kind, and otherwise is the fake.
type void struct {
	operations []string // those that answer without data
	answer     func(*http.Request) (faketest.Reply, bool)
	fake       http.RoundTripper
}

// RoundTrip answers without data, except to what would be refused anyway.
func (v void) RoundTrip(r *http.Request) (*http.Response, error) {
	honest, err := v.fake.RoundTrip(r)
	if err != nil || honest.StatusCode >= 300 || r.Method == http.MethodOptions || !strings.HasPrefix(r.URL.Path, "/api/v1/") {
		return honest, err
	}
	empty, ok := v.answer(r)
	if !ok {
		return honest, nil
	}
	empty.Header = map[string]string{}
	for _, name := range []string{"X-Cariqa-Mock", "X-Cariqa-Mock-World", "Allow", "Vary", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"} {
		empty.Header[name] = honest.Header.Get(name)
	}
	if empty.Status == http.StatusNotFound {
		empty.Header["X-Cariqa-Mock-Rule"] = "request/not-found"
	}
	return faketest.Replies(func(*http.Request) faketest.Reply { return empty }).RoundTrip(r)
}

const (
	emptyPage = `{"count":0,"next":null,"previous":null,"results":[]}`
	noSuch    = `{"detail":"Not found."}`
)

// noStations answers as a target without charge points.
func noStations(r *http.Request) (faketest.Reply, bool) {
	switch path := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/v1"), "/"); {
	case path == "/stations/around":
		return faketest.Reply{Status: 200, Body: emptyPage}, true
	case path == "/stations/tile":
		return faketest.Reply{Status: 200, Body: `{"type":"FeatureCollection","features":[]}`}, true
	case path == "/stations/partners":
		return faketest.Reply{Status: 200, Body: `[]`}, true
	case path == "/stations/details", strings.HasSuffix(path, "/charging/start"):
		return faketest.Reply{Status: 404, Body: noSuch}, true
	}
	return faketest.Reply{}, false
}

// emptyLists answers every list with an empty page.
func emptyLists(r *http.Request) (faketest.Reply, bool) {
	for _, list := range []string{"/users", "/payment-methods", "/charging-sessions", "/invoices", "/charging/debts"} {
		if r.Method == http.MethodGet && strings.HasSuffix(strings.TrimSuffix(r.URL.Path, "/"), list) {
			return faketest.Reply{Status: 200, Body: emptyPage}, true
		}
	}
	return faketest.Reply{}, false
}

// documented fails without stations: that there are these is what the vendor has
// documented.
const documented = "stations/virtual-points"

//go:embed testdata/without-*.yaml
var withoutData embed.FS

// TestWithoutData runs every case on a target without data. Those whose proof needs
// data do not pass there: they are inconclusive without stations, and cannot find
// what they made themselves in lists that are always empty. The files in testdata
// have the cases that need none, with the reason.
func TestWithoutData(t *testing.T) {
	for name, v := range map[string]void{
		"stations": {operations: []string{"stations_around_list", "stations_tile_retrieve", "stations_details_retrieve", "stations_partners_list", "users_charging_start_create"}, answer: noStations},
		"lists": {operations: []string{
			"users_list", "users_payment_methods_list", "users_charging_sessions_list", "users_charging_debts_list", "users_invoices_list",
		}, answer: emptyLists},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := withoutData.ReadFile("testdata/without-" + name + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			needNone := map[string]string{}
			if err := yaml.UnmarshalWithOptions(file, &needNone, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			target := faketest.Target(t, nil)
			v.fake, target.Transport = target.Transport, nil
			target.Transport = v
			for _, r := range contract.Execute(t.Context(), target, All(), contract.Options{NoRetry: true}).Results {
				if r.OfRun() {
					continue
				}
				about := slices.ContainsFunc(Operations(r.Case), func(op string) bool { return slices.Contains(v.operations, op) })
				reason, listed := needNone[r.Case]
				delete(needNone, r.Case)
				switch {
				case about && r.Status == contract.Pass && !listed:
					t.Errorf("%s passes without any data", r.Case)
				case listed && (r.Status != contract.Pass || !about):
					t.Errorf("%s is listed as needing no data (%s), but is %s", r.Case, reason, r.Status)
				case about && !listed && name == "stations" && strings.HasPrefix(r.Case, "stations/") && r.Status != contract.Inconclusive && r.Case != documented:
					t.Errorf("%s: %s, want inconclusive: %s", r.Case, r.Status, strings.Join(r.Messages, "\n"))
				}
			}
			for id := range needNone {
				t.Errorf("there is no case %s, which is listed", id)
			}
		})
	}
}
