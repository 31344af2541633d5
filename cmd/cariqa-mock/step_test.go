package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cariqamock/mockserver/mocktest"
)

// TestScenarioCheckAcceptsSteps checks a scenario made of an exported world and
// of a call that the admin API has written as a step.
func TestScenarioCheckAcceptsSteps(t *testing.T) {
	w := mocktest.Start(t).World("debt")
	exported := w.Export()
	id := w.Do("DELETE", "/users/{user}/payment-methods/pm_abc123/").Want(402).Header.Get("X-Request-Id")
	res, err := w.Client().Get(w.StripeURL + "/__admin/worlds/" + w.ID + "/requests/" + id + "/step")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	step, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	const want = "- call: DELETE /users/{user}/payment-methods/pm_abc123/\n  want:\n    status: 402\n    rule: remove-payment-method/debt\n"
	if string(step) != want {
		t.Errorf("got\n%swant\n%s", step, want)
	}
	path := filepath.Join(t.TempDir(), "debt-export.yaml")
	if err := os.WriteFile(path, []byte(exported+"try:\n"+string(step)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := invoke(t, nil, "scenario", "check", path); got.code != exitOK || !strings.Contains(got.stdout, "(1 steps)") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}
