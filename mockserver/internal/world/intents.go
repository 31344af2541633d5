package world

import "sync"

// intents maps intents to their worlds. Its lock is taken while a world's state
// is locked and never the other way round.
type intents struct {
	mu sync.Mutex
	by map[string]*World
}

func (i *intents) find(id string) *World {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.by[id]
}

// index is the part of intents that belongs to one world. It is the
// connect.IntentIndex of that world's state.
type index struct {
	of     *intents
	world  *World
	ids    map[string]struct{}
	closed bool
}

// Add files an intent under the world and reports whether no other world has
// one of its id. After close it files nothing: a request may still be using a
// world that has been dropped.
func (x *index) Add(id string) bool {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	if x.closed {
		return true
	}
	if _, ok := x.of.by[id]; ok {
		return false
	}
	if x.ids == nil {
		x.ids = map[string]struct{}{}
	}
	x.ids[id] = struct{}{}
	x.of.by[id] = x.world
	return true
}

// Remove drops an intent of the world.
func (x *index) Remove(id string) {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	if _, ok := x.ids[id]; ok {
		delete(x.ids, id)
		delete(x.of.by, id)
	}
}

// close drops all intents of the world.
func (x *index) close() {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	for id := range x.ids {
		delete(x.of.by, id)
	}
	x.ids, x.closed = nil, true
}
