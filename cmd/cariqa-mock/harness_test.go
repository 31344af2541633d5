package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for something before it fails.
const patience = time.Minute

// env is the environment of a program under test.
type env map[string]string

func (e env) get(name string) string { return e[name] }

// outcome is the result of a program that has ended.
type outcome struct {
	code           int
	stdout, stderr string
}

// invoke runs the program until it ends.
func invoke(t *testing.T, e env, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, e.get, &stdout, &stderr)
	if ctx.Err() != nil {
		t.Fatalf("cariqa-mock %q did not end by itself\nstdout: %s\nstderr: %s", args, &stdout, &stderr)
	}
	return outcome{code, stdout.String(), stderr.String()}
}

// refuses checks an exit code and what stderr contains.
func refuses(t *testing.T, got outcome, code int, stderr ...string) {
	t.Helper()
	if got.code != code {
		t.Errorf("exit code %d, want %d; stderr: %s", got.code, code, got.stderr)
	}
	for _, want := range stderr {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("stderr does not contain %q:\n%s", want, got.stderr)
		}
	}
}

// buffer collects what a running program writes.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// served is a running server.
type served struct {
	t      *testing.T
	url    string // from the first line of stdout
	hello  string // the lines of stdout after it, up to when the server was up
	stdout chan string
	stderr *buffer
	client *http.Client
	cancel context.CancelFunc
	code   chan int
}

// serve starts the server, on a free port unless the arguments or the
// environment set one, and stops it with the test.
func serve(t *testing.T, e env, args ...string) *served {
	t.Helper()
	own := env{envName("addr"): "127.0.0.1:0"}
	if e["PORT"] != "" {
		own = env{}
	}
	maps.Copy(own, e)
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	s := &served{
		t: t, stdout: make(chan string, 1), stderr: &buffer{}, client: &http.Client{Transport: &http.Transport{}},
		cancel: cancel, code: make(chan int, 1),
	}
	go func() {
		s.code <- run(ctx, args, own.get, in, s.stderr)
		in.Close()
	}()
	reader := bufio.NewReader(out)
	first, err := reader.ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("cariqa-mock %q did not start: %s", args, s.stderr)
	}
	hello, err := reader.Peek(reader.Buffered()) // it is written at once
	if err != nil {
		t.Fatal(err)
	}
	s.hello = string(hello)
	go func() {
		rest, _ := io.ReadAll(reader) // the pipe ends with the program
		s.stdout <- first + string(rest)
	}()
	const announcement = "cariqa-mock listening on "
	url, ok := strings.CutPrefix(strings.TrimSuffix(first, "\n"), announcement)
	if !ok {
		t.Errorf("first line %q, want %q and a URL", first, announcement)
	}
	s.url = url
	t.Cleanup(func() {
		cancel()
		s.client.CloseIdleConnections()
	})
	return s
}

// stop ends the server as a signal would.
func (s *served) stop() outcome {
	s.t.Helper()
	s.cancel()
	s.client.CloseIdleConnections()
	select {
	case code := <-s.code:
		return outcome{code, <-s.stdout, s.stderr.String()}
	case <-time.After(patience):
		s.t.Fatal("the server did not stop")
		panic("unreachable")
	}
}

// reply is an HTTP answer, read.
type reply struct {
	status int
	header http.Header
	body   string
}

// field returns a member of a JSON body as text.
func (a reply) field(t *testing.T, name string) string {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return fmt.Sprint(body[name])
}

// call makes a request, with the token "t" unless a header sets another one.
func (s *served) call(method, path, body string, header ...string) reply {
	s.t.Helper()
	a, err := s.try(s.t.Context(), method, path, body, header...)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s *served) try(ctx context.Context, method, path, body string, header ...string) (reply, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	r.Header.Set("Authorization", "Bearer t")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	res, err := s.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, string(data)}, err
}

// file writes a file into a new folder and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
