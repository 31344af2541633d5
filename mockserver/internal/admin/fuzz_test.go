package admin_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"cariqamock/mockserver"
)

// FuzzAdmin sends random calls to the admin API. It never answers 5xx, reports
// every error as a problem document, and answers as described.
func FuzzAdmin(f *testing.F) {
	d := readDescription(f)
	known := mux.NewRouter()
	for _, op := range d.spec.Operations() {
		known.Path(op.Path).Methods(op.Method).Name(op.ID)
		for _, body := range d.bodies(op) {
			path := strings.NewReplacer("{world}", "mock.debt.f", "{user}", user, "{pm}", "pm_abc123", "{session}", session+"5",
				"{intent}", "pi_x", "{fault}", "f1", "{request}", "req_x", "{evse}", hers).Replace(op.Path)
			f.Add(op.Method, strings.TrimPrefix(path, "/__admin/"), []byte(body))
		}
	}
	f.Add("PATCH", "worlds/mock.debt.f?limit=5&limit=%zz", []byte(`[[[null]]]`))
	f.Add("POST", "worlds/mock.cdr-pending/sessions/"+session+"4/cdr", []byte(`{"kwh":"1.5","charge":"authenticate"}`))
	f.Add("PUT", "worlds/mock.active-session.f/clock", []byte(`{"set":"9999-12-31T23:59:59Z","advance":"2562047h","speed":1e6}`))
	f.Add("POST", "worlds/mock.debt.f/faults", []byte(`{"operation":"*","times":1.0,"probability":1e-9,"delay":"1h","user":"\ud800"}`))
	f.Add("GET", "worlds/%2e%2e//x/%2F", []byte(nil))
	f.Add("POST", "worlds/mock.debt.f/calls", []byte(`{"call":"POST /v1/payment_methods"}`)) // without a body
	// Everything that starts with /__admin/ goes to the admin API.
	cfg := mockserver.DefaultConfig()
	cfg.Version, cfg.MaxWorlds = "test", 20
	s, err := mockserver.New(cfg)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path string, body []byte) {
		r, err := http.NewRequest(method, "http://127.0.0.1/__admin/"+path, strings.NewReader(string(body)))
		if err != nil {
			t.Skip()
		}
		gone, leave := context.WithCancel(t.Context())
		leave() // or the stream would not end
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r.WithContext(gone))
		if w.Code >= 300 && w.Code < 400 {
			return // to the clean path
		}
		if w.Code >= 500 {
			t.Fatalf("%s %s %q: %d %s", method, path, body, w.Code, w.Body)
		}
		if w.Code >= 400 {
			var p struct {
				Status int
				Detail string
			}
			err := json.Unmarshal(w.Body.Bytes(), &p)
			if err != nil || p.Status != w.Code || p.Detail == "" || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%s %s %q: %d with %s", method, path, body, w.Code, w.Body)
			}
		}
		var match mux.RouteMatch
		if !known.Match(r, &match) || match.MatchErr != nil || w.Code == http.StatusMethodNotAllowed {
			return
		}
		op := match.Route.GetName()
		if found := d.findings(op, w.Code, w.Header(), w.Body.String()); found != nil {
			t.Fatalf("%s %s %q: %d %s: %v", method, path, body, w.Code, w.Body, found)
		}
	})
}
