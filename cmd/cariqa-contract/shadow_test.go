package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"cariqamock/contracttests"
	"cariqamock/contracttests/cases"
	"cariqamock/mockserver"
)

// announced is stderr of a shadow, and waits for its address.
type announced struct {
	mu   sync.Mutex
	text bytes.Buffer
	at   chan string
}

var listening = regexp.MustCompile(`listening on (http://[0-9.:]+)`)

func (a *announced) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n, err := a.text.Write(p)
	if m := listening.FindStringSubmatch(a.text.String()); m != nil && a.at != nil {
		a.at <- m[1]
		a.at = nil
	}
	return n, err
}

// startShadow runs shadow for a target. stop ends it and returns the outcome.
func startShadow(t *testing.T, target string, args ...string) (origin string, stop func() outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	var stdout bytes.Buffer
	stderr := &announced{at: make(chan string, 1)}
	at := stderr.at
	p := &program{getenv: env{}.get, stdout: &stdout, stderr: stderr, cases: fewCases, operations: func(string) []string { return nil }}
	code := make(chan int, 1)
	go func() {
		code <- p.run(ctx, append([]string{"shadow", "--listen", "127.0.0.1:0", "--domain", target + "/api/v1"}, args...))
	}()
	select {
	case origin = <-at:
	case c := <-code:
		t.Fatalf("exit code %d: %s", c, stderr.text.String())
	}
	return origin, func() outcome {
		cancel()
		return outcome{<-code, stdout.String(), stderr.text.String()}
	}
}

func honestFake(t *testing.T) *httptest.Server {
	t.Helper()
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	h, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// TestShadowHonest sends the suite's own calls through a shadow.
func TestShadowHonest(t *testing.T) {
	dir := t.TempDir()
	tape := filepath.Join(dir, "calls.jsonl")
	scenario := filepath.Join(dir, "world.yaml")
	origin, stop := startShadow(t, honestFake(t).URL, "--record", tape, "--scenario", scenario)
	run := contracttests.Execute(t.Context(), contracttests.Target{
		Name: "shadow", Base: origin + "/api/v1", Key: "mock.default.shadow", StripeKey: stripeKey, Admin: origin,
	}, cases.All(), contracttests.Options{NoRetry: true})
	if passed := run.Count(contracttests.Pass); run.Dead != "" || passed < 150 { // links in pages lead past the shadow
		t.Errorf("the suite through the shadow: %d cases passed; %s", passed, run.Dead)
	}
	got := stop()
	got.ends(t, contracttests.ExitHolds, "pass  operations/users_charging_start_create", "pass  rules/remove-payment-method/cdr-pending", "derived")
	got.omits(t, "cannot be brought", "found  users", "found  stations")
	if text, err := os.ReadFile(scenario); err != nil || !strings.Contains(string(text), "\nname: world\n") {
		t.Errorf("the scenario has not the name of its file, without which no folder of scenarios takes it: %v\n%.500s", err, text)
	}
	invoke(t, env{}, "judge", tape).ends(t, contracttests.ExitHolds, "pass  operations/users_create")
}

// TestShadowForwards compares what passes with what was sent, and survives targets
// that are dead, or answer something else.
func TestShadowForwards(t *testing.T) {
	var seen *http.Request
	var sent []byte
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Clone(context.Background())
		sent, _ = io.ReadAll(r.Body)
		switch {
		case strings.HasSuffix(r.URL.Path, "/dead/"):
			panic(http.ErrAbortHandler)
		case strings.HasSuffix(r.URL.Path, "/html/"):
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, "<html>maintenance</html>")
		default:
			w.Header()["X-odd"] = []string{"a", "b"}
			_, _ = io.WriteString(w, " {\"count\" :0} \n")
		}
	}))
	t.Cleanup(target.Close)
	origin, stop := startShadow(t, target.URL)
	do := func(method, path, body string) (int, string, http.Header) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, origin+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer secret-of-the-app")
		r.Header.Set("X-Forwarded-For", "10.1.2.3")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text), res.Header
	}
	_, body, header := do("POST", "/api/v1/users/?a=%zz&b;c", `{"x" : 1}`)
	if body != " {\"count\" :0} \n" || len(header["X-Odd"]) != 2 {
		t.Errorf("the answer is %q, %v", body, header)
	}
	if string(sent) != `{"x" : 1}` || seen.URL.RawQuery != "a=%zz&b;c" || seen.Header.Get("X-Forwarded-For") != "10.1.2.3" || "http://"+seen.Host != target.URL {
		t.Errorf("the target got %q, %q, %v, host %s", sent, seen.URL.RawQuery, seen.Header, seen.Host)
	}
	if status, text, _ := do("GET", "/api/v1/users/dead/", ""); status != http.StatusBadGateway || !strings.Contains(text, "no answer") {
		t.Errorf("a dead target: %d %q", status, text)
	}
	if _, text, _ := do("GET", "/api/v1/users/html/", ""); text != "<html>maintenance</html>" {
		t.Errorf("HTML: %q", text)
	}
	got := stop()
	got.ends(t, contracttests.ExitBroken, "found  users_create", "found  users_retrieve")
	got.omits(t, "secret-of-the-app")
}

