package store

import (
	"context"
	"database/sql"
	_ "embed" // schemas
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // registers the driver
)

// sqlite is the Store of one process that keeps worlds in a file.
type sqlite struct {
	database
	lock *flock.Flock
	seq  atomic.Int64 // the last one of an item

	mu    sync.Mutex // of the connection that writes
	conn  *sql.Conn
	write map[string]*sql.Stmt
	all   *sql.DB // of conn
}

// Files of a store.
const (
	worldsFile = "worlds.db"
	lockFile   = "worlds.lock"
)

// sqliteSchema are the steps that make the tables; a database counts in
// user_version how many of them it has seen.
func sqliteSchema() []string { return []string{sqliteSchema1} }

//go:embed schema/sqlite1.sql
var sqliteSchema1 string

// applicationID marks the files of this program: "cqmk".
const applicationID = 0x63716d6b

// OpenSQLite opens the store in a folder, which it makes if necessary. Only one
// process can have it open. Close it.
func OpenSQLite(ctx context.Context, dir string, o Options) (Store, error) {
	s := &sqlite{write: map[string]*sql.Stmt{}}
	s.database = database{
		options: o, text: dialect("@", "", "$", "?", "#lock", "", "#notify", "", "#next", "?9"), fail: sqliteFailure,
		group: &group{flush: s.flush, wall: o.Wall}, alone: s.transaction,
		next: func() int64 { return s.seq.Add(1) },
	}
	if err := s.open(ctx, dir); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *sqlite) Name() string { return "sqlite" }

func (s *sqlite) open(ctx context.Context, dir string) error {
	if err := s.take(dir); err != nil {
		return err
	}
	file := filepath.Join(dir, worldsFile)
	var err error
	if s.all, err = openSQLite(file, "_pragma=journal_mode(WAL)", "_pragma=synchronous(NORMAL)", "_pragma=foreign_keys(1)"); err != nil {
		return err
	}
	if s.conn, err = s.all.Conn(ctx); err == nil {
		err = s.migrate(ctx, sqliteSchema())
	}
	if err == nil {
		var seq int64
		err = s.conn.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM item").Scan(&seq)
		s.seq.Store(seq)
	}
	if err == nil {
		s.db, err = openSQLite(file, "_pragma=query_only(1)")
	}
	return s.fail(err)
}

// take makes the folder, and makes sure that no other process has the store.
func (s *sqlite) take(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file: want a folder, in which %s is made", dir, worldsFile)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the folder cannot be made: %w (want one that this user may write to)", err)
	}
	s.lock = flock.New(filepath.Join(dir, lockFile))
	ok, err := s.lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrPermission), readOnly(err):
		return fmt.Errorf("%s cannot be written to: %w (want a folder that this user may write to)", dir, err)
	case err != nil:
		return fmt.Errorf("%s cannot be locked: %w", dir, err)
	case !ok:
		return fmt.Errorf("another process uses %s: stop it, or choose another folder; many servers can share worlds with postgres://", dir)
	}
	return nil
}

// openSQLite returns the connections to a file. None is made yet.
func openSQLite(file string, settings ...string) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	path := filepath.ToSlash(abs)
	if path[0] != '/' { // C:/…
		path = "/" + path
	}
	source := url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=busy_timeout(10000)"}
	for _, setting := range settings {
		source.RawQuery += "&" + setting
	}
	return sql.Open("sqlite", source.String())
}

// migrate makes the tables, or adds what they lack.
func (s *sqlite) migrate(ctx context.Context, steps []string) error {
	var id, version, tables int
	for query, n := range map[string]*int{"PRAGMA application_id": &id, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_schema": &tables} {
		if err := s.conn.QueryRowContext(ctx, query).Scan(n); err != nil {
			return err
		}
	}
	switch {
	case tables > 0 && id != applicationID:
		return fmt.Errorf("%s was not made by cariqa-mock: choose another folder", worldsFile)
	case version > len(steps):
		return newer(version, len(steps))
	case version == len(steps):
		return nil
	}
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(steps))
	return transact(ctx, s.conn, func(tx *sql.Tx) error {
		for _, step := range slices.Concat(steps[version:], []string{marks}) {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		return nil
	})
}

// flush runs writes in one transaction.
func (s *sqlite) flush(batch []*write) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx := context.Background()
	if _, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return s.fail(err)
	}
	for _, w := range batch {
		x := sqliteWriter{s: s}
		w.do(&x)
		if w.err = x.err; x.err != nil && (x.written > 0 || !conflict(x.err)) {
			return s.rollback(x.err)
		}
	}
	if _, err := s.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return s.rollback(err)
	}
	return nil
}

// rollback returns the error that is the reason.
func (s *sqlite) rollback(reason error) error {
	_, _ = s.conn.ExecContext(context.Background(), "ROLLBACK") // SQLite may have done it
	return s.fail(reason)
}

// transaction runs a transaction that reads and writes.
func (s *sqlite) transaction(ctx context.Context, do func(*sql.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return transact(ctx, s.conn, do)
}

// A sqliteWriter runs the statements of one write, until one fails.
type sqliteWriter struct {
	s       *sqlite
	err     error
	written int
}

func (x *sqliteWriter) exec(want func(int64) error, query string, args ...any) {
	if x.err != nil {
		return
	}
	stmt, err := x.s.statement(query)
	if err != nil {
		x.err = err
		return
	}
	if want == nil {
		_, x.err = stmt.Exec(args...)
	} else {
		x.err = number(stmt.QueryRow(args...), want)
	}
	if x.err == nil {
		x.written++
	}
}

// number passes on what a statement returns.
func number(row interface{ Scan(...any) error }, want func(int64) error) error {
	var n int64
	if err := row.Scan(&n); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return want(n)
}

func (s *sqlite) statement(query string) (*sql.Stmt, error) {
	if stmt, ok := s.write[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(context.Background(), s.text(query))
	if err == nil {
		s.write[query] = stmt
	}
	return stmt, err
}

func (s *sqlite) Watch(context.Context) <-chan string { return nil }

func (s *sqlite) Close() error {
	var errs []error
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.all != nil {
		errs = append(errs, s.all.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
