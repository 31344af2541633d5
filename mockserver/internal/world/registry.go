package world

import (
	"container/list"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/journal"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/scenario/library"
	"cariqamock/mockserver/internal/store"
)

// Config is what a Registry makes worlds from.
type Config struct {
	Library      *library.Library
	Default      string // scenario of tokens that name none
	Seed         uint64 // of ids and of faults' chances
	Secrets      Secrets
	Catalogue    connect.Catalogue
	Rules        connect.Rules
	CDRDelay     time.Duration   // see connect.Config
	StartTimeout time.Duration   // see connect.Config
	TTL          time.Duration   // after which an unused world is dropped, in wall time; 0: never
	Max          int             // the most worlds in memory at once
	Journals     *journal.Budget // for the journals of all worlds
	Memory       int64           // the most bytes of all worlds, about, without their journals
	Tokens       []string        // that may open worlds, * for any characters; nil for all
	Store        store.Store     // nil: one in memory
	Wall         func() time.Time
	Log          *slog.Logger
}

// A Registry holds the worlds. It is safe for concurrent use.
type Registry struct {
	cfg     Config
	allowed func(token string) bool
	intents *intents

	mu     sync.Mutex
	worlds map[string]*list.Element // of *World
	recent *list.List               // most recently used first
	made   uint64                   // worlds ever made
	peers  map[string]*list.List    // the same by prefix, see prefixOf
	listed *btree.BTreeG[*World]    // by number
	turns  map[string]*sharedMutex  // of worlds that are being made, by id
	bytes  atomic.Int64             // of all states

	lasting bool // the store outlives the process: worlds that are not used need not be in memory
	shared  bool // other processes change the worlds
}

// NewRegistry returns an empty registry.
func NewRegistry(cfg Config) *Registry {
	if cfg.Store == nil {
		cfg.Store = store.NewMemory(store.Options{Changes: limit.Changes, Memory: limit.HistoryMemory, Wall: cfg.Wall})
	}
	return &Registry{
		lasting: store.Lasts(cfg.Store), shared: store.Shared(cfg.Store),
		cfg: cfg, allowed: allows(cfg.Tokens), intents: &intents{by: map[string]*World{}},
		worlds: map[string]*list.Element{}, recent: list.New(), peers: map[string]*list.List{}, turns: map[string]*sharedMutex{},
		listed: btree.NewBTreeGOptions(func(a, b *World) bool { return a.number < b.number }, btree.Options{NoLocks: true}),
	}
}

// ByToken returns the world of a token and makes it if need be. It fails with
// ErrRevoked, also for tokens that may not open worlds, a *TokenError, or the
// error of a broken scenario file.
func (r *Registry) ByToken(token string) (*World, error) {
	if !r.allowed(token) {
		return nil, ErrRevoked
	}
	w, err := r.byToken(token)
	if err != nil {
		return nil, err
	}
	if w.Revoked {
		return nil, ErrRevoked
	}
	return w, nil
}

func (r *Registry) byToken(token string) (*World, error) {
	if strings.HasPrefix(token, mockPrefix) {
		if w := r.current(token); w != nil { // a known id need not be parsed again
			return w, nil
		}
	}
	id, scenario, err := parseToken(token, r.cfg.Default)
	if err != nil {
		return nil, err
	}
	return r.find(id, func() (*World, error) { return r.create(id, scenario, prefixOf(token)) })
}

// ByID returns a world by its id and makes those of mock. tokens if need be. It
// fails with ErrUnknown, a *TokenError, or the error of a broken scenario file.
func (r *Registry) ByID(id string) (*World, error) {
	return r.find(id, func() (*World, error) { return r.createByID(id, "") })
}

// known returns a world, or nil, and marks it as used.
func (r *Registry) known(id string) *World {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.touch(id)
}

// current returns a world that is in memory and can only be as it is kept, or nil.
func (r *Registry) current(id string) *World {
	if r.shared {
		return nil
	}
	if w := r.known(id); w != nil && !w.keeper.behind.Load() && !w.keeper.closed.Load() {
		return w
	}
	return nil
}

