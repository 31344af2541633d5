package connect

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"cariqamock/mockserver/internal/clock"
)

// DefaultCDRDelay is the time from a session's end to its final record, about
// what the vendor's development environment shows in its worked example.
const DefaultCDRDelay = 60 * time.Second

// DefaultStartTimeout is how long a start waits for the provider, in wall time:
// the time-out of the vendor's client.
const DefaultStartTimeout = 120 * time.Second

// Config is what a State is made of.
type Config struct {
	World        string // part of every id
	Seed         uint64
	Clock        *clock.Clock
	Catalogue    Catalogue
	Rules        Rules
	CDRDelay     time.Duration
	StartTimeout time.Duration // DefaultStartTimeout if 0
	Intents      IntentIndex   // nil: ids are unique in this state only
}

// An IntentIndex knows the intents of all states of a server, so that a
// payment provider's call, which names only the intent, finds its state. It is
// called with the state locked and must not call back.
type IntentIndex interface {
	Add(intentID string) (unique bool)
	Remove(intentID string)
}

// A State is one isolated universe. It is safe for concurrent use: each
// operation is one step, judged at the clock's time.
type State struct {
	cfg   Config
	rules rulebook

	mu      sync.Mutex
	ids     *IDs
	users   map[string]*user // deleted ones included
	listed  []*user          // in order of creation, without the deleted
	setups  map[string]*setup
	pays    map[string]*payment
	points  map[string]PointOverride // what a scenario says of charge points
	at      map[string]*session      // the last session at each exclusive charge point
	started map[string]*session      // every session by id
}

// New makes an empty state.
func New(cfg Config) *State {
	if cfg.StartTimeout == 0 {
		cfg.StartTimeout = DefaultStartTimeout
	}
	return &State{
		cfg: cfg, rules: newRulebook(cfg.Rules),
		ids:   NewIDs(cfg.Seed, cfg.World),
		users: map[string]*user{}, setups: map[string]*setup{}, pays: map[string]*payment{},
		points: map[string]PointOverride{}, at: map[string]*session{}, started: map[string]*session{},
	}
}

// Index makes the state's intents, those that it has and those to come, known
// to an index. It fails where another state has an intent of the same id.
func (s *State) Index(x IntentIndex) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.Intents = x
	for id := range s.setups {
		if !x.Add(id) {
			return fmt.Errorf("intent %s is another world's", id)
		}
	}
	for id := range s.pays {
		if !x.Add(id) {
			return fmt.Errorf("intent %s is another world's", id)
		}
	}
	return nil
}

// Now is the state's time.
func (s *State) Now() time.Time { return s.cfg.Clock.Now() }

// Counts says how much a state holds.
func (s *State) Counts() (users, sessions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.listed), len(s.started)
}

// user finds a user that has not been deleted.
func (s *State) user(id string) (*user, error) {
	u := s.users[id]
	if u == nil || u.deleted {
		return nil, s.rules.refuse("request/not-found")
	}
	return u, nil
}

// situation is what the rules see of a user now.
func (s *State) situation(u *user) *Situation {
	now := s.cfg.Clock.Now()
	s.settle(u, now)
	return &Situation{now: now, user: u}
}

// settle moves sessions that can no longer change out of the way, so that
// checks cost what is open and not what was ever charged. Time never goes
// back, so final stays final.
func (s *State) settle(u *user, now time.Time) {
	var billed []*session
	u.open = slices.DeleteFunc(u.open, func(o *session) bool {
		st := o.stateAt(now)
		switch st {
		case StateBilled:
			billed = append(billed, o)
			s.forget(o.debt)
		case StateSettled:
			billed = append(billed, o)
		case StateReleased:
			s.forget(o.debt)
		case stateGone:
			s.drop(o)
		}
		if st.final() && s.at[o.point.EVSE] == o {
			delete(s.at, o.point.EVSE)
		}
		return st.final()
	})
	u.bill(billed)
}

// bill adds sessions to the invoiced ones. Those of the same time are in order
// of request, whoever looked when, so that the order follows from the facts.
func (u *user) bill(billed []*session) {
	order := func(a, b *session) int {
		return cmp.Or(a.invoicedAt().Compare(b.invoicedAt()), a.requested.Compare(b.requested), cmp.Compare(a.nth, b.nth))
	}
	slices.SortFunc(billed, order)
	from := len(u.billed)
	u.billed = append(u.billed, billed...)
	for from > 0 && from < len(u.billed) && order(u.billed[from-1], billed[0]) > 0 {
		from--
	}
	slices.SortFunc(u.billed[from:], order)
}

// drop removes an attempt that came to nothing.
func (s *State) drop(o *session) {
	o.user.sessions = slices.DeleteFunc(o.user.sessions, func(p *session) bool { return p == o })
	delete(s.started, o.id)
	s.forget(o.debt)
	s.forget(o.preauth)
}

// point finds a charge point as it is in this state.
func (s *State) point(evse string) (ChargePoint, bool) {
	p, ok := s.cfg.Catalogue.ChargePoint(evse)
	o, has := s.points[evse]
	if !has {
		return p, ok
	}
	if !ok {
		p = s.cfg.Catalogue.Blank(evse)
	}
	o.apply(&p)
	return p, true
}

// Point finds a charge point as it is in this state, one that only its
// scenario knows included.
func (s *State) Point(evse string) (ChargePoint, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.point(evse)
}

// ChangedPoints lists the charge points that PointStatus may have something
// to say about.
func (s *State) ChangedPoints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, 0, len(s.points)+len(s.at))
	for evse := range s.points {
		out = append(out, evse)
	}
	for evse := range s.at {
		out = append(out, evse)
	}
	return out
}

// PointStatus says what the status of a charge point is where this state
// differs from the catalogue; false: it does not.
func (s *State) PointStatus(evse string) (EVSEStatus, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deviation(evse, s.cfg.Clock.Now())
}

func (s *State) deviation(evse string, now time.Time) (EVSEStatus, bool) {
	told, busy := s.override(evse)
	switch {
	case told != nil && !told.free():
		return *told, true
	case busy:
		return Charging, true
	}
	if last := s.at[evse]; last != nil {
		switch last.stateAt(now) {
		case StateStarting, StateActive:
			return Charging, true
		}
		delete(s.at, evse)
	}
	if told != nil {
		return *told, true
	}
	return "", false
}

// override returns what this state sets for a charge point: its status, nil where it
// says nothing, and whether somebody unknown charges there. Where it says that
// nobody does, a point that is charging in the catalogue is free.
func (s *State) override(evse string) (status *EVSEStatus, busy bool) {
	o := s.points[evse]
	if o.Status != nil || o.Busy == nil || *o.Busy {
		return o.Status, o.Busy != nil && *o.Busy
	}
	if p, known := s.cfg.Catalogue.ChargePoint(evse); !known || p.Status != Charging {
		return nil, false
	}
	free := Available
	return &free, false
}

// free says that a status lets a session start, after which the point is
// charging, whatever it was told to be.
func (st EVSEStatus) free() bool { return !st.broken() && st != Charging && st != Reserved }

func (s *State) statusOf(p ChargePoint, now time.Time) EVSEStatus {
	if st, ok := s.deviation(p.EVSE, now); ok {
		return st
	}
	if p.Script.Busy {
		return Charging
	}
	return p.Status
}
