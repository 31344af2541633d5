package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// proxied is a running server with a proxy.
type proxied struct {
	*served
	proxy, ca string // the proxy's URL; the path of the root's certificate
}

// serveProxy starts a server with a proxy.
func serveProxy(t *testing.T, args ...string) proxied {
	t.Helper()
	dir := t.TempDir()
	s := serve(t, env{}, append([]string{"--proxy", "127.0.0.1:0", "--ca-dir", dir}, args...)...)
	line := regexp.MustCompile(`(?m)^  proxy +(http://127\.0\.0\.1:\d+) +\(for clients that trust (.+)\)$`).FindStringSubmatch(s.hello)
	if line == nil {
		t.Fatalf("no proxy in:\n%s", s.hello)
	}
	if want := filepath.Join(dir, "ca", "root.pem"); line[2] != want {
		t.Errorf("certificate in %s, want %s", line[2], want)
	}
	return proxied{s, line[1], line[2]}
}

// client returns a client that uses the proxy and trusts its authority and a
// server.
func (p proxied) client(t *testing.T, others ...*x509.Certificate) *http.Client {
	t.Helper()
	text, err := os.ReadFile(p.ca)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	for _, c := range others {
		trusted.AddCert(c)
	}
	via, err := url.Parse(p.proxy)
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{Proxy: http.ProxyURL(via), TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// getBy returns the status and the body at an address.
func getBy(t *testing.T, client *http.Client, address string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer t")
	res, err := client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestProxy: the world is the same through the proxy and without it, and the
// server stops while a tunnel is open.
func TestProxy(t *testing.T) {
	s := serveProxy(t)
	through, body := getBy(t, s.client(t), "https://dev.connect.cariqa.com"+seedUser)
	if direct := s.call("GET", seedUser, ""); through != http.StatusOK || body != direct.body {
		t.Errorf("through the proxy %d %s, without %s", through, body, direct.body)
	}
	if status, text := getBy(t, s.client(t), "https://example.org/"); status != 0 || !strings.Contains(text, "Bad Gateway") {
		t.Errorf("a stray host: %d %s", status, text)
	}
	out := s.stop()
	if out.code != exitOK || !strings.Contains(out.stderr, "host=example.org") || !strings.Contains(out.stderr, "made a certificate authority") {
		t.Errorf("exit code %d; %s", out.code, out.stderr)
	}
	if _, err := http.Get(s.proxy); err == nil {
		t.Error("the proxy still listens")
	}
}

// TestProxyAllow: an allowed host is reached itself, with its own certificate.
func TestProxyAllow(t *testing.T) {
	target := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "itself") }))
	defer target.Close()
	s := serveProxy(t, "--proxy-allow", "127.0.0.1")
	if status, body := getBy(t, s.client(t, target.Certificate()), target.URL); status != http.StatusOK || body != "itself" {
		t.Errorf("%d %s", status, body)
	}
	other := strings.Replace(target.URL, "127.0.0.1", "localhost", 1)
	if status, body := getBy(t, s.client(t, target.Certificate()), other); status != 0 || !strings.Contains(body, "Bad Gateway") {
		t.Errorf("a host that is not allowed: %d %s", status, body)
	}
}

// TestProxyDropped: a drop fails once for a client of HTTP/1.1 through the proxy.
func TestProxyDropped(t *testing.T) {
	s := serveProxy(t)
	world := s.call("GET", "/api/v1/users/", "").header.Get("X-Cariqa-Mock-World")
	if made := s.call("POST", "/__admin/worlds/"+world+"/faults", `{"operation":"users_list","drop":true}`); made.status != http.StatusCreated {
		t.Fatal(made)
	}
	client := s.client(t)
	client.Transport.(*http.Transport).Protocols = new(http.Protocols)
	client.Transport.(*http.Transport).Protocols.SetHTTP1(true)
	if status, text := getBy(t, client, "https://connect.cariqa.com/api/v1/users/"); status != 0 || !strings.Contains(text, "malformed HTTP") {
		t.Errorf("%d %s", status, text)
	}
	if status, text := getBy(t, client, "https://connect.cariqa.com/api/v1/users/"); status != http.StatusOK {
		t.Errorf("%d %s", status, text)
	}
}

