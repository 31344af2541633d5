package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	moderncsqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// errBusy is the error of a transaction that waited for others in vain.
var errBusy = fmt.Errorf("%w", ErrUnavailable)

// unavailable reports whether an error is the store's, and not that of a write.
func unavailable(err error) bool { return errors.Is(err, ErrUnavailable) }

// shared reports whether a transaction has failed because of the store, so that
// none of its writes would succeed alone.
func shared(err error) bool { return unavailable(err) && !errors.Is(err, errBusy) }

// conflict reports whether an error is one of those that mean that a write was
// not possible, and nothing else is wrong.
func conflict(err error) bool {
	return errors.Is(err, ErrConflict) || errors.Is(err, ErrExists) || errors.Is(err, ErrNotFound)
}

// own reports whether an error needs no words.
func own(err error) bool {
	return err == nil || conflict(err) || unavailable(err) || errors.Is(err, ErrNotKept) || errors.Is(err, ErrNewer) ||
		errors.Is(err, errDamaged) || errors.Is(err, context.Canceled)
}

// newer returns the error of a program that is older than the store.
func newer(has, known int) error {
	return fmt.Errorf("%w (schema %d, this program knows %d): run that version, or restore a backup made before it", ErrNewer, has, known)
}

func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// sqliteFailure returns an error in words.
func sqliteFailure(err error) error {
	var failure *moderncsqlite.Error
	if !own(err) && errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: the disk does not answer in time: check it, and try again", ErrUnavailable)
	}
	if own(err) || !errors.As(err, &failure) {
		return err
	}
	var reason string
	switch failure.Code() & 0xff { // the rest says more exactly where
	case sqlite3.SQLITE_FULL:
		reason = "the disk is full: free some space, and try again"
	case sqlite3.SQLITE_IOERR:
		reason = "the disk cannot be read or written, or is full: check it, and try again"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		reason = "the file or its folder cannot be written to: want a folder that this user may write to"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		reason = worldsFile + " is damaged or no SQLite database: move it away, or restore a backup"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		reason = "another program has locked " + worldsFile + ": wait until it has ended, and try again"
	default:
		return fmt.Errorf("SQLite refuses it: %w", failure)
	}
	return fmt.Errorf("%w: %s", ErrUnavailable, reason)
}

// unreachable returns the error for a database that does not answer. The texts
// of the original errors have addresses.
func unreachable(err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	reason := "the database cannot be reached: check that it runs, and the address; then try again"
	switch {
	case errors.As(err, &name):
		reason = "the database's host name is not known: check the address"
	case errors.As(err, &certificate):
		reason = "the database's certificate is not trusted: check sslmode and sslrootcert in the address"
	case strings.Contains(err.Error(), "server refused TLS"):
		reason = "the database does not encrypt connections: sslmode=disable in the address does without"
	case errors.Is(err, context.DeadlineExceeded):
		reason = "the database does not answer: check that it runs, and the address; then try again"
	}
	return fmt.Errorf("%w: %s", ErrUnavailable, reason)
}