// find returns a world as it is kept, and creates it if it does not exist. Of
// several calls at once, one creates it and the others wait.
func (r *Registry) find(id string, create func() (*World, error)) (*World, error) {
	for range finds {
		w := r.known(id)
		if w == nil {
			var err error
			w, err = r.alone(id, func(w *World) (*World, error) { return r.open(id, w, create) })
			if err != nil {
				return nil, err
			}
			return w, nil
		}
		if err := w.keeper.refresh(); err != nil {
			return nil, err
		}
		if !w.keeper.closed.Load() {
			return w, nil
		}
		r.letGo(w)
	}
	return nil, Unavailable(connect.ErrBehind)
}

// finds is how often a world is looked for that others drop meanwhile.
const finds = 10

// open returns the world that somebody else has opened meanwhile, or else the one
// that the store has, or else a new one.
func (r *Registry) open(id string, w *World, create func() (*World, error)) (*World, error) {
	if w != nil && w.keeper.closed.Load() {
		w = nil
	}
	if w, err := r.kept(id, w); w != nil || err != nil {
		return w, err
	}
	return create()
}

// kept returns a world, which is nil if it is not in memory, or else the one that
// the store has. It returns nil if there is none.
func (r *Registry) kept(id string, w *World) (*World, error) {
	if w != nil || !r.lasting {
		return w, nil
	}
	return r.load(id)
}

// letGo takes a world out of memory, unless another one has taken its place.
func (r *Registry) letGo(w *World) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if el := r.worlds[w.ID]; el != nil && el.Value.(*World) == w {
		r.takeOut(el).discard()
	}
}

// Has reports whether there is a world of an id.
func (r *Registry) Has(id string) bool {
	if r.known(id) != nil {
		return true
	}
	if !r.lasting {
		return false
	}
	_, err := r.cfg.Store.Load(context.Background(), id, store.Version{})
	return err == nil
}

// touch returns a world, or nil, and marks it as used. Every touch drops the
// worlds that have expired, so that no timer is needed.
func (r *Registry) touch(id string) *World {
	now := r.sweep()
	el := r.worlds[id]
	if el == nil {
		return nil
	}
	w := el.Value.(*World)
	w.used = now
	r.recent.MoveToFront(el)
	r.peers[w.prefix].MoveToFront(w.peer)
	return w
}

// idleTime is after how long without use a world that the store keeps is let go
// of.
const idleTime = time.Hour

// sweep removes the worlds that have been unused for too long, unless a call
// waits in them, and returns the wall time.
func (r *Registry) sweep() time.Time {
	now := r.cfg.Wall()
	idle := r.cfg.TTL
	if r.lasting && (idle == 0 || idle > idleTime) {
		idle = idleTime
	}
	for el := r.recent.Back(); el != nil && idle > 0 && now.Sub(el.Value.(*World).used) > idle; {
		old := el
		el = el.Prev()
		if !r.busy(old.Value.(*World)) {
			r.remove(old)
		}
	}
	if r.bytes.Load() > r.cfg.Memory {
		r.shrink()
	}
	return now
}

// busy reports whether a call waits in a world that lasts: it would end if the
// world were no longer in memory.
func (r *Registry) busy(w *World) bool { return r.lasting && w.State.Starting() > 0 }

// shrink drops worlds until they take less than fifteen sixteenths of the
// memory that they may: of those that take no less than the average the one
// unused for longest, so that a few large ones do not cost the small ones, nor
// many idle ones the one in use.
func (r *Registry) shrink() {
	goal := r.cfg.Memory - r.cfg.Memory/16
	for r.bytes.Load() > goal && r.recent.Len() > 1 {
		mean := r.bytes.Load() / int64(r.recent.Len())
		el := r.recent.Back()
		for (el.Value.(*World).State.Bytes() < mean || r.busy(el.Value.(*World))) && el.Prev() != nil {
			el = el.Prev()
		}
		r.cfg.Log.Warn("worlds take too much memory: dropping a large one that is unused for longest",
			"world", el.Value.(*World).ID, "bytes", el.Value.(*World).State.Bytes(), "max", r.cfg.Memory)
		r.remove(el)
	}
}

