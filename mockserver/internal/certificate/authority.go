// Package certificate makes the certificates of the hosts that a proxy answers
// for, and the authority that signs them. It lasts, and clients trust it, so it
// can do harm to nobody: the key of its root is thrown away once it has signed one
// intermediate, and both certificates allow only the names of those hosts.
package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"net"
	"sync"
	"time"
)

// Lifetimes.
const (
	lifetime     = 2 * 365 * 24 * time.Hour // of an authority
	leafLifetime = 48 * time.Hour
	leafRenewal  = 24 * time.Hour // a leaf with less than this left is made again
	skew         = 24 * time.Hour // by which clocks of clients may be behind
)

// A Config says where an authority is kept and what it may sign.
type Config struct {
	// Dir is the folder in which the authority has a folder of its own. It is
	// made if it does not exist.
	Dir string
	// Hosts are the names that the authority may sign. It makes certificates for
	// no others, and clients refuse others.
	Hosts []string
	// Random is the source of keys.
	Random io.Reader
	// Now returns the current time.
	Now func() time.Time
}

// An Authority signs certificates of hosts. It is safe for concurrent use.
type Authority struct {
	cfg          Config
	root         *x509.Certificate
	intermediate *x509.Certificate
	key          *ecdsa.PrivateKey // of the intermediate

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

// generate returns a new authority. The key of its root exists only within this
// call.
func generate(cfg Config) (*Authority, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), cfg.Random)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), cfg.Random)
	if err != nil {
		return nil, err
	}
	now := cfg.Now()
	template := constrained("cariqa-mock root", cfg.Hosts, now)
	template.MaxPathLen = 1
	root, err := sign(cfg.Random, template, template, rootKey, &rootKey.PublicKey)
	if err != nil {
		return nil, err
	}
	template = constrained("cariqa-mock intermediate", cfg.Hosts, now)
	template.MaxPathLenZero = true
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	intermediate, err := sign(cfg.Random, template, root, rootKey, &key.PublicKey)
	if err != nil {
		return nil, err
	}
	return &Authority{cfg: cfg, root: root, intermediate: intermediate, key: key, leaves: map[string]*tls.Certificate{}}, nil
}

// nowhere is a name that no host can have (RFC 2606). Permitting only it excludes
// all others. An empty excluded name would do the same in Go alone: OpenSSL
// matches nothing with it, and Java rejects the certificate.
const nowhere = "invalid"

// constrained returns the template of an authority's certificate, which allows
// some DNS names, and no IP addresses, mail addresses or URIs. The constraints
// are in root and intermediate, since Java ignores those of a root.
func constrained(name string, hosts []string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:   pkix.Name{Organization: []string{"cariqa-mock"}, CommonName: name},
		NotBefore: now.Add(-skew), NotAfter: now.Add(lifetime),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,

		PermittedDNSDomainsCritical: true, // all constraints
		PermittedDNSDomains:         hosts,
		ExcludedIPRanges: []*net.IPNet{
			{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)}, {IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)},
		},
		PermittedEmailAddresses: []string{nowhere},
		PermittedURIDomains:     []string{nowhere},
	}
}

// sign returns a certificate that the key of a parent signs.
func sign(random io.Reader, template, parent *x509.Certificate, key *ecdsa.PrivateKey, public *ecdsa.PublicKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(random, template, parent, public, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}
