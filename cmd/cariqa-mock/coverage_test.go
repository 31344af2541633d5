package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cariqamock/mockserver"
)

// TestNoDocumentedCellIsEmpty: the built-in scenarios pass, show what they
// prove, and produce every documented answer.
func TestNoDocumentedCellIsEmpty(t *testing.T) {
	got := invoke(t, env{}, "scenario", "coverage")
	if got.code != exitOK || got.stderr != "" {
		t.Errorf("exit code %d, stderr:\n%s", got.code, got.stderr)
	}
	for _, line := range strings.Split(got.stdout, "\n") {
		if regexp.MustCompile(` yes +-$`).MatchString(line) {
			t.Errorf("no scenario produces: %s", line)
		}
		if regexp.MustCompile(`^\w+ +\d{3} .* no  `).MatchString(line) {
			t.Errorf("answered, and documented nowhere: %s", line)
		}
	}
	if !regexp.MustCompile(`\n(\d+) of (\d+) documented cells produced\n$`).MatchString(got.stdout) {
		t.Errorf("last line:\n%s", got.stdout)
	}
}

// TestEveryRuleHasAScenario: generic rules apart, each is proved by one at
// least, whatever else produces the same answer.
func TestEveryRuleHasAScenario(t *testing.T) {
	server, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	rules, err := server.RuleTable()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if r.Operation != "*" && len(r.Scenarios) == 0 {
			t.Errorf("no scenario proves %s", r.ID)
		}
	}
}

// TestEveryScenarioHasTheUser: the user of the vendor's curl commands is
// the first in each, so that they run as written.
func TestEveryScenarioHasTheUser(t *testing.T) {
	server, err := mockserver.New(mockserver.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range server.ScenarioNames() {
		s, err := server.Scenario(name)
		if err != nil {
			t.Error(err)
			continue
		}
		users := regexp.MustCompile(`(?m)^users:\n- id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb$`)
		if !users.Match(s.Source) {
			t.Errorf("%s: another user comes first", name)
		}
		if results, err := server.CheckScenario(t.Context(), name); err != nil || len(results) < 2 {
			t.Errorf("%s: %d steps, error %v", name, len(results), err)
		}
	}
}

func TestCoverageAsMarkdown(t *testing.T) {
	got := invoke(t, env{}, "scenario", "coverage", "--markdown")
	lines := strings.Split(got.stdout, "\n")
	want := []string{"| operation | status | type | documented | scenarios |", "| --- | --- | --- | --- | --- |"}
	if !slices.Equal(lines[:2], want) {
		t.Errorf("table begins %q", lines[:2])
	}
	row := "| users_charging_start_create | 409 | station_availability_issue | yes | connector-out-of-order |"
	if !slices.Contains(lines, row) {
		t.Errorf("no row %s in\n%s", row, got.stdout)
	}
}

// TestCoverageOfOwnFiles checks that custom scenarios count, and that one that fails
// is reported and fails the command.
func TestCoverageOfOwnFiles(t *testing.T) {
	got := invoke(t, env{}, "scenario", "coverage", "--scenarios", filepath.Dir(own(t, "200")))
	if !regexp.MustCompile(`(?m)^users_list +200 .*\bmine\b`).MatchString(got.stdout) {
		t.Errorf("mine does not count:\n%s", got.stdout)
	}
	got = invoke(t, env{}, "scenario", "coverage", "--scenarios", filepath.Dir(own(t, "418")))
	refuses(t, got, exitFailed, "fail  mine", "status: want 418, got 200", "scenarios failed")
	refuses(t, invoke(t, env{}, "scenario", "coverage", "debt"), exitUsage, `"debt"`)
	refuses(t, invoke(t, env{}, "scenario", "coverage", "--scenarios", "nowhere"), exitUsage, `"nowhere"`)
}

// TestEmptyCellFailsTheCommand feeds the listing rows instead of scenarios.
func TestEmptyCellFailsTheCommand(t *testing.T) {
	cell := func(status int) mockserver.Cell { return mockserver.Cell{Operation: "users_list", Status: status} }
	rows := []mockserver.CoverageRow{
		{Cell: cell(200), Documented: mockserver.DocumentedYes, Scenarios: []string{"a", "b", "c", "d"}},
		{Cell: cell(401), Documented: mockserver.DocumentedGeneric},
		{Cell: cell(418), Documented: mockserver.DocumentedNo, Scenarios: []string{"a"}},
	}
	var out strings.Builder
	p := &program{stdout: &out}
	if err := p.listCoverage(rows, false); err != nil {
		t.Error(err)
	}
	want := `operation   status  type  documented  scenarios
users_list  200     -     yes         a, b, c and 1 more
users_list  401     -     generic     -
users_list  418     -     no          a

0 of 1 generic cells produced; they need no scenario
1 of 1 documented cells produced
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	out.Reset()
	err := p.listCoverage(append(rows, mockserver.CoverageRow{Cell: cell(423), Documented: mockserver.DocumentedYes}), false)
	if err == nil || !strings.HasSuffix(out.String(), "\n1 of 2 documented cells produced\n") {
		t.Errorf("%v after\n%s", err, out.String())
	}
}
