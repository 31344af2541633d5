package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

func TestDiffOfTwoFakes(t *testing.T) {
	invoke(t, env{}, "diff", "--a", "fake", "--b", "fake").ends(t, 0, "\n0 disagreements\n", " of 6 cases; 0 not applicable on one side")
}

// TestDiffNamesTheRenames runs the suite's own cases on what a user would
// have: a server of the former generation.
func TestDiffNamesTheRenames(t *testing.T) {
	old := fake(t, mocktest.With(func(c *mockserver.Config) { c.Generation = mockserver.Generation0 }))
	p := &program{getenv: env{}.get, cases: func() []contracttests.Case {
		var some []contracttests.Case
		for _, c := range cases.All() {
			if area, _, _ := strings.Cut(c.ID, "/"); area == "setup-intents" || area == "debts" {
				some = append(some, c)
			}
		}
		return some
	}}
	got := invokeWith(t, p, "diff", "--b", old.URL+",mock.default.old", "--admin", old.URL)
	got.ends(t, 1,
		"\n  setup_intent_client_secret is called client_secret: generation 2026-03\n",
		"\n  payment_intent_client_secret is called client_secret: generation 2026-03\n",
		"\n2 disagreements: 2 target departs from the spec\n")
}

func TestDiffAgainstARecording(t *testing.T) {
	srv := fake(t)
	file := filepath.Join(t.TempDir(), "run.jsonl")
	e := on(srv.URL)
	e["CONNECT_API_KEY"] = "a-key-nobody-may-see"
	dir := t.TempDir()
	invoke(t, e, "run", "--record", file, "--evidence", dir).ends(t, 0, "recorded: "+file, "evidence: not written")
	text, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(text), "a-key-nobody-may-see") || strings.Contains(string(text), stripeKey) {
		t.Errorf("%v; keys must not be in the file", err)
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("a fake proves nothing about the vendor, but there is %s", files)
	}
	srv.Client().CloseIdleConnections()
	invoke(t, env{}, "diff", "--b", "recording:"+file).ends(t, 0, "\n0 disagreements\n", "B  recording of 127.0.0.1", "5 cases; 1 not applicable on one side")
}

func TestDiffOfADeadTarget(t *testing.T) {
	invoke(t, env{}, "diff", "--b", "http://127.0.0.1:1/api/v1,key").ends(t, 3, "B  127.0.0.1:1", "cannot be used: ")
}

func TestDiffRefuses(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(broken, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		`--b "sandbox"`: {"--b", "sandbox"}, `--a "recording:"`: {"--a", "recording:"}, `--b "http://x,"`: {"--b", "http://x,"},
		"no such file": {"--b", "recording:nowhere.jsonl"}, "not a recording": {"--b", "recording:" + broken},
		"no target": {"--b", "env"}, "production": {"--b", "https://connect.cariqa.com/api/v1,key"}, "matches no case": {"--case", "x"},
	} {
		invoke(t, env{}, append([]string{"diff"}, args...)...).ends(t, 2, want)
	}
	invoke(t, on("http://127.0.0.1:1"), "run", "--record", filepath.Join(broken, "y")).ends(t, 2, "--record")
}
