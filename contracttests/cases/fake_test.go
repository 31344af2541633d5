package cases

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
	"cariqamock/contracttests/report"
	"cariqamock/mockserver"
)

var update = flag.Bool("update", false, "write operations.yaml")

func TestFake(t *testing.T) {
	run := contract.Execute(t.Context(), faketest.Target(t, nil), All(), contract.Options{})
	if run.Dead != "" {
		t.Fatal(run.Dead)
	}
	for _, r := range run.Results {
		if r.Status != contract.Pass {
			t.Errorf("%s: %s\n%s", r.Case, r.Status, strings.Join(append(r.Messages, r.Lacking), "\n"))
		}
	}
	if len(run.Leftovers) > 0 {
		t.Errorf("left behind: %q", run.Leftovers)
	}
	t.Logf("%d cases, %d requests, %s", len(run.Results), run.Requests, run.Took)
	var page bytes.Buffer
	if err := report.HTML(&page, report.WithoutPassed(run), ""); err != nil || page.Len() > 500_000 {
		t.Errorf("the HTML report of a passing run: %d bytes, %v, want at most 500,000", page.Len(), err)
	}
	operations(t, run)
}

// TestStrictFake: on a fake that refuses undeclared input, the cases that are about
// it are not applicable, and all others pass.
func TestStrictFake(t *testing.T) {
	target := faketest.Target(t, func(c *mockserver.Config) { c.Strict = true })
	needs := map[string]contract.Capability{}
	for _, c := range All() {
		needs[c.ID] = c.Needs
	}
	for _, r := range contract.Execute(t.Context(), target, All(), contract.Options{}).Results {
		want := contract.Pass
		if needs[r.Case]&contract.Undeclared != 0 {
			want = contract.NotApplicable
		}
		if r.Status != want {
			t.Errorf("%s: %s, want %s\n%s", r.Case, r.Status, want, strings.Join(append(r.Messages, r.Lacking), "\n"))
		}
	}
}

// operations checks that operations.yaml has what the cases call.
func operations(t *testing.T, run contract.Run) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# The operations that each case is about. Written by go test ./contracttests/cases -update\n")
	for _, r := range run.Results {
		fmt.Fprintf(&b, "%s: [%s]\n", r.Case, strings.Join(r.Operations(), ", "))
	}
	golden(t, "operations.yaml", operationsYAML, b.String())
	b.Reset()
	b.WriteString("# The cases that wait for a CDR or the like, which run last. Written by go test ./contracttests/cases -update\n")
	for _, r := range run.Results {
		if r.Waited {
			fmt.Fprintf(&b, "- %s\n", r.Case)
		}
	}
	golden(t, "waits.yaml", waitsYAML, b.String())
}

func golden(t *testing.T, file, have, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(have, want); diff != "" {
		t.Errorf("%s; -update writes it (-have +want):\n%s", file, diff)
	}
}
