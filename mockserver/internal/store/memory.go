package store

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"
)

// memory is the Store of one process that keeps nothing.
type memory struct {
	options Options
	commits atomic.Int64
	lost    atomic.Int64 // commits that were conflicts
	lives   atomic.Int64

	mu     sync.RWMutex
	worlds btree.Map[string, *memoryWorld]
	items  items
	kept   queue
}

// NewMemory returns a store in memory.
func NewMemory(o Options) Store { return &memory{options: o, kept: queue{most: o.Memory}} }

func (m *memory) Name() string { return "memory" }

func (m *memory) find(world string) (*memoryWorld, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if w, ok := m.worlds.Get(world); ok {
		return w, nil
	}
	return nil, ErrNotFound
}

func (m *memory) Create(_ context.Context, world string, first Change) (Version, error) {
	first, err := first.stored(world)
	if err != nil {
		return Version{}, err
	}
	w := newMemoryWorld(world, m.lives.Add(1), &m.kept)
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.worlds.Get(world); ok {
		return Version{}, ErrExists
	}
	if err := m.items.put(first.Items, m.options.Wall()); err != nil {
		m.lost.Add(1)
		return Version{}, err
	}
	m.worlds.Set(world, w)
	m.commits.Add(1)
	return w.add(first), nil
}

func (m *memory) Load(_ context.Context, world string, have Version) (State, error) {
	w, err := m.find(world)
	if err != nil {
		return State{}, err
	}
	return w.load(have), nil
}

func (m *memory) Commit(_ context.Context, world string, seen Version, c Change) (Version, error) {
	c, err := c.stored(world)
	if err != nil {
		return Version{}, err
	}
	w, err := m.find(world)
	if err != nil {
		m.lost.Add(1)
		return Version{}, ErrConflict
	}
	now, err := w.commit(seen, c, m.options.Changes, func() error { return m.items.put(c.Items, m.options.Wall()) })
	if err != nil {
		m.lost.Add(1)
		return Version{}, err
	}
	m.commits.Add(1)
	m.kept.shed()
	return now, nil
}

func (m *memory) Drop(_ context.Context, world string, seen Version) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	w, ok := m.worlds.Get(world)
	if !ok {
		return ErrNotFound
	}
	if !w.close(seen) {
		return ErrConflict
	}
	m.worlds.Delete(world)
	m.items.dropWorld(world)
	return nil
}

func (m *memory) Worlds(_ context.Context, after string, limit int) ([]Head, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var heads []Head
	m.worlds.Ascend(after, func(name string, w *memoryWorld) bool {
		if name > after && len(heads) < limit {
			heads = append(heads, w.current())
		}
		return len(heads) < limit
	})
	return heads, nil
}

func (m *memory) Touch(_ context.Context, world string, used time.Time) error {
	if w, err := m.find(world); err == nil {
		w.touch(used)
	}
	return nil
}

func (m *memory) History(_ context.Context, world string, before int64, limit int) ([]Change, error) {
	w, err := m.find(world)
	if err != nil {
		return nil, err
	}
	return w.history(before, limit), nil
}

func (m *memory) At(_ context.Context, world string, seq int64) (Change, error) {
	w, err := m.find(world)
	if err != nil {
		return Change{}, err
	}
	return w.at(seq)
}

func (m *memory) Item(_ context.Context, key string) (Item, error) {
	return m.items.get(key, m.options.Wall())
}

func (m *memory) Put(_ context.Context, items ...Item) error {
	if err := checkItems(items); err != nil {
		return err
	}
	m.mu.RLock() // so that no world is dropped meanwhile
	defer m.mu.RUnlock()
	if err := m.items.put(items, m.options.Wall()); err != nil {
		m.lost.Add(1)
		return err
	}
	m.commits.Add(1)
	return nil
}

func (m *memory) Items(_ context.Context, prefix, after string, limit int) ([]Item, error) {
	return m.items.list(prefix, after, limit, m.options.Wall()), nil
}

func (m *memory) Watch(context.Context) <-chan string { return nil }

func (m *memory) Metrics() Metrics {
	commits := m.commits.Load()
	return Metrics{Commits: commits, Flushes: commits, Conflicts: m.lost.Load()}
}

func (m *memory) Close() error { return nil }

// items are the Items of a store in memory.
type items struct {
	mu      sync.Mutex
	by      btree.Map[string, Item]
	byWorld map[string]map[string]struct{}
	seq     int64
	unswept int // writes since expired items were removed
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
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, item := range all {
		old, ok := x.by.Get(item.Key)
		if ok && old.expired(now) {
			old = Item{}
		}
		if item.Seq != AnySeq && item.Seq != old.Seq {
			return ErrItemConflict
		}
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

func (x *items) remove(item Item) {
	x.by.Delete(item.Key)
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

func (x *items) dropWorld(world string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for key := range x.byWorld[world] {
		x.by.Delete(key)
	}
	delete(x.byWorld, world)
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
