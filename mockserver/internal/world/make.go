package world

import (
	"cmp"
	"container/list"
	"context"
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
	"cariqamock/mockserver/internal/store"
)

// Reset makes a world again, from another scenario or, with "", from the one it
// was made from. If it fails, with the errors of ByID, nothing has changed.
func (r *Registry) Reset(id, scenario string) (*World, error) {
	return r.alone(id, func(w *World) (*World, error) {
		w, err := r.kept(id, w)
		if err != nil {
			return nil, err
		}
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
// for that id, and locks the registry only for the exchange of the two. Another
// process may make one of that id at the same time: if there was none, that one
// counts.
func (r *Registry) create(id, name, prefix string) (*World, error) {
	w, first, err := r.build(id, name, prefix)
	if err != nil {
		return nil, err
	}
	old := r.known(id)
	if err := r.index(w, old); err != nil {
		return nil, err
	}
	v, err := r.enter(id, first, old, store.Version{})
	switch {
	case errors.Is(err, store.ErrExists):
		w.discard()
		return r.load(id)
	case err != nil:
		w.discard()
		return nil, Unavailable(err)
	}
	w.keeper.version.Store(&v)
	w.Life = v.Life
	r.replace(w)
	return w, nil
}

// index files the intents of a world, which may replace another one that has the
// same.
func (r *Registry) index(w, old *World) error {
	w.intents = &index{of: r.intents, world: w, instead: old}
	err := w.State.Index(w.intents)
	if err == nil {
		return nil
	}
	w.discard()
	if old != nil {
		return errors.Join(err, old.State.Index(old.intents))
	}
	return err
}

// enter adds a new world to the store, in the place of another one at a version
// unless that is nil.
func (r *Registry) enter(id string, first store.Change, instead *World, at store.Version) (store.Version, error) {
	if instead == nil {
		return r.cfg.Store.Create(context.Background(), id, first)
	}
	return r.cfg.Store.Replace(context.Background(), id, at, first)
}

// replace puts a world that is kept into the place of the one of its id.
func (r *Registry) replace(w *World) {
	if old := r.place(w); old != nil {
		old.keeper.closed.Store(true)
		old.discard()
	}
	w.intents.settle()
}

// load brings a world from the store into memory. It returns nil if there is
// none.
func (r *Registry) load(id string) (*World, error) {
	s, err := r.cfg.Store.Load(context.Background(), id, store.Version{})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err == nil && r.cfg.TTL > 0 && r.cfg.Wall().Sub(s.Used) > r.cfg.TTL {
		err = r.cfg.Store.Drop(context.Background(), id, s.Version)
		if err == nil || errors.Is(err, store.ErrNotFound) {
			return nil, nil
		}
	}
	if err != nil {
		return nil, Unavailable(err)
	}
	h, err := readHead(s.Value)
	if err != nil {
		return nil, Unavailable(err)
	}
	w := r.blank(id, h, clock.New(r.cfg.Wall, h.Clock.At, true))
	w.Life = s.Life
	if err := r.index(w, nil); err != nil {
		return nil, err
	}
	if _, err := w.State.Begin(w.keeper); err != nil {
		return nil, err
	}
	if err := w.State.Restore(func() ([]connect.Record, connect.Position, error) { return w.keeper.restore(s) }); err != nil {
		w.discard()
		return nil, err
	}
	r.replace(w)
	return w, nil
}

// build makes a world that nobody knows yet, and returns what it consists of.
func (r *Registry) build(id, name, prefix string) (*World, store.Change, error) {
	sc, err := r.cfg.Library.Get(name)
	if errors.Is(err, library.ErrUnknown) {
		return nil, store.Change{}, unknownScenario(name, r.cfg.Library.Similar(name))
	}
	if errors.Is(err, store.ErrUnavailable) {
		err = Unavailable(err)
	}
	if err != nil {
		return nil, store.Change{}, err
	}
	now := r.cfg.Wall()
	start := sc.Start(now).Truncate(time.Microsecond) // a world's time is in whole microseconds
	w := r.blank(id, head{
		Codec: codec, Scenario: name, Prefix: prefix, CreatedAt: now.Truncate(time.Microsecond), Revoked: sc.Revoked,
		Seed: r.cfg.Seed, Secrets: r.cfg.Secrets, CDRDelay: r.cfg.CDRDelay,
	}, clock.New(r.cfg.Wall, start, sc.Frozen))
	first, err := w.fill(sc, start)
	if err != nil {
		w.discard()
	}
	return w, first, err
}

// blank returns a world without content.
func (r *Registry) blank(id string, h head, c *clock.Clock) *World {
	limits := connect.DefaultLimits()
	limits.Bytes = r.cfg.Memory / limit.WorldShare
	w := &World{
		ID: id, Scenario: h.Scenario, CreatedAt: h.CreatedAt, Revoked: h.Revoked, Secrets: h.Secrets,
		Clock: c, Journal: r.cfg.Journals.New(), Faults: fault.NewSet(h.Seed, id),
		State: connect.New(connect.Config{
			World: id, Seed: h.Seed, Clock: c, Catalogue: r.cfg.Catalogue, Rules: r.cfg.Rules,
			CDRDelay: h.CDRDelay, StartTimeout: r.cfg.StartTimeout,
			Limits: limits, Bytes: &r.bytes,
		}),
		place: &place{prefix: h.Prefix, used: r.cfg.Wall()},
	}
	w.keeper = &keeper{World: w, store: r.cfg.Store, lasting: r.lasting, shared: r.shared, wall: r.cfg.Wall, base: h}
	w.keeper.version.Store(&store.Version{})
	return w
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

// fill sets the state and the faults of a new world, and returns them as its
// first change.
func (w *World) fill(sc *scenario.Scenario, start time.Time) (store.Change, error) {
	if sc.Speed != 1 {
		if _, err := w.Clock.Apply(clock.Change{Speed: &sc.Speed}); err != nil {
			return store.Change{}, err
		}
	}
	for _, f := range sc.Faults() {
		if _, err := w.AddFault(f); err != nil {
			return store.Change{}, err
		}
	}
	if err := w.State.Load(sc.Seed(start)); err != nil {
		return store.Change{}, err
	}
	first, err := w.State.For(connect.Cause{What: "scenario " + w.Scenario}).Begin(w.keeper)
	if err != nil {
		return store.Change{}, err
	}
	return w.keeper.change(first)
}
