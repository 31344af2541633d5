package world

import (
	"cmp"
	"container/list"
	"errors"
	"strings"
	"sync"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
)

// Reset makes a world again, from another scenario or, with "", from the one it
// was made from. If it fails, with the errors of ByID, nothing has changed.
func (r *Registry) Reset(id, scenario string) (*World, error) {
	return r.alone(id, func(w *World) (*World, error) {
		if w != nil {
			return r.create(id, cmp.Or(scenario, w.Scenario), w.prefix)
		}
		return r.createByID(id, scenario)
	})
}

// createByID makes the world of a mock. token, from the scenario that it names
// unless another is given.
func (r *Registry) createByID(id, scenario string) (*World, error) {
	if !strings.HasPrefix(id, mockPrefix) {
		return nil, ErrUnknown
	}
	_, own, err := parseToken(id, "")
	if err != nil {
		return nil, err
	}
	if !r.allowed(id) {
		return nil, errNotAllowed
	}
	return r.create(id, cmp.Or(scenario, own), prefixOf(id))
}

// alone makes a world, given the one of its id or nil, while no other call makes
// one of that id. It does not keep calls to other worlds waiting.
func (r *Registry) alone(id string, create func(*World) (*World, error)) (*World, error) {
	r.mu.Lock()
	turn := r.turns[id]
	if turn == nil {
		turn = &sharedMutex{}
		r.turns[id] = turn
	}
	turn.users++
	r.mu.Unlock()
	turn.Lock()
	defer func() {
		turn.Unlock()
		r.mu.Lock()
		defer r.mu.Unlock()
		if turn.users--; turn.users == 0 {
			delete(r.turns, id)
		}
	}()
	return create(r.known(id))
}

// A sharedMutex is removed when nobody needs it any more.
type sharedMutex struct {
	sync.Mutex
	users int // guarded by the Registry
}

// create builds a world and replaces the one of the same id. It is called alone
// for that id, and locks the registry only for the exchange of the two.
func (r *Registry) create(id, name, prefix string) (*World, error) {
	w, err := r.build(id, name, prefix)
	if err != nil {
		return nil, err
	}
	old := r.known(id)
	w.intents = &index{of: r.intents, world: w, instead: old} // the new world has the same ids
	if err := w.State.Index(w.intents); err != nil {
		w.discard()
		if old != nil {
			return nil, errors.Join(err, old.State.Index(old.intents))
		}
		return nil, err
	}
	if old = r.place(w); old != nil {
		old.discard()
	}
	w.intents.settle()
	return w, nil
}

// build makes a world that nobody knows yet.
func (r *Registry) build(id, name, prefix string) (*World, error) {
	sc, err := r.cfg.Library.Get(name)
	if errors.Is(err, library.ErrUnknown) {
		return nil, unknownScenario(name, r.cfg.Library.Similar(name))
	}
	if err != nil {
		return nil, err
	}
	now := r.cfg.Wall()
	start := sc.Start(now).Truncate(time.Microsecond) // a world's time is in whole microseconds
	w := &World{
		ID: id, Scenario: name, prefix: prefix, CreatedAt: now.Truncate(time.Microsecond), Revoked: sc.Revoked,
		Clock: clock.New(r.cfg.Wall, start, sc.Frozen), Journal: r.cfg.Journals.New(), used: now,
	}
	if err := r.fill(w, sc, start); err != nil {
		w.discard()
		return nil, err
	}
	return w, nil
}

// place puts a world into the registry and returns the one that it replaces, or
// nil.
func (r *Registry) place(w *World) (old *World) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made++
	w.number = r.made
	if el := r.worlds[w.ID]; el != nil {
		old = el.Value.(*World)
		w.number = old.number
		r.takeOut(el)
	}
	for r.recent.Len() >= r.cfg.Max {
		r.evict()
	}
	if r.peers[w.prefix] == nil {
		r.peers[w.prefix] = list.New()
	}
	r.listed.Set(w)
	r.worlds[w.ID], w.peer = r.recent.PushFront(w), r.peers[w.prefix].PushFront(w)
	return old
}

// fill sets the state and the faults of a new world.
func (r *Registry) fill(w *World, sc *scenario.Scenario, start time.Time) error {
	if sc.Speed != 1 {
		if _, err := w.Clock.Apply(clock.Change{Speed: &sc.Speed}); err != nil {
			return err
		}
	}
	w.Faults = fault.NewSet(r.cfg.Seed, w.ID)
	for _, f := range sc.Faults() {
		if _, err := w.Faults.Add(f); err != nil {
			return err
		}
	}
	limits := connect.DefaultLimits()
	limits.Bytes = r.cfg.Memory / limit.WorldShare
	w.State = connect.New(connect.Config{
		World: w.ID, Seed: r.cfg.Seed, Clock: w.Clock, Catalogue: r.cfg.Catalogue, Rules: r.cfg.Rules,
		CDRDelay: r.cfg.CDRDelay, StartTimeout: r.cfg.StartTimeout,
		Limits: limits, Bytes: &r.bytes,
	})
	return w.State.Load(sc.Seed(start))
}
