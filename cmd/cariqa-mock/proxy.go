package main

import (
	"bytes"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"cariqamock/cmd/internal/cli"
	"cariqamock/internal/wholefile"
	"cariqamock/mockserver"
)

// proxyOptions are the flags of the proxy.
type proxyOptions struct {
	addr  string // empty for no proxy
	allow []string
	caDir string
}

const exampleProxy = "127.0.0.1:4344"

func (o *proxyOptions) bind(f *pflag.FlagSet) {
	f.StringVar(&o.addr, "proxy", "", "address of a proxy through which apps reach the fake as the vendor's and Stripe's hosts (default: none)")
	bindCADir(f, &o.caDir)
}

// check validates the flags of a server.
func (o *proxyOptions) check() error {
	if err := mockserver.CheckProxyAllow(o.allow); err != nil {
		return cli.Usagef("--proxy-allow: %w", err)
	}
	if err := checkCADir(o.caDir); err != nil {
		return err
	}
	if o.addr == "" {
		if len(o.allow) > 0 {
			return cli.Usagef("--proxy-allow: want --proxy as well, such as --proxy %s", exampleProxy)
		}
		return nil
	}
	if _, port, err := net.SplitHostPort(o.addr); err != nil || !isPort(port) {
		return cli.Usagef("--proxy %q: want host:port, such as %s", o.addr, exampleProxy)
	}
	return nil
}

// checkClient validates the address of a proxy that runs.
func (o *proxyOptions) checkClient() error {
	if o.addr == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(o.addr)
	if err != nil || !isPort(port) || port == "0" || host != "" && !isHost(host) {
		return cli.Usagef("--proxy %q: want the address of a proxy that runs, such as %s", o.addr, exampleProxy)
	}
	return nil
}

// openProxy adds the two sites of the proxy.
func (s *instance) openProxy() error {
	ca, made, err := openCA(s.options.proxy.caDir)
	if err != nil {
		return err
	}
	proxy, err := s.handler.Proxy(ca, s.options.proxy.allow)
	if err != nil {
		return err
	}
	if made {
		s.Log.Info("made a certificate authority for the proxy; its clients have to trust it", "file", ca.Path())
	}
	tunnels, secure, handler := proxy.Tunnels()
	s.ca = ca
	s.sites = append(s.sites, site{s.listeners.proxy, proxy, nil, false}, site{tunnels, handler, secure, true})
	return nil
}

// direct are the hosts that clients of the proxy reach without it.
const direct = "localhost,127.0.0.1,::1"

// proxyEnv returns the variables that clients of a proxy read: its address, the
// hosts to reach without it, such as those of origins, and the certificates to trust. Some clients
// add the certificate to those that they trust anyway (Node, Deno), others trust
// the given ones alone, so that they get a file of both.
func (p *program) proxyEnv(o *proxyOptions, addr string, origins ...string) ([]variable, error) {
	ca, _, err := openCA(o.caDir)
	if err != nil {
		return nil, err
	}
	bundle := filepath.Join(filepath.Dir(ca.Path()), "bundle.pem")
	if err := writeBundle(bundle, ca.PEM(), p.trusted(bundle)); err != nil {
		return nil, err
	}
	via, without := "http://"+reachable(addr), p.without(origins)
	return []variable{
		{"HTTPS_PROXY", via}, {"https_proxy", via}, {"HTTP_PROXY", via}, {"http_proxy", via}, // which curl reads in lower case only
		{"NO_PROXY", without}, {"no_proxy", without},
		{"NODE_USE_ENV_PROXY", "1"}, {"NODE_EXTRA_CA_CERTS", ca.Path()}, {"DENO_CERT", ca.Path()},
		{"SSL_CERT_FILE", bundle}, {"CURL_CA_BUNDLE", bundle}, {"REQUESTS_CA_BUNDLE", bundle},
	}, nil
}

// without returns the hosts that clients reach without a proxy: those that the
// environment names and those of origins, unless they are the proxy's own, and this
// machine.
func (p *program) without(origins []string) string {
	names := strings.FieldsFunc(p.getenv("NO_PROXY")+","+p.getenv("no_proxy"), func(c rune) bool { return c == ',' || c == ' ' })
	for _, origin := range origins {
		if u, err := url.Parse(origin); err == nil {
			names = append(names, u.Hostname())
		}
	}
	var out []string
	for _, name := range names {
		if !evades(name) && !slices.Contains(strings.Split(direct, ","), name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(append(out, direct), ",")
}

// evades reports whether a name of NO_PROXY would have clients reach a host of the proxy
// without it.
func evades(name string) bool {
	suffix := strings.TrimPrefix(strings.TrimPrefix(name, "*"), ".")
	return name == "*" || slices.ContainsFunc(mockserver.ProxiedHosts(), func(host string) bool {
		return host == suffix || strings.HasSuffix(host, "."+suffix)
	})
}

// systemCertificates are the files in which systems keep the certificates that
// they trust.
var systemCertificates = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
}

// trusted returns the certificates that the environment or the system trusts, or
// nothing if they are not in a file. own is not asked again.
func (p *program) trusted(own string) []byte {
	for _, path := range append([]string{p.getenv("SSL_CERT_FILE")}, systemCertificates...) {
		if path == own || path == "" {
			continue
		}
		if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte("-----BEGIN CERTIFICATE-----")) {
			return text
		}
	}
	return nil
}

// writeBundle writes certificates into one file.
func writeBundle(path string, ca, trusted []byte) error {
	f, err := wholefile.Create(path, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(append(trusted, '\n'), ca...)); err != nil {
		return err
	}
	return f.Commit()
}
