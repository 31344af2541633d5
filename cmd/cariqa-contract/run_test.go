package main

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests"
)

func TestRunWithoutAdmin(t *testing.T) {
	mock := fake(t)
	got := invoke(t, on(mock.URL), "run")
	want := strings.TrimLeft(`
pass  users/create  A user is created
pass  users/bad-email  A bad address is refused

pass  cards/add  A card is added

pass  sessions/bill  A session is billed

n/a  fake/clock  Time moves
  needs: clock
pass  fake/magic  Points misbehave

5 passed, 0 failed, 0 inconclusive, 1 not applicable
`, "\n")
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	got.ends(t, 0, "target "+mock.URL+"/api/v1\n", "6 cases, about 54 calls, unlimited rate; at most 20m0s in total\n",
		unverified, " calls in ")
	if ids := left(t, mock.URL, "mock.default.ci"); ids != nil {
		t.Errorf("left behind: %q", ids)
	}
}

func TestRunWithAdmin(t *testing.T) {
	mock := fake(t)
	got := invoke(t, on(mock.URL), "run", "--admin", mock.URL+"/")
	got.ends(t, 0, "pass  fake/clock", "6 passed, 0 failed, 0 inconclusive, 0 not applicable\n")
	got.omits(t, "waiting until")
}

func TestFailureReportsWhatWhyAndHowToRepeat(t *testing.T) {
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if r.Method == http.MethodPost && r.ContentLength > 0 && strings.HasSuffix(r.URL.Path, "/users/") {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		fake.ServeHTTP(w, r)
	})
	got := invoke(t, on(srv.URL), "run", "--case", "users/bad-email")
	want := strings.ReplaceAll(strings.TrimLeft(`
fail  users/bad-email  A bad address is refused
  failure: users_create  header Content-Type  shape: departs from openapi.yaml: header Content-Type: media type is not declared for this status
  curl: curl -sS -i -X POST 'URL/api/v1/users/' -H "Authorization: Bearer $CONNECT_API_KEY" -H 'Content-Type: application/json' --data-raw '{"email":"nobody","locale":"en"}'
  failure: users_create  status: wanted 400, got 500 without a body

1 failed, of one cause:

1. users_create  status: wanted 400, got 500 without a body
  why: Forms show the message.
  source: openapi.yaml
  request: POST URL/api/v1/users/
    {"email":"nobody","locale":"en"}
  wanted: status 400
  got: 500 without a body
  curl: curl -sS -i -X POST 'URL/api/v1/users/' -H "Authorization: Bearer $CONNECT_API_KEY" -H 'Content-Type: application/json' --data-raw '{"email":"nobody","locale":"en"}'
  repeat: cariqa-contract run --case users/bad-email
  fails: users/bad-email
  also: users_create  status  shape, once: departs from openapi.yaml: header Content-Type: media type is not declared for this status

0 passed, 1 failed, 0 inconclusive, 0 not applicable
`, "\n"), "URL", srv.URL)
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	got.ends(t, 1)
}

func TestWaitsAreReported(t *testing.T) {
	waiting := fewCases()[:1]
	waiting[0].Run = func(a *contracttests.API) {
		looks := 0
		a.Eventually("the second look", func() bool { looks++; return looks == 2 })
	}
	p := &program{getenv: on(fake(t).URL).get, cases: func() []contracttests.Case { return waiting }}
	invokeWith(t, p, "run", "--cdr-wait", "5m").ends(t, 0, "waiting until the second look (0s of at most 5m0s)\n")
}

// TestInterrupt stops a run in the middle of its second user. The first is
// removed all the same, and what has run is reported.
func TestInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var posts atomic.Int64
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if r.Method == http.MethodPost && posts.Add(1) == 2 {
			interrupt()
			<-r.Context().Done()
			return
		}
		fake.ServeHTTP(w, r)
	})
	path := t.TempDir() + "/run.json"
	got := invokeIn(ctx, &program{getenv: on(srv.URL).get}, "run", "--report", "json="+path)
	got.ends(t, 3, "pass  users/create", "inconclusive  users/bad-email", "because: no answer to POST", "inconclusive  cards/add",
		"not started: the run was interrupted", "stopping: deleting", "n/a  fake/clock", "\n1 passed, 0 failed, 4 inconclusive, 1 not applicable\n")
	if ids := left(t, srv.URL, "mock.default.ci"); ids != nil {
		t.Errorf("left behind: %q", ids)
	}
	if run := readRun(t, path); len(run.Results) != 6 {
		t.Errorf("the report has %d results, want 6", len(run.Results))
	}
}

// TestInterruptAfterAFailure keeps the exit code of what is known already.
func TestInterruptAfterAFailure(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var posts atomic.Int64
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		switch {
		case r.Method != http.MethodPost:
			fake.ServeHTTP(w, r)
		case posts.Add(1) <= 2: // a failed case runs twice
			w.WriteHeader(http.StatusConflict)
		default:
			interrupt()
			<-r.Context().Done()
		}
	})
	invokeIn(ctx, &program{getenv: on(srv.URL).get}, "run").ends(t, 1, "blocked  users/create", "because: blocked by fixture/user", "fail  fixture/user", "1 failed, 1 blocked, 4 inconclusive")
}
