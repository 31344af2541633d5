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

// What the environment says.
const (
	demandEnv   = "BROWSERTEST"        // "required": a missing browser or npm is a failure
	chromiumEnv = "CHROMIUM"           // the browser to use
	shotsEnv    = "SCREENSHOTS"        // directory that keeps the pictures, in place of one among the temporary ones
	debuggerEnv = "BROWSERTEST_CHROME" // set by TestMain: where the browser's debugger listens
)

const noChromium = "no chromium (Debian: apt-get install chromium)"

// TestMain lends all tests one browser. They find it by the environment.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	os.Unsetenv(debuggerEnv)
	path := findChromium()
	switch {
	case path == "" && demanded():
		fmt.Printf("%s=required, but: %s\n", demandEnv, noChromium)
		return 1
	case path == "":
		fmt.Printf("skipped: %s\n", noChromium) // tests say it again, each for itself
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

// launch starts the browser and says where its debugger listens. Beyond
// loopback the browser finds no host.
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

// debuggerOf reads what the browser notes in its profile, a port and a path:
// it may already answer when it has not noted it yet.
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

// browser says where the browser's debugger listens. Where there is none, the
// test is skipped.
func browser(t testing.TB) string {
	t.Helper()
	debugger := os.Getenv(debuggerEnv)
	if debugger == "" {
		lacking(t, noChromium)
	}
	return debugger
}

// lacking skips a test for want of something, or fails it where all tests are
// demanded.
func lacking(t testing.TB, what string) {
	t.Helper()
	if demanded() {
		t.Fatalf("%s=required, but: %s", demandEnv, what)
	}
	t.Skip("skipped: " + what)
}

func demanded() bool { return os.Getenv(demandEnv) == "required" }
