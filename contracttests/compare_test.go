package contracttests

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"cariqamock/mockserver"
)

// fakeTarget gives a fake of its own in this process that can do everything.
func fakeTarget(t *testing.T, change func(*mockserver.Config)) Target {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Version = "test"
	cfg.Loopback = true
	if change != nil {
		change(&cfg)
	}
	h, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return Target{
		Name: "fake", Base: "http://127.0.0.1/api/v1", Key: "mock.default.contract", StripeKey: "pk_test_contract",
		Admin: "http://127.0.0.1", Transport: inProcess{h},
	}
}

func generation(g mockserver.Generation) func(*mockserver.Config) {
	return func(c *mockserver.Config) { c.Generation = g }
}

// runFakes runs cases on fakes, all at the same time.
func runFakes(t *testing.T, cases []Case, changes ...func(*mockserver.Config)) []Run {
	t.Helper()
	runs := make([]Run, len(changes))
	var wg sync.WaitGroup
	for i, change := range changes {
		target := fakeTarget(t, change)
		wg.Go(func() { runs[i] = Execute(t.Context(), target, cases, Options{}) })
	}
	wg.Wait()
	return runs
}

func wantNone(t *testing.T, c Comparison) {
	t.Helper()
	for _, d := range c.Disagreements {
		t.Errorf("%s: %s: %s: %s (%s; %d, first in %s)", d.Verdict, d.Operation, d.Place, d.Text, d.Because, d.Count, d.Case)
	}
	if c.Exchanges == 0 || c.Cases == 0 || c.ExitCode() != ExitHolds {
		t.Errorf("%d exchanges of %d cases compared, exit code %d", c.Exchanges, c.Cases, c.ExitCode())
	}
}

func TestFakesOfAllGenerationsAgreeButForTwoNames(t *testing.T) {
	runs := runFakes(t, Cases(), nil, nil, generation(mockserver.Generation0))
	renamed := slices.DeleteFunc(Cases(), func(c Case) bool {
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
	if c.ExitCode() != ExitBroken {
		t.Errorf("exit code %d", c.ExitCode())
	}
}

// reply is what a made-up target answers to everything.
type reply struct {
	status int
	body   string
	header map[string]string
}

// faked is the run of one made-up case against made-up answers.
func faked(t *testing.T, c Case, replies ...reply) Run {
	t.Helper()
	n := -1 // the first call is the suite's own
	return Execute(t.Context(), Target{
		Name: "made up", Base: "http://127.0.0.1/api/v1", Key: "k",
		Transport: roundTrip(func(*http.Request) reply {
			n++
			if n == 0 {
				return reply{200, `{"count":0,"results":[]}`, nil}
			}
			return replies[(n-1)%len(replies)]
		}),
	}, []Case{c}, Options{NoRetry: true})
}

const oneUser = `{"id":"9405cf8c-8375-4373-b4d3-b61f9a0c01eb","email":null,"locale":"de","custom_properties":{"external_id":null}}`

func TestVerdicts(t *testing.T) {
	read := func(assumed bool, check func(*API, *Answer)) Case {
		return Case{ID: "made/up", Title: "t", Why: "w", Source: "a page", Assumed: assumed, Operations: []string{"users_retrieve"}, Run: func(a *API) {
			check(a, a.Get("/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/"))
		}}
	}
	lax := read(false, func(*API, *Answer) {})
	german := func(assumed bool) Case {
		return read(assumed, func(a *API, answer *Answer) {
			a.True(strings.Contains(string(answer.Body), `"de"`), "not German")
		})
	}
	ok := reply{200, oneUser, nil}
	english := reply{200, strings.Replace(oneUser, `"de"`, `"en"`, 1), nil}
	klingon := reply{200, strings.Replace(oneUser, `"de"`, `"tlh"`, 1), nil}
	for name, c := range map[string]struct {
		c       Case
		a, b    reply
		verdict Verdict
		kind    string
		code    int
	}{
		"B gives what the file does not allow": {lax, ok, klingon, TargetDeparts, "value", ExitBroken},
		"A gives what the file does not allow": {lax, klingon, ok, FakeWrong, "value", ExitBroken},
		"both are allowed":                     {lax, ok, english, SpecSilent, "value", ExitHolds},
		"a page says that A is right":          {german(false), ok, english, TargetDeparts, "value", ExitBroken},
		"a page says that B is right":          {german(false), english, ok, FakeWrong, "value", ExitBroken},
		"only A's author says so":              {german(true), ok, english, FakeWrong, "value", ExitBroken},
		"B is down":                            {lax, ok, reply{503, "", nil}, EnvironmentSick, "inconclusive", ExitInconclusive},
		"an undeclared status":                 {lax, ok, reply{418, `{"detail":"tea"}`, nil}, TargetDeparts, "status", ExitBroken},
		"B has a field that nobody knows":      {lax, ok, reply{200, strings.Replace(oneUser, `{"id"`, `{"new":1,"id"`, 1), nil}, SpecSilent, "added", ExitHolds},
		"B lacks a field":                      {lax, ok, reply{200, `{"email":null,"locale":"de","custom_properties":{"external_id":null}}`, nil}, TargetDeparts, "missing", ExitBroken},
		"B calls it otherwise":                 {lax, ok, reply{200, strings.Replace(oneUser, `"id"`, `"user_id"`, 1), nil}, TargetDeparts, "renamed", ExitBroken},
		"B is not JSON":                        {lax, ok, reply{200, "<html>", map[string]string{"Content-Type": "text/html"}}, TargetDeparts, "type", ExitBroken},
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
	c := Case{ID: "made/up", Title: "t", Why: "w", Source: "s", Operations: []string{"users_retrieve"}, Run: func(a *API) {
		for range 2 {
			a.Get("/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/")
			a.Get("/users/?search=x")
		}
	}}
	answers := func(ids ...string) []reply {
		var out []reply
		for _, id := range ids {
			out = append(out, reply{200, strings.Replace(oneUser, "9405cf8c", id, 1), nil}, reply{200, `{"count":0,"results":[]}`, nil})
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
	x := func(url string, status int) Exchange {
		return Exchange{Method: http.MethodDelete, URL: "b/" + url, Status: status}
	}
	a := []Exchange{x("1", 400), x("1", 204), x("2", 204)}
	b := []Exchange{x("1", 400), x("1", 400), x("1", 400), x("1", 204), x("2", 204)}
	for _, p := range slices.Concat(pairs(a, b, "b", "b"), pairs(b, a, "b", "b")) {
		if p.a.Status != p.b.Status || p.a.URL != p.b.URL {
			t.Errorf("%s %d is held against %s %d", p.a.URL, p.a.Status, p.b.URL, p.b.Status)
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
