package store

import (
	"context"
	"errors"
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
func NewMemory(o Options) Store {
	return &memory{options: o, items: items{bounds: o.Items}, kept: queue{most: o.Memory}}
}

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
	return m.create(world, first, func(old *memoryWorld) error {
		if old != nil {
			return ErrExists
		}
		return m.items.put(first.Items, m.options.Wall())
	})
}

func (m *memory) Replace(_ context.Context, world string, seen Version, first Change) (Version, error) {
	return m.create(world, first, func(old *memoryWorld) error {
		items := func() error { return m.items.replace(world, first.Items, m.options.Wall()) }
		switch {
		case old != nil:
			return old.close(seen, items)
		case seen != Version{}:
			return ErrConflict
		}
		return items()
	})
}

// create puts a world into the place of another one, which may be nil, if that
// can make room.
func (m *memory) create(world string, first Change, room func(old *memoryWorld) error) (Version, error) {
	first, err := first.stored(world)
	if err != nil {
		return Version{}, err
	}
	w := newMemoryWorld(world, m.lives.Add(1), &m.kept)
	m.mu.Lock()
	defer m.mu.Unlock()
	old, _ := m.worlds.Get(world)
	if err := room(old); err != nil {
		if !errors.Is(err, ErrExists) {
			m.lost.Add(1)
		}
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
	err := w.close(seen, func() error { return m.items.replace(world, nil, m.options.Wall()) })
	if err == nil {
		m.worlds.Delete(world)
	}
	return err
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
