package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

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
	origin, stop := startShadow(t, honestFake(t).URL, "--record", tape, "--scenario", filepath.Join(dir, "world.yaml"))
	run := contracttests.Execute(t.Context(), contracttests.Target{
		Name: "shadow", Base: origin + "/api/v1", Key: "mock.default.shadow", StripeKey: stripeKey, Admin: origin,
	}, cases.All(), contracttests.Options{NoRetry: true})
	if passed := run.Count(contracttests.Pass); run.Dead != "" || passed < 150 { // links in pages lead past the shadow
		t.Errorf("the suite through the shadow: %d cases passed; %s", passed, run.Dead)
	}
	got := stop()
	got.ends(t, contracttests.ExitHolds, "pass  operations/users_charging_start_create", "pass  rules/remove-payment-method/cdr-pending", "derived")
	got.omits(t, "cannot be brought", "found  users", "found  stations")
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
