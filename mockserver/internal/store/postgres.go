package store

import (
	"cmp"
	"context"
	"database/sql"
	_ "embed" // schemas
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgres is the Store that any number of processes share.
type postgres struct {
	database
	pool    *pgxpool.Pool
	channel string // of notifications; also the schema's name
	self    string // this process in notifications
}

// postgresSchema are the steps that make the tables. The schema's name ends with
// how many steps it has seen, so that a program that knows fewer no longer finds
// its tables.
func postgresSchema() []string { return []string{postgresSchema1} }

//go:embed schema/postgres1.sql
var postgresSchema1 string

const schemaPrefix = "cariqa_mock_"

// Bounds for a database that is busy or gone.
const (
	connections = 10
	connectTime = 5 * time.Second
	flushTime   = 10 * time.Second
	foldTime    = time.Minute
)

// OpenPostgres opens the store in a database, where it makes its tables if
// necessary. Any number of processes can have it open. Close it.
func OpenPostgres(ctx context.Context, url string, o Options) (Store, error) {
	return openPostgres(ctx, url, o, postgresSchema())
}

func openPostgres(ctx context.Context, url string, o Options, steps []string) (*postgres, error) {
	config, err := parseAddress(url)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = connections
	}
	config.ConnConfig.ConnectTimeout = cmp.Or(config.ConnConfig.ConnectTimeout, connectTime)
	p := &postgres{channel: fmt.Sprint(schemaPrefix, len(steps))}
	p.database = database{
		options: o, fail: postgresFailure, read: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		group: &group{flush: p.flush, wall: o.Wall}, alone: p.transaction,
	}
	if p.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, p.fail(err)
	}
	p.db = stdlib.OpenDBFromPool(p.pool)
	p.text = dialect("@", p.channel+".")
	if err := p.fail(p.open(ctx, steps)); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *postgres) open(ctx context.Context, steps []string) error {
	if err := pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error { return p.migrate(ctx, tx, steps) }); err != nil {
		return err
	}
	if err := p.pool.QueryRow(ctx, "SELECT gen_random_uuid()::text").Scan(&p.self); err != nil {
		return err
	}
	p.text = dialect("@", p.channel+".", "#lock", "FOR NO KEY UPDATE SKIP LOCKED", "#next", "nextval('"+p.channel+".item_seq')",
		"#notify", "+ CASE WHEN pg_notify('"+p.channel+"', '"+p.self+" ' || $1) IS NULL THEN 0 ELSE 0 END")
	return nil
}

func (p *postgres) Name() string { return postgresName }

// migrate makes the tables, or adds what they lack.
func (p *postgres) migrate(ctx context.Context, tx pgx.Tx, steps []string) error {
	const has = `SELECT coalesce(max(substr(nspname, 13)::int), 0) FROM pg_namespace WHERE nspname ~ '^cariqa_mock_[0-9]{1,9}$'`
	var version int
	if err := tx.QueryRow(ctx, has).Scan(&version); err != nil || version == len(steps) {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('cariqa_mock'))"); err != nil { // another process may do it now
		return err
	}
	if err := tx.QueryRow(ctx, has).Scan(&version); err != nil || version == len(steps) {
		return err
	}
	prepare := "CREATE SCHEMA " + p.channel
	switch {
	case version > len(steps):
		return newer(version, len(steps))
	case version > 0:
		prepare = fmt.Sprint("ALTER SCHEMA ", schemaPrefix, version, " RENAME TO ", p.channel)
	}
	for _, step := range slices.Concat([]string{prepare}, steps[version:]) {
		if _, err := tx.Exec(ctx, p.text(step)); err != nil {
			return err
		}
	}
	return nil
}

// flush runs writes in one transaction. It tries twice, but for what may have
// been committed.
func (p *postgres) flush(batch []*write) error {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	slices.SortStableFunc(batch, func(a, b *write) int { return strings.Compare(a.world, b.world) }) // or two processes would wait for each other
	ended, err := p.try(ctx, batch)
	if err != nil && !ended && shared(p.fail(err)) {
		p.group.retries.Add(1)
		_, err = p.try(ctx, batch)
	}
	return p.fail(err)
}

