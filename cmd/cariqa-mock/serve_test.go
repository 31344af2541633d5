package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestGreetingShowsHowToStart(t *testing.T) {
	s := serve(t, env{}, "--scenario", "debt")
	got := s.stop()
	if got.code != exitOK {
		t.Errorf("exit code %d, want %d; stderr: %s", got.code, exitOK, got.stderr)
	}
	first, rest, _ := strings.Cut(got.stdout, "\n")
	if want := "cariqa-mock listening on " + s.url; first != want {
		t.Errorf("first line %q, want %q", first, want)
	}
	for _, want := range []string{
		s.url + "/api/v1\n", " mock.debt.me ", `curl -H "Authorization: Bearer mock.debt.me" ` + s.url + seedUser, "in a browser",
	} {
		if !strings.Contains(rest, want) {
			t.Errorf("the greeting does not contain %q:\n%s", want, rest)
		}
	}
	if strings.Contains(got.stdout, "SHA-256") {
		t.Errorf("the greeting has a fingerprint without a self-signed certificate:\n%s", got.stdout)
	}
}

// Off loopback others can call /__admin, so it has a token.
func TestAdminTokenOffLoopback(t *testing.T) {
	printed := regexp.MustCompile(`\n  admin +Authorization: Bearer (\S{20,}) `)
	seen := map[string]bool{}
	for name, test := range map[string]struct {
		args []string
		made bool
	}{
		"all addresses":                  {[]string{"--addr", ":0"}, true},
		"all IPv4 addresses":             {[]string{"--addr", "0.0.0.0:0"}, true},
		"the same, once more":            {[]string{"--addr", "0.0.0.0:0"}, true},
		"admin on all addresses":         {[]string{"--admin-addr", "0.0.0.0:0"}, true},
		"admin alone on loopback":        {[]string{"--addr", "0.0.0.0:0", "--admin-addr", "127.0.0.1:0"}, false},
		"loopback":                       {nil, false},
		"a token of one's own":           {[]string{"--addr", "0.0.0.0:0", "--admin-token", "secret"}, false},
		"a token of one's own, loopback": {[]string{"--admin-token", "secret"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, env{}, test.args...)
			token := ""
			if got := printed.FindAllStringSubmatch("\n"+s.hello, -1); len(got) == 1 {
				token = got[0][1]
			}
			if (token != "") != test.made || seen[token] && test.made {
				t.Fatalf("token %q in the greeting; want one: %v, and never the same:\n%s", token, test.made, s.hello)
			}
			seen[token] = true
			if !test.made {
				return
			}
			console := s.url
			if _, url, ok := strings.Cut(s.hello, "console    "); ok {
				console, _, _ = strings.Cut(url, "/  ")
			}
			for given, want := range map[string]int{"": 401, "Bearer ": 401, "Bearer " + token + "x": 401, "Bearer " + token: 200} {
				if got := s.admin(console, given); got != want {
					t.Errorf("/__admin/worlds with %q: %d, want %d", given, got, want)
				}
			}
			if all := s.stop(); strings.Count(all.stdout, token) != 1 || strings.Contains(all.stderr, token) {
				t.Errorf("the token is printed more than once:\n%s%s", all.stdout, all.stderr)
			}
		})
	}
}

// What others can do to a server to which they can connect is logged, one line
// each.
func TestWarningsOffLoopback(t *testing.T) {
	const tokens, short = "any token opens a world", "the admin token is short"
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"loopback":              {[]string{"--admin-token", "x"}, nil},
		"all addresses":         {[]string{"--addr", "0.0.0.0:0"}, []string{tokens}},
		"some tokens":           {[]string{"--addr", "0.0.0.0:0", "--api-tokens", "mock.*.team"}, nil},
		"some, and all":         {[]string{"--addr", "0.0.0.0:0", "--api-tokens", "mock.*.team,*"}, []string{tokens}},
		"short token":           {[]string{"--addr", "0.0.0.0:0", "--api-tokens", "a", "--admin-token", "1234567"}, []string{short}},
		"long enough":           {[]string{"--addr", "0.0.0.0:0", "--api-tokens", "a", "--admin-token", "12345678"}, nil},
		"admin on loopback":     {[]string{"--addr", "0.0.0.0:0", "--admin-addr", "127.0.0.1:0", "--admin-token", "x"}, []string{tokens}},
		"admin alone reachable": {[]string{"--admin-addr", "0.0.0.0:0", "--admin-token", "x"}, []string{short}},
	} {
		t.Run(name, func(t *testing.T) {
			got := serve(t, env{}, test.args...).stop().stderr
			for _, warning := range []string{tokens, short} {
				want := 0
				if slices.Contains(test.want, warning) {
					want = 1
				}
				if n := strings.Count(got, warning); n != want {
					t.Errorf("%q is logged %d times, want %d:\n%s", warning, n, want, got)
				}
			}
		})
	}
}

