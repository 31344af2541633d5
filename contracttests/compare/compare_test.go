package compare

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/contracttests/internal/faketest"
	"cariqamock/mockserver"
)

func generation(g mockserver.Generation) func(*mockserver.Config) {
	return func(c *mockserver.Config) { c.Generation = g }
}

// runFakes runs cases on fakes, all at the same time.
func runFakes(t *testing.T, cases []contracttests.Case, changes ...func(*mockserver.Config)) []contracttests.Run {
	t.Helper()
	runs := make([]contracttests.Run, len(changes))
	var wg sync.WaitGroup
	for i, change := range changes {
		target := faketest.Target(t, change)
		wg.Go(func() {
			runs[i] = contracttests.Execute(t.Context(), target, cases, contracttests.Options{Bodies: contracttests.OfAll})
		})
	}
	wg.Wait()
	return runs
}

func wantNone(t *testing.T, c Comparison) {
	t.Helper()
	for _, d := range c.Disagreements {
		t.Errorf("%s: %s: %s: %s (%s; %d, first in %s)", d.Verdict, d.Operation, d.Place, d.Text, d.Because, d.Count, d.Case)
	}
	if c.Exchanges == 0 || c.Cases == 0 || c.ExitCode() != contracttests.ExitHolds {
		t.Errorf("%d exchanges of %d cases compared, exit code %d", c.Exchanges, c.Cases, c.ExitCode())
	}
}

func TestFakesOfAllGenerationsAgreeButForTwoNames(t *testing.T) {
	runs := runFakes(t, cases.All(), nil, nil, generation(mockserver.Generation0))
	renamed := slices.DeleteFunc(cases.All(), func(c contracttests.Case) bool {
		return !strings.HasPrefix(c.ID, "setup-intents/") && !strings.HasPrefix(c.ID, "debts/")
	})
	t.Run("default and default", func(t *testing.T) { wantNone(t, Compare(runs[0], runs[1])) })
	t.Run("default and 1.0.0", func(t *testing.T) {
		wantNone(t, Compare(runs[0], runFakes(t, renamed, generation(mockserver.Generation1))[0]))
	})
	t.Run("default and 2026-03", func(t *testing.T) {
		wantRenames(t, Compare(runs[0], runs[2]), TargetDeparts, "B departs from openapi.yaml",
			"payment_intent_client_secret is called client_secret: generation 2026-03",
			"setup_intent_client_secret is called client_secret: generation 2026-03")
	})
	t.Run("2026-03 and default", func(t *testing.T) {
		wantRenames(t, Compare(runs[2], runs[0]), FakeWrong, "A departs from openapi.yaml",
			"client_secret is called payment_intent_client_secret: generation 1.0.0",
			"client_secret is called setup_intent_client_secret: generation 1.0.0")
	})
}

func wantRenames(t *testing.T, c Comparison, verdict Verdict, because string, texts ...string) {
	t.Helper()
	var got []string
	for _, d := range c.Disagreements {
		got = append(got, d.Text)
		if d.Verdict != verdict || d.Kind != "renamed" || !strings.HasPrefix(d.Because, because) || d.Count < 2 || d.A == nil || d.B == nil {
			t.Errorf("%+v", d)
		}
	}
	if !slices.Equal(got, texts) {
		t.Errorf("wanted %q, got %q", texts, got)
	}
	if c.ExitCode() != contracttests.ExitBroken {
		t.Errorf("exit code %d", c.ExitCode())
	}
}

// reply is a made-up answer.
func reply(status int, body string) faketest.Reply {
	return faketest.Reply{Status: status, Body: body}
}

// faked is the run of one made-up case against made-up answers.
func faked(t *testing.T, c contracttests.Case, replies ...faketest.Reply) contracttests.Run {
	t.Helper()
	n := -1 // the first call is the suite's own
	return contracttests.Execute(t.Context(), contracttests.Target{
		Name: "made up", Base: "http://127.0.0.1/api/v1", Key: "k",
		Transport: faketest.Replies(func(*http.Request) faketest.Reply {
			n++
			if n == 0 {
				return reply(200, `{"count":0,"results":[]}`)
			}
			return replies[(n-1)%len(replies)]
		}),
	}, []contracttests.Case{c}, contracttests.Options{NoRetry: true, Bodies: contracttests.OfAll})
}

const oneUser = `{"id":"9405cf8c-8375-4373-b4d3-b61f9a0c01eb","email":null,"locale":"de","custom_properties":{"external_id":null}}`

