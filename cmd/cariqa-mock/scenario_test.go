package main

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cariqamock/mockserver"
	"cariqamock/scenarios"
)

// own writes a scenario file whose only step wants a status.
func own(t *testing.T, status string) string {
	return file(t, "mine.yaml", `name: mine
title: Nobody | here
try:
- {call: GET /users/, want: {status: `+status+`}}
`)
}

func TestScenarioList(t *testing.T) {
	names, err := fs.Glob(scenarios.FS(), "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	dir := filepath.Dir(own(t, "200"))
	for _, markdown := range []bool{false, true} {
		args, row := []string{"scenario", "list", "--scenarios", dir}, "(?m)^%s  +[A-Z]"
		if markdown {
			args, row = append(args, "--markdown"), "(?m)^\\| `%s` \\| [^|]*(?:\\\\\\|[^|]*)* \\| [^|]*\\|$"
		}
		got := invoke(t, env{}, args...)
		if got.code != exitOK {
			t.Fatalf("%+v", got)
		}
		for _, name := range append(names, "mine.yaml") {
			want := strings.ReplaceAll(row, "%s", strings.TrimSuffix(name, ".yaml"))
			if !regexp.MustCompile(want).MatchString(got.stdout) {
				t.Errorf("markdown %v: no row %s in\n%s", markdown, want, got.stdout)
			}
		}
	}
	byEnv := invoke(t, env{"CARIQA_MOCK_SCENARIOS": dir}, "scenario", "list")
	if !strings.Contains(byEnv.stdout, "\nmine ") {
		t.Errorf("CARIQA_MOCK_SCENARIOS: mine is not listed:\n%+v", byEnv)
	}
}

func TestScenarioShow(t *testing.T) {
	src, err := fs.ReadFile(scenarios.FS(), "debt.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := invoke(t, env{}, "scenario", "show", "debt"); got != (outcome{code: exitOK, stdout: string(src)}) {
		t.Errorf("%+v", got)
	}
	refuses(t, invoke(t, env{}, "scenario", "show", "debtt"), exitUsage, `"debtt"`, "did you mean debt?", "cariqa-mock scenario list")
}

func TestScenarioCheck(t *testing.T) {
	good, bad := own(t, "200"), own(t, "404")
	broken := file(t, "mine.yaml", "name: mine\ntitle: Mine\nusers:\n- {id: x}\n")
	const ok = "ok    mine (1 steps)\n"
	for name, test := range map[string]struct {
		args   []string
		code   int
		stdout string
		stderr []string
	}{
		"built-in":                {args: []string{"removable", "debt"}, stdout: "ok    debt ("},
		"own file":                {args: []string{good}, stdout: ok},
		"own folder":              {args: []string{"mine", "--scenarios", filepath.Dir(good)}, stdout: ok},
		"a step fails":            {args: []string{bad}, code: exitFailed, stdout: "fail  mine\n      step 1: GET /users/", stderr: []string{"1 of 1 scenarios failed"}},
		"others still run":        {args: []string{bad, "removable"}, code: exitFailed, stdout: "ok    removable (", stderr: []string{"1 of 2 scenarios failed"}},
		"unknown name":            {args: []string{"removabel"}, code: exitUsage, stderr: []string{"did you mean removable?"}},
		"both unknown":            {args: []string{"dept", "nope.yaml"}, code: exitUsage, stderr: []string{"did you mean debt?", "nope.yaml: no such file"}},
		"no such file":            {args: []string{"none.yaml"}, code: exitUsage, stderr: []string{"none.yaml: no such file"}},
		"a folder":                {args: []string{filepath.Dir(good)}, code: exitUsage, stderr: []string{"is a folder: want a scenario file"}},
		"broken file":             {args: []string{broken}, code: exitFailed, stderr: []string{broken + ":4:8: ", "\n- {id: x}\n       ^"}},
		"broken file in a folder": {args: []string{"--scenarios", filepath.Dir(broken)}, code: exitFailed, stderr: []string{broken + ":4:8: "}},
	} {
		t.Run(name, func(t *testing.T) {
			got := invoke(t, env{}, append([]string{"scenario", "check"}, test.args...)...)
			refuses(t, got, test.code, test.stderr...)
			if !strings.Contains(got.stdout, test.stdout) {
				t.Errorf("stdout does not contain %q:\n%s", test.stdout, got.stdout)
			}
		})
	}
}

// TestBuiltInScenariosHold runs the steps of all of them.
func TestBuiltInScenariosHold(t *testing.T) {
	got := invoke(t, env{}, "scenario", "check")
	if got.code != exitOK || strings.Count(got.stdout, "ok    ") == 0 {
		t.Errorf("%+v", got)
	}
}

func TestRules(t *testing.T) {
	rules := mockserver.DefaultRules()
	text := invoke(t, env{}, "rules").stdout
	table := invoke(t, env{}, "rules", "--format", "markdown").stdout
	var list struct {
		Rules []struct {
			ID, Sentence, Remedy string
			Status               int
		}
	}
	if err := json.Unmarshal([]byte(invoke(t, env{}, "rules", "--format", "json").stdout), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Rules) != len(rules) {
		t.Fatalf("%d rules as JSON, want %d", len(list.Rules), len(rules))
	}
	if got, want := strings.Count(table, "\n"), len(rules)+2; got != want {
		t.Errorf("%d lines of Markdown, want %d", got, want)
	}
	for i, rule := range rules {
		if got := list.Rules[i]; got.ID != rule.ID || got.Status != rule.Status || got.Sentence != rule.Sentence || got.Remedy != rule.Remedy {
			t.Errorf("JSON %+v, want %s", got, rule.ID)
		}
		if !strings.Contains(table, "| `"+rule.ID+"` | ") {
			t.Errorf("the Markdown does not have %s", rule.ID)
		}
		if !strings.Contains(text, rule.ID+" ") || rule.Remedy != "" && !strings.Contains(text, "remedy: "+rule.Remedy) {
			t.Errorf("the text does not have %s with its remedy", rule.ID)
		}
	}
}

func TestVersion(t *testing.T) {
	got := invoke(t, env{}, "version")
	if got.code != exitOK || !regexp.MustCompile(`^(dev|\d+\.\S*)\n$`).MatchString(got.stdout) {
		t.Errorf("%+v", got)
	}
	s := serve(t, env{})
	if header := s.call("GET", "/api/v1/users/", "").header.Get("X-Cariqa-Mock"); header+"\n" != got.stdout {
		t.Errorf("the server reports %q, the command %q", header, got.stdout)
	}
}
