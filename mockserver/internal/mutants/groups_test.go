package mutants

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"cariqamock"
	"cariqamock/contracttests"
)

//go:embed groups.yaml
var groupsYAML []byte

// TestGroups checks how much there is to read about one cause: the failures of
// most mutants are one group, whose first line names operation and place.
// CARIQA_GROUPS=1 tries every mutant, CARIQA_GROUPS=20 one in twenty.
func TestGroups(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("whole runs of broken fakes take a while")
	}
	exceptions := map[string]string{}
	if err := yaml.UnmarshalWithOptions(groupsYAML, &exceptions, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	l, picked := lab(t), pick(t)
	runs, errs := make([]contracttests.Run, len(picked)), make([]error, len(picked))
	each(len(picked), func(i int) {
		run, err := l.Whole(t.Context(), "g"+strconv.Itoa(i), picked[i])
		for j, r := range run.Results {
			if r.Status == contracttests.Pass {
				run.Results[j].Exchanges = nil
			}
		}
		runs[i], errs[i] = run, err
	})
	var counts []int
	unnamed := 0
	for i, run := range runs {
		m, groups := picked[i], run.Groups()
		if errs[i] != nil {
			t.Errorf("%s: %v", m.ID, errs[i])
		}
		if len(groups) == 0 {
			continue
		}
		counts = append(counts, len(groups))
		named := len(m.Operations) == 0 || names(groups[0], m)
		if !named && exceptions[m.ID] == "" {
			unnamed++
		}
		if text := lines(groups); len(groups) > 3 && exceptions[m.ID] == "" {
			t.Errorf("%s: %d groups\n%s", m.ID, len(groups), text)
		} else if !named || os.Getenv("CARIQA_GROUPS") != "" {
			t.Logf("%s: %d groups; the first line names operation and place: %t\n%s", m.ID, len(groups), named, text)
		}
	}
	slices.Sort(counts)
	if len(counts) == 0 || counts[len(counts)/2] != 1 {
		t.Errorf("groups of each mutant: %v, want a median of 1", counts)
	}
	if unnamed*20 > len(counts) {
		t.Errorf("%d of %d first lines do not name operation and place, want at most one in twenty", unnamed, len(counts))
	}
	t.Logf("%d mutants, groups: median %d, most %d; %d first lines do not name operation and place", len(counts), counts[len(counts)/2], counts[len(counts)-1], unnamed)
}

// names reports whether the first line of a group names the operation and the place
// of a lie: the operation as the one whose answer is wrong, as the other side of a
// contradiction, or as the one that has written or handed out what is refused. A body
// that is not JSON has no other place.
func names(g contracttests.Group, m Mutant) bool {
	sides := append([]string{g.Operation, g.After, g.With}, g.Against...)
	return slices.ContainsFunc(sides, func(op string) bool { return slices.Contains(m.Operations, op) }) &&
		(g.Place != "body" || g.Kind == contracttests.KindShape)
}

// pick returns some of the mutants that can be killed, those of behavior more often.
func pick(t *testing.T) []Mutant {
	t.Helper()
	all, err := All(cariqamock.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	oneIn := 300
	if n, err := strconv.Atoi(os.Getenv("CARIQA_GROUPS")); err == nil {
		oneIn = n
	}
	var out []Mutant
	for i, m := range all {
		every := oneIn
		if m.Kind == "behavior" {
			every = max(1, oneIn/20)
		}
		if i%every == 0 && Equivalents()[m.ID] == "" && strings.Contains(m.ID, os.Getenv("CARIQA_MUTANT")) {
			out = append(out, m)
		}
	}
	return out
}

func lines(groups []contracttests.Group) string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "    %.200s [%s; %d cases, %d blocked, %d under]\n", g.Failure, g.Case, len(g.Cases), len(g.Blocked), len(g.Under))
	}
	return b.String()
}
