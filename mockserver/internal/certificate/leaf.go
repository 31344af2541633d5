package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
)

// For returns the certificate of a host with the intermediate's, made when it is
// first asked for and again before it expires. It fails for a host that is not
// one of the authority's.
func (a *Authority) For(host string) (*tls.Certificate, error) {
	if !slices.Contains(a.cfg.Hosts, host) {
		return nil, fmt.Errorf("no certificate for %q: cariqa-mock does not fake this host", host)
	}
	now := a.cfg.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.leaves[host]; known != nil && now.Before(known.Leaf.NotAfter.Add(-leafRenewal)) {
		return known, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), a.cfg.Random)
	if err != nil {
		return nil, err
	}
	leaf, err := sign(a.cfg.Random, &x509.Certificate{
		NotBefore: now.Add(-skew), NotAfter: now.Add(leafLifetime), DNSNames: []string{host},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, a.intermediate, a.key, &key.PublicKey)
	if err != nil {
		return nil, err
	}
	made := &tls.Certificate{Certificate: [][]byte{leaf.Raw, a.intermediate.Raw}, PrivateKey: key, Leaf: leaf}
	a.leaves[host] = made
	return made, nil
}