// evict drops the world unused for longest of the prefix that the most worlds
// have, so that a client that uses up tokens drops its own worlds.
func (r *Registry) evict() {
	var most *list.List
	for _, l := range r.peers {
		if most == nil || l.Len() > most.Len() || l.Len() == most.Len() && oldest(l).used.Before(oldest(most).used) {
			most = l
		}
	}
	w := oldest(most)
	for el := most.Back(); el != nil; el = el.Prev() {
		if idle := el.Value.(*World); !r.busy(idle) {
			w = idle
			break
		}
	}
	r.cfg.Log.Warn("too many worlds: dropping one unused for longest", "world", w.ID, "max", r.cfg.Max)
	r.remove(r.worlds[w.ID])
}

// oldest returns the world of a prefix that is unused for longest.
func oldest(peers *list.List) *World { return peers.Back().Value.(*World) }

// remove takes a world out of memory. Where it is kept nowhere else, that drops it.
func (r *Registry) remove(el *list.Element) {
	w := r.takeOut(el)
	if r.lasting {
		if r.cfg.TTL > 0 { // it is as old as its last use, not as its last change
			go func() { _ = r.cfg.Store.Touch(context.Background(), w.ID, w.used) }()
		}
	} else {
		w.keeper.closed.Store(true)
		_ = r.cfg.Store.Drop(context.Background(), w.ID, *w.keeper.version.Load()) // fails only if it is gone already
	}
	w.discard()
}

// takeOut takes a world out of the registry.
func (r *Registry) takeOut(el *list.Element) *World {
	w := r.recent.Remove(el).(*World)
	delete(r.worlds, w.ID)
	r.listed.Delete(w)
	peers := r.peers[w.prefix]
	if peers.Remove(w.peer); peers.Len() == 0 {
		delete(r.peers, w.prefix)
	}
	return w
}

// discard ends what goes on in a world and gives back what it holds.
func (w *World) discard() {
	if w.State != nil {
		w.State.Release()
	}
	if w.intents != nil {
		w.intents.close()
	}
	w.Journal.Close()
	w.Clock.Close()
}

// Drop drops a world if there is one of that id.
func (r *Registry) Drop(id string) error {
	err := r.cfg.Store.Drop(context.Background(), id, store.Version{})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Unavailable(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if el := r.worlds[id]; el != nil {
		w := r.takeOut(el)
		w.keeper.closed.Store(true)
		w.discard()
	}
	return nil
}

// Shared reports whether other processes may change the worlds: journals have only
// the calls that this one has answered.
func (r *Registry) Shared() bool { return r.shared }

// Len returns the number of worlds.
func (r *Registry) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep()
	return r.recent.Len()
}

// List returns the worlds, newest first: their order does not change when they
// are used or reset.
func (r *Registry) List() []*World {
	r.mu.Lock()
	r.sweep()
	listed := r.listed.Copy()
	r.mu.Unlock()
	out := listed.Items()
	slices.Reverse(out)
	return out
}

// existing returns a world that is kept, or ErrUnknown.
func (r *Registry) existing(id string) (*World, error) {
	return r.find(id, func() (*World, error) { return nil, ErrUnknown })
}

// ByIntent returns the world that an intent belongs to and reports whether
// there is one.
func (r *Registry) ByIntent(id string) (*World, bool) {
	w := r.intents.find(id)
	if w == nil || r.shared {
		return r.keptIntent(id, w)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.touch(w.ID) != w { // expired or replaced just now
		return nil, false
	}
	return w, true
}

// keptIntent returns the world that an intent belongs to, which may be in memory,
// as it is kept.
func (r *Registry) keptIntent(id string, w *World) (*World, bool) {
	name := ""
	if w != nil {
		name = w.ID
	} else if r.lasting {
		item, err := r.cfg.Store.Item(context.Background(), intentPrefix+id)
		if err != nil {
			return nil, false
		}
		name = string(item.Value)
	}
	if name == "" {
		return nil, false
	}
	w, err := r.existing(name)
	return w, err == nil
}
