package mutants

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"cariqamock"
	"cariqamock/contracttests/cases"
)

// A tally is a line of the kill table.
type tally struct{ mutants, killed, survivors, equivalent, idle int }

func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of fakes take a while; run without -short")
	}
	began := time.Now()
	all, err := All(cariqamock.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	wellNamed(t, all)
	l := lab(t)
	if err := l.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if only := os.Getenv("CARIQA_MUTANT"); only != "" {
		all = slices.DeleteFunc(all, func(m Mutant) bool { return !strings.Contains(m.ID, only) })
	} else if raceDetector {
		all = sample(all)
	}
	outcomes := make([]Outcome, len(all))
	each(len(all), func(i int) { outcomes[i] = l.Try(t.Context(), "m"+strconv.Itoa(i), all[i]) })
	report(t, outcomes, Equivalents(), time.Since(began))
}

//go:embed blind.yaml
var blindYAML []byte

// TestMutantsBlind tries mutants of behavior without the admin API, as on a real
// target: one in six, or all of them with CARIQA_BLIND=1. blind.yaml has those that
// do not show there.
func TestMutantsBlind(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("real time takes a while")
	}
	began := time.Now()
	all, err := All(cariqamock.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	hidden := map[string]string{}
	if err := yaml.UnmarshalWithOptions(blindYAML, &hidden, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	l, err := NewLab(true)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(m Mutant) bool {
		return m.Kind != "behavior" && m.Kind != "third look" && m.Kind != "now and then" || !strings.Contains(m.ID, os.Getenv("CARIQA_MUTANT"))
	})
	if os.Getenv("CARIQA_BLIND") == "" && os.Getenv("CARIQA_MUTANT") == "" {
		var some []Mutant
		for chunk := range slices.Chunk(all, 6) {
			some = append(some, chunk[0])
		}
		all = some
	}
	outcomes := make([]Outcome, len(all))
	each(len(all), func(i int) { outcomes[i] = l.Try(t.Context(), "b"+strconv.Itoa(i), all[i]) })
	report(t, outcomes, hidden, time.Since(began))
}

func lab(t *testing.T) *Lab {
	t.Helper()
	l, err := NewLab(false)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// sample returns some of the mutants of every kind.
func sample(all []Mutant) []Mutant {
	const oneIn = 10
	var out []Mutant
	kinds := map[string]int{}
	for _, m := range all {
		if kinds[m.Kind]%oneIn == 0 {
			out = append(out, m)
		}
		kinds[m.Kind]++
	}
	return out
}

// wellNamed checks that mutants have different ids, and that each equivalent one
// exists.
func wellNamed(t *testing.T, all []Mutant) {
	t.Helper()
	known := map[string]bool{}
	for _, m := range all {
		if known[m.ID] {
			t.Errorf("duplicate mutant %q", m.ID)
		}
		known[m.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(Equivalents())) {
		if !known[id] {
			t.Errorf("%q is listed as equivalent, but does not exist", id)
		}
	}
}

func report(t *testing.T, outcomes []Outcome, equivalents map[string]string, took time.Duration) {
	t.Helper()
	kinds, killers := map[string]tally{}, map[string]bool{}
	for _, v := range outcomes {
		n := kinds[v.Mutant.Kind]
		n.mutants++
		reason, equivalent := equivalents[v.Mutant.ID]
		switch {
		case v.Err != nil:
			t.Errorf("%s: %v", v.Mutant.ID, v.Err)
		case v.Killed() && equivalent:
			t.Errorf("%s is listed as equivalent (%s), but %s kills it: %s", v.Mutant.ID, reason, v.Case, v.Word)
		case v.Killed():
			n.killed++
			killers[v.Case] = true
			if os.Getenv("CARIQA_MUTANT") != "" {
				t.Logf("%s\n  killed by %s after %d cases: %s", v.Mutant.ID, v.Case, v.Ran, v.Word)
			}
		case equivalent:
			n.equivalent++
		case v.Mutant.Idle && !v.Seen:
			n.idle++
		default:
			n.survivors++
			t.Errorf("survivor: %s (%d cases ran; what it lies about is seen: %t)", v.Mutant.ID, v.Ran, v.Seen)
		}
		kinds[v.Mutant.Kind] = n
	}
	var sum tally
	var b strings.Builder
	fmt.Fprintf(&b, "%-26s %8s %8s %10s %11s %6s\n", "kind", "mutants", "killed", "survivors", "equivalent", "idle")
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		n := kinds[kind]
		fmt.Fprintf(&b, "%-26s %8d %8d %10d %11d %6d\n", kind, n.mutants, n.killed, n.survivors, n.equivalent, n.idle)
		sum = tally{
			sum.mutants + n.mutants, sum.killed + n.killed, sum.survivors + n.survivors, sum.equivalent + n.equivalent, sum.idle + n.idle,
		}
	}
	fmt.Fprintf(&b, "%-26s %8d %8d %10d %11d %6d\n", "all", sum.mutants, sum.killed, sum.survivors, sum.equivalent, sum.idle)
	b.WriteString("idle: no answer of the fake has a value that this could be a lie about")
	t.Logf("%d of %d cases killed first, in %s\n%s", len(killers), len(cases.All()), took.Round(100*time.Millisecond), b.String())
}
