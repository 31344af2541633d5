package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/world"
)

// A Store keeps what belongs to no world, so that it is seen by all servers that
// share the store, and outlives this one. It is a part of store.Store.
type Store interface {
	Item(ctx context.Context, key string) (store.Item, error)
	Put(ctx context.Context, items ...store.Item) error
}

// Kinds of items, which their keys begin with.
const (
	methodItems       = "stripe-method/"
	tokenItems        = "stripe-token/"
	returnItems       = "stripe-return/"
	confirmationItems = "stripe-confirmation/"
	answerItems       = "stripe-answer/"
	idItems           = "stripe-ids/"
)

// Bounds returns how many items of each kind a store keeps: the oldest go first.
func Bounds() map[string]store.Bound {
	waiting := store.Bound{Count: poolSize, Bytes: limit.PoolMemory}
	return map[string]store.Bound{
		methodItems: waiting, tokenItems: waiting, returnItems: waiting, confirmationItems: waiting,
		answerItems: {Count: limit.SavedAnswers, Bytes: limit.SavedMemory},
	}
}

// items are those of one kind, each of which is a value in JSON.
type items[T any] struct {
	store Store
	kind  string
}

// get returns an item's value and version. If there is none, or the id cannot be
// that of one, both are zero.
func (x items[T]) get(ctx context.Context, id string) (v T, seq int64, err error) {
	if len(id) > maxID || !clean(id) {
		return v, 0, nil
	}
	item, err := x.store.Item(ctx, x.kind+id)
	if errors.Is(err, store.ErrNotFound) {
		return v, 0, nil
	}
	if err == nil {
		err = json.Unmarshal(item.Value, &v)
	}
	if err != nil {
		return v, 0, world.Unavailable(err)
	}
	return v, item.Seq, nil
}

// maxID is how many bytes the id of an item can have.
const maxID = 255

// put writes an item and reports whether it still was as seen.
func (x items[T]) put(ctx context.Context, id string, v T, seen int64, expires time.Time) (ok bool, err error) {
	item, err := x.item(id, v, seen, expires)
	if err != nil {
		return false, err
	}
	return written(x.store.Put(ctx, item))
}

func (x items[T]) item(id string, v T, seen int64, expires time.Time) (store.Item, error) {
	value, err := json.Marshal(v)
	return store.Item{Key: x.kind + id, Value: value, Seq: seen, Expires: expires}, err
}

// drop removes an item, if it is there.
func (x items[T]) drop(ctx context.Context, id string) error {
	_, err := written(x.store.Put(ctx, store.Item{Key: x.kind + id, Seq: store.AnySeq}))
	return err
}

// written reports whether items were written, and not changed by others before.
func written(err error) (ok bool, _ error) {
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, world.Unavailable(err)
	}
	return true, nil
}

// A series makes the ids of what belongs to no world. They go on after a restart,
// and are unique among the servers that share a store.
type series struct {
	store Store
	seed  uint64
	mu    sync.Mutex // of one draw at a time: those of other servers may come in between
}

// draw has ids drawn, and keeps what is made with them, and where the series
// stands, in one step.
func (s *series) draw(ctx context.Context, use func(*connect.IDs) (store.Item, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	drawn := items[uint64]{s.store, idItems}
	name := strconv.FormatUint(s.seed, 10)
	for range draws {
		count, seq, err := drawn.get(ctx, name)
		if err != nil {
			return err
		}
		ids := connect.NewIDs(s.seed, "stripe")
		ids.Skip(count)
		made, err := use(ids)
		if err != nil {
			return err
		}
		now, err := drawn.item(name, ids.Drawn(), seq, time.Time{})
		if err != nil {
			return err
		}
		if ok, err := written(s.store.Put(ctx, made, now)); ok || err != nil {
			return err
		}
	}
	return world.Unavailable(connect.ErrBehind)
}

// draws is how often ids are drawn that others draw meanwhile.
const draws = 20