// TestShadowRefuses names what is not forwarded at all.
func TestShadowRefuses(t *testing.T) {
	invoke(t, env{}, "shadow", "--listen", "127.0.0.1:0", "--domain", "connect.cariqa.com").ends(t, contracttests.ExitUsage, "production")
	invoke(t, env{}, "shadow", "--listen", "nowhere", "--domain", "127.0.0.1:1").ends(t, contracttests.ExitUsage, "--listen nowhere")
	origin, stop := startShadow(t, honestFake(t).URL)
	res, err := http.Post(origin+"/v1/setup_intents", "application/x-www-form-urlencoded", strings.NewReader("key=pk_live_abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a live key: %s", res.Status)
	}
	stop().ends(t, contracttests.ExitInconclusive)
}

// TestJudgeRefuses names what judge does not read.
func TestJudgeRefuses(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "a.har")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	call := func(host, body string) string {
		return `{"log":{"entries":[{"startedDateTime":"2026-04-02T14:00:00Z","time":5,"request":{"method":"POST","url":"https://` + host + `/api/v1/users/","headers":[],"postData":{"mimeType":"application/json","text":"` + body + `"}},"response":{"status":201,"headers":[],"content":{"size":-1}}}]}}`
	}
	invoke(t, env{}, "judge").ends(t, contracttests.ExitUsage, "missing FILE")
	invoke(t, env{}, "judge", "none.har").ends(t, contracttests.ExitUsage, "none.har")
	invoke(t, env{}, "judge", write("{}")).ends(t, contracttests.ExitUsage, "not an HTTP archive")
	invoke(t, env{}, "judge", write(`{"log":{"entries":[]}}`)).ends(t, contracttests.ExitInconclusive)
	invoke(t, env{}, "judge", write(call("connect.cariqa.com", ""))).ends(t, contracttests.ExitUsage, "production")
	invoke(t, env{}, "judge", write(call("dev.connect.cariqa.com", "pk_live_abc"))).ends(t, contracttests.ExitUsage, "live or secret key")
}

