package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"

	"cariqamock/cmd/internal/cli"
)

// selfSigned is a certificate for the names of this machine, made at start.
type selfSigned struct {
	pair        tls.Certificate
	fingerprint string
}

// tlsConfig returns the settings of HTTPS, or nil for plain HTTP.
func (o *options) tlsConfig() (*tls.Config, error) {
	switch {
	case o.tlsCert != "":
		pair, err := tls.LoadX509KeyPair(o.tlsCert, o.tlsKey)
		if err != nil {
			return nil, cli.Usagef("--tls-cert and --tls-key: %w", err)
		}
		return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
	case o.tls:
		made, err := selfSign()
		if err != nil {
			return nil, err
		}
		o.certificate = made
		return &tls.Config{Certificates: []tls.Certificate{made.pair}, MinVersion: tls.VersionTLS12}, nil
	}
	return nil, nil
}

func selfSign() (*selfSigned, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
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
		return nil, err
	}
	sum := sha256.Sum256(der)
	return &selfSigned{
		pair:        tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		fingerprint: hex.EncodeToString(sum[:]),
	}, nil
}

// certificateNote returns the line of the greeting about a certificate that was
// made at start.
func (o *options) certificateNote() string {
	if o.certificate == nil {
		return ""
	}
	return fmt.Sprintf("  SHA-256    %s (of the self-signed certificate)\n", strings.ToUpper(o.certificate.fingerprint))
}
