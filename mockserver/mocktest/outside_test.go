package mocktest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestOutsideModule runs the Go test that README.md shows in a module outside
// this one, with the lines for go.mod that README.md shows, as a reader would.
func TestOutsideModule(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not on this machine")
	}
	top, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readme := read(t, filepath.Join(top, "README.md"))
	require := shown(t, readme, `(?m)^require cariqamock .*$`)
	replace := shown(t, readme, `(?m)^replace cariqamock => `) + top
	test := shown(t, readme, `(?ms)^func TestRemovalWaitsForTheCDR\(.*?^}$`)

	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":      "module example.org/app\n\ngo 1.26.0\n\n" + require + "\n" + replace + "\n",
		"go.sum":      read(t, filepath.Join(top, "go.sum")), // go mod tidy would download it
		"app_test.go": "package app\n\nimport (\n\t\"testing\"\n\t\"time\"\n\n\t\"cariqamock/mockserver/mocktest\"\n)\n\n" + test + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-v", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil || !regexp.MustCompile(`(?m)^--- PASS: TestRemovalWaitsForTheCDR`).Match(out) {
		t.Errorf("go test: %v\n%s", err, out)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shown returns the part of a document that a pattern matches.
func shown(t *testing.T, document, pattern string) string {
	t.Helper()
	part := regexp.MustCompile(pattern).FindString(document)
	if part == "" {
		t.Fatalf("README.md shows nothing like %s", pattern)
	}
	return part
}
