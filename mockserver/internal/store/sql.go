package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A database is what SQLite and PostgreSQL have in common: the same tables,
// which reads use in the same way.
type database struct {
	options Options
	db      *sql.DB
	read    *sql.TxOptions            // of a transaction that sees one moment
	text    func(query string) string // a query in the database's dialect
	fail    func(error) error         // an error in words
	group   *group
	alone   func(context.Context, func(*sql.Tx) error) error // runs a transaction that reads and writes
	next    func() int64                                     // the value of #next, where it is parameter 9
	unswept atomic.Int64                                     // writes of items since the expired ones were removed
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Queries have @ before the names of tables, $n for parameters, #lock where a row
// is locked, #notify where other processes learn of world $1, and #next for a
// number that has not been used.
const (
	headColumns = `w.name, w.life, w.base, w.used, c.seq, c.wall, c.head FROM @world w
		JOIN @change c ON c.life = w.life AND c.seq = (SELECT max(seq) FROM @change WHERE life = w.life)`
	headQuery    = `SELECT ` + headColumns + ` WHERE w.name = $1`
	worldsQuery  = `SELECT ` + headColumns + ` WHERE w.name > $1 ORDER BY w.name LIMIT $2`
	recordsQuery = `SELECT key, value FROM @record WHERE life = $1`
	changesQuery = `SELECT records FROM @change WHERE life = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`
	historyQuery = `SELECT seq, time, wall, what, request, who, call, head FROM @change WHERE life = $1 AND seq > $2 AND seq < $3 ORDER BY seq DESC LIMIT $4`
	itemColumns  = `key, value, world, expires, seq FROM @item WHERE (expires IS NULL OR expires > $1) AND`
	itemQuery    = `SELECT ` + itemColumns + ` key = $2`
	itemsQuery   = `SELECT ` + itemColumns + ` key > $2 AND key >= $3 AND key < $4 ORDER BY key LIMIT $5`
)

// A headRow is a head with the change up to which the database has its records
// in one place.
type headRow struct {
	Head
	base int64
}

func scanHead(row interface{ Scan(...any) error }) (headRow, error) {
	var h headRow
	var used, wall int64
	err := row.Scan(&h.World, &h.Life, &h.base, &used, &h.Seq, &wall, &h.Value)
	h.Used = time.UnixMicro(max(used, wall)).UTC()
	return h, err
}

func (d *database) head(ctx context.Context, q querier, world string) (headRow, error) {
	h, err := scanHead(q.QueryRowContext(ctx, d.text(headQuery), world))
	if errors.Is(err, sql.ErrNoRows) {
		return h, ErrNotFound
	}
	return h, err
}

// oldest returns the oldest change that is kept.
func (d *database) oldest(h headRow) int64 { return max(h.base, h.Seq-d.options.Changes) + 1 }

func (d *database) Load(ctx context.Context, world string, have Version) (State, error) {
	var h headRow
	err := d.twice(ctx, func(ctx context.Context) (err error) {
		h, err = d.head(ctx, d.db, world)
		return err
	})
	if err != nil || h.Version == have {
		return State{Head: h.Head}, err
	}
	var s State
	err = d.moment(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if h, err = d.head(ctx, tx, world); err != nil {
			return err
		}
		s.Head, s.Whole = h.Head, have.Life != h.Life || have.Seq < h.base || have.Seq > h.Seq
		if s.Whole {
			s.Records, err = d.records(ctx, tx, h, h.Seq)
			return err
		}
		changed := pile{}
		err = d.addChanges(ctx, tx, changed, h.Life, have.Seq, h.Seq)
		s.Records = changed.records(true)
		return err
	})
	return s, err
}

// readTime is how long a read may take.
const readTime = 10 * time.Second

// twice reads again if a connection was lost, which may be an old one.
func (d *database) twice(ctx context.Context, read func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	err := d.fail(read(ctx))
	if unavailable(err) && ctx.Err() == nil {
		d.group.retries.Add(1)
		err = d.fail(read(ctx))
	}
	return err
}

// moment reads what the database has at one moment.
func (d *database) moment(ctx context.Context, read func(context.Context, *sql.Tx) error) error {
	return d.twice(ctx, func(ctx context.Context) error {
		tx, err := d.db.BeginTx(ctx, d.read)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // nothing was written
		return read(ctx, tx)
	})
}

