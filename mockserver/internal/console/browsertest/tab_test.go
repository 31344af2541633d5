package browsertest_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// patience is the maximum duration of a step on a busy machine, pause the time
// between two attempts.
const (
	patience = 60 * time.Second
	pause    = 25 * time.Millisecond
)

// A tab is a page in a browser context of its own: no cookie, cache or storage
// is shared with another test. Its methods fail the test if the page is
// not as expected. The test also fails at its end if an error occurred in the page
// that the test did not expect; see watch.
type tab struct {
	t     testing.TB
	ctx   context.Context
	watch *watch
}

// open opens an empty tab. Without a browser, the test is skipped.
func open(t testing.TB) *tab {
	t.Helper()
	ctx, release := remote.NewAllocator(context.Background(), browser(t), remote.NoModifyURL, remote.WithDialTimeout(patience))
	ctx, _ = chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	b := &tab{t: t, ctx: ctx, watch: newWatch()}
	t.Cleanup(func() {
		b.close()
		release()
	})
	if err := inTime(func() error { return chromedp.Do(ctx) }); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	target := chromedp.FromContext(ctx).Target.TargetID
	if err := chromedp.Listen(ctx, b.watch.listener(target, chromedp.FromContext(ctx).BrowserContextID)); err != nil {
		t.Fatalf("watching a tab: %v", err)
	}
	// Several tabs are open: each must consider itself the active one.
	b.do("emulating focus", call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	return b
}

// close reports unexpected errors in the page, and closes it.
func (b *tab) close() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	// All events before the answer have been handled when it arrives.
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int]("1")); err != nil {
		b.t.Errorf("the page does not answer any more: %v", err)
	}
	for _, p := range b.watch.unexpected() {
		b.t.Errorf("in the page: %s", p)
	}
	if b.t.Failed() {
		b.keep("failed", b.picture())
		b.t.Logf("when the test ended: %s", b.state())
	}
	// Leaving the page ends its open streams, for which the server would wait.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		b.t.Logf("leaving the page: %v", err)
	}
	if err := inTime(func() error { return chromedp.Cancel(b.ctx) }); err != nil {
		b.t.Logf("closing the tab: %v", err)
	}
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

// expect announces errors in the page, as the watch words them; * stands for
// anything. If one does not occur, the test fails.
func (b *tab) expect(problems ...string) { b.watch.expect(problems...) }

// call returns a command of the browser's protocol whose answer is ignored.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// do runs browser actions; the test fails if they do. what describes them.
func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.state())
	}
}

// visit goes to a page and waits until it has loaded.
func (b *tab) visit(address string) {
	b.t.Helper()
	b.do("going to "+address, chromedp.Navigate(address))
}

// eval returns the value of an expression in the page, of a promise when it is
// fulfillled.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	v, err := tryEval[T](b, js)
	if err != nil {
		b.t.Fatalf("evaluating %s: %v\n%s", js, err, b.state())
	}
	return v
}

func tryEval[T any](b *tab, js string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// wait calls try until it is done; why describes what is still missing. The page
// may navigate in between.
func (b *tab) wait(what string, try func() (why string, done bool)) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		why, done := try()
		if done {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("waiting for %s: %s\n%s", what, why, b.state())
		}
		time.Sleep(pause)
	}
}

// until waits until an expression is true in the page.
func (b *tab) until(what, js string) {
	b.t.Helper()
	b.wait(what, func() (string, bool) {
		v, err := tryEval[bool](b, "Boolean("+js+")")
		if err != nil {
			return err.Error(), false
		}
		return "not (" + js + ")", v
	})
}

// sees waits until the page shows a text.
func (b *tab) sees(text string) {
	b.t.Helper()
	b.until("the page to show "+quote(text), "document.body.innerText.includes("+quote(text)+")")
}

// location returns the address of the page.
func (b *tab) location() *url.URL {
	b.t.Helper()
	u, err := url.Parse(eval[string](b, "location.href"))
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

// fulfill answers the page's requests for an address, or for all that a pattern
// with * matches, instead of the server. They do not count as requests to other
// servers.
func (b *tab) fulfill(pattern, contentType string, body []byte) {
	b.t.Helper()
	b.watch.exempt(pattern)
	b.intercept(pattern, func(id fetch.RequestID) error {
		_, err := chromedp.Call(b.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: id, ResponseCode: 200, Body: body, ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: contentType}},
		})
		return err
	})
}

// refuse lets requests fail as if no server were listening.
func (b *tab) refuse(pattern string) {
	b.t.Helper()
	b.intercept(pattern, func(id fetch.RequestID) error {
		_, err := chromedp.Call(b.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: id, ErrorReason: network.ErrorReasonConnectionRefused})
		return err
	})
}

// intercept answers matching requests; it can be used once per tab.
func (b *tab) intercept(pattern string, answer func(fetch.RequestID) error) {
	b.t.Helper()
	err := chromedp.Listen(b.ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() { // a listener must not block
			if err := answer(paused.RequestID); err != nil && b.ctx.Err() == nil {
				b.watch.note(fmt.Sprintf("interception: %s: %v", paused.Request.URL, err))
			}
		}()
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.do("intercepting "+pattern, call(fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: pattern}}}))
}

// admit lets requests through again.
func (b *tab) admit() {
	b.t.Helper()
	b.do("intercepting no more", call(fetch.Disable, cdp.Empty{}))
}

// state describes the page for a failure message.
func (b *tab) state() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience/6)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		return "the page cannot be asked: " + err.Error()
	}
	return "the page is " + text + "\nseen: " + strings.Join(b.watch.all(), "\n      ")
}
