package mutants

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/mockserver"
	"cariqamock/mockserver/internal/connect"
)

// wantsAllPassed checks that all cases of a run passed and no user is left.
func wantsAllPassed(t *testing.T, run contracttests.Run) {
	t.Helper()
	if run.Dead != "" {
		t.Errorf("%s: %s", run.Target, run.Dead)
	}
	for _, r := range run.Results {
		if r.Status != contracttests.Pass {
			t.Errorf("%s: %s %s %s %s", run.Target, r.Case, r.Status, r.Lacking, strings.Join(r.Messages, "\n"))
		}
	}
	for _, left := range run.Leftovers {
		t.Errorf("%s: left: %s", run.Target, left)
	}
}

func TestHonestFake(t *testing.T) {
	wantsAllPassed(t, lab(t).Honest(t.Context(), "honest"))
}

// TestHonestFakeAgainAndAgain looks for cases that fail now and then.
// CARIQA_CONTRACT_REPEAT=100 looks longer.
func TestHonestFakeAgainAndAgain(t *testing.T) {
	times := 5
	if testing.Short() {
		t.Skip("repetitions take a while; run without -short")
	}
	if raceDetector {
		times = 2
	}
	if text := os.Getenv("CARIQA_CONTRACT_REPEAT"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("CARIQA_CONTRACT_REPEAT=%s: want a number", text)
		}
		times = n
	}
	l := lab(t)
	runs := make([]contracttests.Run, times)
	each(times, func(i int) {
		runs[i] = l.Honest(t.Context(), fmt.Sprintf("again-%d", i))
		for j := range runs[i].Results {
			runs[i].Results[j].Exchanges = nil // a hundred runs of them fill the memory
		}
	})
	for _, run := range runs {
		wantsAllPassed(t, run)
	}
}

// mostCalls is how many calls a run without the admin API may need: a sandbox takes
// five a second. The fake needs about 2,100, and some more while it is slow and the
// suite waits.
const mostCalls = 2200

// TestHonestFakeBlind runs the suite without the admin API, in real time.
// CARIQA_CONTRACT_REPEAT repeats it.
func TestHonestFakeBlind(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("real time takes a while")
	}
	l, err := NewLab(true)
	if err != nil {
		t.Fatal(err)
	}
	times := 1
	if n, err := strconv.Atoi(os.Getenv("CARIQA_CONTRACT_REPEAT")); err == nil {
		times = n
	}
	runs := make([]contracttests.Run, times)
	each(times, func(i int) {
		runs[i] = l.Honest(t.Context(), fmt.Sprintf("blind-%d", i))
		for j := range runs[i].Results {
			runs[i].Results[j].Exchanges = nil
		}
	})
	for _, run := range runs {
		for _, r := range run.Results {
			if r.Status >= contracttests.Blocked {
				t.Errorf("%s: %s %s %s", run.Target, r.Case, r.Status, strings.Join(r.Messages, "\n"))
			}
		}
		if run.Requests > mostCalls {
			t.Errorf("%s: %d calls, want at most %d", run.Target, run.Requests, mostCalls)
		}
		if run.Dead != "" || run.Count(contracttests.Pass) < run.Count(contracttests.NotApplicable) {
			t.Errorf("%s: %d passed: %s", run.Target, run.Count(contracttests.Pass), run.Dead)
		}
	}
	t.Logf("%d runs, the last with %d passed, %d inconclusive, %d calls, %s", times, runs[times-1].Count(contracttests.Pass),
		runs[times-1].Count(contracttests.Inconclusive), runs[times-1].Requests, runs[times-1].Took)
}

// TestTwistsThatChangeNothing checks that what mutants have in common, such as
// encoding answers again, does not kill them.
func TestTwistsThatChangeNothing(t *testing.T) {
	l := lab(t)
	rewritten := func() twist {
		return func(c *call, honest server) *reply {
			r := honest(c)
			if r == nil || len(r.body) == 0 {
				return r
			}
			if v := r.value(); v != nil {
				return r.saying(v)
			}
			return r
		}
	}
	wantsAllPassed(t, l.execute(t.Context(), "answers-rewritten", l.honest, rewritten, l.cases, nil))

	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	table(func(connect.Rules) {})(&cfg)
	careful, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantsAllPassed(t, l.execute(t.Context(), "rules-careful", careful, nil, l.cases, nil))
}

// TestFormerNames checks that the suite names a field that the vendor has renamed.
func TestFormerNames(t *testing.T) {
	l := lab(t)
	for _, m := range generationMutants() {
		field, ok := m.Renamed()
		if !ok {
			t.Fatalf("%s renames nothing", m.ID)
		}
		said := complaints(t, l, m)
		if want := field + " is called client_secret, as it was before 1.0.0"; !strings.Contains(said, want) {
			t.Errorf("%s: no case has the message %q, but:\n%s", m.ID, want, said)
		}
	}
}

// complaints returns the messages of all cases for a mutant.
func complaints(t *testing.T, l *Lab, m Mutant) string {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	m.Config(&cfg)
	handler, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l.profile = make(profile, len(l.cases))
	cases, _ := l.order(m)
	var out []string
	for _, r := range l.execute(t.Context(), "former", handler, m.Twist, cases, nil).Results {
		if r.Status == contracttests.Fail {
			out = append(out, r.Case+": "+strings.Join(r.Messages, "\n"))
		}
	}
	return strings.Join(out, "\n")
}