func TestVerdicts(t *testing.T) {
	read := func(assumed bool, check func(*contracttests.API, *contracttests.Answer)) contracttests.Case {
		return contracttests.Case{ID: "made/up", Title: "t", Why: "w", Source: "a page", Assumed: assumed, Run: func(a *contracttests.API) {
			check(a, a.Get("/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/"))
		}}
	}
	lax := read(false, func(*contracttests.API, *contracttests.Answer) {})
	german := func(assumed bool) contracttests.Case {
		return read(assumed, func(a *contracttests.API, answer *contracttests.Answer) {
			a.True(strings.Contains(string(answer.Body), `"de"`), "not German")
		})
	}
	ok := reply(200, oneUser)
	english := reply(200, strings.Replace(oneUser, `"de"`, `"en"`, 1))
	klingon := reply(200, strings.Replace(oneUser, `"de"`, `"tlh"`, 1))
	for name, c := range map[string]struct {
		c       contracttests.Case
		a, b    faketest.Reply
		verdict Verdict
		kind    string
		code    int
	}{
		"B answers what the file does not allow": {lax, ok, klingon, TargetDeparts, "value", contracttests.ExitBroken},
		"A answers what the file does not allow": {lax, klingon, ok, FakeWrong, "value", contracttests.ExitBroken},
		"both are allowed":                       {lax, ok, english, SpecSilent, "value", contracttests.ExitHolds},
		"a page proves A right":                  {german(false), ok, english, TargetDeparts, "value", contracttests.ExitBroken},
		"a page proves B right":                  {german(false), english, ok, FakeWrong, "value", contracttests.ExitBroken},
		"only assumed":                           {german(true), ok, english, FakeWrong, "value", contracttests.ExitBroken},
		"B is down":                              {lax, ok, reply(503, ""), EnvironmentSick, "inconclusive", contracttests.ExitInconclusive},
		"an undeclared status":                   {lax, ok, reply(418, `{"detail":"tea"}`), TargetDeparts, "status", contracttests.ExitBroken},
		"B has an undeclared field":              {lax, ok, reply(200, strings.Replace(oneUser, `{"id"`, `{"new":1,"id"`, 1)), SpecSilent, "added", contracttests.ExitHolds},
		"B misses a field":                       {lax, ok, reply(200, `{"email":null,"locale":"de","custom_properties":{"external_id":null}}`), TargetDeparts, "missing", contracttests.ExitBroken},
		"B renames a field":                      {lax, ok, reply(200, strings.Replace(oneUser, `"id"`, `"user_id"`, 1)), TargetDeparts, "renamed", contracttests.ExitBroken},
		"B is not JSON":                          {lax, ok, faketest.Reply{Status: 200, Body: "<html>", Header: map[string]string{"Content-Type": "text/html"}}, TargetDeparts, "type", contracttests.ExitBroken},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare(faked(t, c.c, c.a), faked(t, c.c, c.b))
			if len(got.Disagreements) == 0 {
				t.Fatal("no disagreement")
			}
			d := got.Disagreements[0]
			if d.Verdict != c.verdict || d.Kind != c.kind || got.ExitCode() != c.code {
				t.Errorf("%s, %s, exit code %d: %s (%s)", d.Verdict, d.Kind, got.ExitCode(), d.Text, d.Because)
			}
		})
	}
}

func TestRelationsCount(t *testing.T) {
	c := contracttests.Case{ID: "made/up", Title: "t", Why: "w", Source: "s", Run: func(a *contracttests.API) {
		for range 2 {
			a.Get("/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/")
			a.Get("/users/?search=x")
		}
	}}
	answers := func(ids ...string) []faketest.Reply {
		var out []faketest.Reply
		for _, id := range ids {
			out = append(out, reply(200, strings.Replace(oneUser, "9405cf8c", id, 1)), reply(200, `{"count":0,"results":[]}`))
		}
		return out
	}
	same := faked(t, c, answers("9405cf8c", "9405cf8c")...)
	wantNone(t, Compare(same, faked(t, c, answers("aaaaaaaa", "aaaaaaaa")...)))
	got := Compare(same, faked(t, c, answers("aaaaaaaa", "bbbbbbbb")...))
	if len(got.Disagreements) != 1 || got.Disagreements[0].Kind != "relation" {
		t.Errorf("another user the second time: %+v", got.Disagreements)
	}
}

func TestWaitsOfUnequalLengthAreAligned(t *testing.T) {
	x := func(url string, status int) contracttests.Exchange {
		return contracttests.Exchange{Method: http.MethodDelete, URL: "b/" + url, Status: status}
	}
	a := []contracttests.Exchange{x("1", 400), x("1", 204), x("2", 204)}
	b := []contracttests.Exchange{x("1", 400), x("1", 400), x("1", 400), x("1", 204), x("2", 204)}
	for _, p := range slices.Concat(pairs(a, b, "b", "b"), pairs(b, a, "b", "b")) {
		if p.a.Status != p.b.Status || p.a.URL != p.b.URL {
			t.Errorf("%s %d is paired with %s %d", p.a.URL, p.a.Status, p.b.URL, p.b.Status)
		}
	}
	if n := len(pairs(a, b, "b", "b")); n != 3 {
		t.Errorf("%d pairs, wanted 3", n)
	}
}

func TestStrictness(t *testing.T) {
	for place, want := range map[string]strictness{
		"users_list /results": strictShape, "users_list /x": strictExact, "users_retrieve /id": strictExact, "users_retrieve /error/details": strictShape,
		"stations_around_list /results": strictShape, "stations_partners_list ": strictUnordered,
		"users_charging_sessions_list /results/*/duration": strictWithin, "users_charging_sessions_retrieve /duration": strictWithin,
		"users_charging_sessions_retrieve /session_cost/invoice_summary": strictExact,
		"users_charging_sessions_retrieve /station_info/station_name":    strictShape,
	} {
		operation, at, _ := strings.Cut(place, " ")
		if got := strictnessesOf(operation).at(at); got != want {
			t.Errorf("%s: wanted %s, got %s", place, want, got)
		}
	}
}
