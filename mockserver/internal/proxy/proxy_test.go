package proxy_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/proxy"
)

// started is a proxy under test. What it dials is a server of the test.
type started struct {
	*proxy.Proxy
	addr string

	mu      sync.Mutex
	refused []string
	dialed  []string
}

// start starts a proxy that lets through example.org, names below
// example.net, and ::1. Whatever it dials is at the address target.
func start(t *testing.T, target string) *started {
	t.Helper()
	s := &started{}
	var err error
	s.Proxy, err = proxy.New(proxy.Config{
		Allow: []string{"example.org", "*.example.net", "[::1]"}, Log: slog.New(slog.DiscardHandler),
		Refused: func(host string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.refused = append(s.refused, host)
		},
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			s.mu.Lock()
			s.dialed = append(s.dialed, addr)
			s.mu.Unlock()
			if target == "" {
				return nil, errors.New("no such host")
			}
			return (&net.Dialer{}).DialContext(ctx, network, target)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(s.Proxy)
	server.Config.DisableGeneralOptionsHandler = true
	server.Start()
	t.Cleanup(func() {
		s.Tunnels().Close()
		server.Close()
	})
	s.addr = server.Listener.Addr().String()
	return s
}

// send sends bytes to the proxy and returns the connection.
func (s *started) send(t *testing.T, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil { // a failure, not a test that hangs
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// answer reads the answer to a request.
func answer(t *testing.T, conn net.Conn, method string) (int, string) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodConnect && res.StatusCode == http.StatusOK {
		return res.StatusCode, ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestRefused has what the proxy does not pass on, with the sentence that it
// answers and the host that it counts.
func TestRefused(t *testing.T) {
	const stray = "502 cariqa-mock does not fake %[1]s and does not let it through. If the app needs it, start the server with --proxy-allow %[1]s.\n"
	for request, c := range map[string]struct{ want, counted string }{
		"CONNECT example.com:443":            {fmt.Sprintf(stray, "example.com"), "example.com"},
		"CONNECT EXAMPLE.com.:443":           {fmt.Sprintf(stray, "example.com"), "example.com"},
		"CONNECT example.net:443":            {fmt.Sprintf(stray, "example.net"), "example.net"},
		"CONNECT x.example.org:443":          {fmt.Sprintf(stray, "x.example.org"), "x.example.org"},
		"CONNECT js.stripe.com.evil.org:443": {fmt.Sprintf(stray, "js.stripe.com.evil.org"), "js.stripe.com.evil.org"},
		"CONNECT x.js.stripe.com:443":        {fmt.Sprintf(stray, "x.js.stripe.com"), "x.js.stripe.com"},
		"CONNECT stripe.com:443":             {fmt.Sprintf(stray, "stripe.com"), "stripe.com"},
		"CONNECT 127.0.0.1:22":               {fmt.Sprintf(stray, "127.0.0.1"), "127.0.0.1"},
		"CONNECT [::2]:443":                  {fmt.Sprintf(stray, "::2"), "::2"},
		"CONNECT js.stripe.com:8443":         {"502 cariqa-mock answers for js.stripe.com on port 443 only, not on port 8443.\n", ""},
		"CONNECT js.stripe.com:80":           {"502 cariqa-mock answers for js.stripe.com on port 443 only, not on port 80.\n", ""},
		"CONNECT js.stripe.com":              {"502 The CONNECT names no port. cariqa-mock answers for js.stripe.com on port 443: send CONNECT js.stripe.com:443.\n", ""},
		"CONNECT js.stripe.com:":             {"502 The CONNECT names no port. cariqa-mock answers for js.stripe.com on port 443: send CONNECT js.stripe.com:443.\n", ""},
		"CONNECT example.org":                {"502 The CONNECT names no port. Send it with one, such as CONNECT example.org:443.\n", ""},
		"GET http://example.com/x":           {fmt.Sprintf(stray, "example.com"), "example.com"},
		"POST http://example.com:8080/x":     {fmt.Sprintf(stray, "example.com"), "example.com"},
		"GET http://127.0.0.1/":              {fmt.Sprintf(stray, "127.0.0.1"), "127.0.0.1"},
		"GET http://dev.connect.cariqa.com/": {"502 cariqa-mock answers for dev.connect.cariqa.com over HTTPS only. Use https:// in the address.\n", ""},
		"GET https://example.org/":           {"502 This proxy forwards http:// addresses. For https:// send CONNECT, as proxies need it.\n", ""},
		"GET ftp://example.org/":             {"502 This proxy forwards http:// addresses. For https:// send CONNECT, as proxies need it.\n", ""},
		"GET ws://example.com/":              {fmt.Sprintf(stray, "example.com"), "example.com"},
		"GET /":                              {"400 This is the address of a proxy. Set it as HTTPS_PROXY and http_proxy; the APIs have an address of their own.\n", ""},
		"OPTIONS *":                          {"400 This is the address of a proxy. Set it as HTTPS_PROXY and http_proxy; the APIs have an address of their own.\n", ""},
	} {
		t.Run(request, func(t *testing.T) {
			s := start(t, "")
			method, _, _ := strings.Cut(request, " ")
			conn := s.send(t, request+" HTTP/1.1\r\nHost: h\r\n\r\n")
			status, body := answer(t, conn, method)
			if got := fmt.Sprintf("%d %s", status, body); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if counted := strings.Join(s.refused, " "); counted != c.counted {
				t.Errorf("counted %q, want %q", counted, c.counted)
			}
			if len(s.dialed) > 0 {
				t.Errorf("dialed %v", s.dialed)
			}
		})
	}
}

// TestUpgradeRefused: no WebSocket is forwarded outside of a tunnel.
func TestUpgradeRefused(t *testing.T) {
	s := start(t, "")
	conn := s.send(t, "GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	if status, body := answer(t, conn, "GET"); status != http.StatusNotImplemented || !strings.Contains(body, "WebSockets") {
		t.Errorf("%d %s", status, body)
	}
}

// TestGarbage: what is no HTTP gets 400 from net/http, and no panic.
func TestGarbage(t *testing.T) {
	for _, text := range []string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "CONNECT \r\n\r\n", "CONNECT js.stripe.com:443\r\n\r\n", "CONNECT a b HTTP/1.1\r\n\r\n", "x\r\n\r\n"} {
		conn := start(t, "").send(t, text)
		if status, _ := answer(t, conn, "GET"); status != http.StatusBadRequest {
			t.Errorf("%q: %d", text, status)
		}
	}
}

// TestTunnel: a connection to a faked host comes out of Tunnels, with all that its
// client has sent, also right behind CONNECT.
func TestTunnel(t *testing.T) {
	for name, c := range map[string]struct{ ahead, then string }{
		"after the answer": {"", "hello"}, "ahead": {"hello", ""}, "half of it ahead": {"he", "llo"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, "")
			client := s.send(t, "CONNECT API.stripe.com:443 HTTP/1.1\r\nHost: api.stripe.com:443\r\n\r\n"+c.ahead)
			conn, err := s.Tunnels().Accept()
			if err != nil {
				t.Fatal(err)
			}
			if status, body := answer(t, client, http.MethodConnect); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			if _, err := io.WriteString(client, c.then); err != nil {
				t.Fatal(err)
			}
			if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 5)
			if _, err := io.ReadFull(conn, got); err != nil || string(got) != "hello" {
				t.Fatalf("%q, %v", got, err)
			}
			if _, err := io.WriteString(conn, "bye"); err != nil {
				t.Fatal(err)
			}
			if err := conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil { // as a dropped answer ends
				t.Fatal(err)
			}
			if rest, err := io.ReadAll(client); err != nil || string(rest) != "bye" {
				t.Errorf("client reads %q, %v", rest, err)
			}
			conn.Close()
		})
	}
}

// TestTunnelAfterClose: a stopped server takes no tunnel.
func TestTunnelAfterClose(t *testing.T) {
	s := start(t, "")
	s.Tunnels().Close()
	if _, err := s.Tunnels().Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v", err)
	}
	client := s.send(t, "CONNECT api.stripe.com:443 HTTP/1.1\r\nHost: api.stripe.com:443\r\n\r\n")
	if _, err := io.Copy(io.Discard, client); err != nil {
		t.Errorf("the connection does not end: %v", err)
	}
}

