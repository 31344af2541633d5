package browsertest_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// firefoxPrefs let every window think it is the active one, and keep the browser
// from asking other machines.
const firefoxPrefs = `
user_pref("remote.prefs.recommended", true);
user_pref("focusmanager.testmode", true);
user_pref("network.proxy.type", 0);
user_pref("intl.accept_languages", "en-US");
user_pref("browser.startup.page", 0);
user_pref("ui.systemUsesDarkTheme", %d);
user_pref("layout.css.prefers-color-scheme.content-override", %d);
`

// Firefox is driven by WebDriver BiDi. Its color scheme is a setting of the
// whole browser, so there is one browser for each.
type firefox struct {
	path  string
	mu    sync.Mutex
	light map[string]*firefoxBrowser
}

type firefoxBrowser struct {
	*bidi
	cmd     *exec.Cmd
	profile string
}

func startFirefox(paths []string) (engine, error) {
	f := &firefox{path: paths[0], light: map[string]*firefoxBrowser{}}
	_, err := f.browser("light")
	return f, err
}

func (f *firefox) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.light {
		b.stop()
	}
}

// browser returns the browser of a color scheme, which it starts if necessary.
func (f *firefox) browser(scheme string) (*firefoxBrowser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b, ok := f.light[scheme]; ok {
		return b, nil
	}
	b, err := launchFirefox(f.path, scheme == "dark")
	if err == nil {
		f.light[scheme] = b
	}
	return b, err
}

func launchFirefox(path string, dark bool) (*firefoxBrowser, error) {
	profile, err := os.MkdirTemp("", "browsertest-firefox-")
	if err != nil {
		return nil, err
	}
	values := []any{0, 1}
	if dark {
		values = []any{1, 0}
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), fmt.Appendf(nil, firefoxPrefs, values...), 0o600); err != nil {
		return nil, err
	}
	b := &firefoxBrowser{profile: profile}
	b.cmd = exec.Command(path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0", "about:blank")
	b.cmd.Env = append(os.Environ(), "MOZ_CRASHREPORTER_DISABLE=1")
	endTogether(b.cmd)
	output, err := b.cmd.StderrPipe()
	if err == nil {
		err = b.cmd.Start()
	}
	if err == nil {
		b.bidi, err = firefoxSession(output)
	}
	if err != nil {
		b.stop()
		return nil, err
	}
	return b, nil
}

// firefoxSession waits for the address that the browser prints, and starts a
// session there.
func firefoxSession(output io.Reader) (*bidi, error) {
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			if _, address, ok := strings.Cut(lines.Text(), "WebDriver BiDi listening on "); ok {
				found <- address
			}
		}
	}()
	select {
	case address := <-found:
		b, err := dialBidi(address + "/session")
		if err != nil {
			return nil, err
		}
		if err := b.call("session.new", step{"capabilities": step{"alwaysMatch": step{"acceptInsecureCerts": true}}}, nil); err != nil {
			return nil, err
		}
		return b, b.call("session.subscribe", step{"events": []string{
			"log.entryAdded", "network.beforeRequestSent", "network.responseStarted", "network.fetchError", "browsingContext.contextCreated",
		}}, nil)
	case <-time.After(patience):
		return nil, errors.New("no address of WebDriver BiDi")
	}
}

func (b *firefoxBrowser) stop() {
	if b.bidi != nil {
		b.bidi.close()
	}
	kill(b.cmd)
	os.RemoveAll(b.profile)
}

// A firefoxPage is a window with cookies of its own.
type firefoxPage struct {
	engine        *firefox
	watch         *watch
	browser       *firefoxBrowser
	light         string
	context, user string
}

func (f *firefox) open(w *watch) (page, error) {
	p := &firefoxPage{engine: f, watch: w, light: "light"}
	return p, p.enter()
}

// enter opens the window in the browser of the color scheme.
func (p *firefoxPage) enter() error {
	var err error
	if p.browser, err = p.engine.browser(p.light); err != nil {
		return err
	}
	var user struct{ UserContext string }
	if err := p.browser.call("browser.createUserContext", step{"acceptInsecureCerts": true}, &user); err != nil {
		return err
	}
	p.user = user.UserContext
	var tab struct{ Context string }
	if err := p.browser.call("browsingContext.create", step{"type": "window", "userContext": p.user}, &tab); err != nil {
		return err
	}
	p.context = tab.Context
	p.browser.listen(p.context, p.watch.bidiListener(p.context, p.user))
	return nil
}

func (p *firefoxPage) close() error {
	p.browser.listen(p.context, nil)
	return errors.Join(
		p.browser.call("browsingContext.close", step{"context": p.context}, nil),
		p.browser.call("browser.removeUserContext", step{"userContext": p.user}, nil),
	)
}

// goTo repeats what the end of an earlier navigation has cut off.
func (p *firefoxPage) goTo(address string) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		err := p.browser.call("browsingContext.navigate", step{"context": p.context, "url": address, "wait": "complete"}, nil)
		if err == nil || !strings.Contains(err.Error(), "NS_ERROR_ABORT") || time.Now().After(deadline) {
			return err
		}
	}
}

func (p *firefoxPage) eval(js string) (json.RawMessage, error) {
	var answer struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	err := p.browser.call("script.evaluate", step{
		"expression": `(async () => JSON.stringify(await (` + js + `)) ?? "null")()`,
		"target":     step{"context": p.context}, "awaitPromise": true, "userActivation": true,
	}, &answer)
	if err != nil {
		return nil, err
	}
	if answer.Type == "exception" {
		return nil, errors.New(answer.ExceptionDetails.Text)
	}
	return json.RawMessage(answer.Result.Value), nil
}

func (p *firefoxPage) on(s spot, function string) (json.RawMessage, error) {
	return elementValue(p.eval(withElement(s, function)))
}

func (p *firefoxPage) act(actions []step) error {
	return p.browser.call("input.performActions", step{"context": p.context, "actions": actions}, nil)
}

func (p *firefoxPage) click(x, y float64) error { return p.act(clicking(x, y)) }

func (p *firefoxPage) press(keys string) error { return p.act(typing(keys)) }

func (p *firefoxPage) paste(text string) error {
	_, err := p.eval(pasting(text))
	return err
}

func (p *firefoxPage) size(width, height int64) error {
	return p.browser.call("browsingContext.setViewport", step{"context": p.context, "viewport": step{"width": width, "height": height}}, nil)
}

func (p *firefoxPage) scheme(light string) (bool, error) {
	if light == p.light {
		return true, nil
	}
	address, err := p.eval("location.href")
	if err != nil {
		return false, err
	}
	if err := p.close(); err != nil {
		return false, err
	}
	p.light = light
	if err := p.enter(); err != nil {
		return false, err
	}
	var text string
	if err := json.Unmarshal(address, &text); err != nil {
		return false, err
	}
	return false, p.goTo(text)
}

func (p *firefoxPage) shot(whole bool) ([]byte, error) {
	origin := "viewport"
	if whole {
		origin = "document"
	}
	var answer struct{ Data string }
	if err := p.browser.call("browsingContext.captureScreenshot", step{"context": p.context, "origin": origin}, &answer); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(answer.Data)
}
