package browsertest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// Chromium is driven by its debugger's protocol.
type chromium struct {
	debugger string // address
	end      func()
}

func (c *chromium) stop() { c.end() }

// startChromium starts the browser. It finds no host beyond loopback.
func startChromium(paths []string) (engine, error) {
	profile, err := os.MkdirTemp("", "browsertest-chromium-")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(paths[0]), chromedp.UserDataDir(profile), remote.WebSocket,
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("ignore-certificate-errors", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-US"),
	)
	ctx, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closed := chromedp.NewContext(ctx)
	c := &chromium{end: func() {
		closed()
		release()
		os.RemoveAll(profile)
	}}
	if err = chromedp.Do(ctx); err == nil {
		c.debugger, err = debuggerOf(profile)
	}
	if err != nil {
		c.end()
		return nil, err
	}
	return c, nil
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

// A chromiumPage is a tab in a browser context of its own.
type chromiumPage struct {
	ctx     context.Context
	release func()
}

func (c *chromium) open(w *watch) (page, error) {
	ctx, release := remote.NewAllocator(context.Background(), c.debugger, remote.NoModifyURL, remote.WithDialTimeout(patience))
	ctx, _ = chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	p := &chromiumPage{ctx, release}
	if err := inTime(func() error { return chromedp.Do(ctx) }); err != nil {
		release()
		return nil, err
	}
	own := chromedp.FromContext(ctx)
	err := chromedp.Listen(ctx, w.listener(own.Target.TargetID, own.BrowserContextID))
	if err == nil {
		// Several tabs are open: each must consider itself the active one.
		err = p.do(call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// inTime runs an action with a timeout; a context with a deadline would close the
// tab.
func inTime(do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		return context.DeadlineExceeded
	}
}

// call returns a command of the browser's protocol whose answer is ignored.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

func (p *chromiumPage) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (p *chromiumPage) close() error {
	defer p.release()
	return inTime(func() error { return chromedp.Cancel(p.ctx) })
}

func (p *chromiumPage) goTo(address string) error { return p.do(chromedp.Navigate(address)) }

func (p *chromiumPage) eval(js string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	yes := true
	answer, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: js, ReturnByValue: &yes, AwaitPromise: &yes})
	if err != nil {
		return nil, err
	}
	return valueOf(answer.Result, answer.ExceptionDetails)
}

func (p *chromiumPage) on(s spot, function string) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	id, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (runtime.RemoteObjectID, error) {
		if s.css != "" {
			return bySelector(ctx, t, s.css)
		}
		return byName(ctx, t, s)
	})
	if err != nil {
		return nil, err
	}
	yes := true
	answer, err := chromedp.Call(ctx, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ObjectID: id, ReturnByValue: &yes, AwaitPromise: &yes,
	})
	if err != nil {
		return nil, err
	}
	return valueOf(answer.Result, answer.ExceptionDetails)
}

func valueOf(result *runtime.RemoteObject, failure *runtime.ExceptionDetails) (json.RawMessage, error) {
	if failure != nil {
		return nil, errors.New(thrown(failure))
	}
	return json.RawMessage(result.Value), nil
}

func bySelector(ctx context.Context, t *chromedp.Target, css string) (runtime.RemoteObjectID, error) {
	js := `(all => all.length === 1 ? all[0] : all.length)([...document.querySelectorAll(` + quote(css) + `)].filter(e => e.checkVisibility()))`
	found, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: js})
	switch {
	case err != nil:
		return "", err
	case found.ExceptionDetails != nil:
		return "", errors.New(thrown(found.ExceptionDetails))
	case found.Result.ObjectID != "":
		return found.Result.ObjectID, nil
	case string(found.Result.Value) == "0":
		return "", errNone
	}
	return "", fmt.Errorf("%w: %s", errMany, found.Result.Value)
}

// byName finds an element by the role and name that the browser computes for
// screen readers.
func byName(ctx context.Context, t *chromedp.Target, s spot) (runtime.RemoteObjectID, error) {
	document, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	if err != nil {
		return "", err
	}
	query := accessibility.QueryAXTreeParams{ObjectID: document.Result.ObjectID}
	if !s.part {
		query.AccessibleName = s.name
	}
	answer, err := cdp.Call(ctx, t, accessibility.QueryAXTree, query)
	if err != nil {
		return "", err
	}
	var found []cdp.BackendNodeID
	for _, n := range answer.Nodes {
		name := axText(n.Name)
		if !n.Ignored && slices.Contains(s.roles, axText(n.Role)) && (name == s.name || s.part && strings.Contains(name, s.name)) {
			found = append(found, n.BackendDOMNodeID)
		}
	}
	switch len(found) {
	case 0:
		return "", errNone
	case 1:
		node, err := cdp.Call(ctx, t, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: found[0]})
		if err != nil {
			return "", err
		}
		return node.Object.ObjectID, nil
	}
	return "", fmt.Errorf("%w: %d", errMany, len(found))
}

func axText(v *accessibility.Value) string {
	var text string
	if v == nil || json.Unmarshal(v.Value, &text) != nil {
		return ""
	}
	return text
}

func (p *chromiumPage) click(x, y float64) error { return p.do(chromedp.MouseClickXY(x, y)) }

func (p *chromiumPage) press(keys string) error { return p.do(chromedp.KeyEvent(keys)) }

func (p *chromiumPage) paste(text string) error {
	return p.do(call(input.InsertText, input.InsertTextParams{Text: text}))
}

func (p *chromiumPage) size(width, height int64) error {
	return p.do(chromedp.EmulateViewport(width, height))
}

func (p *chromiumPage) scheme(light string) (bool, error) {
	return true, p.do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: light}},
	}))
}

func (p *chromiumPage) shot(whole bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if whole {
		return chromedp.Run(ctx, chromedp.FullScreenshot(100))
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}
