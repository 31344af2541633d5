package browsertest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"cariqamock/contracttests"
	"cariqamock/contracttests/har"
	"cariqamock/contracttests/lockstep"
	"cariqamock/mockserver"
	"cariqamock/mockserver/mocktest"
)

// A harRecorder keeps what Chromium's developer tools see of a tab's requests, and
// writes it as they export it.
type harRecorder struct {
	page *chromiumPage
	mu   sync.Mutex
	all  map[network.RequestID]*harEntry
}

type harEntry struct {
	id       network.RequestID
	order    int
	sent     *network.EventRequestWillBeSent
	asked    network.Headers // as sent; the event has not all of them
	received *network.EventResponseReceived
	answered network.Headers
	took     float64 // seconds; 0 as long as the answer is not whole
}

// record begins to record the tab.
func record(b *tab) *harRecorder {
	b.t.Helper()
	r := &harRecorder{page: b.chromium("its developer tools are asked"), all: map[network.RequestID]*harEntry{}}
	if err := chromedp.Listen(r.page.ctx, r.event); err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (r *harRecorder) event(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	of := func(id network.RequestID) *harEntry {
		if r.all[id] == nil {
			r.all[id] = &harEntry{id: id, order: len(r.all)}
		}
		return r.all[id]
	}
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		of(e.RequestID).sent = e
	case *network.EventRequestWillBeSentExtraInfo:
		of(e.RequestID).asked = e.Headers
	case *network.EventResponseReceived:
		each := of(e.RequestID)
		if each.received = e; e.Response.Status == http.StatusNoContent && each.sent != nil { // no other event comes
			each.took = e.Timestamp.Float64() - each.sent.Timestamp.Float64()
		}
	case *network.EventResponseReceivedExtraInfo:
		of(e.RequestID).answered = e.Headers
	case *network.EventLoadingFinished:
		if each := of(e.RequestID); each.sent != nil {
			each.took = max(e.Timestamp.Float64()-each.sent.Timestamp.Float64(), 1e-6)
		}
	}
}

// finished reports whether calls, each a method and a part of a path, have been
// answered whole, each one after the answer to the one before.
func (r *harRecorder) finished(calls []string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	since := 0.0
	for _, c := range calls {
		method, path, _ := strings.Cut(c, " ")
		first := math.Inf(1)
		for _, e := range r.all {
			if e.sent != nil && e.took > 0 && e.sent.Request.Method == method && strings.Contains(e.sent.Request.URL, path) && e.sent.Timestamp.Float64() >= since {
				first = min(first, e.sent.Timestamp.Float64()+e.took)
			}
		}
		since = first
	}
	return !math.IsInf(since, 1)
}

// write writes the archive and returns its path.
func (r *harRecorder) write(t *testing.T) string {
	t.Helper()
	r.mu.Lock()
	all := make([]*harEntry, 0, len(r.all))
	for _, e := range r.all {
		if e.sent != nil && strings.HasPrefix(e.sent.Request.URL, "http") {
			all = append(all, e)
		}
	}
	r.mu.Unlock()
	slices.SortFunc(all, func(a, b *harEntry) int { return a.order - b.order })
	entries := []map[string]any{}
	for _, e := range all {
		entries = append(entries, r.entry(e))
	}
	text, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "creator": map[string]any{"name": "WebInspector"}, "entries": entries}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "chromium.har")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// entry returns a request as the developer tools write it.
