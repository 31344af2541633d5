package main

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// checkGo runs the tests in the Go blocks of a document, as one package of this
// module that exists only for the go command.
func checkGo(t *testing.T, document string, list []block) {
	t.Helper()
	files := map[string]string{}
	for _, b := range list {
		if b.lang != "go" || b.skip != "" {
			continue
		}
		name, text := goFile(b)
		if _, err := format.Source([]byte(text)); err != nil {
			t.Errorf("%s:%d: %v", document, b.line, err)
		}
		files[name] = text
	}
	if len(files) == 0 {
		return
	}
	t.Run("Go", func(t *testing.T) {
		needTools(t, "go")
		if out, err := runGo(t, files); err != nil {
			t.Errorf("%s: %v\n%s", document, err, out)
		}
	})
}

// goFile returns the name and the text of the file that a block is.
func goFile(b block) (name, text string) {
	if m := regexp.MustCompile(`^// (\w+\.go)\n`).FindStringSubmatch(b.text); m != nil {
		return m[1], b.text
	}
	imports := ""
	for _, path := range []string{"testing", "time", "cariqamock/mockserver/mocktest"} {
		if regexp.MustCompile(`\b` + path[strings.LastIndex(path, "/")+1:] + `\.`).MatchString(b.text) {
			imports += fmt.Sprintf("import %q\n", path)
		}
	}
	return fmt.Sprintf("line%d_test.go", b.line), "package cards\n\n" + imports + "\n" + b.text
}

// runGo vets and tests a package of these files, which the go command sees in
// testdata, and fails if no test runs.
func runGo(t *testing.T, files map[string]string) (string, error) {
	t.Helper()
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := map[string]string{}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(testdata, name)] = file
	}
	data, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-overlay", list, "-v", "./testdata")
	out, err := cmd.CombinedOutput()
	if err == nil && !strings.Contains(string(out), "--- PASS: ") {
		err = fmt.Errorf("no test has run")
	}
	return string(out), err
}

func TestGoBlocks(t *testing.T) {
	needTools(t, "go")
	for name, test := range map[string]struct {
		text string
		ok   bool
	}{
		"passes":            {"func TestX(t *testing.T) {}\n", true},
		"fails":             {"func TestX(t *testing.T) { t.Fail() }\n", false},
		"does not compile":  {"func TestX(t *testing.T) { mocktest.Missing() }\n", false},
		"has no test":       {"var _ testing.TB\n", false},
		"is a file by name": {"// x_test.go\npackage x\n\nimport \"testing\"\n\nfunc TestX(*testing.T) {}\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			file, text := goFile(block{text: test.text})
			if out, err := runGo(t, map[string]string{file: text}); (err == nil) != test.ok {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
