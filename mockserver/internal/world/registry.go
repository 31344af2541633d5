package world

import (
	"container/list"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/fault"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/scenario"
	"cariqamock/mockserver/internal/scenario/library"
)

// Config is what worlds are made of.
type Config struct {
	Library      *library.Library
	Default      string // scenario of tokens that name none
	Seed         uint64
	Catalogue    connect.Catalogue
	Rules        connect.Rules
	CDRDelay     time.Duration
	StartTimeout time.Duration // of starts; 0: the domain's own
	TTL          time.Duration // a world unused for longer is dropped
	Max          int           // most worlds at once
	Wall         func() time.Time
	Log          *slog.Logger
}

// A Registry holds the worlds. It is safe for concurrent use.
type Registry struct {
	cfg     Config
	intents *intents

	mu     sync.Mutex
	worlds map[string]*list.Element // of *entry
	recent *list.List               // most recently used first
}

type entry struct {
	world *World
	index *index
	used  time.Time
}

// NewRegistry makes an empty registry.
func NewRegistry(cfg Config) *Registry {
	return &Registry{cfg: cfg, intents: newIntents(), worlds: map[string]*list.Element{}, recent: list.New()}
}

// ByToken finds the world of a token or makes it. It fails with ErrRevoked or
// a *TokenError.
func (r *Registry) ByToken(token string) (*World, error) {
	w := r.known(token)
	if w == nil {
		id, scenario, err := name(token, r.cfg.Default)
		if err != nil {
			return nil, err
		}
		if w, err = r.findOrMake(id, scenario); err != nil {
			return nil, err
		}
	}
	if w.Revoked {
		return nil, ErrRevoked
	}
	return w, nil
}

// known finds the world of a mock. token that is its own id, without reading
// the token again; nil: there is none yet.
func (r *Registry) known(token string) *World {
	if !strings.HasPrefix(token, mockPrefix) {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.touch(token); e != nil {
		return e.world
	}
	return nil
}

// ByID finds a world by its id; those of mock. tokens are made. It fails with
// ErrUnknown or a *TokenError.
func (r *Registry) ByID(id string) (*World, error) {
	if strings.HasPrefix(id, mockPrefix) {
		_, scenario, err := name(id, "")
		if err != nil {
			return nil, err
		}
		return r.findOrMake(id, scenario)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if el := r.touch(id); el != nil {
		return el.world, nil
	}
	return nil, ErrUnknown
}

func (r *Registry) findOrMake(id, scenario string) (*World, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.touch(id); e != nil {
		return e.world, nil
	}
	return r.make(id, scenario)
}

// touch finds a world and marks it as used. Worlds that nobody has used for
// too long go whenever somebody looks, so that no timer is needed.
func (r *Registry) touch(id string) *entry {
	now := r.sweep()
	el := r.worlds[id]
	if el == nil {
		return nil
	}
	e := el.Value.(*entry)
	e.used = now
	r.recent.MoveToFront(el)
	return e
}

// sweep drops the worlds that nobody has used for too long, and gives the wall
// time at which it looked.
func (r *Registry) sweep() time.Time {
	now := r.cfg.Wall()
	for el := r.recent.Back(); el != nil; el = r.recent.Back() {
		if e := el.Value.(*entry); now.Sub(e.used) <= r.cfg.TTL {
			break
		}
		r.remove(el)
	}
	return now
}

// make builds a world and puts it in the place of the one of the same id.
func (r *Registry) make(id, name string) (*World, error) {
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
		ID: id, Scenario: name, CreatedAt: now.Truncate(time.Microsecond), Revoked: sc.Revoked,
		Clock: clock.New(r.cfg.Wall, start, sc.Frozen), Journal: journal.New(0),
	}
	if err := r.fill(w, sc, start); err != nil {
		return nil, err
	}
	if el := r.worlds[id]; el != nil {
		r.remove(el) // the new world has the ids of the old one, which go first
	}
	idx := &index{of: r.intents, world: w}
	if err := w.State.Index(idx); err != nil {
		idx.close()
		return nil, err
	}
	for r.recent.Len() >= r.cfg.Max {
		oldest := r.recent.Back()
		r.cfg.Log.Warn("too many worlds: dropping the one unused for longest",
			"world", oldest.Value.(*entry).world.ID, "max", r.cfg.Max)
		r.remove(oldest)
	}
	r.worlds[id] = r.recent.PushFront(&entry{world: w, index: idx, used: now})
	return w, nil
}

// fill gives a new world a scenario's state and faults. Nobody else knows the
// world yet.
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
	w.State = connect.New(connect.Config{
		World: w.ID, Seed: r.cfg.Seed, Clock: w.Clock, Catalogue: r.cfg.Catalogue, Rules: r.cfg.Rules,
		CDRDelay: r.cfg.CDRDelay, StartTimeout: r.cfg.StartTimeout,
	})
	return w.State.Load(sc.Seed(start))
}

func (r *Registry) remove(el *list.Element) {
	e := r.recent.Remove(el).(*entry)
	delete(r.worlds, e.world.ID)
	e.index.close()
	e.world.Journal.Close()
	e.world.Clock.Close()
}

// Reset starts a world anew, from the scenario it was made from or from
// another. It fails with ErrUnknown or a *TokenError and then leaves things as
// they are.
func (r *Registry) Reset(id, scenario string) (*World, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.touch(id); e != nil {
		if scenario == "" {
			scenario = e.world.Scenario
		}
		return r.make(id, scenario)
	}
	if !strings.HasPrefix(id, mockPrefix) {
		return nil, ErrUnknown
	}
	_, own, err := name(id, "")
	if err != nil {
		return nil, err
	}
	if scenario == "" {
		scenario = own
	}
	return r.make(id, scenario)
}

// Drop lets go of a world, if it is there.
func (r *Registry) Drop(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if el := r.worlds[id]; el != nil {
		r.remove(el)
	}
}

// Len is how many worlds there are.
func (r *Registry) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep()
	return r.recent.Len()
}

// List gives the worlds, most recently used first.
func (r *Registry) List() []*World {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep()
	out := make([]*World, 0, r.recent.Len())
	for el := r.recent.Front(); el != nil; el = el.Next() {
		out = append(out, el.Value.(*entry).world)
	}
	return out
}

// ByIntent returns the world that an intent belongs to.
func (r *Registry) ByIntent(id string) (*World, bool) {
	w := r.intents.find(id)
	if w == nil {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.touch(w.ID); e == nil || e.world != w { // its time is over, or another has its place
		return nil, false
	}
	return w, true
}