// try runs writes in one transaction, and reports whether it came to its end:
// then the transaction may have been committed even if there is an error.
func (p *postgres) try(ctx context.Context, batch []*write) (ended bool, err error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Release()
	var b pgx.Batch
	b.Queue("BEGIN")
	writers := make([]postgresWriter, len(batch))
	for i, w := range batch {
		writers[i] = postgresWriter{batch: &b, text: p.text}
		w.do(&writers[i])
	}
	if err := conn.SendBatch(ctx, &b).Close(); err != nil {
		return false, rollback(ctx, conn, err)
	}
	for i, x := range writers {
		if batch[i].err = x.err; x.err != nil && x.writes > 1 {
			return false, rollback(ctx, conn, x.err)
		}
	}
	_, err = conn.Exec(ctx, "COMMIT")
	return true, err
}

// rollback returns the error that is the reason.
func rollback(ctx context.Context, conn *pgxpool.Conn, reason error) error {
	_, _ = conn.Exec(ctx, "ROLLBACK") // if it fails, the pool closes the connection
	return reason
}

// A postgresWriter queues the statements of one write.
type postgresWriter struct {
	batch  *pgx.Batch
	text   func(string) string
	err    error // the first of the write's
	writes int
}

func (x *postgresWriter) exec(want func(int64) error, query string, args ...any) {
	x.writes++
	queued := x.batch.Queue(x.text(query), args...)
	if want == nil {
		return
	}
	queued.QueryRow(func(row pgx.Row) error {
		var n int64
		if err := row.Scan(&n); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if err := want(n); x.err == nil {
			x.err = err
		}
		return nil
	})
}

// transaction runs a transaction that reads and writes.
func (p *postgres) transaction(ctx context.Context, do func(*sql.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, foldTime)
	defer cancel()
	return transact(ctx, p.db, do)
}

func (p *postgres) Watch(ctx context.Context) <-chan string {
	names := make(chan string, 64)
	go func() {
		defer close(names)
		for ctx.Err() == nil {
			_ = p.listen(ctx, names) // the connection is lost: the names until the next one are, too
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	return names
}

// listen sends the names of changed worlds until the connection is lost.
func (p *postgres) listen(ctx context.Context, names chan<- string) error {
	pooled, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack()
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // it may be lost
	if _, err := conn.Exec(ctx, "LISTEN "+p.channel); err != nil {
		return err
	}
	for name := ""; ; {
		select {
		case names <- name:
		case <-ctx.Done():
			return ctx.Err()
		}
		for from := p.self; from == p.self; {
			n, err := conn.WaitForNotification(ctx)
			if err != nil {
				return err
			}
			from, name, _ = strings.Cut(n.Payload, " ")
		}
	}
}

func (p *postgres) Close() error {
	err := p.db.Close()
	p.pool.Close()
	return err
}

// postgresFailure returns an error in words, without address, user or password.
func postgresFailure(err error) error {
	if own(err) {
		return err
	}
	var failure *pgconn.PgError
	if !errors.As(err, &failure) {
		return unreachable(err)
	}
	reason, ok := map[string]string{
		"28P01": "PostgreSQL refuses the user or the password: check the address",
		"28000": "PostgreSQL refuses the user, or connections from this machine: check the address and pg_hba.conf",
		"3D000": "the database does not exist: create it, or name another",
		"53300": "PostgreSQL has no connection left: raise max_connections, or add pool_max_conns to the address",
		"53100": "the database's disk is full: free some space, and try again",
		"25006": "the database is read-only: name the primary server",
		"42501": "the user may not do that: GRANT CREATE ON DATABASE to the user, or open the store once as a user who may",
		"42P01": "a newer cariqa-mock has changed the tables: replace this server by that version",
		"3F000": "a newer cariqa-mock has changed the tables: replace this server by that version",
	}[failure.Code]
	switch {
	case failure.Code == "23503": // the world was dropped in the same moment
		return ErrConflict
	case failure.Code == "40001", failure.Code == "40P01": // of writes that share a transaction, one is at fault
		return fmt.Errorf("%w: the database is busy: try again", errBusy)
	case !ok && strings.HasPrefix(failure.Code, "57P"):
		reason = "the database is being stopped or started: try again"
	case !ok:
		return fmt.Errorf("PostgreSQL refuses it: %w", failure)
	}
	return fmt.Errorf("%w: %s", ErrUnavailable, reason)
}
