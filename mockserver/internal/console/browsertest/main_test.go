package browsertest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// Environment variables.
const (
	requiredEnv = "BROWSERTEST"        // "required": a missing browser or npm is a failure
	chromiumEnv = "CHROMIUM"           // the browser to use
	shotsEnv    = "SCREENSHOTS"        // directory for the pictures, instead of a temporary one
	debuggerEnv = "BROWSERTEST_CHROME" // set by TestMain: address of the browser's debugger
)

const noChromium = "no chromium (Debian: apt-get install chromium)"

// TestMain starts one browser for all tests, which find it by the environment.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	os.Unsetenv(debuggerEnv)
	path := findChromium()
	switch {
	case path == "" && required():
		fmt.Printf("%s=required, but: %s\n", requiredEnv, noChromium)
		return 1
	case path == "":
		fmt.Printf("skipped: %s\n", noChromium) // each test reports it again
		return m.Run()
	}
	debugger, stop, err := launch(path)
	if err != nil {
		fmt.Printf("%s does not start: %v\n", path, err)
		return 1
	}
	defer stop()
	os.Setenv(debuggerEnv, debugger)
	return m.Run()
}

func findChromium() string {
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	if set := os.Getenv(chromiumEnv); set != "" {
		names = []string{set}
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path
		}
	}
	return ""
}

// launch starts the browser and returns the address of its debugger. The
// browser finds no host beyond loopback.
func launch(path string) (debugger string, stop func(), err error) {
	profile, err := os.MkdirTemp("", "browsertest-chromium-")
	if err != nil {
		return "", nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), remote.WebSocket,
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-US"),
	)
	ctx, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closed := chromedp.NewContext(ctx)
	stop = func() {
		closed()
		release()
		os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return "", nil, err
	}
	if debugger, err = debuggerOf(profile); err != nil {
		stop()
		return "", nil, err
	}
	return debugger, stop, nil
}

// debuggerOf reads the port and path of the debugger from the browser's
// profile, and waits until they are there.
func debuggerOf(profile string) (string, error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		text, err := os.ReadFile(filepath.Join(profile, "DevToolsActivePort"))
		if port, path, ok := strings.Cut(strings.TrimSpace(string(text)), "\n"); ok {
			return "ws://127.0.0.1:" + port + path, nil
		}
		if time.Now().After(deadline) {
			return "", fmt.Errorf("the debugger's address is not in the profile: %v", err)
		}
	}
}

// browser returns the address of the browser's debugger. Without a browser, the
// test is skipped.
func browser(t testing.TB) string {
	t.Helper()
	debugger := os.Getenv(debuggerEnv)
	if debugger == "" {
		skip(t, noChromium)
	}
	return debugger
}

// skip skips a test because something is missing, or fails it if browser tests
// are required.
func skip(t testing.TB, what string) {
	t.Helper()
	if required() {
		t.Fatalf("%s=required, but: %s", requiredEnv, what)
	}
	t.Skip("skipped: " + what)
}

func required() bool { return os.Getenv(requiredEnv) == "required" }
