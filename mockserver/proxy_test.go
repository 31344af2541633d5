package mockserver_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cariqamock/mockserver"
)

// log collects what is logged.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// proxied starts a server with a proxy, and returns the server and a client's
// transport that uses the proxy and trusts its authority.
func proxied(t *testing.T, cfg mockserver.Config, allow ...string) (*mockserver.Server, *http.Transport) {
	t.Helper()
	s, err := mockserver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ca, _, err := mockserver.OpenCA(t.TempDir(), rand.Reader, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Proxy(ca, allow)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	tunnels, secure, handler := p.Tunnels()
	server := mockserver.HTTPServer(handler)
	server.TLSConfig, server.ErrorLog = secure, slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	server.Protocols.SetHTTP2(true)
	served := make(chan error)
	go func() { served <- server.ServeTLS(tunnels, "", "") }()
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca.PEM())
	via, err := url.Parse(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{Proxy: http.ProxyURL(via), TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		server.Close()
		<-served
		front.Close()
	})
	return s, tr
}

// try makes a request and returns the status and the body.
func try(t *testing.T, tr *http.Transport, method, address, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer mock.removable.proxied")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	res, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// TestProxied has what each of the faked hosts answers.
func TestProxied(t *testing.T) {
	const user = "https://dev.connect.cariqa.com/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/"
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		cfg := mockserver.DefaultConfig()
		cfg.PublicURL = "https://fake.example.org/below"
		_, tr := proxied(t, cfg)
		if protocol == "HTTP/1.1" {
			tr.Protocols = new(http.Protocols)
			tr.Protocols.SetHTTP1(true)
		}
		for _, c := range []struct {
			call, want string
			header     []string
		}{
			{"GET " + user + "payment-methods/?page_size=1", `200 "next":"https://dev.connect.cariqa.com/api/v1/users/9405cf8c-8375-4373-b4d3-b61f9a0c01eb/payment-methods/?page=2`, nil},
			{"DELETE " + user + "payment-methods/pm_1TD1LuHtgZxQ1KXxNj5sKkKM/", "400 The default payment method cannot be removed.", nil},
			{"GET https://connect.cariqa.com/api/v1/users/", `200 "count":1`, nil},
			{"GET https://connect.cariqa.com/api/v1/users", "301 ", nil},
			{"GET https://connect.cariqa.com/__admin/worlds", `404 Not found.`, nil},
			{"GET https://connect.cariqa.com/v1/payment_methods", `404 Not found.`, nil},
			{"GET https://connect.cariqa.com/", `404 Not found.`, nil},
			{"POST https://api.stripe.com/v1/payment_methods", `401 API key`, []string{"Authorization", ""}},
			{"GET https://api.stripe.com/__admin/worlds", `404 cariqa-mock does not fake this call`, nil},
			{"GET https://api.stripe.com/api/v1/users/", `404 cariqa-mock does not fake this call`, nil},
			{"GET https://api.stripe.com/stripe/authenticate/seti_x/src_x", "404 ", nil},
			{"GET https://js.stripe.com/v3/", `200 const SERVER = "https://api.stripe.com";`, nil},
			{"GET https://js.stripe.com/endive/stripe.js", `200 const SERVER = "https://api.stripe.com";`, nil},
			{"GET https://js.stripe.com/__admin/worlds", "404 The fake has the browser script /v3/", nil},
			{"GET https://hooks.stripe.com/stripe/authenticate/seti_x/src_x", "404 ", nil},
			{"GET https://hooks.stripe.com/redirect", "404 The fake has the browser script /v3/", nil},
			{"POST https://r.stripe.com/b", "200 {}", nil},
			{"POST https://m.stripe.com/6", "200 {}", nil},
			{"GET https://m.stripe.network/inner.html", "200 {}", nil},
			{"GET https://js.stripe.com/v3/", "421 another host", []string{"Host", "example.org"}},
			{"GET https://js.stripe.com/v3/", "421 another host", []string{"Host", "127.0.0.1"}},
		} {
			t.Run(protocol+" "+c.call, func(t *testing.T) {
				method, address, _ := strings.Cut(c.call, " ")
				res, body := try(t, tr, method, address, "", c.header...)
				status, text, _ := strings.Cut(c.want, " ")
				if fmt.Sprint(res.StatusCode) != status || !strings.Contains(body, text) || res.Proto != protocol || res.Header.Get("X-Cariqa-Mock") == "" {
					t.Errorf("got %s %d %s\nwant %s", res.Proto, res.StatusCode, body, c.want)
				}
			})
		}
	}
}

// TestProxiedName: names of hosts ignore case, in the tunnel, in TLS and in Host, and a
// dot at their end.
func TestProxiedName(t *testing.T) {
	for _, name := range []string{"js.stripe.com", "JS.stripe.com", "Js.Stripe.Com", "js.stripe.com."} {
		_, tr := proxied(t, mockserver.DefaultConfig())
		tr.TLSClientConfig.ServerName = strings.TrimSuffix(name, ".") // a name with a dot is not one of TLS
		if res, body := try(t, tr, "GET", "https://"+name+"/v3/", "", "Host", name); res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
	}
}

