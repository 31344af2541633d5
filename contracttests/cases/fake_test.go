package cases

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
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
	operations(t, run)
}

// operations checks that operations.yaml has what the cases call.
func operations(t *testing.T, run contract.Run) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# The operations that each case is about. Written by go test ./contracttests/cases -update\n")
	for _, r := range run.Results {
		fmt.Fprintf(&b, "%s: [%s]\n", r.Case, strings.Join(r.Operations(), ", "))
	}
	if *update {
		if err := os.WriteFile("operations.yaml", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(operationsYAML, b.String()); diff != "" {
		t.Errorf("operations.yaml; -update writes it (-have +want):\n%s", diff)
	}
}
