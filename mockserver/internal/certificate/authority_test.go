package certificate_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"cariqamock/mockserver/internal/certificate"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// config returns a Config for a folder, at a time.
func config(dir string, now time.Time, hosts ...string) certificate.Config {
	if hosts == nil {
		hosts = []string{"dev.api.example.com", "js.example.org"}
	}
	return certificate.Config{Dir: dir, Hosts: hosts, Random: rand.Reader, Now: func() time.Time { return now }}
}

func open(t *testing.T, cfg certificate.Config) (*certificate.Authority, bool) {
	t.Helper()
	a, made, err := certificate.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a, made
}

// roots returns the set of one certificate in PEM.
func roots(t *testing.T, text []byte) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		t.Fatalf("no certificate: %s", text)
	}
	return pool
}

func TestLeaf(t *testing.T) {
	now := start
	cfg := config(t.TempDir(), now)
	cfg.Now = func() time.Time { return now }
	a, _ := open(t, cfg)
	first, err := a.For("js.example.org")
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := a.For("js.example.org"); again != first {
		t.Error("the certificate is made for each call")
	}
	if other, _ := a.For("dev.api.example.com"); other == first {
		t.Error("two hosts have one certificate")
	}
	if life := first.Leaf.NotAfter.Sub(first.Leaf.NotBefore); life > 7*24*time.Hour {
		t.Errorf("valid for %s", life)
	}
	for range 10 { // it is renewed for as long as the authority lasts
		now = now.Add(23 * time.Hour)
		c, err := a.For("js.example.org")
		if err != nil {
			t.Fatal(err)
		}
		intermediates := x509.NewCertPool()
		for _, der := range c.Certificate[1:] {
			intermediate, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			intermediates.AddCert(intermediate)
		}
		if _, err := c.Leaf.Verify(x509.VerifyOptions{DNSName: "js.example.org", Roots: roots(t, a.PEM()), Intermediates: intermediates, CurrentTime: now.Add(time.Hour)}); err != nil {
			t.Fatalf("at %s: %v", now, err)
		}
	}
	for _, host := range []string{"", "example.org", "x.js.example.org", "127.0.0.1", "JS.example.org.evil.test"} {
		if _, err := a.For(host); err == nil || !strings.Contains(err.Error(), "does not fake") {
			t.Errorf("%q: %v", host, err)
		}
	}
}

// TestConstraints signs with the key of the intermediate what it must not sign,
// and verifies it, with the root and with the intermediate as what is trusted.
func TestConstraints(t *testing.T) {
	dir := t.TempDir()
	a, _ := open(t, config(dir, start))
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "ca", "intermediate.pem"), filepath.Join(dir, "ca", "intermediate-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	good := "dev.api.example.com"
	address, err := url.Parse("https://dev.api.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		template x509.Certificate
		usage    x509.ExtKeyUsage
		ok       bool
	}{
		"a host":               {x509.Certificate{DNSNames: []string{good}}, x509.ExtKeyUsageServerAuth, true},
		"both hosts":           {x509.Certificate{DNSNames: []string{good, "js.example.org"}}, x509.ExtKeyUsageServerAuth, true},
		"another name":         {x509.Certificate{DNSNames: []string{"example.net"}}, x509.ExtKeyUsageServerAuth, false},
		"a parent":             {x509.Certificate{DNSNames: []string{"api.example.com"}}, x509.ExtKeyUsageServerAuth, false},
		"a sibling":            {x509.Certificate{DNSNames: []string{"xjs.example.org"}}, x509.ExtKeyUsageServerAuth, false},
		"a host and another":   {x509.Certificate{DNSNames: []string{good, "example.net"}}, x509.ExtKeyUsageServerAuth, false},
		"all names of a level": {x509.Certificate{DNSNames: []string{"*.example.org"}}, x509.ExtKeyUsageServerAuth, false},
		"IPv4":                 {x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, x509.ExtKeyUsageServerAuth, false},
		"IPv6":                 {x509.Certificate{IPAddresses: []net.IP{net.IPv6loopback}}, x509.ExtKeyUsageServerAuth, false},
		"a host and an IP":     {x509.Certificate{DNSNames: []string{good}, IPAddresses: []net.IP{net.IPv4(8, 8, 8, 8)}}, x509.ExtKeyUsageServerAuth, false},
		"mail":                 {x509.Certificate{EmailAddresses: []string{"me@dev.api.example.com"}}, x509.ExtKeyUsageServerAuth, false},
		"URI":                  {x509.Certificate{URIs: []*url.URL{address}}, x509.ExtKeyUsageServerAuth, false},
		"signed mail":          {x509.Certificate{DNSNames: []string{good}}, x509.ExtKeyUsageEmailProtection, false},
		"a program":            {x509.Certificate{DNSNames: []string{good}}, x509.ExtKeyUsageCodeSigning, false},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			template := c.template
			template.Subject = pkix.Name{CommonName: "leaf"}
			template.NotBefore, template.NotAfter = start.Add(-time.Hour), start.Add(time.Hour)
			template.ExtKeyUsage = []x509.ExtKeyUsage{c.usage}
			der, err := x509.CreateCertificate(rand.Reader, &template, pair.Leaf, &key.PublicKey, pair.PrivateKey)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			intermediate := x509.NewCertPool()
			intermediate.AddCert(pair.Leaf)
			for trusted, pool := range map[string]*x509.CertPool{"root": roots(t, a.PEM()), "intermediate": intermediate} {
				_, err := leaf.Verify(x509.VerifyOptions{
					Roots: pool, Intermediates: intermediate, CurrentTime: start, KeyUsages: []x509.ExtKeyUsage{c.usage},
				})
				if (err == nil) != c.ok {
					t.Errorf("trusting the %s: %v, want accepted %v", trusted, err, c.ok)
				}
			}
		})
	}
}