// TestShadowSick has targets that are dead, too slow for the app, or never whole: the
// app sees what there is, and only the target's own faults are the target's.
func TestShadowSick(t *testing.T) {
	dead := httptest.NewServer(nil)
	dead.Close()
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(hanging.Close)
	torn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"count":`)
	}))
	t.Cleanup(torn.Close)
	for name, test := range map[string]struct {
		target string
		wait   time.Duration // of the app
		code   int
		says   string
		omits  string
	}{
		"dead": {dead.URL, patience, contracttests.ExitBroken, "run/truncated", "pass  "},
		"torn": {torn.URL, patience, contracttests.ExitBroken, "run/truncated", "pass  "},
		"slow": {hanging.URL, 50 * time.Millisecond, contracttests.ExitInconclusive, "there was no whole answer", "run/truncated"},
	} {
		t.Run(name, func(t *testing.T) {
			origin, stop := startShadow(t, test.target)
			app := http.Client{Timeout: test.wait}
			for range 4 {
				if res, err := app.Get(origin + "/api/v1/users/"); err == nil {
					_, _ = io.ReadAll(res.Body)
					_ = res.Body.Close()
				}
			}
			got := stop()
			got.ends(t, test.code, test.says)
			got.omits(t, test.omits)
		})
	}
}

// TestShadowEncodings judges bodies in the encodings that browsers ask for, and
// passes them on as they are, with a target behind a certificate of its own too.
func TestShadowEncodings(t *testing.T) {
	const text = `{"count":0,"next":null,"previous":null,"results":[],"wrong":1}`
	encode := map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return z
		},
	}
	for name, writer := range encode {
		t.Run(name, func(t *testing.T) {
			var sent bytes.Buffer
			w := writer(&sent)
			if _, err := io.WriteString(w, strings.Replace(text, `"count":0`, `"count":"none"`, 1)); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			asked := ""
			target := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = r.Header.Get("Accept-Encoding")
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Content-Encoding", name)
				_, _ = w.Write(sent.Bytes())
			}))
			t.Cleanup(target.Close)
			origin, stop := startShadow(t, target.URL, "--insecure")
			plain := &http.Transport{DisableCompression: true}
			t.Cleanup(plain.CloseIdleConnections)
			res, err := (&http.Client{Transport: plain}).Get(origin + "/api/v1/users/")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			got, err := io.ReadAll(res.Body)
			if err != nil || !bytes.Equal(got, sent.Bytes()) || res.Header.Get("Content-Encoding") != name || asked != "" {
				t.Errorf("the target was asked for %q, the app got %q, %q: %v", asked, res.Header.Get("Content-Encoding"), got, err)
			}
			stop().ends(t, contracttests.ExitBroken, "/count")
		})
	}
	for _, body := range []string{"", "\x1f\x8b\x00", "text"} {
		if got, err := decoded("gzip, br", []byte(body)); err == nil && body != "" {
			t.Errorf("%q is read as %q", body, got)
		}
	}
}

// shadowOf returns a shadow of a target, and where apps reach it.
func shadowOf(t testing.TB, target *httptest.Server) (*shadow, *httptest.Server) {
	t.Helper()
	base, err := url.Parse(target.URL + "/api/v1")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{getenv: env{}.get, stdout: io.Discard, stderr: io.Discard, terminal: io.Discard}
	v, err := p.verdict(&verdictFlags{}, contracttests.Target{Base: base.String(), Name: "fake", Key: "none"}, time.Now(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newShadow(v, base, nil)
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	return s, front
}

// TestShadowOverrun: calls that come too fast are counted, and the judge, which has not
// seen them, accuses nobody.
func TestShadowOverrun(t *testing.T) {
	s, front := shadowOf(t, honestFake(t))
	call := func(method, path, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, front.URL+"/api/v1/users/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer mock.default.overrun")
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var user struct{ ID string }
		_ = json.NewDecoder(res.Body).Decode(&user) // lists have none
		return user.ID
	}
	id := call("POST", "", `{"locale":"en"}`)
	s.mu.Lock()
	s.most = 0
	s.mu.Unlock()
	call("PATCH", id+"/", `{"locale":"de"}`)
	s.mu.Lock()
	s.most = mostQueued
	s.mu.Unlock()
	call("GET", id+"/", "")
	s.close()
	run := s.v.Run()
	if text := strings.Join(run.News, "\n"); !strings.Contains(text, "calls that came faster than they could be judged: 1") {
		t.Errorf("the news are %s", text)
	}
	for _, g := range run.Groups() {
		t.Errorf("an honest target: %s", g.Failure)
	}
}

// TestShadowQueue: what waits for the judge is bounded by its bytes, but the end of a
// call that has begun is never dropped.
func TestShadowQueue(t *testing.T) {
	s, _ := shadowOf(t, honestFake(t))
	began, goOn := make(chan struct{}), make(chan struct{})
	s.later(true, eventSize, func() { close(began); <-goOn }) // a slow judge
	<-began
	s.mu.Lock()
	s.most = 10 * (eventSize + 1000)
	s.mu.Unlock()
	taken, judged := 0, 0
	for range 100 {
		if s.later(false, sizeOf(nil, make([]byte, 1000)), func() { judged++ }) {
			taken++
		}
	}
	if taken != 10 {
		t.Errorf("%d bodies of 1,000 bytes had room, want 10", taken)
	}
	if !s.later(true, sizeOf(nil, make([]byte, 1000)), func() { judged++ }) {
		t.Error("the end of a call that had begun had no room")
	}
	close(goOn)
	s.close()
	if large := sizeOf(http.Header{"A": {strings.Repeat("x", 5000), "y"}}, nil); large < eventSize+5001 {
		t.Errorf("an event with long headers counts %d bytes", large)
	}
	if judged != 11 || s.queued != 0 || s.misses != 90 {
		t.Errorf("%d judged, %d bytes left, %d missed; want 11, 0 and 90", judged, s.queued, s.misses)
	}
}

// BenchmarkShadow measures what a shadow adds to a call, beside a direct connection:
// p50 and p99 in microseconds.
func BenchmarkShadow(b *testing.B) {
	cfg := mockserver.DefaultConfig()
	cfg.Loopback = true
	h, err := mockserver.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	target := httptest.NewServer(h)
	defer target.Close()
	s, front := shadowOf(b, target)
	const path = "/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/"
	took := map[string][]time.Duration{}
	for b.Loop() {
		for _, origin := range []string{target.URL, front.URL} {
			r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, origin+path, http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer mock.default.bench")
			began := time.Now()
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			took[origin] = append(took[origin], time.Since(began))
		}
		time.Sleep(2 * time.Millisecond) // an app makes no calls back to back
	}
	for name, at := range map[string]float64{"p50": 0.50, "p99": 0.99} {
		for origin, who := range map[string]string{target.URL: "direct", front.URL: "shadow"} {
			all := slices.Sorted(slices.Values(took[origin]))
			b.ReportMetric(float64(all[int(at*float64(len(all)-1))].Microseconds()), who+"-"+name+"-µs")
		}
	}
	s.close()
}
