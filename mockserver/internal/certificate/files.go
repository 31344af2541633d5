package certificate

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// The files of an authority, in a folder of their own, which appears at once.
const (
	folder           = "ca"
	rootFile         = "root.pem"         // for clients to trust
	intermediateFile = "intermediate.pem" // sent with each certificate of a host
	keyFile          = "intermediate-key.pem"
)

// errOutdated is the error of an authority that has expired or is for other hosts.
var errOutdated = errors.New("outdated")

// Open returns the authority of a folder. If the folder has none, or one that is
// about to expire or is for other hosts, Open makes one, and made is true: clients
// have to trust it. It fails if the files are not those of an authority, or if
// others may read the key.
func Open(cfg Config) (a *Authority, made bool, err error) {
	cfg.Hosts = slices.Sorted(slices.Values(cfg.Hosts))
	a, err = load(cfg)
	if err == nil {
		return a, false, nil
	}
	outdated := errors.Is(err, errOutdated)
	if !outdated && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	if a, err = generate(cfg); err != nil {
		return nil, false, err
	}
	if err = a.save(outdated); err != nil {
		if other, loaded := load(cfg); loaded == nil { // another process was faster
			return other, false, nil
		}
		return nil, false, fmt.Errorf("the certificate authority cannot be kept in %s: %w", cfg.Dir, err)
	}
	return a, true, nil
}

// Path returns the path of the root's certificate, which clients have to trust.
func (a *Authority) Path() string { return filepath.Join(a.cfg.Dir, folder, rootFile) }

// PEM returns the root's certificate.
func (a *Authority) PEM() []byte { return pemOf(a.root) }

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// save writes the files into a new folder and moves it to its place.
func (a *Authority) save(replace bool) error {
	if err := os.MkdirAll(a.cfg.Dir, 0o700); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(a.cfg.Dir, folder+"-*.tmp") // for its owner alone
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temporary) }()
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		rootFile: a.PEM(), intermediateFile: pemOf(a.intermediate), keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	} {
		if err := os.WriteFile(filepath.Join(temporary, name), text, 0o600); err != nil {
			return err
		}
	}
	final := filepath.Join(a.cfg.Dir, folder)
	if replace {
		if err := os.Rename(final, temporary+".old"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(temporary + ".old") }()
	}
	return os.Rename(temporary, final)
}

// load reads the files.
func load(cfg Config) (*Authority, error) {
	dir := filepath.Join(cfg.Dir, folder)
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	a := &Authority{cfg: cfg, leaves: map[string]*tls.Certificate{}}
	var err error
	if a.root, err = readCertificate(filepath.Join(dir, rootFile)); err == nil {
		err = a.loadIntermediate(dir)
	}
	if err != nil && !errors.Is(err, errOutdated) {
		return nil, fmt.Errorf("%w; remove the folder %s, and a new certificate authority will be made", broken(err), dir)
	}
	return a, err
}

// broken returns an error without its kind: that a file is missing in the folder
// does not mean that there is no authority.
func broken(err error) error {
	return errors.New("the certificate authority cannot be used: " + err.Error())
}

func (a *Authority) loadIntermediate(dir string) error {
	path := filepath.Join(dir, keyFile)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others may read the key %s", path)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, intermediateFile), path)
	if err != nil {
		return err
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return fmt.Errorf("the key %s is of another kind", path)
	}
	a.key, a.intermediate = key, pair.Leaf
	if err := a.intermediate.CheckSignatureFrom(a.root); err != nil {
		return fmt.Errorf("root and intermediate are not of one authority: %w", err)
	}
	return a.current()
}

// current returns errOutdated if the authority is about to expire or if its
// certificates allow other names than it is to sign.
func (a *Authority) current() error {
	now := a.cfg.Now()
	want := constrained("", a.cfg.Hosts, now)
	for _, c := range []*x509.Certificate{a.root, a.intermediate} {
		same := slices.Equal(c.PermittedDNSDomains, want.PermittedDNSDomains) && len(c.ExcludedIPRanges) == len(want.ExcludedIPRanges) &&
			slices.Equal(c.PermittedEmailAddresses, want.PermittedEmailAddresses) && slices.Equal(c.PermittedURIDomains, want.PermittedURIDomains)
		if !same || now.Before(c.NotBefore) || now.Add(leafLifetime).After(c.NotAfter) {
			return errOutdated
		}
	}
	return nil
}

func readCertificate(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" || len(rest) > 0 {
		return nil, fmt.Errorf("%s is not one certificate in PEM", path)
	}
	return x509.ParseCertificate(block.Bytes)
}
