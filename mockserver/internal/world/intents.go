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
	of      *intents
	world   *World
	instead *World // which the world is about to replace, with its intents
	ids     map[string]struct{}
	closed  bool
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
	if other, ok := x.of.by[id]; ok && other != x.instead {
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
		x.forget(id)
	}
}

// forget drops an intent unless another world has taken it over.
func (x *index) forget(id string) {
	if x.of.by[id] == x.world {
		delete(x.of.by, id)
	}
}

// settle ends the time in which the world takes intents over.
func (x *index) settle() {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	x.instead = nil
}

// closeRows is how many intents are dropped while the others are locked once.
const closeRows = 100

// close drops all intents of the world.
func (x *index) close() {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	ids := x.ids
	x.ids, x.closed = nil, true
	n := 0
	for id := range ids {
		x.forget(id)
		if n++; n%closeRows == 0 { // others get their turn
			x.of.mu.Unlock()
			x.of.mu.Lock()
		}
	}
}