// transact runs a transaction that reads and writes.
func transact(ctx context.Context, on interface {
	BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
}, do func(*sql.Tx) error,
) error {
	tx, err := on.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// records returns the records of a world after a change.
func (d *database) records(ctx context.Context, q querier, h headRow, seq int64) ([]Record, error) {
	all := pile{}
	err := d.each(ctx, q, func(rows *sql.Rows) error {
		var key string
		var value []byte
		err := rows.Scan(&key, &value)
		all[key] = append([]byte{}, value...)
		return err
	}, recordsQuery, h.Life)
	if err == nil {
		err = d.addChanges(ctx, q, all, h.Life, h.base, seq)
	}
	return all.records(false), err
}

// addChanges puts the changes after one, up to another, onto a pile.
func (d *database) addChanges(ctx context.Context, q querier, p pile, life, after, upTo int64) error {
	return d.each(ctx, q, func(rows *sql.Rows) error {
		var encoded []byte
		if err := rows.Scan(&encoded); err != nil {
			return err
		}
		return p.add(encoded)
	}, changesQuery, life, after, upTo)
}

// each calls a function for each row of a query.
func (d *database) each(ctx context.Context, q querier, row func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, d.text(query), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (d *database) Worlds(ctx context.Context, after string, limit int) ([]Head, error) {
	var heads []Head
	err := d.twice(ctx, func(ctx context.Context) error {
		heads = nil
		return d.each(ctx, d.db, func(rows *sql.Rows) error {
			h, err := scanHead(rows)
			heads = append(heads, h.Head)
			return err
		}, worldsQuery, after, limit)
	})
	return heads, err
}

func (d *database) History(ctx context.Context, world string, before int64, limit int) ([]Change, error) {
	var found []Change
	err := d.moment(ctx, func(ctx context.Context, tx *sql.Tx) error {
		h, err := d.head(ctx, tx, world)
		if err != nil {
			return err
		}
		upTo := before
		if before <= 0 {
			upTo = h.Seq + 1
		}
		found, err = d.history(ctx, tx, h, upTo, limit)
		return err
	})
	return found, err
}

func (d *database) history(ctx context.Context, q querier, h headRow, before int64, limit int) ([]Change, error) {
	var found []Change
	err := d.each(ctx, q, func(rows *sql.Rows) error {
		var c Change
		var at, wall int64
		err := rows.Scan(&c.Seq, &at, &wall, &c.What, &c.Request, &c.User, &c.Call, &c.Head)
		c.Time, c.Wall = time.UnixMicro(at).UTC(), time.UnixMicro(wall).UTC()
		found = append(found, c)
		return err
	}, historyQuery, h.Life, d.oldest(h)-1, before, limit)
	return found, err
}

func (d *database) At(ctx context.Context, world string, seq int64) (Change, error) {
	var c Change
	err := d.moment(ctx, func(ctx context.Context, tx *sql.Tx) error {
		h, err := d.head(ctx, tx, world)
		if err != nil {
			return err
		}
		found, err := d.history(ctx, tx, h, seq+1, 1)
		if err != nil {
			return err
		}
		if len(found) == 0 || found[0].Seq != seq {
			return ErrNotKept
		}
		c = found[0]
		c.Records, err = d.records(ctx, tx, h, seq)
		return err
	})
	return c, err
}

func (d *database) Item(ctx context.Context, key string) (Item, error) {
	var item Item
	err := d.twice(ctx, func(ctx context.Context) (err error) {
		item, err = scanItem(d.db.QueryRowContext(ctx, d.text(itemQuery), d.now(), key))
		if errors.Is(err, sql.ErrNoRows) {
			err = ErrNotFound
		}
		return err
	})
	return item, err
}

func (d *database) Items(ctx context.Context, prefix, after string, limit int) ([]Item, error) {
	var found []Item
	err := d.twice(ctx, func(ctx context.Context) error {
		found = nil
		return d.each(ctx, d.db, func(rows *sql.Rows) error {
			item, err := scanItem(rows)
			found = append(found, item)
			return err
		}, itemsQuery, d.now(), after, prefix, afterPrefix(prefix), limit)
	})
	return found, err
}

// afterPrefix returns what is after all keys that have a prefix.
func afterPrefix(prefix string) string { return prefix + "\U0010ffff" }

func (d *database) now() int64 { return d.options.Wall().UnixMicro() }

func scanItem(row interface{ Scan(...any) error }) (Item, error) {
	var item Item
	var value []byte
	var expires sql.NullInt64
	err := row.Scan(&item.Key, &value, &item.World, &expires, &item.Seq)
	item.Value = append([]byte{}, value...)
	if expires.Valid {
		item.Expires = time.UnixMicro(expires.Int64).UTC()
	}
	return item, err
}

// withNext adds the value of #next to the arguments of a statement.
func (d *database) withNext(args []any) []any {
	if d.next == nil {
		return args
	}
	return append(append(args, make([]any, 8-len(args))...), d.next())
}

// dialect returns what writes queries in a dialect, once each.
func dialect(oldnew ...string) func(string) string {
	replacer := strings.NewReplacer(oldnew...)
	var known sync.Map
	return func(query string) string {
		text, ok := known.Load(query)
		if !ok {
			text, _ = known.LoadOrStore(query, replacer.Replace(query))
		}
		return text.(string)
	}
}

// stride returns after how many changes of a world its oldest are folded.
func (o Options) stride() int64 { return max(1, o.Changes/8) }
