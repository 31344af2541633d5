package contracttests_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
)

// TestBrokenFixturesBlock runs cases that begin with a user where users cannot be
// made, or are made with something wrong: the fixture fails once, whatever the
// number of its cases.
func TestBrokenFixturesBlock(t *testing.T) {
	const user = `{"id":"9405cf8c-8375-4373-b4d3-b61f9a0c01eb","email":null,"locale":"LOCALE","custom_properties":null}`
	alone := func(a *contracttests.API) { a.NewUser() }
	shared := func(a *contracttests.API) { contracttests.Shared(a, "past", (*contracttests.API).NewUser) }
	own := func(a *contracttests.API) {
		a.Want(a.Post("/users/", map[string]any{"locale": "en"}), http.StatusCreated)
	}
	for name, tt := range map[string]struct {
		broken func(n int) bool // by the number of the call
		status int
		locale string
		cases  []func(*contracttests.API)
		want   []string
	}{
		"made":            {func(int) bool { return false }, 0, "", fns(alone, alone, shared, own), []string{"pass", "pass", "pass", "pass"}},
		"refused":         {always, http.StatusConflict, "en", fns(alone, alone), []string{"blocked fixture/user", "blocked fixture/user", "fail fixture/user"}},
		"refused, shared": {always, http.StatusConflict, "en", fns(shared, shared), []string{"blocked fixture/user", "blocked fixture/user", "fail fixture/user"}},
		"refused, asked":  {always, http.StatusConflict, "en", fns(own, alone), []string{"fail", "blocked fixture/user", "fail fixture/user"}},
		"refused once":    {func(n int) bool { return n == 1 }, http.StatusConflict, "en", fns(alone, alone), []string{"inconclusive", "pass"}},
		"misshapen":       {always, http.StatusCreated, "xx", fns(alone, alone), []string{"pass", "pass", "fail fixture/user"}},
		"misshapen once":  {func(n int) bool { return n == 1 }, http.StatusCreated, "xx", fns(alone, alone), []string{"pass", "pass"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			target := contracttests.Target{Name: "t", Base: "http://127.0.0.1/api/v1", Key: "k", Transport: faketest.Replies(func(r *http.Request) faketest.Reply {
				if r.Method != http.MethodPost {
					return faketest.Reply{Status: http.StatusOK, Body: `{"count":0,"next":null,"previous":null,"results":[]}`}
				}
				if n++; tt.broken(n) {
					return faketest.Reply{Status: tt.status, Body: strings.Replace(user, "LOCALE", tt.locale, 1)}
				}
				return faketest.Reply{Status: http.StatusCreated, Body: strings.Replace(user, "LOCALE", "en", 1)}
			})}
			var cases []contracttests.Case
			for i, f := range tt.cases {
				cases = append(cases, contracttests.Case{ID: "a/" + string(rune('a'+i)), Title: "t", Why: "w", Source: "s", Run: f})
			}
			run := contracttests.Execute(t.Context(), target, cases, contracttests.Options{})
			var got []string
			for _, r := range run.Results {
				switch {
				case r.Blocked != "":
					got = append(got, r.Status.String()+" "+r.Blocked)
				case strings.HasPrefix(r.Case, "fixture/"):
					got = append(got, r.Status.String()+" "+r.Case)
					if len(r.Failures) == 0 || len(r.Exchanges) == 0 || len(r.Failures[0].About) == 0 {
						t.Errorf("%s has no failure with a call: %+v", r.Case, r)
					}
				case r.Case != "run/observer":
					got = append(got, r.Status.String())
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func always(int) bool { return true }

func fns(all ...func(*contracttests.API)) []func(*contracttests.API) { return all }
