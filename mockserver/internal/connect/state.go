package connect

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"

	"cariqamock/mockserver/internal/clock"
)

// DefaultCDRDelay is the usual time from a session's end to its CDR, about
// what the vendor's development environment shows in its worked example.
const DefaultCDRDelay = 60 * time.Second

// DefaultStartTimeout is how long a start waits for the provider, in wall time:
// the time-out of the vendor's client.
const DefaultStartTimeout = 120 * time.Second

// Config is what a State is made of.
type Config struct {
	World        string // name of the world, from which all ids derive
	Seed         uint64 // from which all ids derive
	Clock        *clock.Clock
	Catalogue    Catalogue
	Rules        Rules
	CDRDelay     time.Duration // from a session's end to its CDR; charge points may have their own
	StartTimeout time.Duration // in wall time; 0: DefaultStartTimeout
	Intents      IntentIndex   // nil: ids of intents are unique in this state only
	Limits       Limits
	Bytes        *atomic.Int64 // of all states of the server, counted up and down; may be nil
}

// An IntentIndex knows the intents of all states of a server, so that a call
// to the payment provider, which names only the intent, finds its state. It is
// called with the state locked and must not call back.
type IntentIndex interface {
	// Add reports whether no other state has an intent of this id.
	Add(intentID string) (unique bool)
	Remove(intentID string)
}

// A State is one isolated universe. It is safe for concurrent use: each
// operation is one step, decided at the clock's time.
type State struct {
	*core
	cause Cause // of what is changed
}

// A core is what all views of a state share, see State.For.
type core struct {
	cfg   Config
	rules rulebook

	mu        counted
	keeping   keeping
	ids       *IDs
	users     map[string]*user        // by id
	listed    *btree.BTreeG[*profile] // of the users, in order of creation
	created   int                     // users ever
	refused   int                     // sessions that the provider refuses
	intents   map[string]*intent
	sessions  map[string]*session               // every session by id
	stations  []ownStation                      // that the catalogue does not have
	overrides *btree.Map[string, PointOverride] // of charge points, by EVSE id
	latestAt  *btree.Map[string, *session]      // the session that runs at each exclusive charge point, by EVSE id
	room      room
	looks     atomic.Int64
	starting  atomic.Int64            // starts that wait
	newest    atomic.Pointer[profile] // of the users, for those who do not have the lock
}

// A counted is a mutex that counts how often it is locked.
type counted struct {
	sync.Mutex
	rounds atomic.Int64
}

func (m *counted) Lock() {
	m.rounds.Add(1)
	m.Mutex.Lock()
}

// Locks returns how often the state has been locked. It shows how often calls
// may have to wait for each other.
func (s *State) Locks() int64 { return s.mu.rounds.Load() }

// Looks returns how many rows operations have looked at: users, payment methods
// and sessions. It shows whether the cost of a call depends on how much the
// state holds.
func (s *State) Looks() int64 { return s.looks.Load() }

// New returns an empty state.
func New(cfg Config) *State {
	if cfg.StartTimeout == 0 {
		cfg.StartTimeout = DefaultStartTimeout
	}
	s := &State{core: &core{
		cfg: cfg, rules: newRulebook(cfg.Rules),
		ids: NewIDs(cfg.Seed, cfg.World), room: room{all: cfg.Bytes}, keeping: newKeeping(),
	}}
	s.empty()
	return s
}

// empty makes the state one without content.
func (s *State) empty() {
	s.users, s.listed, s.intents, s.sessions = map[string]*user{}, newTree(byCreation), map[string]*intent{}, map[string]*session{}
	s.overrides, s.latestAt = btree.NewMap[string, PointOverride](0), btree.NewMap[string, *session](0)
	s.stations, s.created, s.refused = nil, 0, 0
}

// Index adds the state's intents, present and future, to an index. It fails if
// another state has an intent of the same id.
func (s *State) Index(x IntentIndex) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.Intents = x
	for id := range s.intents {
		if !x.Add(id) {
			return fmt.Errorf("intent %s belongs to another world", id)
		}
	}
	return nil
}

// Now is the state's time.
func (s *State) Now() time.Time { return s.cfg.Clock.Now() }

// Counts returns the number of users and of sessions, without starts that the
// provider refuses.
func (s *State) Counts() (users, sessions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listed.Len(), len(s.sessions) - s.refused
}

// withUser runs a step of an operation: with the state locked, on a user, at
// the clock's time. It fails with request/not-found
// and as the step does.
func (s *State) withUser(id string, step func(u *user, now time.Time) error) error {
	return s.do(func() error {
		for ; ; s.pause() {
			u, now := s.users[id], s.cfg.Clock.Now()
			if u == nil {
				return s.rules.refuse(notFound)
			}
			if s.settle(u, now) {
				return step(u, now)
			}
		}
	})
}

// ofUser is withUser for steps with a result.
func ofUser[T any](s *State, id string, step func(u *user, now time.Time) (T, error)) (v T, err error) {
	err = s.withUser(id, func(u *user, now time.Time) (err error) {
		v, err = step(u, now)
		return err
	})
	return v, err
}

// list returns the length of a user's list, which is kept oldest first, and a
// page of it, newest first. It fails with request/not-found.
func list[T, V any](
	s *State, userID string, offset, limit int, of func(*user, time.Time) rows[T], view func(T, time.Time) V,
) (n int, out []V, err error) {
	err = s.withUser(userID, func(u *user, now time.Time) error {
		n, out = page(of(u, now), offset, limit, func(v T) V { return view(v, now) })
		return nil
	})
	return n, out, err
}

// occupies reports whether a session is the one that runs at its charge point.
func (s *State) occupies(o *session) bool {
	latest, ok := s.latestAt.Get(o.point.EVSE)
	return ok && latest == o
}

// lose takes a session out of the state's lists.
func (s *State) lose(o *session) {
	delete(s.sessions, o.id)
	if o.refused {
		s.refused--
	}
	s.drops(sessionKey(o.id), startKey(o.id))
	s.room.take(-sessionSize - o.card.TextBytes())
}

// drop removes an attempt that came to nothing.
func (s *State) drop(o *session) {
	if i, ok := slices.BinarySearchFunc(o.user.sessions, o, byRequest); ok {
		o.user.sessions = slices.Delete(o.user.sessions, i, i+1)
	}
	s.lose(o)
	s.forget(o.debt)
	s.forget(o.preauth)
}
