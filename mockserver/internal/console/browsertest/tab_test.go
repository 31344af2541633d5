package browsertest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A tab is a page whose methods fail the test if the page is not as expected. The
// test also fails at its end if an error occurred in the page that the test did
// not expect; see watch.
type tab struct {
	t     testing.TB
	page  page
	watch *watch
}

// open opens an empty tab. Without a browser, the test is skipped.
func open(t testing.TB) *tab {
	t.Helper()
	browser(t)
	b := &tab{t: t, watch: newWatch()}
	var err error
	if b.page, err = current.open(b.watch); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	t.Cleanup(b.close)
	return b
}

// in returns the tab for a part of its test, which fails if the page is not as
// expected.
func (b *tab) in(t testing.TB) *tab {
	own := *b
	own.t = t
	return &own
}

// browser skips the test without a browser.
func browser(t testing.TB) {
	t.Helper()
	if current == nil {
		skip(t, noEngine)
	}
}

// close reports unexpected errors in the page, and closes it.
func (b *tab) close() {
	b.t.Helper()
	// All events before the answer have been handled when it arrives.
	if _, err := b.page.eval("1"); err != nil {
		b.t.Errorf("the page does not answer any more: %v", err)
	}
	if !b.t.Skipped() { // what it expects has not happened yet
		for _, p := range b.watch.unexpected() {
			b.t.Errorf("in the page: %s", p)
		}
	}
	if b.t.Failed() {
		b.keep("failed", b.picture(false))
		b.t.Logf("when the test ended: %s", b.state())
	}
	// Leaving the page ends its open streams, for which the server would wait.
	if err := b.page.goTo("about:blank"); err != nil {
		b.t.Logf("leaving the page: %v", err)
	}
	if err := b.page.close(); err != nil {
		b.t.Logf("closing the tab: %v", err)
	}
}

// expect announces errors in the page, as the watch words them; * stands for
// anything. If one does not occur, the test fails.
func (b *tab) expect(problems ...string) { b.watch.expect(problems...) }

// do fails the test if a browser action fails; what describes it.
func (b *tab) do(what string, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.state())
	}
}

// visit goes to a page and waits until it has loaded.
func (b *tab) visit(address string) {
	b.t.Helper()
	b.do("going to "+address, b.page.goTo(address))
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
	return decode[T](b.page.eval(js))
}

func decode[T any](text json.RawMessage, err error) (T, error) {
	var v T
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &v)
	}
	return v, err
}

// wait calls try until it is done, less often the longer it takes; why describes
// what is still missing. The page may navigate in between.
func (b *tab) wait(what string, try func() (why string, done bool)) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for next := pause; ; next = min(next*3/2, 4*pause) {
		why, done := try()
		if done {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("waiting for %s: %s\n%s", what, why, b.state())
		}
		time.Sleep(next)
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
		_, err := chromedp.Call(b.chromium("requests are intercepted").ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
			RequestID: id, ResponseCode: 200, Body: body, ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: contentType}},
		})
		return err
	})
}

// refuse lets requests fail as if no server were listening.
func (b *tab) refuse(pattern string) {
	b.t.Helper()
	b.intercept(pattern, func(id fetch.RequestID) error {
		_, err := chromedp.Call(b.chromium("requests are intercepted").ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: id, ErrorReason: network.ErrorReasonConnectionRefused})
		return err
	})
}

// intercept answers matching requests; it can be used once per tab.
func (b *tab) intercept(pattern string, answer func(fetch.RequestID) error) {
	b.t.Helper()
	p := b.chromium("requests are intercepted")
	err := chromedp.Listen(p.ctx, func(event any) {
		paused, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() { // a listener must not block
			if err := answer(paused.RequestID); err != nil && p.ctx.Err() == nil {
				b.watch.note(fmt.Sprintf("interception: %s: %v", paused.Request.URL, err))
			}
		}()
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.do("intercepting "+pattern, p.do(call(fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: pattern}}})))
}

// admit lets requests through again.
func (b *tab) admit() {
	b.t.Helper()
	b.do("intercepting no more", b.chromium("requests are intercepted").do(call(fetch.Disable, cdp.Empty{})))
}

// state describes the page for a failure message.
func (b *tab) state() string {
	text, err := tryEval[string](b, `location.href + "\n" + (document.body ? document.body.innerText : "")`)
	if err != nil {
		return "the page cannot be asked: " + err.Error()
	}
	return "the page is " + text + "\nseen: " + strings.Join(b.watch.all(), "\n      ")
}

// chromium returns the page for what only Chromium can do; in other engines the
// test ends here.
func (b *tab) chromium(why string) *chromiumPage {
	b.t.Helper()
	only(b.t, why)
	return b.page.(*chromiumPage)
}
