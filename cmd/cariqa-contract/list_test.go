package main

import (
	"path/filepath"
	"strings"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/mockserver"
)

func TestList(t *testing.T) {
	golden(t, filepath.Join("testdata", "list.txt"), list(t))
	golden(t, filepath.Join("testdata", "list-users.txt"), list(t, "--case", "users/*"))
}

func list(t *testing.T, args ...string) string {
	t.Helper()
	got := invoke(t, env{}, append([]string{"list"}, args...)...)
	got.ends(t, 0, unverified)
	return got.stdout
}

// TestListAssumed wants every assumed rule with its case, and the cases that
// assume what is no rule.
func TestListAssumed(t *testing.T) {
	var rule string
	for _, r := range mockserver.DefaultRules() {
		if r.Assumed {
			rule = r.ID
		}
	}
	with := fewCases()
	with[0].Rules = []string{rule}
	got := invokeWith(t, &program{cases: func() []contracttests.Case { return with }}, "list", "--assumed")
	got.ends(t, 0, "\n  case: users/create\n", "A bad address is refused\n  case: users/bad-email\n", "  case: none\n", unverified)
	for _, r := range mockserver.DefaultRules() {
		if listed := strings.Contains(got.stdout, r.ID+"  "); listed != r.Assumed {
			t.Errorf("%s: listed %v, assumed %v", r.ID, listed, r.Assumed)
		}
	}
}

// TestTheSuiteCanBeListed runs the program with its own cases.
func TestTheSuiteCanBeListed(t *testing.T) {
	all := cases.All()
	if err := contracttests.Check(all); err != nil {
		t.Fatal(err)
	}
	got := invokeWith(t, &program{cases: cases.All}, "list")
	got.ends(t, 0)
	for _, c := range all {
		if !strings.Contains(got.stdout, c.ID+"  "+c.Title) {
			t.Errorf("%s is not listed", c.ID)
		}
	}
}
