package world

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"cariqamock/internal/redact"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/wire"
)

// codec is the version of the format in which worlds are kept.
const codec = 1

// A head is what is kept of a world beside its records: what makes its answers,
// so that other flags of the server change nothing.
type head struct {
	Codec     int              `json:"v"`
	Scenario  string           `json:"scenario"`
	Prefix    string           `json:"prefix"`
	CreatedAt time.Time        `json:"created_at"`
	Revoked   bool             `json:"revoked,omitempty"`
	Seed      uint64           `json:"seed"`
	Secrets   Secrets          `json:"secrets"`
	CDRDelay  time.Duration    `json:"cdr_delay"`
	Clock     clock.Course     `json:"clock"`
	Faults    uint64           `json:"faults"`   // made
	Position  connect.Position `json:"position"` // stays the last field: see headEncoder
}

func readHead(value []byte) (h head, err error) {
	if err = json.Unmarshal(value, &h); err == nil && h.Codec != codec {
		err = fmt.Errorf("the world is kept in format %d, and this program knows %d: %w", h.Codec, codec, store.ErrNewer)
	}
	return h, err
}

const (
	faultPrefix  = "fault/"  // of the keys of their records
	intentPrefix = "intent/" // of the items that name the worlds of intents
)

// A keeper keeps a world in a store. It is the connect.Keeper of the world's
// state.
type keeper struct {
	*World
	store   store.Store
	lasting bool // the store outlives the process
	shared  bool // other processes change the world
	wall    func() time.Time
	base    head                          // what does not change
	heads   headEncoder                   // used with the state locked
	version atomic.Pointer[store.Version] // the last one that the state has seen; written with the state locked
	behind  atomic.Bool                   // a change may not have been kept: what the state has must be loaded again
	closed  atomic.Bool                   // the world has been replaced or dropped: what still goes on in it is not kept
}

// A headEncoder encodes the heads of one world. Most changes leave the last one
// as it is, or move only its position.
type headEncoder struct {
	last  head
	value []byte // of the last one; nil before the first
	front int    // bytes of the value before the position
}

func (e *headEncoder) encode(h head) ([]byte, error) {
	if e.value != nil && h == e.last {
		return e.value, nil
	}
	front := e.last
	front.Position = h.Position
	if e.value == nil || h != front {
		whole, err := json.Marshal(h)
		if err != nil {
			return nil, err
		}
		e.value, e.front = whole, bytes.LastIndexByte(whole, '{')
	}
	e.last = h
	var room [96]byte
	p := h.Position
	position := fmt.Appendf(room[:0], `{"ids":%d,"users":%d,"era":%d}}`, p.IDs, p.Users, p.Era)
	e.value = slices.Concat(e.value[:e.front], position)
	return e.value, nil
}

// Keep implements connect.Keeper.
func (k *keeper) Keep(c connect.Change) error {
	if k.closed.Load() {
		return nil
	}
	var v store.Version
	change, err := k.change(c)
	if err == nil {
		v, err = k.store.Commit(context.Background(), k.ID, *k.version.Load(), change)
	}
	if err == nil {
		k.version.Store(&v)
		return nil
	}
	if errors.Is(err, store.ErrConflict) {
		err = connect.ErrBehind
	}
	return Unavailable(err)
}

// Unavailable returns the error of a call that needs the store, and has changed
// nothing because that has failed: a *wire.StatusError.
func Unavailable(err error) error {
	text := "The world could not be kept, and the call has changed nothing. Try again."
	switch {
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrNewer):
		text = strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
	case errors.Is(err, connect.ErrBehind):
		text = "Too many calls change this world at once. Try again."
	}
	return fmt.Errorf("%w: %w", &wire.StatusError{Status: http.StatusServiceUnavailable, Text: text}, err)
}

// change returns a change of the state as the store keeps it.
func (k *keeper) change(c connect.Change) (store.Change, error) {
	h := k.base
	h.Clock, h.Faults, h.Position = k.Clock.Course(), k.Faults.Made(), c.Position
	value, err := k.heads.encode(h)
	if err != nil {
		return store.Change{}, err
	}
	change := store.Change{
		Time: c.At, Wall: k.wall(), What: c.What, Request: c.Request, User: c.User, Call: c.Call, Head: value, Records: converted[store.Record](c.Records),
	}
	if k.lasting {
		change.What, change.User = redact.Text(c.What), redact.Text(c.User)
		change.Items = places(k.ID, change.Records)
	}
	return change, nil
}

// places returns the items that name the world of each intent in some of its
// records: calls to the payment provider name only the intent.
func places(world string, records []store.Record) (items []store.Item) {
	for _, r := range records {
		if id, ok := strings.CutPrefix(r.Key, connect.IntentRecords); ok {
			item := store.Item{Key: intentPrefix + id, World: world, Seq: store.AnySeq}
			if r.Value != nil {
				item.Value = []byte(world)
			}
			items = append(items, item)
		}
	}
	return items
}

func converted[T, F store.Record | connect.Record](records []F) []T {
	out := make([]T, len(records))
	for i, r := range records {
		out[i] = T(r)
	}
	return out
}

// refresh brings the state to what is kept if it may be another one.
func (k *keeper) refresh() error {
	if !k.shared && !k.behind.Load() {
		return nil
	}
	return k.CatchUp()
}

// CatchUp implements connect.Keeper. A world that has been dropped, or made again
// by another process, is closed.
func (k *keeper) CatchUp() error { return k.catchUp(k.State.Restore) }

// catchUp brings the state to what is kept if that may be another one.
func (k *keeper) catchUp(restore connect.Restorer) error {
	if k.closed.Load() {
		return nil
	}
	have, again := *k.version.Load(), k.behind.Load()
	s, err := k.store.Load(context.Background(), k.ID, have)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && have.Life != 0 && s.Life != have.Life:
		k.closed.Store(true)
		return nil
	case err != nil:
		return Unavailable(err)
	case s.Seq == have.Seq && !again:
		return nil
	case !s.Whole:
		if s, err = k.store.Load(context.Background(), k.ID, store.Version{}); err != nil {
			return Unavailable(err)
		}
	}
	return restore(func() ([]connect.Record, connect.Position, error) {
		if now := *k.version.Load(); now.Seq >= s.Seq && !k.behind.Load() {
			return nil, connect.Position{}, nil
		}
		return k.restore(s)
	})
}

// Undo implements connect.Keeper.
func (k *keeper) Undo(restore connect.Restorer) error {
	k.behind.Store(true)
	return k.catchUp(restore)
}

// restore sets what belongs to the world beside its state, and returns what
// belongs to the state.
func (k *keeper) restore(s store.State) ([]connect.Record, connect.Position, error) {
	h, err := readHead(s.Value)
	if err != nil {
		return nil, connect.Position{}, Unavailable(err)
	}
	var faults [][]byte
	records := make([]connect.Record, 0, len(s.Records))
	for _, r := range s.Records {
		if strings.HasPrefix(r.Key, faultPrefix) {
			faults = append(faults, r.Value)
		} else {
			records = append(records, connect.Record(r))
		}
	}
	if err := k.Faults.Restore(faults, h.Faults); err != nil {
		return nil, connect.Position{}, err
	}
	k.Clock.Restore(h.Clock)
	k.version.Store(&s.Version)
	k.behind.Store(false)
	return records, h.Position, nil
}