func (r *harRecorder) entry(e *harEntry) map[string]any {
	request := map[string]any{
		"method": e.sent.Request.Method, "url": e.sent.Request.URL, "httpVersion": "http/1.1", "headers": harHeaders(e.sent.Request.Headers, e.asked), "headersSize": -1, "bodySize": 0,
	}
	var body []byte
	for _, part := range e.sent.Request.PostDataEntries {
		body = append(body, part.Bytes...)
	}
	if len(body) > 0 {
		request["bodySize"] = len(body)
		request["postData"] = map[string]any{"mimeType": e.sent.Request.Headers["Content-Type"], "text": string(body)}
	}
	response := map[string]any{"status": 0, "statusText": "", "headers": []any{}, "content": map[string]any{"size": 0, "mimeType": "x-unknown"}, "headersSize": -1, "bodySize": -1}
	if e.received != nil {
		content := map[string]any{"size": 0, "mimeType": e.received.Response.MimeType}
		if got, err := chromedp.Call(r.page.ctx, network.GetResponseBody, network.GetResponseBodyParams{RequestID: e.id}); err == nil {
			content["size"] = len(got.Body)
			if utf8.Valid(got.Body) {
				content["text"] = string(got.Body)
			} else {
				content["text"], content["encoding"] = base64.StdEncoding.EncodeToString(got.Body), "base64"
			}
		}
		response["status"], response["headers"], response["content"] = e.received.Response.Status, harHeaders(e.received.Response.Headers, e.answered), content
	}
	began := time.UnixMilli(int64(float64(e.sent.WallTime) * 1000)).UTC()
	receive := 0.0 // milliseconds; an app goes on when the headers are there
	if e.received != nil {
		receive = max(0, e.took-(e.received.Timestamp.Float64()-e.sent.Timestamp.Float64())) * 1000
	}
	return map[string]any{
		"_resourceType": strings.ToLower(string(e.sent.Type)), "startedDateTime": began.Format("2006-01-02T15:04:05.000Z"),
		"time": e.took * 1000, "timings": map[string]any{"send": 0, "wait": e.took*1000 - receive, "receive": receive}, "request": request, "response": response, "cache": map[string]any{},
	}
}

func harHeaders(first, better network.Headers) []map[string]any {
	if better != nil {
		first = better
	}
	out := []map[string]any{}
	for name, value := range first {
		for line := range strings.SplitSeq(fmt.Sprint(value), "\n") {
			out = append(out, map[string]any{"name": name, "value": line})
		}
	}
	return out
}

// lyingFake is a fake whose answers a lie changes before anybody sees them.
func lyingFake(t *testing.T, tell func(r *http.Request, status int, body string) (int, string)) *mocktest.Server {
	t.Helper()
	s := mocktest.Start(t)
	honest := s.Handler
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		honest.ServeHTTP(rec, r)
		status, body := rec.Code, rec.Body.String()
		if tell != nil && r.Method != http.MethodOptions {
			status, body = tell(r, status, body)
		}
		maps.Copy(w.Header(), rec.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(front.Close)
	s.URL = front.URL
	return s
}

// TestJudgeArchive records how the React page is used, in Chromium, and judges the
// archive: nothing is found with an honest fake, and what a lying one says is.
func TestJudgeArchive(t *testing.T) {
	t.Parallel()
	with := func(method, path, from, to string) func(*http.Request, int, string) (int, string) {
		return func(r *http.Request, status int, body string) (int, string) {
			if r.Method == method && strings.Contains(r.URL.Path, path) {
				return status, strings.ReplaceAll(body, from, to)
			}
			return status, body
		}
	}
	for _, test := range []struct {
		name, world string
		lie         func(*http.Request, int, string) (int, string)
		use         func(s *shop, r *harRecorder)
		want        string // operation and place that must be found
	}{
		{name: "honest, a card is added", world: "default", use: addCard},
		{name: "honest, a removal", world: "removable", use: removeCard},
		{name: "honest, a removal that a debt blocks", world: "debt", use: removalRefused},
		{
			name: "the new card has another brand than its number", world: "default", use: addCard, want: "users_payment_methods_list body /results/*/card",
			lie: with("GET", "/payment-methods/", `"brand":"visa"`, `"brand":7`),
		},
		{
			name: "two defaults", world: "removable", use: removeCard, want: "users_payment_methods_list body /results/*/default",
			lie: with("GET", "/payment-methods/", `"default":false`, `"default":true`),
		},
		{
			name: "a removed card stays", world: "removable", use: removalIgnored, want: "users_payment_methods_list body /",
			lie: func() func(*http.Request, int, string) (int, string) {
				var first atomic.Pointer[string]
				return func(r *http.Request, status int, body string) (int, string) {
					if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/payment-methods/") {
						first.CompareAndSwap(nil, &body)
						return status, *first.Load()
					}
					return status, body
				}
			}(),
		},
		{
			name: "a refusal has a type of its own", world: "debt", use: removalRefused, want: "users_payment_methods_destroy body /error/type",
			lie: with("DELETE", "/payment-methods/", "payment_error", "unpaid_error"),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newShopOn(t, lyingFake(t, test.lie), test.world, "/stripe.js")
			r := record(s.tab)
			test.use(s, r)
			judgeArchive(t, r.write(t), test.want)
		})
	}
}

