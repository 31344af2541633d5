package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cariqamock/contracttests"
	"cariqamock/mockserver/mocktest"
)

// patience is how long a test waits for what must happen. It is far from what
// anything takes.
const patience = time.Minute

const stripeKey = "pk_test_contract"

// env is the environment of a program under test.
type env map[string]string

func (e env) get(name string) string { return e[name] }

// outcome is what is left of a program that has ended.
type outcome struct {
	code           int
	stdout, stderr string
}

// invoke runs the program to its end, with the cases of this file.
func invoke(t *testing.T, e env, args ...string) outcome {
	t.Helper()
	return invokeWith(t, &program{getenv: e.get}, args...)
}

func invokeWith(t *testing.T, p *program, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got := invokeIn(ctx, p, args...)
	if ctx.Err() != nil {
		t.Fatalf("cariqa-contract %q did not end by itself\nstdout: %s\nstderr: %s", args, got.stdout, got.stderr)
	}
	for _, trace := range []string{"goroutine ", ".go:", "panic"} {
		if strings.Contains(got.stdout+got.stderr, trace) {
			t.Errorf("the output holds %q:\n%s\n%s", trace, got.stdout, got.stderr)
		}
	}
	return got
}

func invokeIn(ctx context.Context, p *program, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	p.stdout, p.stderr = &stdout, &stderr
	if p.getenv == nil {
		p.getenv = env{}.get
	}
	if p.cases == nil {
		p.cases = fewCases
	}
	if p.operations == nil {
		p.operations = func(id string) []string { return fewOperations[id] }
	}
	code := p.run(ctx, args)
	return outcome{code, stdout.String(), stderr.String()}
}

// ends checks an exit code and what the output contains.
func (got outcome) ends(t *testing.T, code int, texts ...string) {
	t.Helper()
	if got.code != code {
		t.Errorf("exit code %d, want %d\nstdout: %s\nstderr: %s", got.code, code, got.stdout, got.stderr)
	}
	for _, want := range texts {
		if !strings.Contains(got.stdout+got.stderr, want) {
			t.Errorf("the output does not contain %q\nstdout: %s\nstderr: %s", want, got.stdout, got.stderr)
		}
	}
}

// omits checks what the output does not contain.
func (got outcome) omits(t *testing.T, unwanted ...string) {
	t.Helper()
	for _, s := range unwanted {
		if strings.Contains(got.stdout+got.stderr, s) {
			t.Errorf("the output contains %q\nstdout: %s\nstderr: %s", s, got.stdout, got.stderr)
		}
	}
}

var fewOperations = map[string][]string{
	"users/create": {"users_create"}, "users/bad-email": {"users_create"}, "cards/add": {"users_payment_methods_list"},
	"sessions/bill": {"users_charging_start"}, "fake/clock": {"users_list"}, "fake/magic": {"users_list"},
}

// fewCases are enough for all that the command line can be asked to do. The
// suite's own are tested beside it.
func fewCases() []contracttests.Case {
	return []contracttests.Case{
		{
			ID: "users/create", Title: "A user is created", Why: "All else hangs on it.", Source: "openapi.yaml",
			Run: func(a *contracttests.API) { a.NewUser() },
		},
		{
			ID: "users/bad-email", Title: "A bad address is refused", Why: "Forms show the message.", Source: "openapi.yaml",
			Assumed: true,
			Run: func(a *contracttests.API) {
				a.Want(a.Post("/users/", map[string]any{"email": "nobody", "locale": "en"}), http.StatusBadRequest)
			},
		},
		{
			ID: "cards/add", Title: "A card is added", Why: "Nobody charges without one.", Source: "docs", Needs: contracttests.Stripe, Run: func(a *contracttests.API) { a.NewDriver() },
		},
		{
			ID: "sessions/bill", Title: "A session is billed", Why: "That is the point.", Source: "docs", Needs: contracttests.Stripe | contracttests.ChargePoints, Rules: []string{"stop-charging/not-active"},
			Run: func(a *contracttests.API) {
				u, card := a.NewDriver()
				a.Finish(u.ID, a.Charge(u.ID, card).ID)
			},
		},
		{
			ID: "fake/clock", Title: "Time moves", Why: "Waiting is dull.", Source: "docs", Needs: contracttests.Clock, Run: func(a *contracttests.API) { a.Advance(time.Minute) },
		},
		{
			ID: "fake/magic", Title: "Points misbehave", Why: "Errors can be seen.", Source: "docs", Needs: contracttests.MagicPoints, Run: func(a *contracttests.API) { a.Get("/users/") },
		},
	}
}

// fake starts a fake whose final records come at once.
func fake(t *testing.T, options ...mocktest.Option) *mocktest.Server {
	t.Helper()
	return mocktest.Start(t, append(options, mocktest.CDRDelay(time.Millisecond))...)
}

// front puts a handler of a test's before a fake.
func front(t *testing.T, handle func(w http.ResponseWriter, r *http.Request, fake http.Handler)) *httptest.Server {
	t.Helper()
	behind := fake(t).Handler
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a request with a body to come does not notice that its client has left
		r.Body = io.NopCloser(bytes.NewReader(body))
		handle(w, r, behind)
	}))
	t.Cleanup(srv.Close)
	return srv
}

// on is the environment for a target.
func on(base string) env {
	return env{"CONNECT_API_DOMAIN": base, "CONNECT_API_KEY": "mock.default.ci", "STRIPE_PUBLISHABLE_KEY": stripeKey}
}

// left lists the suite's users on a target.
func left(t *testing.T, base, token string) []string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/v1/users/?search=cariqa-contract/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Results []struct{ ID string } `json:"results"`
	}
	if err := json.Unmarshal(body, &list); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d %s: %v", res.StatusCode, body, err)
	}
	var ids []string
	for _, u := range list.Results {
		ids = append(ids, u.ID)
	}
	return ids
}
