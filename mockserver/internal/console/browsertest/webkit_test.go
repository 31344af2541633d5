package browsertest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// WebKitGTK is driven by WebDriver over HTTP (https://www.w3.org/TR/webdriver2/).
// Each browser has one window and a display of its own, where it is the active
// one. It is used by one page after the other.
type webkit struct {
	driver, display string
	mu              sync.Mutex
	idle, all       []*webkitBrowser
}

// A webkitBrowser is a running driver with its session.
type webkitBrowser struct {
	driver, display *exec.Cmd
	dir             string // settings
	session         string // address
	light           string
}

func startWebKit(paths []string) (engine, error) {
	k := &webkit{driver: paths[0], display: paths[1]}
	b, err := k.take("light")
	if err == nil {
		k.idle = append(k.idle, b)
	}
	return k, err
}

func (k *webkit) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, b := range k.all {
		b.stop()
	}
}

// take returns a browser that nobody uses.
func (k *webkit) take(scheme string) (*webkitBrowser, error) {
	k.mu.Lock()
	for i, b := range k.idle {
		if b.light == scheme {
			k.idle = append(k.idle[:i], k.idle[i+1:]...)
			k.mu.Unlock()
			return b, nil
		}
	}
	k.mu.Unlock()
	b := &webkitBrowser{light: scheme}
	if err := b.launch(k.driver, k.display); err != nil {
		b.stop()
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, b)
	return b, nil
}

// give makes a browser available again.
func (k *webkit) give(b *webkitBrowser) error {
	err := errors.Join(b.call("DELETE", "/cookie", nil, nil), b.call("POST", "/url", step{"url": "about:blank"}, nil))
	if err == nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.idle = append(k.idle, b)
	}
	return err
}

func (b *webkitBrowser) launch(driver, display string) error {
	var err error
	if b.dir, err = os.MkdirTemp("", "browsertest-webkit-"); err != nil {
		return err
	}
	if err := b.narrowBar(); err != nil {
		return err
	}
	screen, err := b.startDisplay(display)
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	b.driver = exec.Command(driver, "--host=127.0.0.1", "--port="+port)
	b.driver.Env = append(os.Environ(), "DISPLAY=:"+screen, "XDG_CONFIG_HOME="+b.dir, "LANG=C.UTF-8", "LANGUAGE=en", "GTK_A11Y=none", "NO_AT_BRIDGE=1")
	endTogether(b.driver)
	if err := b.driver.Start(); err != nil {
		return err
	}
	return b.begin("http://127.0.0.1:" + port)
}

// narrowBar makes the browser's own bar narrow: its window cannot be narrower.
func (b *webkitBrowser) narrowBar() error {
	settings := filepath.Join(b.dir, "gtk-3.0")
	if err := os.MkdirAll(settings, 0o700); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(settings, "settings.ini"), []byte("[Settings]\ngtk-font-name=Sans 1\n"), 0o600),
		os.WriteFile(filepath.Join(settings, "gtk.css"), []byte("* { min-width: 0; padding: 0; margin: 0; border: 0 }\n"), 0o600),
	)
}

// startDisplay starts a display without a screen, which prints its number.
func (b *webkitBrowser) startDisplay(path string) (string, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer read.Close()
	b.display = exec.Command(path, "-displayfd", "3", "-screen", "0", "1800x1400x24", "-nolisten", "tcp")
	b.display.ExtraFiles = []*os.File{write}
	endTogether(b.display)
	err = b.display.Start()
	write.Close()
	if err != nil {
		return "", err
	}
	read.SetReadDeadline(time.Now().Add(patience))
	number, err := bufio.NewReader(read).ReadString('\n')
	return strings.TrimSpace(number), err
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// begin starts a session as soon as the driver listens.
func (b *webkitBrowser) begin(address string) error {
	args := []string{"--automation"}
	if b.light == "dark" {
		args = append(args, "--dark-mode")
	}
	b.session = address
	want := step{"capabilities": step{"alwaysMatch": step{
		"acceptInsecureCerts": true, "webkitgtk:browserOptions": step{"args": args}, "timeouts": step{"script": patience.Milliseconds()},
	}}}
	var got struct{ SessionID string }
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		err := b.call("POST", "/session", want, &got)
		if err == nil {
			break
		}
		if time.Now().After(deadline) || !errors.Is(err, errNoServer) {
			return err
		}
	}
	b.session = address + "/session/" + got.SessionID
	return nil
}

