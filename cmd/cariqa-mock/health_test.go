package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestHealth(t *testing.T) {
	s := serve(t, env{})
	addr := strings.TrimPrefix(s.url, "http://")
	for name, got := range map[string]outcome{
		"URL":                  invoke(t, env{}, "health", s.url),
		"URL and slash":        invoke(t, env{}, "health", s.url+"/"),
		"from the environment": invoke(t, env{"CARIQA_MOCK_ADDR": addr}, "health"),
		"from PORT":            invoke(t, env{"PORT": addr[strings.LastIndex(addr, ":")+1:]}, "health"),
		"--wait":               invoke(t, env{}, "health", "--wait", "1m", s.url),
	} {
		if got != (outcome{code: exitOK, stdout: "ok\n"}) {
			t.Errorf("%s: %+v, want exit code 0 and ok", name, got)
		}
	}
	secure := serve(t, env{}, "--tls")
	if got := invoke(t, env{}, "health", secure.url); got.code != exitOK {
		t.Errorf("a self-made certificate on loopback: %+v", got)
	}
	s.stop()
	refuses(t, invoke(t, env{}, "health", s.url), exitFailed, "no healthy server at "+s.url, "start one with cariqa-mock")
	refuses(t, invoke(t, env{}, "health", "--wait", "1ms", s.url), exitFailed, "no healthy server")
}

// TestHealthOfASeparateAdminAddress asks a server that was started in the same
// environment, as a container's health check does.
func TestHealthOfASeparateAdminAddress(t *testing.T) {
	e := env{"CARIQA_MOCK_ADDR": freeAddr(t), "CARIQA_MOCK_ADMIN_ADDR": freeAddr(t), "CARIQA_MOCK_ADMIN_TOKEN": "secret"}
	serve(t, e)
	if got := invoke(t, e, "health"); got != (outcome{code: exitOK, stdout: "ok\n"}) {
		t.Errorf("%+v, want exit code 0 and ok", got)
	}
}

func TestHealthOfAnotherServer(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	refuses(t, invoke(t, env{}, "health", other.URL), exitFailed, "it answers 404")
}

// TestHealthWaits asks a server that hangs up at first, then refuses, then is
// healthy.
func TestHealthWaits(t *testing.T) {
	var asked atomic.Int32
	late := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch asked.Add(1) {
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer late.Close()
	if got := invoke(t, env{}, "health", "--wait", patience.String(), late.URL); got.code != exitOK {
		t.Errorf("%+v, want exit code 0", got)
	}
	if n := asked.Load(); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
}

// TestHealthWaitsForAServerToCome has nobody listen until health has begun to
// ask.
func TestHealthWaitsForAServerToCome(t *testing.T) {
	addr := freeAddr(t)
	begun := make(chan struct{})
	ended := make(chan int, 1)
	var out buffer
	go func() {
		close(begun)
		ended <- run(t.Context(), []string{"health", "--wait", patience.String()}, env{"CARIQA_MOCK_ADDR": addr}.get, &out, &out)
	}()
	<-begun
	serve(t, env{"CARIQA_MOCK_ADDR": addr})
	if code := <-ended; code != exitOK {
		t.Errorf("exit code %d, want %d: %s", code, exitOK, &out)
	}
}

func TestHealthEndsWithItsContext(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, answers nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var out buffer
	go func() {
		if conn, err := silent.Accept(); err == nil {
			cancel()
			defer conn.Close()
			<-ctx.Done()
		}
	}()
	code := run(ctx, []string{"health", "--wait", patience.String(), "http://" + silent.Addr().String()}, env{}.get, &out, &out)
	if code != exitFailed {
		t.Errorf("exit code %d, want %d: %s", code, exitFailed, &out)
	}
}

func TestOwnURL(t *testing.T) {
	for want, e := range map[string]env{
		"http://127.0.0.1:4343":    {},
		"http://127.0.0.1:9000":    {"PORT": "9000"},
		"http://127.0.0.1:9001":    {"PORT": "9000", "CARIQA_MOCK_ADDR": "0.0.0.0:9001"},
		"http://127.0.0.1:9002":    {"CARIQA_MOCK_ADDR": ":9002"},
		"http://127.0.0.1:9003":    {"CARIQA_MOCK_ADDR": "[::]:9003"},
		"http://192.0.2.1:9004":    {"CARIQA_MOCK_ADDR": "192.0.2.1:9004"},
		"https://127.0.0.1:9005":   {"CARIQA_MOCK_ADDR": "127.0.0.1:9005", "CARIQA_MOCK_TLS": "1"},
		"https://localhost:9006":   {"CARIQA_MOCK_ADDR": "localhost:9006", "CARIQA_MOCK_TLS_CERT": "c.pem"},
		"http://127.0.0.1:9007":    {"CARIQA_MOCK_ADDR": "127.0.0.1:1", "CARIQA_MOCK_ADMIN_ADDR": "0.0.0.0:9007", "CARIQA_MOCK_URL": "http://fake:2"},
		"https://127.0.0.1:9008":   {"CARIQA_MOCK_ADMIN_ADDR": ":9008", "CARIQA_MOCK_TLS": "1", "PORT": "1"},
		"https://fake:9009":        {"CARIQA_MOCK_URL": "https://fake:9009/", "CARIQA_MOCK_ADDR": "127.0.0.1:0", "PORT": "1"},
		"http://[2001:db8::1]:907": {"CARIQA_MOCK_ADDR": "[2001:db8::1]:907", "CARIQA_MOCK_TLS": "false"},
	} {
		if got := (&program{getenv: e.get}).ownURL(); got != want {
			t.Errorf("%v: %s, want %s", e, got, want)
		}
	}
}
