package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// serve serves one page.
func serve(t testing.TB, html string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte("<!doctype html><link rel=icon href=data:,>" + html))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// Errors in a page are noticed: otherwise every other test could pass on a
// broken page.
func TestWatch(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"404 GET /missing.png":                      `<img src=/missing.png>`,
		"browser: Refused to apply style*":          `<link rel=stylesheet href=/missing.css>`,
		"404 POST /missing":                         `<script>fetch("/missing", {method: "POST"})</script>`,
		"console.error: a 1 b":                      `<script>console.error("a", 1, "b")</script>`,
		"uncaught: Error: thrown*":                  `<script>throw new Error("thrown")</script>`,
		"uncaught: Error: rejected*":                `<script>Promise.reject(new Error("rejected"))</script>`,
		"elsewhere GET https://example.com/x.js":    `<script src=https://example.com/x.js></script>`,
		"elsewhere GET http://10.0.0.1/x.png":       `<img src=http://10.0.0.1/x.png>`,
		"elsewhere websocket wss://example.com/":    `<script>new WebSocket("wss://example.com/")</script>`,
		"elsewhere POST https://example.com/beacon": `<script>navigator.sendBeacon("https://example.com/beacon", "x")</script>`,
		"elsewhere GET https://example.com/frame":   `<iframe src=https://example.com/frame></iframe>`,
		"failed GET /: net::ERR_CONNECTION_REFUSED": `<script>fetch("http://127.0.0.1:4629/").catch(() => {})</script>`,
		"opened page *":                             `<script>open("about:blank")</script>`,
		"opened worker *":                           `<script>new Worker(URL.createObjectURL(new Blob([""])))</script>`,
		"browser: *Content Security Policy*":        `<meta http-equiv=Content-Security-Policy content="img-src 'none'"><img src=data:,x>`,
	}
	firefox := map[string]string{ // "" is not reported
		"browser: Refused to apply style*":          "404 GET /missing.css",
		"failed GET /: net::ERR_CONNECTION_REFUSED": "failed GET /: NS_ERROR_CONNECTION_REFUSED",
		"elsewhere websocket wss://example.com/":    "",
		"opened worker *":                           "",
		"browser: *Content Security Policy*":        "",
	}
	for want, html := range tests {
		if other, ok := firefox[want]; ok && engineName == "firefox" {
			want = other
		}
		if want == "" || engineName == "webkit" {
			continue
		}
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			b.expect(want)
			b.visit(serve(t, html))
			b.wait(want, func() (string, bool) {
				seen := b.watch.all()
				return strings.Join(seen, "\n"), slices.ContainsFunc(seen, func(p string) bool { return matches(want, p) })
			})
			b.expect("*") // some errors are noted twice
		})
	}
}

func TestWatchKnowsWhatDidNotHappen(t *testing.T) {
	w := newWatch()
	w.expect("402 POST /v1/*/confirm", "console.error: *")
	w.note("402 POST /v1/setup_intents/seti_1/confirm")
	w.note("404 GET /x")
	got := w.unexpected()
	slices.Sort(got)
	if want := []string{"404 GET /x", "expected and not seen: console.error: *"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A correct page has no errors, and its elements are found and filled as a user
// would.
func TestActing(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.visit(serve(t, `<meta name=viewport content="width=device-width">
		<label for=a>Name</label><input id=a value=old>
		<label>City <input name=city oninput="out.textContent = this.value"></label>
		<input aria-label=Street disabled>
		<select aria-label=Country onchange="out.textContent = this.value"><option value=de>Germany<option value=at>Austria</select>
		<button onclick="setTimeout(() => { again.hidden = false }, 50)">Save <b>all</b></button>
		<button hidden>Save all</button>
		<a id=again href=#there hidden>Go on</a>
		<p id=out></p>
		<dialog id=d><button onclick="d.close()">Close</button></dialog>
		<script>setTimeout(() => d.showModal(), 50)</script>`))
	b.click(button("Close"))
	b.waitGone(role("dialog", ""))
	b.fill(field("Name"), "Jo")
	b.fill(named("city"), "Ulm")
	if name, out := b.value(field("Name")), b.text(at("#out")); name != "Jo" || out != "Ulm" {
		t.Errorf("typed %q and %q", name, out)
	}
	b.choose(field("Country"), "at")
	b.sees("at")
	b.click(buttonWith("Save"))
	b.click(link("Go on"))
	b.until("the link to work", "location.hash === '#there'")
	if u := b.location(); u.Fragment != "there" {
		t.Errorf("at %s", u)
	}
	b.look("form")
}
