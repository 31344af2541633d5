package main

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/contracttests/evidence"
	"cariqamock/mockserver"
)

// TestRulesNameTheirCases: the program shows which contract cases check a
// rule.
func TestRulesNameTheirCases(t *testing.T) {
	var out struct{ Rules []mockserver.Rule }
	if err := json.Unmarshal([]byte(invoke(t, nil, "rules", "--format", "json").stdout), &out); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, r := range out.Rules {
		for _, id := range r.Cases {
			checked++
			if !slices.ContainsFunc(cases.All(), func(c contracttests.Case) bool { return c.ID == id && slices.Contains(c.Rules, r.ID) }) {
				t.Errorf("%s: no case %s checks it", r.ID, id)
			}
		}
		if len(r.Cases) == 0 && r.Operation != "*" {
			t.Errorf("%s has no case", r.ID)
		}
	}
	if checked == 0 {
		t.Error("no rule has a case")
	}
}

func TestContractCases(t *testing.T) {
	today := time.Date(2026, 7, 31, 12, 0, 0, 0, time.UTC)
	fresh, old := today.AddDate(0, 0, -3), today.AddDate(0, 0, -31)
	some := []contracttests.Case{
		{ID: "a/b", Title: "B", Rules: []string{"r"}, Needs: contracttests.Stripe | contracttests.Clock}, {ID: "a/c", Title: "C"},
	}
	files := []evidence.File{
		{Target: "one", Cases: map[string]evidence.Proof{"a/b": {Passed: &fresh, Build: "0.1"}, "z/z": {}}},
		{Target: "two", Cases: map[string]evidence.Proof{"a/b": {Passed: &old, Build: "0.1", Failed: &fresh}, "a/c": {Failed: &fresh}}},
	}
	day := func(t time.Time) *string { s := t.Format(time.DateOnly); return &s }
	want := []mockserver.Case{
		{ID: "a/b", Title: "B", Rules: []string{"r"}, Needs: []string{"Stripe key", "clock"}, Proofs: []mockserver.Proof{
			{Target: "one", Passed: day(fresh), Text: "passed 2026-07-28 with 0.1"},
			{Target: "two", Passed: day(old), Stale: true, Text: "passed 2026-06-30 with 0.1, stale; failed 2026-07-28"},
		}},
		{ID: "a/c", Title: "C", Proofs: []mockserver.Proof{{Target: "two", Stale: true, Text: "failed 2026-07-28"}}},
	}
	if diff := cmp.Diff(want, withProofs(some, files, today)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	all, err := contractCases()
	if err != nil || len(all) != len(cases.All()) {
		t.Errorf("%d cases, %v", len(all), err)
	}
}
