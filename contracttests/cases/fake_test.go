package cases

import (
	"strings"
	"testing"

	contract "cariqamock/contracttests"
	"cariqamock/contracttests/internal/faketest"
)

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
}
