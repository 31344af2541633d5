package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cariqamock/mockserver"
)

// TestScenarioCheck_step: what the admin API writes as a step is one to the
// command that checks scenarios.
func TestScenarioCheck_step(t *testing.T) {
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	server, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()
	ask := func(method, path, token string) (string, http.Header) {
		t.Helper()
		r, err := http.NewRequest(method, web.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := web.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body), res.Header
	}
	const world = "/__admin/worlds/mock.debt"
	file, _ := ask("GET", world+"/export", "")
	_, header := ask("DELETE", "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/pm_abc123/", "mock.debt")
	step, _ := ask("GET", world+"/requests/"+header.Get("X-Request-Id")+"/step", "")
	const want = "- call: DELETE /users/{user}/payment-methods/pm_abc123/\n  want:\n    status: 402\n    rule: remove-payment-method/debt\n"
	if step != want {
		t.Errorf("got\n%swant\n%s", step, want)
	}
	path := filepath.Join(t.TempDir(), "debt-export.yaml")
	if err := os.WriteFile(path, []byte(file+"try:\n"+step), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := invoke(t, nil, "scenario", "check", path); got.code != exitOK || !strings.Contains(got.stdout, "(1 steps)") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}
