package zodclients

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cariqamock"
	"cariqamock/mockserver/internal/scenario/answers"
)

// vendorFile is the variable with the path of the vendor's own description of its
// API, which is not a part of this repository. Its clients are tested as well if
// it is set.
const vendorFile = "CARIQA_VENDOR_OPENAPI"

// knownDifferences are what clients of the vendor's file reject, since it has one
// schema for both directions; see cariqa-mock's known differences.
var knownDifferences = []string{
	"users_billing_details_retrieve line1: Invalid input: expected string, received null",
	"users_billing_details_retrieve postal_code: Invalid input: expected string, received null",
}

// result is what check.mjs prints.
type result struct {
	Checked           map[string]int
	Unknown, Rejected []string
}

// TestClients generates clients and has them read every answer of every scenario.
func TestClients(t *testing.T) {
	dir := install(t)
	accepts(t, dir, []byte(cariqamock.OpenAPI()), nil)
	rejects(t, dir)
	if path := os.Getenv(vendorFile); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		accepts(t, dir, text, knownDifferences)
	}
}

// rejects has the clients read answers that are wrong.
func rejects(t *testing.T, dir string) {
	t.Helper()
	for _, wrong := range []answers.Answer{
		{Operation: "users_retrieve", Status: http.StatusOK, Body: `{"id":7}`},
		{Operation: "users_payment_methods_list", Status: http.StatusOK, Body: `{"count":1,"results":[{"id":"pm_1","default":"yes"}]}`},
		{Operation: "stations_partners_list", Status: http.StatusOK, Body: `[{"name":null}]`},
	} {
		r := check(t, dir, []answers.Answer{wrong})
		for _, client := range []string{"hey-api", "orval"} {
			if !slices.ContainsFunc(r.Rejected, func(s string) bool { return strings.HasPrefix(s, client+" "+wrong.Operation) }) {
				t.Errorf("%s accepts %s", client, wrong.Body)
			}
		}
	}
}

// accepts generates clients from a description and has them read every answer. known
// are the ends of what they may reject.
func accepts(t *testing.T, dir string, description []byte, known []string) {
	t.Helper()
	generate(t, dir, description)
	all, err := answers.All()
	if err != nil {
		t.Fatal(err)
	}
	r := check(t, dir, slices.DeleteFunc(all, func(a answers.Answer) bool { return a.Status >= http.StatusMultipleChoices || a.Body == "" }))
	for _, rejected := range r.Rejected {
		if !slices.ContainsFunc(known, func(end string) bool { return strings.HasSuffix(rejected, " "+end) }) {
			t.Error(rejected)
		}
	}
	for _, unknown := range slices.Compact(slices.Sorted(slices.Values(r.Unknown))) {
		if !strings.HasPrefix(unknown, "orval ") || !strings.HasSuffix(unknown, " 201") { // it makes schemas of 200 only
			t.Errorf("no schema for %s", unknown)
		}
	}
	if r.Checked["hey-api"] < 400 || r.Checked["orval"] < 400 {
		t.Errorf("only %v answers were read", r.Checked)
	}
}

// install returns a folder with the generators and check.mjs. It skips the test
// where npm, node or the registry are missing.
func install(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"npm", "node"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("generated clients are not tested: %v", err)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("node")); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, dir, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
		"--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=4000")
	if err != nil && unreachable.Match(out) {
		t.Skip("generated clients are not tested: npm cannot reach its registry")
	}
	if err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return dir
}

// unreachable matches npm's codes of network errors.
var unreachable = regexp.MustCompile(`code (ENOTFOUND|EAI_AGAIN|E(NET|HOST)UNREACH|ENOTCACHED|E50[234]|\w*TIME(D)?OUT|ECONN\w+)`)

func run(t *testing.T, dir, program string, args ...string) ([]byte, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	return cmd.CombinedOutput()
}

func generate(t *testing.T, dir string, description []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "openapi.yaml"), description, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"openapi-ts", "-i", "openapi.yaml", "-o", "hey", "-p", "zod"},
		{"orval", "--input", "openapi.yaml", "--output", "orval.ts", "--client", "zod"},
	} {
		if out, err := run(t, dir, "npx", append([]string{"--no-install"}, args...)...); err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
	}
}

func check(t *testing.T, dir string, all []answers.Answer) (r result) {
	t.Helper()
	text, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "answers.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := run(t, dir, "node", "--no-warnings", "check.mjs", "answers.json")
	if err == nil {
		err = json.Unmarshal(bytes.TrimSpace(out), &r)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return r
}
