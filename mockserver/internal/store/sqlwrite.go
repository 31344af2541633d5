package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	createWorld = `INSERT INTO @world (name, base, used) VALUES ($1, 0, $2) ON CONFLICT (name) DO NOTHING RETURNING life #notify`
	firstChange = `INSERT INTO @change (life, seq, time, wall, what, request, who, call, head, records)
		SELECT life, 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM @world WHERE name = $1 ON CONFLICT (life, seq) DO NOTHING`
	nextChange = `INSERT INTO @change (life, seq, time, wall, what, request, who, call, head, records)
		SELECT life, $11, $2, $3, $4, $5, $6, $7, $8, $9 FROM @world
		WHERE name = $1 AND life = $10 AND (SELECT max(seq) FROM @change WHERE life = $10) = $12
		ON CONFLICT (life, seq) DO NOTHING RETURNING seq #notify`
	touchWorld = `UPDATE @world SET used = $2 WHERE name = $1 AND used < $2 RETURNING life`

	dropWorld   = `DELETE FROM @world WHERE name = $1 RETURNING life #notify`
	dropVersion = `DELETE FROM @world WHERE name = $1 AND life = $2 AND (SELECT max(seq) FROM @change WHERE life = $2) = $3 RETURNING life #notify`
	dropItems   = `DELETE FROM @item WHERE world = $1`

	newItem = `INSERT INTO @item (key, value, world, expires, seq) VALUES ($1, $2, $3, $4, #next)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, world = excluded.world, expires = excluded.expires, seq = excluded.seq
		WHERE @item.expires <= $5 RETURNING seq`
	anyItem = `INSERT INTO @item (key, value, world, expires, seq) VALUES ($1, $2, $3, $4, #next)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, world = excluded.world, expires = excluded.expires, seq = excluded.seq RETURNING seq`
	nextItem = `UPDATE @item SET value = $2, world = $3, expires = $4, seq = #next
		WHERE key = $1 AND seq = $6 AND (expires IS NULL OR expires > $5) RETURNING seq`
	deleteItem  = `DELETE FROM @item WHERE key = $1 AND seq = $2 RETURNING seq`
	deleteAny   = `DELETE FROM @item WHERE key = $1`
	deleteItems = `DELETE FROM @item WHERE expires <= $1`
	boundItems  = `DELETE FROM @item WHERE key IN (SELECT key FROM (
		SELECT key, row_number() OVER newest AS n, sum(length(value)) OVER newest AS bytes FROM @item
		WHERE key >= $1 AND key < $2 WINDOW newest AS (ORDER BY seq DESC)) AS each WHERE n > $3 OR n > 1 AND bytes > $4)`

	baseQuery     = `SELECT base, (SELECT max(seq) FROM @change WHERE life = $1) FROM @world WHERE life = $1 #lock`
	deleteChanges = `DELETE FROM @change WHERE life = $1 AND seq <= $2`
	setBase       = `UPDATE @world SET base = $2 WHERE life = $1`
)

// orElse returns a function that returns an error for 0, and keeps other numbers.
func orElse(err error, kept *int64) func(int64) error {
	return func(n int64) error {
		*kept = n
		if n == 0 {
			return err
		}
		return nil
	}
}

func (d *database) Create(_ context.Context, world string, first Change) (Version, error) {
	first, err := first.stored(world)
	if err != nil {
		return Version{}, err
	}
	v := Version{Seq: 1}
	err = d.group.run(world, func(w writer) { d.create(w, world, first, &v.Life) })
	return v, d.fail(err)
}

func (d *database) Replace(_ context.Context, world string, seen Version, first Change) (Version, error) {
	first, err := first.stored(world)
	if err != nil {
		return Version{}, err
	}
	v := Version{Seq: 1}
	err = d.group.run(world, func(w writer) {
		if seen == (Version{}) {
			w.exec(nil, dropWorld, world)
		} else {
			w.exec(orElse(ErrConflict, &v.Life), dropVersion, world, seen.Life, seen.Seq)
		}
		w.exec(nil, dropItems, world)
		d.create(w, world, first, &v.Life)
	})
	return v, d.fail(err)
}

// create adds the statements that make a world.
func (d *database) create(w writer, world string, first Change, life *int64) {
	w.exec(orElse(ErrExists, life), createWorld, world, first.Wall.UnixMicro())
	w.exec(nil, firstChange, changeArgs(world, first)...)
	d.put(w, first.Items)
}

func (d *database) Commit(ctx context.Context, world string, seen Version, c Change) (Version, error) {
	c, err := c.stored(world)
	if err != nil {
		return Version{}, err
	}
	v := seen
	args := append(changeArgs(world, c), seen.Life, seen.Seq+1, seen.Seq)
	err = d.group.run(world, func(w writer) {
		w.exec(orElse(ErrConflict, &v.Seq), nextChange, args...)
		d.put(w, c.Items)
	})
	if err != nil {
		return Version{}, d.fail(err)
	}
	if v.Seq%d.options.stride() == 0 {
		_ = d.foldWorld(ctx, v) // the change is kept; what was not folded now is folded with the next ones
	}
	return v, nil
}

