package store

import (
	"strings"
	"sync"
	"time"

	"github.com/tidwall/btree"
)

// items are the Items of a store in memory.
type items struct {
	mu      sync.Mutex
	by      btree.Map[string, Item]
	byWorld map[string]map[string]struct{}
	byKind  map[string]*itemsOfKind
	bounds  map[string]Bound
	seq     int64
	unswept int // writes since expired items were removed
}

// itemsOfKind are the keys of those of a bounded kind, by sequence number.
type itemsOfKind struct {
	bytes int64
	order btree.Map[int64, string]
}

func (x *items) get(key string, now time.Time) (Item, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if item, ok := x.by.Get(key); ok && !item.expired(now) {
		return item, nil
	}
	return Item{}, ErrNotFound
}

// put writes all items or none.
func (x *items) put(all []Item, now time.Time) error {
	if len(all) == 0 {
		return nil
	}
	return x.replace("", all, now)
}

// replace writes all items or none, in the place of those of a world.
func (x *items) replace(world string, all []Item, now time.Time) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, item := range all {
		old, ok := x.by.Get(item.Key)
		if ok && (old.expired(now) || world != "" && old.World == world) {
			old = Item{}
		}
		if item.Seq != AnySeq && item.Seq != old.Seq {
			return ErrItemConflict
		}
	}
	for key := range x.byWorld[world] {
		old, _ := x.by.Get(key)
		x.remove(old)
	}
	for _, item := range all {
		item.Expires = micro(item.Expires)
		x.set(item)
	}
	if x.unswept += len(all); x.unswept > x.by.Len() {
		x.sweep(now)
	}
	return nil
}

func (x *items) set(item Item) {
	if old, ok := x.by.Get(item.Key); ok {
		x.remove(old)
	}
	if item.Value == nil {
		return
	}
	x.seq++
	item.Seq = x.seq
	x.by.Set(item.Key, item)
	x.bound(item)
	if item.World == "" {
		return
	}
	if x.byWorld == nil {
		x.byWorld = map[string]map[string]struct{}{}
	}
	if x.byWorld[item.World] == nil {
		x.byWorld[item.World] = map[string]struct{}{}
	}
	x.byWorld[item.World][item.Key] = struct{}{}
}

// bound removes the oldest items of a kind while they are beyond its bound.
func (x *items) bound(item Item) {
	of := kind(item.Key)
	bound, ok := x.bounds[of]
	if !ok {
		return
	}
	k := x.byKind[of]
	if k == nil {
		if x.byKind == nil {
			x.byKind = map[string]*itemsOfKind{}
		}
		k = &itemsOfKind{}
		x.byKind[of] = k
	}
	k.order.Set(item.Seq, item.Key)
	k.bytes += item.size()
	for int64(k.order.Len()) > bound.Count || k.bytes > bound.Bytes && k.order.Len() > 1 {
		_, key, _ := k.order.Min()
		oldest, _ := x.by.Get(key)
		x.remove(oldest)
	}
}

func (i Item) size() int64 { return int64(len(i.Key)+len(i.Value)) + 200 }

func (x *items) remove(item Item) {
	x.by.Delete(item.Key)
	if k := x.byKind[kind(item.Key)]; k != nil {
		k.order.Delete(item.Seq)
		k.bytes -= item.size()
	}
	if keys := x.byWorld[item.World]; keys != nil {
		if delete(keys, item.Key); len(keys) == 0 {
			delete(x.byWorld, item.World)
		}
	}
}

// sweep removes the items that have expired. It takes time in proportion to
// the writes since it ran last.
func (x *items) sweep(now time.Time) {
	x.unswept = 0
	var old []Item
	x.by.Scan(func(_ string, item Item) bool {
		if item.expired(now) {
			old = append(old, item)
		}
		return true
	})
	for _, item := range old {
		x.remove(item)
	}
}

func (x *items) list(prefix, after string, limit int, now time.Time) []Item {
	x.mu.Lock()
	defer x.mu.Unlock()
	var found []Item
	x.by.Ascend(max(prefix, after), func(key string, item Item) bool {
		if !strings.HasPrefix(key, prefix) || len(found) >= limit {
			return key < prefix && len(found) < limit
		}
		if key > after && !item.expired(now) {
			found = append(found, item)
		}
		return true
	})
	return found
}

func (i Item) expired(now time.Time) bool { return !i.Expires.IsZero() && !now.Before(i.Expires) }
