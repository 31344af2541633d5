package world

import "sync"

// intents knows which world an intent belongs to. Its lock is taken while a
// world's state is locked and never the other way round.
type intents struct {
	mu sync.Mutex
	by map[string]*World
}

func newIntents() *intents { return &intents{by: map[string]*World{}} }

func (i *intents) find(id string) *World {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.by[id]
}

// index is one world's view of intents, so that its own go when it goes.
type index struct {
	of     *intents
	world  *World
	ids    map[string]struct{}
	closed bool
}

// Add notes an intent of the world, unless another has its id. A world that
// has been dropped may still be in the hands of a request; it notes no more.
func (x *index) Add(id string) bool {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	if x.closed {
		return true
	}
	if _, taken := x.of.by[id]; taken {
		return false
	}
	if x.ids == nil {
		x.ids = map[string]struct{}{}
	}
	x.ids[id] = struct{}{}
	x.of.by[id] = x.world
	return true
}

// Remove forgets an intent of the world.
func (x *index) Remove(id string) {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	if _, own := x.ids[id]; own {
		delete(x.ids, id)
		delete(x.of.by, id)
	}
}

func (x *index) close() {
	x.of.mu.Lock()
	defer x.of.mu.Unlock()
	for id := range x.ids {
		delete(x.of.by, id)
	}
	x.ids, x.closed = nil, true
}