// TestProxiedWithoutHost: HTTP/1.0 needs no Host, but the fake needs to know which of its
// hosts is meant.
func TestProxiedWithoutHost(t *testing.T) {
	_, tr := proxied(t, mockserver.DefaultConfig())
	via, err := tr.Proxy(nil)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := net.Dial("tcp", via.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if _, err := io.WriteString(plain, "CONNECT js.stripe.com:443 HTTP/1.1\r\nHost: js.stripe.com:443\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := http.ReadResponse(bufio.NewReaderSize(io.LimitReader(plain, int64(len("HTTP/1.1 200 Connection established\r\n\r\n"))), 16), &http.Request{Method: http.MethodConnect}); err != nil {
		t.Fatal(err)
	}
	conn := tls.Client(plain, &tls.Config{RootCAs: tr.TLSClientConfig.RootCAs, ServerName: "js.stripe.com"})
	if _, err := io.WriteString(conn, "GET /v3/ HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "The request has no Host") {
		t.Errorf("%s %s, %v", res.Status, body, err)
	}
}

// TestProxiedUpgrade: a WebSocket is refused with a sentence.
func TestProxiedUpgrade(t *testing.T) {
	_, tr := proxied(t, mockserver.DefaultConfig())
	tr.Protocols = new(http.Protocols)
	tr.Protocols.SetHTTP1(true)
	for _, host := range []string{"connect.cariqa.com", "api.stripe.com", "js.stripe.com", "m.stripe.com"} {
		res, body := try(t, tr, "GET", "https://"+host+"/v3/", "", "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
		if res.StatusCode != http.StatusNotImplemented || !strings.Contains(body, "does not speak WebSockets") {
			t.Errorf("%s: %d %s", host, res.StatusCode, body)
		}
	}
}

// TestProxiedPage: a page of this machine may call the hosts, as it may call
// the server itself.
func TestProxiedPage(t *testing.T) {
	_, tr := proxied(t, mockserver.DefaultConfig())
	for _, address := range []string{"https://connect.cariqa.com/api/v1/users/", "https://api.stripe.com/v1/elements/sessions", "https://r.stripe.com/b"} {
		for origin, want := range map[string]string{"http://localhost:5173": "http://localhost:5173", "https://example.org": ""} {
			res, _ := try(t, tr, "OPTIONS", address, "", "Origin", origin, "Access-Control-Request-Method", "POST")
			if got := res.Header.Get("Access-Control-Allow-Origin"); got != want {
				t.Errorf("%s for %s: %q", address, origin, got)
			}
		}
	}
}

// TestStrayHost: a host that is refused is logged once and counted each time; no
// number of hosts makes the log or the metrics grow without end.
func TestStrayHost(t *testing.T) {
	var lines log
	cfg := mockserver.DefaultConfig()
	cfg.Log = slog.New(slog.NewTextHandler(&lines, nil))
	s, tr := proxied(t, cfg)
	refused := func(host string) {
		r, err := http.NewRequest(http.MethodGet, "https://"+host+"/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.RoundTrip(r); err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
			t.Fatalf("%s: %v", host, err)
		}
	}
	for range 3 {
		refused("fonts.example.org")
	}
	for i := range 100 {
		refused(fmt.Sprintf("h%d.example.org", i))
	}
	metrics := httptest.NewRecorder()
	s.ServeHTTP(metrics, httptest.NewRequest(http.MethodGet, "/__admin/metrics", http.NoBody))
	for _, want := range []string{`cariqa_mock_proxy_refused_total{host="fonts.example.org"} 3`, `cariqa_mock_proxy_refused_total{host="other"} 51`} {
		if !strings.Contains(metrics.Body.String(), want) {
			t.Errorf("metrics without %s:\n%s", want, metrics.Body)
		}
	}
	if n := strings.Count(lines.String(), "host=fonts.example.org"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, &lines)
	}
	if n := strings.Count(lines.String(), "the proxy has refused"); n != 50 {
		t.Errorf("%d lines", n)
	}
}

// TestProxiedUntrusted: a client that does not trust the authority is not fooled.
func TestProxiedUntrusted(t *testing.T) {
	_, tr := proxied(t, mockserver.DefaultConfig())
	tr.TLSClientConfig.RootCAs = x509.NewCertPool()
	r, err := http.NewRequest(http.MethodGet, "https://js.stripe.com/v3/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.RoundTrip(r); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Error(err)
	}
}

func TestProxyRefusesItsOwnHosts(t *testing.T) {
	if err := mockserver.CheckProxyAllow([]string{"api.stripe.com"}); err == nil {
		t.Error("accepted")
	}
	if len(mockserver.ProxiedHosts()) != 10 {
		t.Error(mockserver.ProxiedHosts())
	}
}