func (b *webkitBrowser) stop() {
	if strings.Contains(b.session, "/session/") {
		b.call("DELETE", "", nil, nil)
	}
	if b.driver != nil {
		kill(b.driver)
	}
	if b.display != nil {
		kill(b.display)
	}
	os.RemoveAll(b.dir)
}

var errNoServer = errors.New("the driver does not listen")

// call makes a call to the driver and decodes its value.
func (b *webkitBrowser) call(method, path string, body, value any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience+patience/6)
	defer cancel()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, b.session+path, sent)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoServer, err)
	}
	defer res.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, answer.Value)
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, value)
}

// A webkitPage is a browser for the time of one test.
type webkitPage struct {
	*webkitBrowser
	engine *webkit
}

func (k *webkit) open(w *watch) (page, error) {
	w.blind = true // the driver reports nothing that happens in a page
	b, err := k.take("light")
	if err != nil {
		return nil, err
	}
	p := &webkitPage{b, k}
	return p, p.size(1280, 900)
}

func (p *webkitPage) close() error { return p.engine.give(p.webkitBrowser) }

func (p *webkitPage) goTo(address string) error {
	return p.call("POST", "/url", step{"url": address}, nil)
}

func (p *webkitPage) eval(js string) (json.RawMessage, error) {
	var answer struct{ Value, Error string }
	err := p.call("POST", "/execute/async", step{"args": []any{}, "script": `const done = arguments[arguments.length - 1];
		(async () => JSON.stringify(await (` + js + `)) ?? "null")().then(value => done({value}), e => done({error: String(e)}))`}, &answer)
	if err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	return json.RawMessage(answer.Value), nil
}

func (p *webkitPage) on(s spot, function string) (json.RawMessage, error) {
	return elementValue(p.eval(withElement(s, function)))
}

func (p *webkitPage) act(actions []step) error {
	return p.call("POST", "/actions", step{"actions": actions}, nil)
}

func (p *webkitPage) click(x, y float64) error { return p.act(clicking(x, y)) }

func (p *webkitPage) press(keys string) error { return p.act(typing(keys)) }

func (p *webkitPage) paste(text string) error {
	_, err := p.eval(pasting(text))
	return err
}

// size sets the size of the window so that its page gets the wanted one.
func (p *webkitPage) size(width, height int64) error {
	want := [2]int64{width, height}
	outer := want
	for range 3 {
		if err := p.call("POST", "/window/rect", step{"x": 0, "y": 0, "width": outer[0], "height": outer[1]}, nil); err != nil {
			return err
		}
		text, err := p.eval("new Promise(requestAnimationFrame).then(() => [innerWidth, innerHeight])")
		if err != nil {
			return err
		}
		var inner [2]int64
		if err := json.Unmarshal(text, &inner); err != nil || inner == want {
			return err
		}
		outer[0] += want[0] - inner[0]
		outer[1] += want[1] - inner[1]
	}
	return nil
}

func (p *webkitPage) scheme(light string) (bool, error) {
	if p.light == light {
		return true, nil
	}
	var address string
	if err := p.call("GET", "/url", nil, &address); err != nil {
		return false, err
	}
	other, err := p.engine.take(light)
	if err != nil {
		return false, err
	}
	if err := p.engine.give(p.webkitBrowser); err != nil {
		return false, err
	}
	p.webkitBrowser = other
	if err := p.size(1280, 900); err != nil {
		return false, err
	}
	return false, p.goTo(address)
}

func (p *webkitPage) shot(bool) ([]byte, error) {
	var text string
	if err := p.call("GET", "/screenshot", nil, &text); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}
