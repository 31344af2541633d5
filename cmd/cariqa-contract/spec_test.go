package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cariqamock"
)

func theirs(t *testing.T, old, fresh string) string {
	t.Helper()
	if !strings.Contains(cariqamock.OpenAPI(), old) {
		t.Fatalf("openapi.yaml no longer holds %q", old)
	}
	name := filepath.Join(t.TempDir(), "theirs.yml")
	if err := os.WriteFile(name, []byte(strings.Replace(cariqamock.OpenAPI(), old, fresh, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSpec(t *testing.T) {
	invoke(t, env{}, "spec", theirs(t, "", "")).ends(t, 0, "no changes; 0 intended deviations\n")
	invoke(t, env{}, "spec", theirs(t, "operationId: users_create\n", "operationId: users_make\n")).
		ends(t, 1, "users_create\n  operation id: ours users_create, theirs users_make\n  cases: users/create, users/bad-email\n", "1 change in 1 operation; affected: 2 cases")
	invoke(t, env{}, "spec", theirs(t, "paths:\n", "paths:\n  /api/v1/news/:\n    get:\n      operationId: news_list\n      responses: {'200': {description: d}}\n")).
		ends(t, 1, "news_list\n  operation added", "  cases: none\n")
	unauthorized := theirs(t, "        '401': {$ref: '#/components/responses/Unauthorized'}\n", "")
	invoke(t, env{}, "spec", unauthorized).ends(t, 0, "no changes; 1 intended deviation\n")
	invoke(t, env{}, "spec", "-v", unauthorized).ends(t, 0, "intended: 401-everywhere, 1 place: ")
	for want, args := range map[string][]string{
		"want one file": {}, "no such file": {"nowhere.yml"}, "openapi": {filepath.Join("testdata", "list.txt")},
	} {
		got := invoke(t, env{}, append([]string{"spec"}, args...)...)
		if got.code != 2 || !strings.Contains(strings.ToLower(got.stderr), want) {
			t.Errorf("exit code %d, %s; wanted 2 and %q", got.code, got.stderr, want)
		}
	}
}

func TestListShowsEvidence(t *testing.T) {
	invoke(t, env{}, "list", "--evidence").ends(t, 0, unverified)
	dir := t.TempDir()
	file := `{"target":"dev.example.org","cases":{"users/create":{"passed":"2026-01-02T03:04:05Z","build":"v1"}}}`
	if err := os.WriteFile(filepath.Join(dir, "dev.json"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	invoke(t, env{}, "list", "--evidence="+dir).
		ends(t, 0, "evidence: dev.example.org\n  users/create  passed 2026-01-02 with v1, stale\n  users/bad-email  never passed\n", "0 of 6 cases passed in the last 30 days, 1 earlier")
	invoke(t, env{}, "list", "--evidence="+filepath.Join(dir, "x")).ends(t, 2, "no such file")
	if err := os.WriteFile(filepath.Join(dir, "bad.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	invoke(t, env{}, "list", "--evidence="+dir).ends(t, 2, "bad.json")
}
