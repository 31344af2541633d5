package cli

import (
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuild(t *testing.T) {
	recorded := []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-04-02T14:00:00Z"}}
	stamped := [3]string{"1.2.3", "def", "2026-05-01T00:00:00Z"}
	for name, tc := range map[string]struct {
		main     string
		settings []debug.BuildSetting
		stamp    [3]string
		want     Build
	}{
		"nothing known":    {"", nil, [3]string{}, Build{Version: "dev"}},
		"no git":           {"(devel)", nil, [3]string{}, Build{Version: "dev"}},
		"clone":            {"v0.0.0-20260402140000-abc", recorded, [3]string{}, Build{"0.0.0-20260402140000-abc", "abc", "2026-04-02T14:00:00Z"}},
		"changed clone":    {"v0.0.0-20260402140000-abc+dirty", recorded, [3]string{}, Build{"0.0.0-20260402140000-abc.dirty", "abc", "2026-04-02T14:00:00Z"}},
		"tag":              {"v1.0.0", recorded, [3]string{}, Build{"1.0.0", "abc", "2026-04-02T14:00:00Z"}},
		"changed tag":      {"v1.0.0+dirty", recorded, [3]string{}, Build{"1.0.0-dirty", "abc", "2026-04-02T14:00:00Z"}},
		"stamped, no git":  {"(devel)", nil, stamped, Build{"1.2.3", "def", "2026-05-01T00:00:00Z"}},
		"stamped in clone": {"v1.0.0", recorded, stamped, Build{"1.2.3", "def", "2026-05-01T00:00:00Z"}},
		"stamped with v":   {"", nil, [3]string{"v1.2.3"}, Build{Version: "1.2.3"}},
	} {
		t.Run(name, func(t *testing.T) {
			version, commit, date = tc.stamp[0], tc.stamp[1], tc.stamp[2]
			t.Cleanup(func() { version, commit, date = "", "", "" })
			info := &debug.BuildInfo{Main: debug.Module{Version: tc.main}, Settings: tc.settings}
			if diff := cmp.Diff(tc.want, build(info)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The script .ci/version finds out what Go finds out.
func TestScriptAgreesWithGo(t *testing.T) {
	for _, tool := range []string{"git", "bash", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on this machine", tool)
		}
	}
	dir := t.TempDir()
	script, err := os.ReadFile("../../../.ci/version")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, ".ci/version", string(script))
	write(t, dir, "go.mod", "module example.org/clone\n\ngo 1.26.0\n")
	write(t, dir, "main.go", "package main\n\nfunc main() {}\n")
	write(t, dir, ".gitignore", "/out\n")
	if got := stamp(t, dir); got != (Build{Version: "0.0.0-dev"}) {
		t.Errorf("without git: %+v", got)
	}
	run(t, dir, "git", "init", "-q")
	for _, step := range []struct{ name, do string }{
		{"no tag", "commit"},
		{"change on a tag", "tag v0.9.9 change"},
		{"change after a tag", "commit change"},
		{"after a pre-release", "commit tag v1.0.0-rc.1 commit"},
		{"two tags", "tag v1.0.0 tag v1.0.0-rc.2"},
		{"a tag that is no version", "commit tag nightly"},
	} {
		do := strings.Fields(step.do)
		for i, word := range do {
			switch word {
			case "change":
				write(t, dir, "main.go", "package main // "+step.name+"\n\nfunc main() {}\n")
			case "commit":
				write(t, dir, "main.go", "package main\n\n// "+step.name+strings.Repeat(".", i)+"\nfunc main() {}\n")
				run(t, dir, "git", "add", ".")
				run(t, dir, "git", "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-q", "-m", step.name)
			case "tag":
				run(t, dir, "git", "tag", do[i+1])
			}
		}
		run(t, dir, "go", "build", "-buildvcs=true", "-o", "out", ".")
		if diff := cmp.Diff(recorded(t, filepath.Join(dir, "out")), stamp(t, dir)); diff != "" {
			t.Errorf("%s (-go +script):\n%s", step.name, diff)
		}
	}
}

// recorded returns the build that Go has recorded in a program.
func recorded(t *testing.T, file string) Build {
	t.Helper()
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return build(info)
}

// stamp returns what the script prints.
func stamp(t *testing.T, dir string) Build {
	t.Helper()
	values := map[string]string{}
	for line := range strings.Lines(run(t, dir, "bash", ".ci/version")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = value
	}
	return Build{values["VERSION"], values["COMMIT"], values["DATE"]}
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CEILING_DIRECTORIES="+dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, &stderr)
	}
	return string(out)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
