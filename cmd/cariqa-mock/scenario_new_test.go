package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestScenarioNew writes the starter and checks it as it is, and with what its
// comments offer.
func TestScenarioNew(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	got := invoke(t, env{"CARIQA_MOCK_SCENARIOS": dir}, "scenario", "new", "mine")
	if got.code != exitOK || !strings.Contains(got.stdout, "scenario check "+path) {
		t.Fatalf("%+v", got)
	}
	if got := invoke(t, env{}, "scenario", "check", path); got.code != exitOK || got.stdout != "ok    mine (3 steps)\n" {
		t.Errorf("%+v", got)
	}
	shown := invoke(t, env{}, "scenario", "show", "mine", "--scenarios", dir)
	if shown.code != exitOK || !strings.Contains(shown.stdout, "\n# The ids that this file leaves out:\n#   users[0]: ") {
		t.Errorf("%+v", shown)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.NewReplacer("# proves", "proves", "# charge_points", "charge_points", "# - {evse", "- {evse", "# faults", "faults", "# - {op", "- {op").Replace(string(text))
	if all == string(text) {
		t.Error("the starter offers nothing in comments")
	}
	if err := os.WriteFile(path, []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := invoke(t, env{}, "scenario", "check", path); got.code != exitOK {
		t.Errorf("with all that it offers: %+v", got)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"mine"}, "is there already"},
		{[]string{"Mine"}, `"Mine": want a name`},
		{[]string{"mine.yaml"}, "without .yaml"},
		{[]string{"../mine"}, "want a name"},
		{nil, "want the name of one scenario"},
		{[]string{"other", "--from", "mock.debt.x", "--url", "nowhere"}, "--url"},
		{[]string{"other", "--scenarios", filepath.Join(dir, "none")}, "no such folder"},
	} {
		args := append([]string{"scenario", "new", "--scenarios", dir}, test.args...)
		if got := invoke(t, env{}, args...); got.code != exitUsage || !strings.Contains(got.stderr, test.want) {
			t.Errorf("%v: %+v", test.args, got)
		}
	}
}

// TestScenarioFromWorld writes a world of a running server.
func TestScenarioFromWorld(t *testing.T) {
	s := serve(t, env{}, "--addr", "127.0.0.1:0", "--admin-token", "secret")
	dir := t.TempDir()
	args := []string{"scenario", "new", "kept", "--scenarios", dir, "--from", "mock.debt.here", "--url", s.url}
	if got := invoke(t, env{}, args...); got.code != 1 || !strings.Contains(got.stderr, "401") {
		t.Errorf("without the token: %+v", got)
	}
	if got := invoke(t, env{"CARIQA_MOCK_ADMIN_TOKEN": "secret"}, args...); got.code != exitOK {
		t.Fatalf("%+v", got)
	}
	path := filepath.Join(dir, "kept.yaml")
	if got := invoke(t, env{}, "scenario", "check", path); got.code != exitOK {
		t.Errorf("%+v", got)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "name: kept\n") || !strings.Contains(string(text), "charge: fail") {
		t.Errorf("%v\n%s", err, text)
	}
	args[2] = "other"
	args[6] = "nobody"
	if got := invoke(t, env{"CARIQA_MOCK_ADMIN_TOKEN": "secret"}, args...); got.code != 1 || !strings.Contains(got.stderr, http.StatusText(http.StatusNotFound)) {
		t.Errorf("an unknown world: %+v", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "other.yaml")); err == nil {
		t.Error("a file was written for a world that cannot be read")
	}
}