// TestAllowed: hosts that are allowed are reached as they are, in tunnels and
// without.
func TestAllowed(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.Host, r.URL, body)
	}))
	defer target.Close()
	for _, host := range []string{"example.org", "a.example.net:8080", "B.a.example.net", "[::1]:9000"} {
		t.Run(host, func(t *testing.T) {
			s := start(t, target.Listener.Addr().String())
			via := &url.URL{Scheme: "http", Host: s.addr}
			client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(via), DisableKeepAlives: true}}
			res, err := client.Post("http://"+host+"/p?q", "text/plain", strings.NewReader("hi"))
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if body, _ := io.ReadAll(res.Body); string(body) != "POST "+host+" /p?q hi" {
				t.Errorf("forwarded: %d %s", res.StatusCode, body)
			}
			conn := s.send(t, "CONNECT "+host+" HTTP/1.1\r\nHost: h\r\n\r\n")
			if !strings.Contains(strings.TrimPrefix(host, "[::1]"), ":") {
				if status, body := answer(t, conn, http.MethodConnect); status != http.StatusBadGateway || !strings.Contains(body, "names no port") {
					t.Errorf("a tunnel without a port: %d %s", status, body)
				}
				return
			}
			if status, body := answer(t, conn, http.MethodConnect); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			fmt.Fprintf(conn, "GET /in HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host)
			if status, body := answer(t, conn, "GET"); status != http.StatusOK || body != "GET "+host+" /in " {
				t.Errorf("tunneled: %d %s", status, body)
			}
			if len(s.refused) > 0 || !slices.Contains(s.dialed, host) && !strings.HasPrefix(host, "B") {
				t.Errorf("refused %v, dialed %v", s.refused, s.dialed)
			}
		})
	}
}

