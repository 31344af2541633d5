package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cariqamock/cmd/internal/cli"
	"cariqamock/contracttests"
	"cariqamock/internal/textfile"
)

// secure returns the transport for a target that --ca and --insecure describe,
// or nil if neither is set.
func (o *targetFlags) secure(t contracttests.Target, getenv func(string) string) (http.RoundTripper, error) {
	insecure, err := o.isInsecure(getenv)
	if err != nil {
		return nil, err
	}
	ca := cmp.Or(o.ca, getenv("CARIQA_CONTRACT_CA"))
	if ca == "" && !insecure {
		return nil, nil
	}
	verifying := http.DefaultTransport.(*http.Transport).Clone()
	if ca != "" {
		roots, err := withAuthority(ca)
		if err != nil {
			return nil, err
		}
		verifying.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	if !insecure {
		return verifying, nil
	}
	if u, _ := url.Parse(t.Base); !private(u.Hostname()) { // the flags have been checked
		return nil, cli.Usagef("--insecure is for this machine and private networks, not for %s: want --ca FILE", u.Host)
	}
	blind := verifying.Clone()
	blind.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	return &byHost{verifying: verifying, blind: blind}, nil
}

func (o *targetFlags) isInsecure(getenv func(string) string) (bool, error) {
	value := getenv("CARIQA_CONTRACT_INSECURE")
	if o.insecure || value == "" {
		return o.insecure, nil
	}
	insecure, err := strconv.ParseBool(value)
	if err != nil {
		return false, cli.Usagef("CARIQA_CONTRACT_INSECURE=%q: want true or false (as for --insecure)", value)
	}
	return insecure, nil
}

// withAuthority returns the authorities that this machine trusts, and those of
// a file.
func withAuthority(file string) (*x509.CertPool, error) {
	text, err := textfile.Read(file)
	if err != nil {
		return nil, cli.Usagef("--ca: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil { // a machine without any
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(text) {
		return nil, cli.Usagef("--ca %s: want certificates in PEM, -----BEGIN CERTIFICATE-----", file)
	}
	return roots, nil
}

// byHost does not verify the certificates of private hosts. Stripe's, and all
// others, it does.
type byHost struct{ verifying, blind http.RoundTripper }

// RoundTrip sends a call.
func (b *byHost) RoundTrip(r *http.Request) (*http.Response, error) {
	if private(r.URL.Hostname()) {
		return b.blind.RoundTrip(r)
	}
	return b.verifying.RoundTrip(r)
}

// private reports whether a host is this machine or in a private network: a
// private address, or a name that the public DNS does not have.
func private(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
	}
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	return len(labels) == 1 || slices.Contains([]string{"localhost", "internal", "local", "test"}, labels[len(labels)-1])
}
