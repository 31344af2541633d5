package browsertest_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

// A watch records the errors in a tab, one line each:
//
//	402 POST /v1/setup_intents/seti_1/confirm     an answer of 400 or more
//	failed GET /x.css: net::ERR_CONNECTION_REFUSED  a request without an answer
//	elsewhere GET https://example.com/            a request to another machine
//	console.error: text                           of the page
//	uncaught: Error: text                         an exception or a rejection
//	browser: text                                 an error that the browser logs
//	opened page http://…                          a page that is not watched
type watch struct {
	mu        sync.Mutex
	problems  []string
	warnings  []string
	expected  map[string]bool // whether each has been seen
	tolerated []string
	exempted  []string
	requests  map[network.RequestID]string // method and address
	blind     bool                         // the engine reports nothing
}

func newWatch() *watch {
	return &watch{expected: map[string]bool{}, requests: map[network.RequestID]string{}}
}

func (w *watch) expect(problems ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range problems {
		w.expected[p] = false
	}
}

// tolerate announces errors that may occur.
func (w *watch) tolerate(problems ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tolerated = append(w.tolerated, problems...)
}

// exempt lets requests go to addresses elsewhere.
func (w *watch) exempt(pattern string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exempted = append(w.exempted, pattern)
}

func (w *watch) note(problem string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, problem)
}

func (w *watch) warn(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.warnings = append(w.warnings, text)
}

// all returns everything recorded, in order.
func (w *watch) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.problems)
}

// warned returns what was logged with console.warn.
func (w *watch) warned() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.warnings)
}

// unexpected returns the errors that were not expected, and the expected ones that
// did not occur.
func (w *watch) unexpected() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.blind {
		return nil
	}
	var out []string
	for _, p := range w.problems {
		known := slices.ContainsFunc(w.tolerated, func(pattern string) bool { return matches(pattern, p) })
		for pattern := range w.expected {
			if matches(pattern, p) {
				w.expected[pattern], known = true, true
			}
		}
		if !known {
			out = append(out, p)
		}
	}
	for pattern, seen := range w.expected {
		if !seen {
			out = append(out, "expected and not seen: "+pattern)
		}
	}
	return out
}

// matches reports whether a text matches a pattern, in which * is anything.
func matches(pattern, text string) bool {
	return regexp.MustCompile("(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$").MatchString(text)
}

// listener returns the function that handles all events of a tab.
func (w *watch) listener(own target.ID, context cdp.BrowserContextID) func(any) {
	return func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			w.request(e.RequestID, e.Request.Method, e.Request.URL)
		case *network.EventWebSocketCreated:
			w.request(e.RequestID, "websocket", e.URL)
		case *network.EventResponseReceived:
			w.response(e)
		case *network.EventLoadingFailed:
			w.failure(e)
		case *runtime.EventConsoleAPICalled:
			w.console(e)
		case *runtime.EventExceptionThrown:
			w.note("uncaught: " + thrown(e.ExceptionDetails))
		case *log.EventEntryAdded:
			w.entry(e.Entry)
		case *target.EventTargetCreated:
			// A second page, a worker or an iframe of another site.
			i := e.TargetInfo
			if i.TargetID != own && i.BrowserContextID == context && i.Type != "tab" {
				w.note(fmt.Sprintf("opened %s %s", i.Type, i.URL))
			}
		}
	}
}

func (w *watch) request(id network.RequestID, method, address string) {
	w.mu.Lock()
	w.requests[id] = method + " " + short(address)
	w.mu.Unlock()
	w.sent(method, address)
}

// sent records a request to another machine.
func (w *watch) sent(method, address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !local(address) && !slices.ContainsFunc(w.exempted, func(p string) bool { return matches(p, address) }) {
		w.problems = append(w.problems, "elsewhere "+method+" "+address)
	}
}

// local reports whether an address is on this machine.
func local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "data", "blob", "about":
		return true
	case "http", "https", "ws", "wss":
		ip := net.ParseIP(u.Hostname())
		return u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost") || ip != nil && ip.IsLoopback()
	}
	return false
}

// short returns an address without the parts that differ between runs.
func short(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	if local(address) {
		return u.Path
	}
	return u.Scheme + "://" + u.Host + u.Path
}

func (w *watch) response(e *network.EventResponseReceived) {
	if e.Response.Status < 400 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, fmt.Sprintf("%d %s", e.Response.Status, w.requests[e.RequestID]))
}

func (w *watch) failure(e *network.EventLoadingFailed) {
	if e.Canceled {
		return // canceled by the page, or because it was closed
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	text := "failed " + w.requests[e.RequestID] + ": " + e.ErrorText
	if e.CorsErrorStatus != nil {
		text += fmt.Sprintf(" (CORS: %s)", e.CorsErrorStatus.CorsError)
	}
	if e.BlockedReason != "" {
		text += fmt.Sprintf(" (blocked: %s)", e.BlockedReason)
	}
	w.problems = append(w.problems, text)
}

func (w *watch) console(e *runtime.EventConsoleAPICalled) {
	words := make([]string, len(e.Args))
	for i, a := range e.Args {
		words[i] = shown(a)
	}
	text := strings.Join(words, " ")
	switch e.Type {
	case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeAssert:
		w.note("console." + string(e.Type) + ": " + text)
	case runtime.ConsoleAPICalledTypeWarning:
		w.warn(text)
	}
}

func shown(o *runtime.RemoteObject) string {
	if o.Description != "" {
		return o.Description
	}
	var text string
	if json.Unmarshal(o.Value, &text) == nil {
		return text
	}
	return string(o.Value)
}

func thrown(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return shown(d.Exception)
	}
	return d.Text
}

// entry records what the browser itself logs: errors, and advice to developers,
// which it logs at all levels. Errors of requests are already recorded with more
// detail.
func (w *watch) entry(e *log.Entry) {
	switch {
	case e.Level == log.EntryLevelWarning:
		w.warn(e.Text)
	case e.Source != log.EntrySourceNetwork:
		w.note("browser: " + e.Text)
	}
}