func addCard(s *shop, r *harRecorder) {
	s.goTo("/")
	s.click(button("Add a card"))
	s.enter(goodCard)
	s.click(button("Save card"))
	s.waitGone(named("number"))
	s.seen(r, "POST /confirm", "GET /payment-methods/")
}

func removeCard(s *shop, r *harRecorder) {
	removalIgnored(s, r)
	s.waitGone(at("[data-id=pm_abc123]"))
}

// removalIgnored removes a card that may be listed afterwards.
func removalIgnored(s *shop, r *harRecorder) {
	s.goTo("/")
	s.click(at("[data-id=pm_abc123] button"))
	s.seen(r, "DELETE /payment-methods/", "GET /payment-methods/")
}

func removalRefused(s *shop, r *harRecorder) {
	s.expect("402 DELETE /api/v1/users/*/payment-methods/pm_abc123/")
	s.goTo("/")
	s.click(button("Remove 4444"))
	s.seen(r, "DELETE /payment-methods/")
}

// seen waits until the recorder has whole answers to calls, each one made after the
// answer to the one before: the page may make a call more often than once, and what
// matters is the list that follows the change.
func (s *shop) seen(r *harRecorder, calls ...string) {
	s.t.Helper()
	s.wait("answers to "+strings.Join(calls, ", then "), func() (string, bool) { return "not all are whole", r.finished(calls) })
}

// judgeArchive judges an archive. want is what must be found, or "" for nothing.
func judgeArchive(t *testing.T, path, want string) {
	t.Helper()
	calls, _, err := har.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	fake, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	j, err := lockstep.New(fake, lockstep.Options{Target: contracttests.Target{Base: lockstep.Base(calls), Name: "page", Key: "none"}, Now: calls[0].Began})
	if err != nil {
		t.Fatal(err)
	}
	j.All(calls)
	run := j.Run()
	var found []string
	for _, g := range run.Groups() {
		found = append(found, g.Operation+" "+g.Place+": "+g.Message)
	}
	defer func() {
		if t.Failed() {
			for _, c := range calls {
				t.Logf("%s to %s: %s, cut %v", c.Began.Format(time.StampMicro), c.Ended.Format(time.StampMicro), c, c.Cut)
			}
			for _, r := range run.Results {
				t.Logf("%s %s: %s", r.Case, r.Status, strings.Join(r.News, "; "))
			}
		}
	}()
	judged := run.Count(contracttests.Pass) + run.Count(contracttests.Fail)
	switch {
	case judged < 1:
		t.Errorf("nothing could be judged of %d calls: %v", len(calls), run.News)
	case want == "" && len(found) > 0:
		t.Errorf("an honest fake: %s", strings.Join(found, "\n"))
	case want != "" && !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, want) }):
		t.Errorf("want %s, found: %s", want, strings.Join(found, "\n"))
	case want != "" && len(found) > 1:
		t.Errorf("one cause, %d groups: %s", len(found), strings.Join(found, "\n"))
	}
}
