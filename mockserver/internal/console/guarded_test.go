package console_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// from makes a request as a page of this server does.
func (b *browser) from(page, method, path string, form url.Values) (int, string) {
	b.t.Helper()
	r := b.request(method, path, form)
	r.Header.Set("Referer", b.base+page)
	res, body := b.do(r)
	return res.StatusCode, body
}

// A page of a world that is gone says so, whatever is clicked on it, and opens the
// world only when it is asked to.
func TestWorldIsGone(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.debt.gone"
	b.get(w)
	b.flashes(b.post(w+"/drop", "confirm", "yes"), "done", "dropped")
	for _, c := range []struct{ method, path string }{
		{"GET", w}, {"GET", w + "/journal"}, {"GET", w + "?user=" + user}, {"POST", w + "/clock"}, {"POST", w + "/debt"}, {"POST", w + "/reset"},
		{"GET", w + "/scenario"}, {"GET", w + "/scenario.yaml"},
	} {
		var form url.Values
		if c.method == "POST" {
			form = url.Values{"advance": {"1m"}, "user": {user}}
		}
		status, page := b.from(w, c.method, c.path, form)
		if status != http.StatusNotFound || !strings.Contains(page, "is gone") {
			t.Errorf("%s %s: %d\n%s", c.method, c.path, status, page)
		}
	}
	if strings.Contains(b.get("/"), "mock.debt.gone") {
		t.Error("the world is open again")
	}
	_, page := b.from(w+"/journal", "GET", w, nil)
	again := b.find(page, `href="(/worlds/[^"]+)">Open this world`)
	if status, page := b.from(w, "GET", again, nil); status != http.StatusOK || !strings.Contains(page, "Debt of 5.39 EUR") {
		t.Errorf("open again: %d", status)
	}
}

// What destroys asks first, also without the script.
func TestDestructionAsks(t *testing.T) {
	b := open(t)
	const w = "/worlds/mock.debt.asks"
	b.get(w)
	b.call("mock.debt.asks", "GET", "/users/")
	b.post(w+"/debt", "user", user)
	for action, question := range map[string]string{
		"reset": "Reset this world?", "drop": "Drop this world?", "forget": "Clear the journal?", "faults-clear": "Delete all faults?",
	} {
		page := b.post(w+"/"+action, "scenario", "default")
		b.contains(page, question, `name="confirm" value="yes"`, ">Cancel<")
	}
	if page := b.get(w); strings.Count(page, "Debt of ") != 2 || strings.Contains(page, "No requests yet") {
		t.Error("a question has changed the world")
	}
}

// What keeps all cards is said once, with one main button.
func TestBlockersOnce(t *testing.T) {
	b := open(t)
	for world, rules := range map[string][]string{
		"mock.rich-user": {"cdr-pending", "debt"}, "mock.cdr-pending": {"cdr-pending"}, "mock.session-starting": {"session-starting"},
		"mock.active-session": {"active-session"}, "mock.debt": {"debt"}, "mock.removable": nil, "mock.default-method": nil,
	} {
		page := b.get("/worlds/" + world)
		for _, rule := range rules {
			if n := strings.Count(page, "<code>remove-payment-method/"+rule+"</code>"); n != 1 {
				t.Errorf("%s: %s is said %d times", world, rule, n)
			}
		}
		if n := strings.Count(page, `<button class="main"`); n > 1 {
			t.Errorf("%s has %d main buttons", world, n)
		}
		if strings.Contains(page, `id="blocks"`) != (rules != nil) {
			t.Errorf("%s: what blocks the user, or nothing", world)
		}
	}
}

// A request that changes a user shows what; one that does not, says so.
func TestUnchanged(t *testing.T) {
	b := open(t)
	const world, w = "mock.default.unchanged", "/worlds/mock.default.unchanged/journal/"
	patch := func(body string) string {
		r := b.request(http.MethodPatch, "/api/v1/users/"+user+"/", nil)
		r.Body, r.ContentLength = jsonBody(body)
		r.Header.Set("Authorization", "Bearer "+world)
		r.Header.Set("Content-Type", "application/json")
		res, _ := b.do(r)
		return b.get(w + res.Header.Get("X-Request-Id"))
	}
	b.contains(patch(`{"email":"changed@example.org"}`), "User before and after", "<ins>  &#34;email&#34;: &#34;changed@example.org&#34;,</ins>")
	b.contains(patch(`{"locale":"en"}`), "User before and after")
	b.contains(patch(`{"custom_properties":{"external_id":"x-1"}}`), "User before and after", "x-1")
	b.contains(patch(`{"email":"changed@example.org"}`), "User: unchanged")
	b.contains(b.get(w+b.call(world, "GET", "/users/")), "User: unchanged", "A GET changes nothing.")
}

// The home page has the vendor's own six headings.
func TestHeadings(t *testing.T) {
	page := open(t).get("/")
	at := 0
	for _, heading := range []string{
		"Charging session is in progress", "Method is attached to the active session", "Method is set as default",
		"Active charging session present", "CDR processing incomplete", "User debt exists",
	} {
		i := strings.Index(page, "<h4>"+heading+"</h4>")
		if i <= at {
			t.Errorf("no heading %q, or not in the vendor's order", heading)
		}
		at = i
	}
}

func jsonBody(text string) (io.ReadCloser, int64) {
	return io.NopCloser(strings.NewReader(text)), int64(len(text))
}
