package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"

	"cariqamock/cmd/internal/cli"
	"cariqamock/internal/textfile"
)

// tlsConfig returns the settings of HTTPS, or nil for plain HTTP.
func (o *options) tlsConfig() (*tls.Config, error) {
	var pair tls.Certificate
	var err error
	switch {
	case o.tlsCert != "":
		if pair, err = loadPair(o.tlsCert, o.tlsKey); err != nil {
			return nil, cli.Usagef("--tls-cert and --tls-key: %w", err)
		}
	case o.tls:
		if pair, err = selfSign(); err != nil {
			return nil, err
		}
		o.fingerprint = fmt.Sprintf("%X", sha256.Sum256(pair.Certificate[0]))
	default:
		return nil, nil
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// loadPair reads a certificate and its key.
func loadPair(certFile, keyFile string) (pair tls.Certificate, err error) {
	cert, err := textfile.Read(certFile)
	if err != nil {
		return pair, err
	}
	key, err := textfile.Read(keyFile)
	if err != nil {
		return pair, err
	}
	return tls.X509KeyPair(cert, key)
}

// selfSign returns a certificate for the names of this machine.
func selfSign() (pair tls.Certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return pair, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "cariqa-mock"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 3, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost", "*.localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return pair, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
