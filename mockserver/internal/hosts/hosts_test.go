package hosts_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/hosts"
)

// policy returns the policy of a configuration, with its log.
func policy(t *testing.T, cfg hosts.Config) (*hosts.Policy, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	p, err := hosts.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p, &log
}

func parse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAccepts(t *testing.T) {
	p, _ := policy(t, hosts.Config{
		Public: parse(t, "https://Fake.Example.org:8443/base"), Allowed: []string{"pc.example.net:80", "*.Team.example.", "dotless"},
	})
	long := strings.Repeat("a", 63)
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost:4343": true, "localhost.": true, "localhost:": true, "app.localhost": true, "a.b.LOCALHOST:1": true,
		"127.0.0.1": true, "127.0.0.1:4343": true, "192.168.1.7:80": true, "8.8.8.8": true, "0.0.0.0:1": true, "8.8.8.8.": true,
		"[::1]": true, "[::1]:4343": true, "[2001:db8::1]:65535": true, "[::ffff:127.0.0.1]": true,
		"cariqa-mock:4343": true, "my_service": true, "host.docker.internal": true, "metadata.internal.": true, "internal": true,
		"fake.example.org": true, "FAKE.example.org.": true, "fake.example.org:1": true,
		"pc.example.net:4343": true, "x.team.example": true, "y.x.team.example:4": true,

		"evil.com": false, "evil.com:4343": false, "evil.com.": false, "localhost.evil.com": false, "127.0.0.1.evil.com": false,
		"127.0.0.1.nip.io": false, "internal.evil.com": false, "evilinternal.com": false, "notlocalhost.com": false, "xlocalhost.": true,
		"team.example": false, "xteam.example": false, "fake.example.org.evil.com": false, "evil.com#.localhost": false,
		"127.1": false, "0x7f.0.0.1": false, "127.0.0.1.1": false, "256.0.0.1": false,
		"": false, ":4343": false, "[::1": false, "::1": false, "[::1]x": false, "[::1]:": true, "[127.0.0.1]": false, "[fe80::1%eth0]": false, "[]": false,
		"localhost:0": false, "localhost:65536": false, "localhost:-1": false, "localhost:+80": false, "localhost:80:80": false, "localhost:x": false,
		"local host": false, "user@localhost": false, "localhost/x": false, "localhost?": false, `localhost"`: false, "localhost\x00": false,
		"localhost, evil.com": false, "a..localhost": false, ".localhost": false, "localhost..": false, "lo\u0441alhost": false, "\u202elocalhost": false,
		long: true, long + "a": false, strings.Repeat(long+".", 4) + "localhost": false,
	} {
		if got := p.Accepts(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}

func TestRefusal(t *testing.T) {
	p, log := policy(t, hosts.Config{})
	ask := func(host string) string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		return p.Refusal(r)
	}
	const want = "This server does not answer to the host name evil.com. Use localhost or an IP address, or start the server with --allowed-host evil.com."
	for range 3 {
		if got := ask("EVIL.com.:80"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if got := ask("[::1"); got != `Host "[::1" is not a host name.` {
		t.Error(got)
	}
	for _, host := range []string{"", "localhost", "example.com"} { // the last is that of httptest.NewRequest
		if got := ask(host); got != "" {
			t.Errorf("%q: %s", host, got)
		}
	}
	if n := strings.Count(log.String(), "host=evil.com"); n != 1 {
		t.Errorf("logged %d times: %s", n, log)
	}
	for i := range 1000 {
		ask(strings.Repeat("a", i%50+1) + ".example")
	}
	if n := strings.Count(log.String(), "\n"); n > 20 {
		t.Errorf("%d lines in the log", n)
	}
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(p.Refusal(r))) }))
	defer served.Close()
	r, _ := http.NewRequest(http.MethodGet, served.URL, nil)
	r.Host = "example.com"
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.ContentLength == 0 {
		t.Error("a server answers to example.com")
	}
}

