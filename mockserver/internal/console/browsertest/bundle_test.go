package browsertest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
)

// A bundle is the script and style of the React page.
type bundle struct{ script, style []byte }

// A missingTool describes what is missing on this machine for making the bundle.
type missingTool string

func (m missingTool) Error() string { return string(m) }

// bundled makes the bundle when the first test needs it.
var bundled = sync.OnceValues(makeBundle)

// reactPage returns the bundle. If it cannot be made, the test is skipped.
func reactPage(t testing.TB) bundle {
	t.Helper()
	b, err := bundled()
	if l, ok := errors.AsType[missingTool](err); ok {
		skip(t, string(l))
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func makeBundle() (bundle, error) {
	packages, err := installed("app")
	if err != nil {
		return bundle{}, err
	}
	here, err := os.Getwd()
	if err != nil {
		return bundle{}, err
	}
	// StrictMode mounts everything twice in development only.
	out := api.Build(api.BuildOptions{
		AbsWorkingDir: here, EntryPoints: []string{"app/src/main.jsx"}, Outdir: "out", NodePaths: []string{packages},
		Bundle: true, Format: api.FormatIIFE, Target: api.ES2022, JSX: api.JSXAutomatic, JSXDev: true,
		Define: map[string]string{"process.env.NODE_ENV": `"development"`}, LogLevel: api.LogLevelSilent,
	})
	if len(out.Errors)+len(out.Warnings) > 0 {
		text := api.FormatMessages(slices.Concat(out.Errors, out.Warnings), api.FormatMessagesOptions{})
		return bundle{}, errors.New(strings.Join(text, "\n"))
	}
	var b bundle
	for _, f := range out.OutputFiles {
		switch filepath.Ext(f.Path) {
		case ".js":
			b.script = f.Contents
		case ".css":
			b.style = f.Contents
		}
	}
	return b, nil
}

// installed returns the directory with the page's packages. They are cached
// outside the checkout by the content of the lock file, and fetched only once.
func installed(app string) (string, error) {
	files, sum := []string{"package.json", "package-lock.json", ".npmrc"}, sha256.New()
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(app, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	root := filepath.Join(cache, "cariqa-mock-browsertest")
	kept := filepath.Join(root, hex.EncodeToString(sum.Sum(nil)[:10]))
	if _, err := os.Stat(kept); err == nil {
		return filepath.Join(kept, "node_modules"), nil
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return "", err
	}
	// Renamed only when it is complete: npm may be interrupted.
	work, err := os.MkdirTemp(root, "unfinished-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(app, name))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(work, name), text, 0o644); err != nil {
			return "", err
		}
	}
	if err := npmInstall(work); err != nil {
		return "", err
	}
	if err := os.Rename(work, kept); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return filepath.Join(kept, "node_modules"), nil
}

func npmInstall(dir string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return missingTool("no npm (Debian: apt-get install npm)")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
		"--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=4000")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if code := regexp.MustCompile(`npm (?:error|ERR!) code (\S+)`).FindSubmatch(out); code != nil && unreachable(string(code[1])) || ctx.Err() != nil {
		return missingTool("npm cannot reach its registry, from which the first run fetches the packages of the React page")
	}
	return fmt.Errorf("npm ci: %w\n%s", err, out)
}

// unreachable reports whether an error code of npm means a network error.
func unreachable(code string) bool {
	return slices.Contains([]string{
		"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "ETIMEDOUT", "EIDLETIMEOUT",
		"ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "ERR_SOCKET_TIMEOUT", "ENOTCACHED", "E502", "E503", "E504",
	}, code)
}
