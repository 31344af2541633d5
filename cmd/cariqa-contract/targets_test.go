package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// listed reports whether a request is the suite's first: a list of users.
func listed(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Path == "/api/v1/users/"
}

// TestTargetsThatCannotBeUsed requires one sentence that explains what to do.
func TestTargetsThatCannotBeUsed(t *testing.T) {
	answer := func(status int, contentType, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    []string
	}{
		"HTML":                       {answer(200, "text/html", "<html>"), []string{`answers "text/html" instead of JSON`, "in front of the API"}},
		"HTML of not found":          {answer(404, "text/html", "<html>"), []string{"answers 404 to a list of users", "/api/v1"}},
		"a redirect to a login":      {answer(302, "text/html", "", "Location", "/login"), []string{"answers 302 to a list of users"}},
		"401":                        {answer(401, "application/json", "{}"), []string{"answers 401: it does not accept the key", "CONNECT_API_KEY"}},
		"403":                        {answer(403, "application/json", "{}"), []string{"answers 403: it does not accept the key"}},
		"429":                        {answer(429, "application/json", "{}"), []string{"answers 429, too many requests", "--rate"}},
		"429 with Retry-After":       {answer(429, "application/json", "{}", "Retry-After", "0"), []string{"answers 429, too many requests"}},
		"429 with a day to wait":     {answer(429, "application/json", "{}", "Retry-After", "86400"), []string{"answers 429, too many requests"}},
		"502":                        {answer(502, "text/html", "<html>"), []string{"answers 502 (Bad Gateway)", "Try again later"}},
		"503":                        {answer(503, "application/json", "{}"), []string{"answers 503 (Service Unavailable)", "Try again later"}},
		"504":                        {answer(504, "text/html", ""), []string{"answers 504 (Gateway Timeout)"}},
		"500":                        {answer(500, "text/html", ""), []string{"answers 500 to a list of users"}},
		"one that hangs":             {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, []string{"does not answer: no answer within 50ms", "Is it running"}},
		"one that drops connections": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, []string{"does not answer: EOF"}},
		"half an answer":             {answer(200, "application/json", "{", "Content-Length", "100"), []string{"does not answer: unexpected EOF"}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(test.handler)
			defer srv.Close()
			for _, command := range []string{"run", "sweep"} {
				timeout := patience
				if strings.Contains(name, "hangs") {
					timeout = 50 * time.Millisecond
				}
				got := invokeWith(t, &program{getenv: on(srv.URL).get, timeout: timeout}, command)
				got.ends(t, 3, append(test.want, srv.URL)...)
				if n := strings.Count(got.stderr, srv.URL+"/api/v1 "); n != 1 {
					t.Errorf("%s reports it %d times:\n%s", command, n, got.stderr)
				}
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	got := invoke(t, on("http://"+l.Addr().String()), "run")
	got.ends(t, 3, "does not answer: ", "connection refused. Is it running, and is the address right?")
	if want := "0 passed, 0 failed, 0 inconclusive, 0 not applicable\n"; got.stdout != want {
		t.Errorf("stdout %q, want %q", got.stdout, want)
	}
}

// TestPlainHTTP: an address without a scheme means HTTPS.
func TestPlainHTTP(t *testing.T) {
	url := fake(t).URL
	e := on(strings.TrimPrefix(url, "http://"))
	for _, command := range []string{"run", "sweep"} {
		invoke(t, e, command).ends(t, 3, strings.Replace(url, "http:", "https:", 1), "answers in HTTP, not in HTTPS", "its address is "+url)
	}
}

func TestWrongToken(t *testing.T) {
	e := on(fake(t).URL)
	e["CONNECT_API_KEY"] = "revoked"
	invoke(t, e, "run").ends(t, 3, "answers 403: it does not accept the key. Each environment has its own keys")
}

func TestWrongAdmin(t *testing.T) {
	mock, other := fake(t), httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	for name, test := range map[string]struct{ admin, want string }{
		"not a fake":   {other.URL, "only the fake has an admin API"},
		"nobody there": {"http://127.0.0.1:1", "Is --admin right?"},
	} {
		t.Run(name, func(t *testing.T) {
			invoke(t, on(mock.URL), "run", "--admin", test.admin).ends(t, 3, test.want, test.admin)
		})
	}
}

// TestTargetsThatTurnSick get a good start: then users cannot be created. What
// the environment does is inconclusive, a wrong answer is a failure, and what
// was created is removed.
func TestTargetsThatTurnSick(t *testing.T) {
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
		}
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		code    int
		want    string
	}{
		"429":                    {status(429), 3, "because: POST URL/api/v1/users/: 429 Too Many Requests"},
		"429 with Retry-After":   {status(429, "Retry-After", "0"), 3, "429 Too Many Requests"},
		"429 with a day to wait": {status(429, "Retry-After", "86400"), 3, "429 Too Many Requests"},
		"503":                    {status(503), 3, "because: POST URL/api/v1/users/: 503 Service Unavailable"},
		"hangs":                  {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 3, "because: no answer to POST URL/api/v1/users/: no answer within 300ms"},
		"drops":                  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 3, "because: no answer to POST URL/api/v1/users/: EOF"},
		"HTML":                   {status(200, "Content-Type", "text/html"), 1, "wanted: status 400"},
		"500 to bad input":       {status(500), 1, "wanted: status 400"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
				body, _ := io.ReadAll(r.Body)
				if r.Body = io.NopCloser(bytes.NewReader(body)); bytes.Contains(body, []byte("nobody")) {
					test.handler(w, r)
					return
				}
				fake.ServeHTTP(w, r)
			})
			p := &program{getenv: on(srv.URL).get}
			if name == "hangs" {
				p.timeout = 300 * time.Millisecond
			}
			got := invokeWith(t, p, "run", "--case", "users/*")
			got.ends(t, test.code, "pass  users/create", strings.ReplaceAll(test.want, "URL", srv.URL))
			if ids := left(t, srv.URL, "mock.default.ci"); ids != nil {
				t.Errorf("left behind: %q", ids)
			}
		})
	}
}

// TestRetryAfterIsHonored has a target that wants a pause, once.
func TestRetryAfterIsHonored(t *testing.T) {
	asked := false
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if !listed(r) && !asked {
			asked = true
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fake.ServeHTTP(w, r)
	})
	invoke(t, on(srv.URL), "run", "--case", "users/create").ends(t, 0, "pass  users/create")
	if !asked {
		t.Error("the target never asked")
	}
}

// TestWhatCannotBeRemovedIsNamed checks that a user who is left is reported.
func TestWhatCannotBeRemovedIsNamed(t *testing.T) {
	srv := front(t, func(w http.ResponseWriter, r *http.Request, fake http.Handler) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fake.ServeHTTP(w, r)
	})
	got := invoke(t, on(srv.URL), "run", "--case", "users/create", "--cdr-wait", "1ms")
	ids := left(t, srv.URL, "mock.default.ci")
	if len(ids) != 1 {
		t.Fatalf("left behind: %q, want one", ids)
	}
	got.ends(t, 0, "left on the target", "cariqa-contract sweep", ids[0])
}