// A server behind others than loopback believes no forwarded headers.
func TestProxiesOffLoopback(t *testing.T) {
	for want, args := range map[string][]string{
		"http://app-1":     nil,
		"http://127.0.0.1": {"--addr", "0.0.0.0:0"},
		"http://app-1 ":    {"--addr", "0.0.0.0:0", "--trust-proxy", "loopback"},
	} {
		if got := nextPage("X-Forwarded-Host", "app-1")(t, serve(t, env{}, args...)); got != strings.TrimSpace(want) {
			t.Errorf("%v: links lead to %s", args, got)
		}
	}
}

// admin lists the worlds with an Authorization, and returns the status.
func (s *served) admin(console, authorization string) int {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, console+"/__admin/worlds", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// TestStopsWhileAStartWaits stops the server in the middle of a start whose
// charge point would take an hour to answer.
func TestStopsWhileAStartWaits(t *testing.T) {
	path := file(t, "slow.yaml", `
name: slow
title: A charge point that takes an hour to start
clock: {frozen: true}
users:
- id: 9405cf8c-8375-4373-b4d3-b61f9a0c01eb
  billing: {country: de, city: Berlin, line1: Weg 1, postal_code: "10243", first_name: A, last_name: B}
  payment_methods: [{id: pm_abc123, default: true}, {id: pm_other}]
charge_points: [{evse: "DE*PWA*EALP22541X01617*01", start_delay: 1h}]
`)
	s := serve(t, env{}, "--scenarios", filepath.Dir(path), "--scenario", "slow")
	answered := make(chan error, 1)
	go func() {
		_, err := s.try(context.Background(), http.MethodPost, seedUser+"charging/start/",
			`{"evse_id":"DE*PWA*EALP22541X01617*01","payment_method_id":"pm_abc123"}`)
		answered <- err
	}()
	for refused := false; !refused; { // until the attempt is there
		select {
		case err := <-answered:
			t.Fatalf("the start did not wait: %v", err)
		default:
			got := s.call(http.MethodDelete, seedUser+"payment-methods/pm_abc123/", "")
			refused = got.header.Get("X-Cariqa-Mock-Rule") == "remove-payment-method/session-starting"
		}
	}
	got := s.stop()
	if got.code != exitOK {
		t.Errorf("exit code %d, want %d; stderr: %s", got.code, exitOK, got.stderr)
	}
	if err := <-answered; err != nil {
		t.Errorf("the start that waited got no answer: %v", err)
	}
	if _, err := s.try(context.Background(), http.MethodGet, "/__admin/health", ""); err == nil {
		t.Error("it still answers after it has stopped")
	}
}

func TestTLS(t *testing.T) {
	made := serve(t, env{}, "--tls")
	certificate := serverCertificate(t, made)
	fingerprint := fmt.Sprintf("%X", sha256.Sum256(certificate.Raw))
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	made.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	if got := made.call(http.MethodGet, seedUser+"payment-methods/?page_size=1", ""); got.status != http.StatusOK ||
		!strings.HasPrefix(got.field(t, "next"), "https://") {
		t.Errorf("%d %s; want links with https", got.status, got.body)
	}
	if got := made.stop().stdout; !strings.Contains(got, "SHA-256    "+fingerprint) || !strings.Contains(got, "curl -k ") {
		t.Errorf("the greeting does not contain the certificate's fingerprint %s or curl -k:\n%s", fingerprint, got)
	}

	pair, err := selfSign()
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile := file(t, "cert.pem", "\ufeff"+string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})))
	keyFile := file(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	for name, own := range map[string]*served{
		"flags":     serve(t, env{}, "--tls-cert", certFile, "--tls-key", keyFile),
		"variables": serve(t, env{"CARIQA_MOCK_TLS_CERT": certFile, "CARIQA_MOCK_TLS_KEY": keyFile}),
	} {
		if got := serverCertificate(t, own); string(got.Raw) != string(pair.Certificate[0]) {
			t.Errorf("%s: another certificate than the one in the file", name)
		}
		if got := own.stop().stdout; strings.Contains(got, "SHA-256") || !strings.Contains(got, "listening on https://") {
			t.Errorf("%s: greeting:\n%s", name, got)
		}
	}
	byEnv := serve(t, env{"CARIQA_MOCK_TLS": "1"})
	if !strings.HasPrefix(byEnv.url, "https://") {
		t.Errorf("listening on %s, want https", byEnv.url)
	}
}

// serverCertificate returns the certificate that the server presents.
func serverCertificate(t *testing.T, s *served) *x509.Certificate {
	t.Helper()
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).
		DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0]
}
