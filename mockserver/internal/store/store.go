// Package store keeps worlds: in memory, in a SQLite file, or in PostgreSQL,
// where many servers share them. It knows nothing of what a world is: heads,
// records, changes and items are bytes in the codec of the caller.
//
// A world is a head and records. Each change of it has a sequence number and
// proves that it saw the one before, so of two writers exactly one succeeds. The
// state after each kept change can be read again.
package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A Store keeps worlds. Its methods may be called by many goroutines at once.
// Values belong to the store once they are passed to it, and to all callers when
// they are returned: nobody changes them.
type Store interface {
	// Name returns memory, sqlite or postgres.
	Name() string
	// Create makes a world. Its first change has the sequence number 1 and all
	// records. The error is ErrExists if a world of that name exists, and
	// ErrItemConflict if an item was not as seen.
	Create(ctx context.Context, world string, first Change) (Version, error)
	// Replace makes a world like Create, in the place of the one of its name, if
	// it exists, in one step. The error is ErrConflict if none is at the version
	// seen, unless seen is Version{}.
	Replace(ctx context.Context, world string, seen Version, first Change) (Version, error)
	// Load returns what changed in a world since a version; with Version{}, or if
	// the store cannot know, the whole world. The error may be ErrNotFound.
	Load(ctx context.Context, world string, have Version) (State, error)
	// Commit adds a change to a world that is at the version seen, and returns the
	// new version. The error is ErrConflict if the world is at another version or
	// gone, and ErrItemConflict if an item was not as seen; nothing is written
	// then. After any other error the change may have been written or not, but
	// never in part: load the world again.
	Commit(ctx context.Context, world string, seen Version, change Change) (Version, error)
	// Drop removes a world with its history and its items, whatever its version
	// is if seen is Version{}. The error may be ErrNotFound or ErrConflict.
	Drop(ctx context.Context, world string, seen Version) error
	// Worlds returns heads in the order of the worlds' names, after a name.
	Worlds(ctx context.Context, after string, limit int) ([]Head, error)
	// Touch notes that a world is used, without a change. A world that does not
	// exist is ignored.
	Touch(ctx context.Context, world string, used time.Time) error
	// History returns the kept changes of a world before a sequence number, or all
	// if it is 0, newest first, without their records and items. The error may be
	// ErrNotFound.
	History(ctx context.Context, world string, before int64, limit int) ([]Change, error)
	// At returns a kept change of a world, with all records as it left them. The
	// error is ErrNotFound if there is no such world, ErrNotKept if the change is
	// not in its history.
	At(ctx context.Context, world string, seq int64) (Change, error)

	// Item returns an item that has not expired, or ErrNotFound.
	Item(ctx context.Context, key string) (Item, error)
	// Put writes items, all or none. The error is ErrItemConflict if one of them
	// was not as seen.
	Put(ctx context.Context, items ...Item) error
	// Items returns items that have not expired, whose keys have a prefix, in the
	// order of their keys, after a key.
	Items(ctx context.Context, prefix, after string, limit int) ([]Item, error)

	// Watch returns the names of worlds that other processes change, until the
	// context ends. It sends an empty name when it may have missed some. It
	// returns nil where one process has the store for itself.
	Watch(ctx context.Context) <-chan string
	// Metrics returns what the store has counted since it was opened.
	Metrics() Metrics
	// Close releases the store. What was acknowledged stays.
	Close() error
}

// Errors of a Store. A conflict of items is a conflict, too.
var (
	ErrExists       = errors.New("the world exists already")
	ErrNotFound     = errors.New("not found in the store")
	ErrNotKept      = errors.New("the change is not in the world's history")
	ErrConflict     = errors.New("somebody else was faster")
	ErrItemConflict = fmt.Errorf("%w: an item has changed", ErrConflict)
	// ErrNewer means that the store has to be opened by a newer program.
	ErrNewer = errors.New("the store was written by a newer cariqa-mock")
	// ErrUnavailable means that the store cannot be reached or written to now.
	// Errors that wrap it say why, and what to do.
	ErrUnavailable = errors.New("the store is not available")
)