func TestAllowedButUnreachable(t *testing.T) {
	for _, request := range []string{"CONNECT example.org:443", "GET http://example.org/"} {
		method, _, _ := strings.Cut(request, " ")
		status, body := answer(t, start(t, "").send(t, request+" HTTP/1.1\r\nHost: h\r\n\r\n"), method)
		if status != http.StatusBadGateway || body != "The allowed host cannot be reached: no such host.\n" {
			t.Errorf("%s: %d %s", request, status, body)
		}
	}
}

// TestBound: no more connections to allowed hosts than there may be, and one that
// ends makes room for the next.
func TestBound(t *testing.T) {
	target, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	go func() { // ends each connection with its client
		for {
			conn, err := target.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(io.Discard, conn)
				conn.Close()
			}()
		}
	}()
	s := start(t, target.Addr().String())
	connect := func() (net.Conn, int, string) {
		conn := s.send(t, "CONNECT example.org:443 HTTP/1.1\r\nHost: h\r\n\r\n")
		status, body := answer(t, conn, http.MethodConnect)
		return conn, status, body
	}
	var last net.Conn
	for i := range limit.ProxyConnections {
		conn, status, body := connect()
		if status != http.StatusOK {
			t.Fatalf("tunnel %d: %d %s", i, status, body)
		}
		last = conn
	}
	if _, status, body := connect(); status != http.StatusBadGateway || !strings.Contains(body, "as many connections to allowed hosts as it may have") {
		t.Errorf("one more: %d %s", status, body)
	}
	last.Close()
	for { // as soon as the proxy has seen it
		conn, status, _ := connect()
		if status == http.StatusOK {
			break
		}
		conn.Close()
	}
}

func TestAllowedHosts(t *testing.T) {
	for text, want := range map[string]string{
		"example.org": "", "*.example.org": "", "127.0.0.1": "", "[::1]": "", "localhost": "", "*.stripe.org": "",
		"": "want a host name", "*": "want a host name", "https://example.org": "want a host name", "example.org/x": "want a host name", "a b": "want a host name",
		"example.org:443": "without a port", "js.stripe.com": "answers for it itself", "*.stripe.com": "answers for it itself", "*.connect.cariqa.com": "answers for it itself",
	} {
		_, err := proxy.Allowed([]string{"first.example", text})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
