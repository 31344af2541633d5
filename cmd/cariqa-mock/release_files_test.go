package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// Every build of the programs is stamped with the same variables.
func TestStamps(t *testing.T) {
	set := regexp.MustCompile(`-X (?:cariqamock/cmd/internal/cli|\$stamp)\.(\w+)=`)
	for _, name := range []string{"Dockerfile", ".goreleaser.yaml", "mockserver/mocktest/js/build.sh"} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, match := range set.FindAllStringSubmatch(string(text), -1) {
			got = append(got, match[1])
		}
		if diff := cmp.Diff([]string{"version", "commit", "date"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Files of a release and of CI are YAML, and the actions' programs exist.
func TestReleaseFiles(t *testing.T) {
	files := []string{".goreleaser.yaml", "docker-compose.yml"}
	for _, pattern := range []string{".github/workflows/*.yml", ".github/actions/*/action.yml"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(found) < 2 {
			t.Fatalf("%s: %q, %v", pattern, found, err)
		}
		for _, file := range found {
			files = append(files, strings.TrimPrefix(filepath.ToSlash(file), root+"/"))
		}
	}
	program := regexp.MustCompile(`(?:main: |post: |\$GITHUB_ACTION_PATH/)([\w.]+)`)
	for _, name := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.HasSuffix(name, "action.yml") {
			continue
		}
		for _, match := range program.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), match[1])); err != nil {
				t.Error(err)
			}
		}
	}
}

// The YAML examples of CI configuration set variables that exist.
func TestCIExamples(t *testing.T) {
	text := texts(t)["mockserver/ci.md"]
	known := map[string]bool{envName("admin-token"): true, "IMAGE": true}
	for _, v := range clientEnv("", "") {
		known[v.name] = true
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(blocks) != 4 {
		t.Fatalf("%d YAML examples, want 4", len(blocks))
	}
	for _, block := range blocks {
		var doc map[string]any
		if err := yaml.Unmarshal([]byte(block[1]), &doc); err != nil {
			t.Errorf("%v\n%s", err, block[1])
		}
		for _, match := range regexp.MustCompile(`\b([A-Z]+(?:_[A-Z]+)*)\b(?:: | \}\}|,)`).FindAllStringSubmatch(block[1], -1) {
			if !known[match[1]] {
				t.Errorf("unknown variable %s in\n%s", match[1], block[1])
			}
		}
	}
}

// The action setup starts a server and exports its variables, journal writes
// the calls of its worlds, and the end of the job stops it.
func TestSetupAction(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not on this machine")
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "cariqa-mock")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	node := func(script string, vars ...string) (string, error) {
		cmd := exec.CommandContext(context.Background(), "node", filepath.Join(root, ".github", "actions", script))
		cmd.Env = append(os.Environ(), "RUNNER_TEMP="+dir, "INPUT_COMMAND="+binary, "INPUT_WORLD=mock.debt.job",
			"GITHUB_ENV="+filepath.Join(dir, "env"), "GITHUB_OUTPUT="+filepath.Join(dir, "output"), "GITHUB_STATE="+filepath.Join(dir, "state"))
		cmd.Env = append(cmd.Env, vars...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		return out.String(), err
	}
	if out, err := node("setup/start.mjs", "INPUT_ARGS=--scenario debtt"); err == nil || !strings.Contains(out, "did you mean debt?") {
		t.Errorf("a wrong flag: %v, %s; want it to fail with the server's words", err, out)
	}
	if out, err := node("setup/start.mjs", "INPUT_COMMAND="+binary+"-none"); err == nil || !strings.Contains(out, "cannot be started") {
		t.Errorf("no program: %v, %s", err, out)
	}
	if out, err := node("setup/start.mjs", "INPUT_ARGS=--scenario debt --stations 0"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	state := lastValue(t, filepath.Join(dir, "state"), "pid")
	t.Cleanup(func() {
		if out, err := node("setup/stop.mjs", "STATE_pid="+state); err != nil {
			t.Errorf("stop: %v: %s", err, out)
		}
	})
	url := lastValue(t, filepath.Join(dir, "output"), "url")
	for name, want := range map[string]string{
		"CARIQA_MOCK_URL": url, "CONNECT_API_DOMAIN": url + "/api/v1", "CONNECT_API_KEY": "mock.debt.job", "STRIPE_API_BASE": url,
	} {
		if got := lastValue(t, filepath.Join(dir, "env"), name); got != want {
			t.Errorf("%s=%s, want %s", name, got, want)
		}
	}
	if status, _, _ := get(t, url+"/api/v1/users/", "mock.debt.job"); status != 200 {
		t.Errorf("the server answers %d", status)
	}
	folder := filepath.Join(dir, "journal")
	if out, err := node("journal/journal.mjs", "URL="+url, "FOLDER="+folder); err != nil {
		t.Errorf("journal: %v: %s", err, out)
	}
	if calls, err := os.ReadFile(filepath.Join(folder, "mock.debt.job.json")); err != nil || !bytes.Contains(calls, []byte("/api/v1/users/")) {
		t.Errorf("the journal: %v, %s", err, calls)
	}
	if got := invoke(t, env{}, "scenario", "check", filepath.Join(folder, "mock.debt.job.yaml")); got.code != exitOK {
		t.Errorf("the world is no scenario file: %+v", got)
	}
}

// lastValue returns the last value of a name in a file of NAME=value lines.
func lastValue(t *testing.T, file, name string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	slices.Reverse(lines)
	for _, line := range lines {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return value
		}
	}
	t.Fatalf("%s does not have %s", file, name)
	return ""
}