// A Version is a moment in a world's life.
type Version struct {
	Life int64 // differs when a world of the same name is made again
	Seq  int64 // of the last change
}

// A Head is a world without its records.
type Head struct {
	World string
	Version
	Value []byte
	Used  time.Time // wall time of the last change, or of Touch
}

// A State is a world, or what changed in it.
type State struct {
	Head
	Whole   bool     // Records are all of the world's; otherwise they are those that changed
	Records []Record // in the order of their keys
}

// A Record is a part of a world.
type Record struct {
	Key   string
	Value []byte // nil: deleted
}

// A Change is one step of a world's history.
type Change struct {
	Seq                 int64     // set by the store
	Time, Wall          time.Time // of the world's clock and of the machine's, to the microsecond
	What, Request, User string
	Call                []byte   // the call in detail
	Head                []byte   // the world's head after the change
	Records             []Record // what the change wrote, each key once
	Items               []Item   // what it wrote outside the world, in the same transaction
}

// An Item is something that is kept outside worlds.
type Item struct {
	Key     string
	Value   []byte    // nil: deleted
	World   string    // the world with which the item goes, or empty
	Expires time.Time // zero: never
	Seq     int64     // in what is read: the version; in what is written: the version seen, 0 for a new item, or AnySeq
}

// AnySeq writes an item whatever its version is.
const AnySeq = -1

// Metrics are what a store has counted.
type Metrics struct {
	Commits   int64         // changes and writes of items that were acknowledged
	Flushes   int64         // transactions that they shared
	Conflicts int64         // changes that saw an older version
	Retries   int64         // transactions that were run again
	Waited    time.Duration // by all callers together, for their commits
}

// Options are the bounds of a store.
type Options struct {
	// Changes is how many changes of each world are kept.
	Changes int64
	// Memory is about how many bytes the history of all worlds may take in the
	// memory store. The oldest changes go first.
	Memory int64
	// Items bounds items by what their keys have up to and including the first
	// slash. The oldest go first, in a database after a while.
	Items map[string]Bound
	// Wall returns the current wall time.
	Wall func() time.Time
}

// A Bound is how many items of a kind are kept, and about how many bytes they
// may take.
type Bound struct{ Count, Bytes int64 }

// kind returns what the first part of an item's key is.
func kind(key string) string { return key[:strings.IndexByte(key, '/')+1] }

// stored returns a change as it will be read, or an error if it cannot be
// stored.
func (c Change) stored(world string) (Change, error) {
	if err := checkKey(world); err != nil {
		return c, err
	}
	seen := make(map[string]struct{}, len(c.Records))
	for _, r := range c.Records {
		if err := checkKey(r.Key); err != nil {
			return c, err
		}
		if _, ok := seen[r.Key]; ok {
			return c, fmt.Errorf("record %q is twice in a change", r.Key)
		}
		seen[r.Key] = struct{}{}
	}
	c.Time, c.Wall = micro(c.Time), micro(c.Wall)
	c.What, c.Request, c.User = text(c.What), text(c.Request), text(c.User)
	return c, checkItems(c.Items)
}

// micro returns a time as databases keep it.
func micro(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

// text replaces what a database cannot keep in a text.
func text(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\ufffd"), "\ufffd")
}

func checkItems(items []Item) error {
	for _, item := range items {
		if err := checkKey(item.Key); err != nil {
			return err
		}
		if item.Value == nil && item.Seq == 0 {
			return fmt.Errorf("item %q: a new one without a value", item.Key)
		}
		if item.World != "" {
			if err := checkKey(item.World); err != nil {
				return err
			}
		}
	}
	return nil
}

// MaxKey is how many bytes the name of a world or a key may have: more does not
// fit into an index of PostgreSQL.
const MaxKey = 2000

// checkKey returns an error if some store could not keep a key.
func checkKey(key string) error {
	if key == "" || len(key) > MaxKey || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return fmt.Errorf("key %.100q: want 1 to %d bytes of UTF-8 without zeros", key, MaxKey)
	}
	return nil
}