func TestConfig(t *testing.T) {
	for name, cfg := range map[string]hosts.Config{
		"a URL": {Allowed: []string{"https://fake.example.org"}}, "all": {Allowed: []string{"*"}}, "empty": {Allowed: []string{""}},
		"a star inside": {Allowed: []string{"a.*.org"}}, "a path": {Allowed: []string{"a.org/x"}}, "a port": {Allowed: []string{"a.org:99999"}},
		"public URL": {Public: &url.URL{Scheme: "http", Host: "[::1"}},
		"a word":     {Trusted: []string{"yes"}}, "a name": {Trusted: []string{"proxy.example.org"}}, "a network": {Trusted: []string{"10.0.0.0/33"}},
		"off and more": {Trusted: []string{"loopback", "off"}},
	} {
		if _, err := hosts.New(cfg); err == nil || !strings.Contains(err.Error(), "want") && !strings.Contains(err.Error(), "alone") && name != "public URL" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSee checks which address a client is taken to have used.
func TestSee(t *testing.T) {
	const (
		h, p        = "X-Forwarded-Host", "X-Forwarded-Proto"
		here, other = "127.0.0.1:5555", "203.0.113.9:5555"
	)
	public := parse(t, "https://fake.example.org/base")
	for name, c := range map[string]struct {
		trusted []string
		public  *url.URL
		peer    string
		host    string
		tls     bool
		header  []string // names and values
		want    string
	}{
		"no headers":             {[]string{"all"}, nil, here, "h:1", false, nil, "http://h:1"},
		"TLS":                    {nil, nil, here, "h", true, nil, "https://h"},
		"both":                   {[]string{"loopback"}, nil, here, "h", false, []string{h, "proxy.test:8443", p, "https"}, "https://proxy.test:8443"},
		"TLS before the proxy":   {[]string{"loopback"}, nil, here, "h", true, []string{p, "http"}, "http://h"},
		"several schemes":        {[]string{"loopback"}, nil, here, "h", false, []string{p, " https , http"}, "https://h"},
		"no such scheme":         {[]string{"loopback"}, nil, here, "h", false, []string{p, "javascript"}, "http://h"},
		"IPv6":                   {[]string{"loopback"}, nil, "[::1]:9", "h", false, []string{h, "[2001:db8::1]:8"}, "http://[2001:db8::1]:8"},
		"IPv4 in IPv6":           {[]string{"loopback"}, nil, "[::ffff:127.0.0.1]:9", "h", false, []string{h, "a"}, "http://a"},
		"nobody trusted":         {nil, nil, here, "h", false, []string{h, "evil.com", p, "https"}, "http://h"},
		"off":                    {[]string{"off"}, nil, here, "h", false, []string{h, "evil.com"}, "http://h"},
		"a stranger":             {[]string{"loopback", "private"}, nil, other, "h", false, []string{h, "evil.com", p, "https"}, "http://h"},
		"private":                {[]string{"private"}, nil, "172.16.3.4:5", "h", false, []string{h, "a"}, "http://a"},
		"private, IPv6":          {[]string{"private"}, nil, "[fd00::1]:5", "h", false, []string{h, "a"}, "http://a"},
		"loopback only":          {[]string{"loopback"}, nil, "172.16.3.4:5", "h", false, []string{h, "a"}, "http://h"},
		"an address":             {[]string{"203.0.113.9"}, nil, other, "h", false, []string{h, "a"}, "http://a"},
		"another address":        {[]string{"203.0.113.8"}, nil, other, "h", false, []string{h, "a"}, "http://h"},
		"a network":              {[]string{"203.0.113.0/24"}, nil, other, "h", false, []string{h, "a"}, "http://a"},
		"all":                    {[]string{"all"}, nil, other, "h", false, []string{h, "a"}, "http://a"},
		"no address":             {[]string{"all"}, nil, "@", "h", false, []string{h, "a"}, "http://h"},
		"refused host":           {[]string{"all"}, nil, here, "evil.com", false, []string{h, "a", p, "https"}, "http://evil.com"},
		"two lines":              {[]string{"all"}, nil, here, "h", false, []string{h, "a", h, "b"}, "http://h"},
		"a list":                 {[]string{"all"}, nil, here, "h", false, []string{h, "a, b"}, "http://h"},
		"open bracket":           {[]string{"all"}, nil, here, "h", false, []string{h, "[::1"}, "http://h"},
		"userinfo":               {[]string{"all"}, nil, here, "h", false, []string{h, "u:p@a"}, "http://h"},
		"path":                   {[]string{"all"}, nil, here, "h", false, []string{h, "a/b"}, "http://h"},
		"port":                   {[]string{"all"}, nil, here, "h", false, []string{h, "a:65536"}, "http://h"},
		"space":                  {[]string{"all"}, nil, here, "h", false, []string{h, "a b"}, "http://h"},
		"empty":                  {[]string{"all"}, nil, here, "h", false, []string{h, ""}, "http://h"},
		"control character":      {[]string{"all"}, nil, here, "h", false, []string{h, "a\x7f"}, "http://h"},
		"a scheme":               {[]string{"all"}, nil, here, "h", false, []string{h, "http://a"}, "http://h"},
		"Forwarded":              {[]string{"all"}, nil, here, "h", false, []string{"Forwarded", "host=a;proto=https"}, "http://h"},
		"public host, no header": {nil, public, here, "fake.example.org", false, nil, "https://fake.example.org"},
		"public host with port":  {nil, public, here, "FAKE.example.org:443", false, nil, "https://FAKE.example.org:443"},
		"another port":           {nil, public, here, "fake.example.org:4343", false, nil, "http://fake.example.org:4343"},
		"beside the public host": {nil, public, here, "localhost:4343", false, nil, "http://localhost:4343"},
	} {
		t.Run(name, func(t *testing.T) {
			policy, _ := policy(t, hosts.Config{Trusted: c.trusted, Public: c.public})
			r := &http.Request{Host: c.host, RemoteAddr: c.peer, Header: http.Header{}}
			if c.tls {
				r.TLS = &tls.ConnectionState{}
			}
			for i := 0; i < len(c.header); i += 2 {
				r.Header.Add(c.header[i], c.header[i+1])
			}
			seen := policy.See(r)
			got := "http://" + seen.Host
			if seen.TLS != nil {
				got = "https://" + seen.Host
			}
			if got != c.want || r.Host != c.host || (r.TLS != nil) != c.tls {
				t.Errorf("got %s, want %s; the request is now for %s", got, c.want, r.Host)
			}
		})
	}
}

// Requests of HTTP/1.0 have no Host.
func TestSeeWithoutHost(t *testing.T) {
	p, _ := policy(t, hosts.Config{})
	for at, want := range map[string]string{"127.0.0.1:4343": "127.0.0.1:4343", "[::1]:4343": "[::1]:4343", "[fe80::1%lo]:80": "[fe80::1]:80", "": "localhost"} {
		r := &http.Request{Header: http.Header{}}
		if at != "" {
			addr, err := net.ResolveTCPAddr("tcp", at)
			if err != nil {
				t.Fatal(err)
			}
			r = r.WithContext(context.WithValue(context.Background(), http.LocalAddrContextKey, addr))
		}
		if got := p.See(r).Host; got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	for given, want := range map[string]string{
		"http://h": "http://h", "http://h:80": "http://h", "https://h:443": "https://h", "https://h:80": "https://h:80", "HTTP://H.": "http://h",
		"http://[::1]:80": "http://[::1]", "https://[0:0::1]:4343": "https://[::1]:4343", "http://127.0.0.1:4343": "http://127.0.0.1:4343",
		"null": "", "": "", "http://": "", "h:80": "", "http://h/": "", "http://u@h": "", "http://h?x": "", "http://h#x": "", "ftp://h": "", "http://[::1": "", "http://a b": "",
	} {
		if got, ok := hosts.Origin(given); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", given, got, ok, want)
		}
	}
}

// TestBelievedHostsAreValid: whatever a proxy forwards, the address is a URL
// with nothing but a host, and what was in it before is what is in it now.
func TestBelievedHostsAreValid(t *testing.T) {
	p, _ := policy(t, hosts.Config{Trusted: []string{"all"}})
	hostile := rapid.OneOf(
		rapid.StringMatching(`[a-z0-9.:\[\]@/?#\\%,_ -]{0,20}`), rapid.String(),
		rapid.StringMatching(`\[[0-9a-f:.%]{0,12}\]?(:[0-9]{0,6})?`), rapid.StringMatching(`[a-zA-Z0-9.-]{1,20}(:[0-9]{0,6})?`),
	)
	property.Check(t, func(t *rapid.T) {
		given := hostile.Draw(t, "host")
		r := &http.Request{Host: "h", RemoteAddr: "127.0.0.1:1", Header: http.Header{"X-Forwarded-Host": {given}, "X-Forwarded-Proto": {hostile.Draw(t, "proto")}}}
		host := p.See(r).Host
		if host != "h" && host != given {
			t.Fatalf("%q became %q", given, host)
		}
		u, err := url.Parse("https://" + host + "/x")
		if err != nil || u.Host != host || u.User != nil || u.Path != "/x" || u.Hostname() == "" {
			t.Fatalf("%q gives %v, %v", given, u, err)
		}
	})
}
