package browsertest_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Environment variables.
const (
	requiredEnv = "BROWSERTEST"         // "required": a missing browser or npm is a failure
	enginesEnv  = "BROWSERTEST_ENGINES" // engines to test in, separated by commas; default chromium
	shotsEnv    = "SCREENSHOTS"         // directory for pictures of all pages; default: only of failures
)

// patience is the maximum duration of a step on a busy machine, pause the time
// between two attempts.
const (
	patience = 2 * time.Minute
	pause    = 25 * time.Millisecond
)

// An engine is a browser that has been started.
type engine interface {
	// open opens an empty page that shares no cookie, cache or storage with
	// others. Errors in it are recorded in the watch.
	open(w *watch) (page, error)
	stop()
}

// A page is what the engines have in common. All methods wait until the
// browser is done, at most for the time patience.
type page interface {
	goTo(address string) error
	// eval returns the value of a JavaScript expression, of a promise when it is
	// fulfilled.
	eval(js string) (json.RawMessage, error)
	// on calls a JavaScript function with an element as this.
	on(s spot, function string) (json.RawMessage, error)
	click(x, y float64) error
	// press types on the keyboard; package kb has the keys that are not
	// characters.
	press(keys string) error
	// paste inserts a text where the focus is, at once.
	paste(text string) error
	size(width, height int64) error
	// scheme sets the user's preference, "light" or "dark". It reports whether
	// the page is still the same, and not loaded again.
	scheme(light string) (same bool, err error)
	// shot returns a picture of the window, or of the whole page if the engine
	// can do that, as PNG.
	shot(whole bool) ([]byte, error)
	close() error
}

// Errors of page.on.
var (
	errNone = errors.New("no such element")
	errMany = errors.New("several elements")
)

// A kind is an engine that may be installed.
type kind struct {
	programs []string // all of them are needed; alternatives are separated by |
	remedy   string
	start    func(paths []string) (engine, error)
	parallel string // tests at a time; most of a test is waiting
}

var kinds = map[string]kind{
	"chromium": {[]string{"/usr/lib/chromium/chromium-headless-shell|chromium|chromium-browser|google-chrome"}, "Debian: apt-get install chromium-headless-shell", startChromium, "8"},
	"firefox":  {[]string{"firefox-esr|firefox"}, "Debian: apt-get install firefox-esr", startFirefox, "1"}, // its windows take the focus from each other
	"webkit":   {[]string{"WebKitWebDriver", "Xvfb"}, "Debian: apt-get install webkit2gtk-driver xvfb", startWebKit, "2"},
}

// find returns the paths of the engine's programs, or what is missing.
func (k kind) find() (paths []string, missing string) {
	for _, names := range k.programs {
		var path string
		for _, name := range strings.Split(names, "|") {
			if found, err := exec.LookPath(name); err == nil && path == "" {
				path = found
			}
		}
		if path == "" {
			return nil, fmt.Sprintf("no %s (%s)", strings.ReplaceAll(names, "|", " or "), k.remedy)
		}
		paths = append(paths, path)
	}
	return paths, ""
}

// The engine of this process, or why it is missing.
var (
	engineName string
	current    engine
	noEngine   string
	atEnd      []func() // what tests share ends with them
)

// TestMain runs all tests in each engine. One process has one engine, so the
// tests themselves need not know of the others.
func TestMain(m *testing.M) {
	names := strings.Split(os.Getenv(enginesEnv), ",")
	if names[0] == "" {
		names[0] = "chromium"
	}
	if len(names) == 1 {
		os.Exit(runIn(names[0], m))
	}
	code := 0
	for _, name := range names {
		if err := runProcess(name); err != nil {
			fmt.Printf("%s: %v\n", name, err)
			code = 1
		}
	}
	os.Exit(code)
}

// runProcess runs all tests in another process.
func runProcess(engine string) error {
	var args []string
	for _, a := range os.Args[1:] {
		if !strings.HasPrefix(a, "-test.testlogfile=") { // belongs to this process
			args = append(args, a)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("== %s\n", engine)
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), enginesEnv+"="+engine)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	endTogether(cmd)
	return cmd.Run()
}

func runIn(name string, m *testing.M) int {
	k, ok := kinds[name]
	if !ok {
		fmt.Printf("%s: no engine %q; known are chromium, firefox and webkit\n", enginesEnv, name)
		return 2
	}
	engineName = name
	paths, missing := k.find()
	switch {
	case missing != "" && required():
		fmt.Printf("%s=required, but: %s\n", requiredEnv, missing)
		return 1
	case missing != "":
		fmt.Printf("skipped in %s: %s\n", name, missing) // each test reports it again
		noEngine = missing
		return m.Run()
	}
	flag.Parse()
	if err := flag.Set("test.parallel", k.parallel); err != nil {
		fmt.Println(err)
		return 1
	}
	var err error
	if current, err = k.start(paths); err != nil {
		fmt.Printf("%s does not start: %v\n", name, err)
		return 1
	}
	defer current.stop()
	defer func() {
		for _, end := range atEnd {
			end()
		}
	}()
	return m.Run()
}

// only skips a test in other engines than Chromium.
func only(t testing.TB, why string) {
	t.Helper()
	if engineName != "chromium" {
		t.Skip("only in Chromium: " + why)
	}
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
