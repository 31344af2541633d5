package mocktest

import (
	"net/http"
	"strings"
)

// A World is one isolated state of the fake: its users, payment methods,
// sessions, clock and journal. All of it is dropped when the test ends.
type World struct {
	// Token is what an app sends as "Authorization: Bearer".
	Token string
	// ID is the world's id in the admin API.
	ID string
	// User is the id of the user whom {user} stands for in Do, and whom Removal
	// and Debt are about: the first user of the scenario, and empty if it has
	// none. A test that creates a user may set it.
	User string
	// URL is the base URL of the vendor's API, such as
	// http://127.0.0.1:40123/api/v1.
	URL string
	// StripeURL is the base URL of Stripe's API, such as http://127.0.0.1:40123.
	StripeURL string
	// Clock is the world's time.
	Clock *Clock

	s *Server
}

// World opens a fresh world of a scenario. It is dropped when the test ends; if
// the test has failed by then, the test's log shows the world's last calls.
func (s *Server) World(scenario string) *World {
	s.t.Helper()
	return s.open(verb[any]("World", nil, scenario), s.Token(scenario))
}

// WorldOf opens the world of a given token, which must begin with "mock.", as
// for an app whose token is configured elsewhere.
func (s *Server) WorldOf(token string) *World {
	s.t.Helper()
	return s.open(verb[any]("WorldOf", nil, token), token)
}

func (s *Server) open(call, token string) *World {
	s.t.Helper()
	if w, ok := s.worlds.byToken.Load(token); ok {
		return w.(*World)
	}
	w := &World{Token: token, ID: token, URL: s.URL + "/api/v1", StripeURL: s.URL, s: s}
	w.Clock = &Clock{w}
	if err := w.readUser(); err != nil {
		s.t.Fatalf("mocktest: %s: %v", call, err)
	}
	s.worlds.byToken.Store(token, w)
	s.t.Cleanup(func() {
		s.worlds.byToken.Delete(token)
		w.end()
	})
	return w
}

// readUser sets User to the first user.
func (w *World) readUser() error {
	var answer struct{ Users []struct{ ID string } }
	err := w.call(http.MethodGet, "/users?limit=1", nil, &answer)
	w.User = ""
	if len(answer.Users) > 0 {
		w.User = answer.Users[0].ID
	}
	return err
}

// end logs the last calls of a failed test and drops the world.
func (w *World) end() {
	t := w.s.t
	t.Helper()
	if t.Failed() {
		t.Logf("mocktest: %s", w.lastCalls())
		w.attachReport()
	}
	if err := w.call(http.MethodDelete, "", nil, nil); err != nil {
		t.Logf("mocktest: dropping world %s: %v", w.ID, err)
	}
}

// Client returns an HTTP client that sends the world's token to the vendor's
// API, and a publishable test key to Stripe's, with each request that carries
// no Authorization header. Requests to other servers pass unchanged.
func (w *World) Client() *http.Client { return w.clientOver(w.s.client.Transport) }

func (w *World) clientOver(base http.RoundTripper) *http.Client {
	return &http.Client{Transport: &authorizer{base: base, host: strings.TrimPrefix(w.s.URL, "http://"), token: w.Token}}
}

// stripeKey is a publishable key; any that begins with pk_test_ is accepted.
const stripeKey = "pk_test_mock"

// authorizer adds the Authorization header to requests to one host.
type authorizer struct {
	base        http.RoundTripper
	host, token string
}

// RoundTrip implements http.RoundTripper.
func (a *authorizer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == a.host && r.Header.Get("Authorization") == "" {
		r = r.Clone(r.Context())
		token := a.token
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			token = stripeKey
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return a.base.RoundTrip(r)
}

// Reset starts the world over, from the scenario it began with or from another
// one. Its journal, faults and clock start over too, and User is read again.
func (w *World) Reset(scenario ...string) {
	w.s.t.Helper()
	body, call := map[string]any{}, "Reset()"
	switch len(scenario) {
	case 0:
	case 1:
		body["scenario"], call = scenario[0], verb[any]("Reset", nil, scenario[0])
	default:
		w.s.t.Fatalf("mocktest: Reset with %d scenarios: want at most one", len(scenario))
	}
	w.admin(call, http.MethodPost, "/reset", body, nil)
	if err := w.readUser(); err != nil {
		w.s.t.Fatalf("mocktest: %s: %v", call, err)
	}
}

// Export returns the world's state as a scenario file, for Files,
// cariqa-mock --scenarios and cariqa-mock scenario check.
func (w *World) Export() string {
	w.s.t.Helper()
	var file []byte
	w.admin("Export()", http.MethodGet, "/export", nil, &file)
	return string(file)
}