func TestProxyRefuses(t *testing.T) {
	notFolder := file(t, "x", "")
	broken := t.TempDir()
	if err := os.Mkdir(filepath.Join(broken, "ca"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--proxy", "x"}, exitUsage, `--proxy "x": want host:port, such as 127.0.0.1:4344`},
		{[]string{"--proxy", "127.0.0.1:http"}, exitUsage, "want host:port"},
		{[]string{"--proxy", "http://127.0.0.1:1"}, exitUsage, "want host:port"},
		{[]string{"--proxy-allow", "example.org"}, exitUsage, "--proxy-allow: want --proxy as well"},
		{[]string{"--proxy", "127.0.0.1:0", "--proxy-allow", "https://example.org"}, exitUsage, "--proxy-allow: host \"https://example.org\": want a host name"},
		{[]string{"--proxy", "127.0.0.1:0", "--proxy-allow", "*.stripe.com"}, exitUsage, "cariqa-mock answers for it itself"},
		{[]string{"--proxy", "127.0.0.1:0", "--proxy-allow", "example.org:443"}, exitUsage, "without a port"},
		{[]string{"--proxy", "127.0.0.1:0", "--ca-dir", notFolder}, exitUsage, "want a folder"},
		{[]string{"--proxy", "127.0.0.1:0", "--ca-dir", broken}, exitFailed, "remove the folder"},
		{[]string{"ca", "--ca-dir", notFolder}, exitUsage, "want a folder"},
		{[]string{"ca", "--ca-dir", broken}, exitFailed, "remove the folder"},
		{[]string{"ca", "--ca-dir", t.TempDir(), "--pem", "--path"}, exitUsage, "--pem and --path: want one of them"},
		{[]string{"ca", "x"}, exitUsage, "x"},
		{[]string{"env", "--proxy", "127.0.0.1:0"}, exitUsage, "want the address of a proxy that runs"},
		{[]string{"env", "--proxy", "http://127.0.0.1:4344"}, exitUsage, "want the address of a proxy that runs"},
		{[]string{"env", "--proxy", "a'b:1"}, exitUsage, "want the address of a proxy that runs"},
		{[]string{"exec", "--proxy", "127.0.0.1:0", "--ca-dir", broken, "--", "true"}, exitUsage, "remove the folder"},
	} {
		refuses(t, invoke(t, env{envName("addr"): "127.0.0.1:0"}, test.args...), test.code, test.want)
	}
}

func TestCA(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ca", "root.pem") + "\n"
	first := invoke(t, env{}, "ca", "--ca-dir", dir)
	if first.code != exitOK || !strings.HasPrefix(first.stdout, path) || !strings.Contains(first.stdout, "is new") {
		t.Errorf("%+v", first)
	}
	if again := invoke(t, env{envName("ca-dir"): dir}, "ca"); !strings.HasPrefix(again.stdout, path) || strings.Contains(again.stdout, "is new") {
		t.Errorf("%+v", again)
	}
	if got := invoke(t, env{}, "ca", "--path", "--ca-dir", dir); got.stdout != path || got.stderr != "" {
		t.Errorf("%+v", got)
	}
	got := invoke(t, env{}, "ca", "--pem", "--ca-dir", dir)
	text, err := os.ReadFile(strings.TrimSpace(path))
	if block, rest := pem.Decode([]byte(got.stdout)); err != nil || got.stdout != string(text) || block == nil || len(rest) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestProxyEnv: env prints what clients of the proxy read, exec exports it.
func TestProxyEnv(t *testing.T) {
	dir := t.TempDir()
	system := file(t, "system.pem", "-----BEGIN CERTIFICATE-----\nsystem\n-----END CERTIFICATE-----\n")
	ca, bundle := filepath.Join(dir, "ca", "root.pem"), filepath.Join(dir, "ca", "bundle.pem")
	for name, c := range map[string]struct{ noProxy, want string }{
		"none": {"", "localhost,127.0.0.1,::1"},
		"others are kept; those that would pass the proxy by are not": {
			".corp, 10.0.0.0/8 ,*,stripe.com,.com,js.stripe.com,*.cariqa.com,localhost", ".corp,10.0.0.0/8,localhost,127.0.0.1,::1",
		},
	} {
		got := invoke(t, env{"NO_PROXY": c.noProxy, "SSL_CERT_FILE": system, envName("proxy"): ":4344"}, "env", "--ca-dir", dir, "--shell", "dotenv")
		want := strings.Join([]string{
			"HTTPS_PROXY=http://127.0.0.1:4344", "https_proxy=http://127.0.0.1:4344", "HTTP_PROXY=http://127.0.0.1:4344", "http_proxy=http://127.0.0.1:4344",
			"NO_PROXY=" + c.want, "no_proxy=" + c.want,
			"NODE_USE_ENV_PROXY=1", "NODE_EXTRA_CA_CERTS=" + ca, "DENO_CERT=" + ca,
			"SSL_CERT_FILE=" + bundle, "CURL_CA_BUNDLE=" + bundle, "REQUESTS_CA_BUNDLE=" + bundle,
		}, "\n") + "\n"
		if got.code != exitOK || !strings.HasSuffix(got.stdout, "\nSTRIPE_API_BASE=http://127.0.0.1:4343\n"+want) {
			t.Errorf("%s: %s\nwant at its end\n%s", name, got.stdout, want)
		}
	}
	for _, own := range []string{system, bundle} { // the second is what env itself has exported
		invoke(t, env{"SSL_CERT_FILE": own}, "env", "--proxy", "127.0.0.1:1", "--ca-dir", dir)
		text, err := os.ReadFile(bundle)
		if err != nil {
			t.Fatal(err)
		}
		root, err := os.ReadFile(ca)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), string(root)) != 1 || own == system && !strings.Contains(string(text), "\nsystem\n") {
			t.Errorf("with %s the bundle is:\n%s", own, text)
		}
	}
	for url, want := range map[string]string{ // the server itself is reached without the proxy
		"http://fake:4343": "fake,localhost,127.0.0.1,::1", "http://[fd00::1]:4343": "fd00::1,localhost,127.0.0.1,::1",
		"https://dev.connect.cariqa.com": "localhost,127.0.0.1,::1", "http://localhost:1": "localhost,127.0.0.1,::1",
	} {
		got := invoke(t, env{}, "env", "--proxy", "127.0.0.1:1", "--ca-dir", dir, "--shell", "dotenv", "--url", url)
		if !strings.Contains(got.stdout, "\nNO_PROXY="+want+"\n") {
			t.Errorf("%s: want NO_PROXY=%s in\n%s", url, want, got.stdout)
		}
	}
	got := result(t, execCommand(t, []string{"--proxy", "127.0.0.1:0", "--ca-dir", dir}, "child", "env"))
	for _, want := range []string{`(?m)^HTTPS_PROXY=http://127\.0\.0\.1:[1-9]\d*$`, `(?m)^http_proxy=http://127\.0\.0\.1:[1-9]\d*$`, `(?m)^NODE_USE_ENV_PROXY=1$`, `(?m)^NODE_EXTRA_CA_CERTS=` + ca + `$`, `(?m)^CONNECT_API_KEY=mock\.default\.exec$`} {
		if !regexp.MustCompile(want).MatchString(got.stdout) {
			t.Errorf("exec exports no %s:\n%s", want, got.stdout)
		}
	}
}

// TestProxyPlain: a client of exec reaches no stray host without HTTPS either, but the
// server under its own address.
func TestProxyPlain(t *testing.T) {
	needTools(t, "curl")
	for script, want := range map[string]string{
		"curl -s http://stray.example.org/": "cariqa-mock does not fake stray.example.org and does not let it through. If the app needs it, start the server with --proxy-allow stray.example.org.\n",
		`curl -s -o /dev/null -w '%{http_code}' "$CONNECT_API_DOMAIN/users/" -H "Authorization: Bearer $CONNECT_API_KEY"`:                 "200",
		`curl -s -o /dev/null -w '%{http_code}' https://dev.connect.cariqa.com/api/v1/users/ -H "Authorization: Bearer $CONNECT_API_KEY"`: "200",
	} {
		got := result(t, execCommand(t, []string{"--proxy", "127.0.0.1:0", "--ca-dir", t.TempDir()}, "sh", "-c", script))
		if got.stdout != want {
			t.Errorf("%s: %q, %s\nwant %q", script, got.stdout, got.stderr, want)
		}
	}
}
