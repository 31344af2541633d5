package contracttests_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
)

const noUsers = `{"count":0,"next":null,"previous":null,"results":[]}`

// answering returns a target that answers made-up replies.
func answering(reply func(*http.Request) faketest.Reply) contracttests.Target {
	return contracttests.Target{Name: "t", Base: "http://127.0.0.1/api/v1", Key: "k", CDRWait: 20 * time.Millisecond, Transport: faketest.Replies(reply)}
}

func simple(id string, waits bool, run func(*contracttests.API)) contracttests.Case {
	return contracttests.Case{ID: id, Title: "t", Why: "w", Source: "s", Waits: waits, Run: run}
}

func outcomes(run contracttests.Run) []string {
	var out []string
	for _, r := range run.Results {
		out = append(out, r.Status.String()+" "+r.Case+" "+strings.Join(r.Messages, "; "))
	}
	return out
}

// TestWaitsComeLastAndCostOnce has two cases that wait in vain, and one that does
// not wait.
func TestWaitsComeLastAndCostOnce(t *testing.T) {
	never := func(a *contracttests.API) { a.Eventually("the moon is blue", func() bool { return false }) }
	target := answering(func(*http.Request) faketest.Reply { return faketest.Reply{Status: http.StatusOK, Body: noUsers} })
	cases := []contracttests.Case{
		simple("a/waits", true, never), simple("a/waits-too", true, never), simple("a/asks", false, func(a *contracttests.API) { a.Get("/users/") }),
	}
	want := []string{
		"pass a/asks ",
		"inconclusive a/waits the moon is blue: not within 20ms; --cdr-wait sets a longer wait",
		"inconclusive a/waits-too the moon is blue: not within 20ms, as in a case before that waited longer",
	}
	if diff := cmp.Diff(want, outcomes(contracttests.Execute(t.Context(), target, cases, contracttests.Options{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHopelessTargets end the run soon, whatever its budget.
func TestHopelessTargets(t *testing.T) {
	for name, tt := range map[string]struct {
		reply func(r *http.Request) faketest.Reply
		ends  bool
	}{
		"hangs": {func(r *http.Request) faketest.Reply {
			<-r.Context().Done()
			return faketest.Reply{Status: http.StatusBadGateway}
		}, true},
		"unavailable": {func(*http.Request) faketest.Reply { return faketest.Reply{Status: http.StatusServiceUnavailable} }, true},
		"throttles": {func(*http.Request) faketest.Reply {
			return faketest.Reply{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "29"}}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int64
			target := answering(func(r *http.Request) faketest.Reply {
				if n.Add(1) == 1 { // the probe
					return faketest.Reply{Status: http.StatusOK, Body: noUsers}
				}
				return tt.reply(r)
			})
			// The case would ask for an hour.
			ask := func(a *contracttests.API) {
				a.PostLater("/users/", nil)
				a.Sleep(time.Hour)
			}
			cases := []contracttests.Case{simple("a/asks", false, ask), simple("a/asks-too", false, ask)}
			run := contracttests.Execute(t.Context(), target, cases, contracttests.Options{Silence: 50 * time.Millisecond, Budget: time.Hour})
			if !strings.Contains(run.Stopped, "the target has not given a useful answer for") || slices.ContainsFunc(run.Results, func(r contracttests.Result) bool { return r.Status == contracttests.Pass }) {
				t.Errorf("stopped: %q, %q", run.Stopped, outcomes(run))
			}
		})
	}
}

// TestStopsWithoutEffect fail at once and not after the wait for the CDR.
func TestStopsWithoutEffect(t *testing.T) {
	target := faketest.Target(t, nil)
	looks := 0
	honest := target.Transport
	target.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "/charging/stop/") {
			return faketest.Replies(func(*http.Request) faketest.Reply { return faketest.Reply{Status: http.StatusNoContent} }).RoundTrip(r)
		}
		if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/charging-sessions/") && !strings.HasSuffix(r.URL.Path, "/charging-sessions/") {
			looks++
		}
		return honest.RoundTrip(r)
	})
	run := contracttests.Execute(t.Context(), target, []contracttests.Case{simple("a/bill", true, func(a *contracttests.API) {
		u, card := a.NewDriver()
		a.Finish(u.ID, a.Charge(u.ID, card).ID)
	})}, contracttests.Options{NoRetry: true})
	got := run.Results[0]
	if len(got.Failures) != 1 || got.Failures[0].Message != "is_active: the session is still active after its stop was answered with 204" || len(got.Failures[0].About) != 2 {
		t.Errorf("%v %+v", got.Status, got.Failures)
	}
	if looks > 3 {
		t.Errorf("%d looks at the session", looks)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