func changeArgs(world string, c Change) []any {
	return []any{world, c.Time.UnixMicro(), c.Wall.UnixMicro(), c.What, c.Request, c.User, blob(c.Call), blob(c.Head), encodeRecords(c.Records)}
}

// blob returns bytes that are not NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (d *database) Touch(_ context.Context, world string, used time.Time) error {
	return d.fail(d.group.run(world, func(w writer) {
		w.exec(nil, touchWorld, world, used.UnixMicro())
	}))
}

func (d *database) Drop(ctx context.Context, world string, seen Version) error {
	var life int64
	err := d.group.run(world, func(w writer) {
		if seen == (Version{}) {
			w.exec(orElse(ErrNotFound, &life), dropWorld, world)
		} else {
			w.exec(orElse(ErrConflict, &life), dropVersion, world, seen.Life, seen.Seq)
		}
		w.exec(nil, dropItems, world)
	})
	if errors.Is(err, ErrConflict) {
		if _, missing := d.head(ctx, d.db, world); errors.Is(missing, ErrNotFound) {
			err = ErrNotFound
		}
	}
	return d.fail(err)
}

func (d *database) Put(_ context.Context, items ...Item) error {
	if err := checkItems(items); err != nil || len(items) == 0 {
		return err
	}
	return d.fail(d.group.run("", func(w writer) {
		d.put(w, items)
	}))
}

// put adds the statements that write items.
func (d *database) put(w writer, items []Item) {
	var seq int64
	asSeen := orElse(ErrItemConflict, &seq)
	for _, item := range items {
		expires := sql.NullInt64{Int64: item.Expires.UnixMicro(), Valid: !item.Expires.IsZero()}
		values := []any{item.Key, item.Value, item.World, expires}
		switch {
		case item.Value == nil && item.Seq == AnySeq:
			w.exec(nil, deleteAny, item.Key)
		case item.Value == nil:
			w.exec(asSeen, deleteItem, item.Key, item.Seq)
		case item.Seq == AnySeq:
			w.exec(asSeen, anyItem, d.withNext(values)...)
		case item.Seq == 0:
			w.exec(asSeen, newItem, d.withNext(append(values, d.now()))...)
		default:
			w.exec(asSeen, nextItem, d.withNext(append(values, d.now(), item.Seq))...)
		}
	}
	if d.unswept.Add(int64(len(items))) >= sweepAfter {
		d.unswept.Store(0)
		w.exec(nil, deleteItems, d.now())
		for _, kind := range slices.Sorted(maps.Keys(d.options.Items)) {
			bound := d.options.Items[kind]
			w.exec(nil, boundItems, kind, afterPrefix(kind), bound.Count, bound.Bytes)
		}
	}
}

// sweepAfter is after how many writes of items those are removed that have
// expired, or are too many.
const sweepAfter = 1000

// foldWorld merges the oldest changes of a world into its records, but for
// those that are its history.
func (d *database) foldWorld(ctx context.Context, v Version) error {
	ctx = context.WithoutCancel(ctx)
	return d.alone(ctx, func(tx *sql.Tx) error {
		var base, last int64
		err := tx.QueryRowContext(ctx, d.text(baseQuery), v.Life).Scan(&base, &last)
		upTo := last - d.options.Changes
		if errors.Is(err, sql.ErrNoRows) || err == nil && upTo <= base {
			return nil // gone, or somebody else does it
		}
		old := pile{}
		if err == nil {
			err = d.addChanges(ctx, tx, old, v.Life, base, upTo)
		}
		if err == nil {
			err = d.merge(ctx, tx, v.Life, old.records(true))
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, d.text(deleteChanges), v.Life, upTo)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, d.text(setBase), v.Life, upTo)
		}
		return err
	})
}

// recordsTogether is how many records a statement writes, if there are so many;
// otherwise it writes one.
const recordsTogether = 500

// merge writes records as the latest of those that are no longer history.
func (d *database) merge(ctx context.Context, tx *sql.Tx, life int64, records []Record) error {
	deleted := func(r Record) bool { return r.Value == nil }
	for _, gone := range []bool{false, true} {
		rest := slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return deleted(r) != gone })
		for len(rest) > 0 {
			n := 1
			if len(rest) >= recordsTogether {
				n = recordsTogether
			}
			query, args := setRecords(n), []any{life}
			if gone {
				query = deleteRecords(n)
			}
			for _, r := range rest[:n] {
				if args = append(args, r.Key); !gone {
					args = append(args, r.Value)
				}
			}
			if _, err := tx.ExecContext(ctx, d.text(query), args...); err != nil {
				return err
			}
			rest = rest[n:]
		}
	}
	return nil
}

// setRecords returns the statement for n records of the world $1.
func setRecords(n int) string {
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf("($1, $%d, $%d)", 2*i+2, 2*i+3))
	}
	return "INSERT INTO @record (life, key, value) VALUES " + strings.Join(rows, ", ") + " ON CONFLICT (life, key) DO UPDATE SET value = excluded.value"
}

func deleteRecords(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprint("$", i+2))
	}
	return "DELETE FROM @record WHERE life = $1 AND key IN (" + strings.Join(keys, ", ") + ")"
}

func (d *database) Metrics() Metrics { return d.group.metrics() }
