package mutants

import (
	"maps"
	"slices"
	"sync"
)

// A memory is what a twist knows of earlier calls. The zero value is empty.
type memory[V any] struct {
	mu sync.Mutex
	of map[string]V
}

func (m *memory[V]) get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.of[key]
	return v, ok
}

// set sets a value and returns the previous one.
func (m *memory[V]) set(key string, v V) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, ok := m.of[key]
	if m.of == nil {
		m.of = map[string]V{}
	}
	m.of[key] = v
	return before, ok
}

// once keeps the first value of a key and returns it.
func (m *memory[V]) once(key string, v V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if first, ok := m.of[key]; ok {
		return first
	}
	if m.of == nil {
		m.of = map[string]V{}
	}
	m.of[key] = v
	return v
}

// but returns the values of all other keys, in the order of the keys.
func (m *memory[V]) but(key string) []V {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []V
	for _, k := range slices.Sorted(maps.Keys(m.of)) {
		if k != key {
			out = append(out, m.of[k])
		}
	}
	return out
}

// all returns a copy of what is known.
func (m *memory[V]) all() map[string]V {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.of)
}