// TestNoSecondAuthority: the intermediate signs no other intermediate.
func TestNoSecondAuthority(t *testing.T) {
	dir := t.TempDir()
	a, _ := open(t, config(dir, start))
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "ca", "intermediate.pem"), filepath.Join(dir, "ca", "intermediate-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "another"}, NotBefore: start.Add(-time.Hour), NotAfter: start.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	sign := func(template, parent *x509.Certificate, by any) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	another := sign(template, pair.Leaf, pair.PrivateKey)
	leaf := sign(&x509.Certificate{NotBefore: start.Add(-time.Hour), NotAfter: start.Add(time.Hour), DNSNames: []string{"js.example.org"}}, another, key)
	pool := x509.NewCertPool()
	pool.AddCert(pair.Leaf)
	pool.AddCert(another)
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots(t, a.PEM()), Intermediates: pool, CurrentTime: start}); err == nil {
		t.Error("accepted")
	}
}

func TestKept(t *testing.T) {
	for name, c := range map[string]struct {
		then certificate.Config // opened after one for the usual hosts, at start
		made bool
	}{
		"again":             {config("", start), false},
		"a year later":      {config("", start.AddDate(1, 0, 0)), false},
		"hosts reordered":   {config("", start, "js.example.org", "dev.api.example.com"), false},
		"expired":           {config("", start.AddDate(2, 0, 1)), true},
		"about to expire":   {config("", start.Add(2*365*24*time.Hour-47*time.Hour)), true},
		"another host":      {config("", start, "dev.api.example.com", "js.example.org", "new.example.org"), true},
		"one host less":     {config("", start, "js.example.org"), true},
		"before it existed": {config("", start.AddDate(0, 0, -2)), true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new", "folder")
			before, made := open(t, config(dir, start))
			if !made || filepath.Dir(filepath.Dir(before.Path())) != dir {
				t.Fatalf("made %v in %s", made, before.Path())
			}
			c.then.Dir = dir
			after, made := open(t, c.then)
			if made != c.made || string(before.PEM()) == string(after.PEM()) == c.made {
				t.Errorf("made %v, want %v", made, c.made)
			}
			if text, err := os.ReadFile(after.Path()); err != nil || string(text) != string(after.PEM()) {
				t.Errorf("%v; the file has another certificate", err)
			}
			if _, err := after.For("js.example.org"); err != nil {
				t.Error(err)
			}
			if entries, _ := os.ReadDir(dir); len(entries) != 1 {
				t.Errorf("left: %v", entries)
			}
		})
	}
}

// TestOpenedAtOnce: several processes that start at once have one authority.
func TestOpenedAtOnce(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		group.Go(func() {
			a, _, err := certificate.Open(config(dir, start))
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = string(a.PEM())
		})
	}
	group.Wait()
	for _, one := range got {
		if one != got[0] {
			t.Fatal("two authorities")
		}
	}
}

// TestRootKey: no file has the root's key, and only the owner can read the
// intermediate's.
func TestRootKey(t *testing.T) {
	dir := t.TempDir()
	a, _ := open(t, config(dir, start))
	block, _ := pem.Decode(a.PEM())
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	err = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
			if block.Type == "CERTIFICATE" {
				continue
			}
			keys++
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return err
			}
			if key.(*ecdsa.PrivateKey).PublicKey.Equal(root.PublicKey) {
				t.Errorf("%s has the root's key", path)
			}
			if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
				t.Errorf("%s: mode %s, %v", path, info.Mode(), err)
			}
		}
		return nil
	})
	if err != nil || keys != 1 {
		t.Errorf("%d keys, want the intermediate's; %v", keys, err)
	}
}

func TestBroken(t *testing.T) {
	other := t.TempDir()
	open(t, config(other, start))
	write := func(file, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	foreign := func(files ...string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			for _, file := range files {
				text, err := os.ReadFile(filepath.Join(other, "ca", file))
				if err != nil {
					t.Fatal(err)
				}
				write(file, string(text))(t, dir)
			}
		}
	}
	remove := func(file string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, file)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, breaks := range map[string]func(*testing.T, string){
		"no root":                    remove("root.pem"),
		"no intermediate":            remove("intermediate.pem"),
		"no key":                     remove("intermediate-key.pem"),
		"an empty root":              write("root.pem", ""),
		"garbage in the root":        write("root.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
		"garbage in the key":         write("intermediate-key.pem", "x"),
		"another root":               foreign("root.pem"),
		"another key":                foreign("intermediate-key.pem"),
		"another intermediate":       foreign("intermediate.pem"),
		"another authority but root": foreign("intermediate.pem", "intermediate-key.pem"),
		"a key that others can read": func(t *testing.T, dir string) {
			if runtime.GOOS == "windows" {
				t.Skip("Windows has no such mode")
			}
			if err := os.Chmod(filepath.Join(dir, "intermediate-key.pem"), 0o640); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			before, _ := open(t, config(dir, start))
			breaks(t, filepath.Dir(before.Path()))
			_, _, err := certificate.Open(config(dir, start))
			if err == nil || !strings.Contains(err.Error(), "remove the folder "+filepath.Join(dir, "ca")) {
				t.Errorf("error %v, want one that says what to remove", err)
			}
		})
	}
}
