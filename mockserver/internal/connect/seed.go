package connect

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// A Seed is the content that a State starts with. All times are absolute.
type Seed struct {
	Users    []SeedUser
	Stations []Station
	Points   []PointOverride
}

// SeedUser is a user of a Seed.
type SeedUser struct {
	User     User
	Billing  Billing
	Methods  []PaymentMethod // the newest first among those of the same second; exactly one is the default
	Removed  []PaymentMethod // paid for sessions and were removed since
	Sessions []SeedSession   // the oldest first among those requested at the same time
	Holds    []SeedHold
}

// SeedSession is a session of a Seed: the facts from which its state follows.
// A charge point's start delay and outcome apply to it as well.
type SeedSession struct {
	ID, EVSE, MethodID string           // without an id, Load makes one
	Start              time.Time        // when the start was requested
	Stop               *time.Time       // nil: not stopped
	StoppedBy          string           // ByUser or ByStation
	KWh                *decimal.Decimal // reported by the operator, in addition to the charge point's own readings
	CDR                *CDR             // nil: as the charge point's script has it
	Settled            *time.Time       // when the debt was paid; nil if unpaid or without a debt
	Rates              *int
}

// SeedHold is a hold of a Seed that the card holder has to authenticate.
type SeedHold struct {
	EVSE, MethodID string       // of the start that needed it
	Status         IntentStatus // RequiresCapture: the next start uses it; RequiresAction: 3-D Secure has begun
}

// Load fills an empty state. It expects a consistent seed, which the reader of
// scenario files ensures, and fails only where it cannot go on.
func (s *State) Load(seed Seed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load(seed)
}

func (s *State) load(seed Seed) error {
	for _, st := range seed.Stations {
		st = st.clone()
		if err := s.addStation(&st); err != nil {
			return err
		}
	}
	for _, o := range seed.Points {
		s.overrides.Set(o.EVSE, o)
		s.touchPoint(o)
	}
	for _, su := range seed.Users {
		su.take(s.ids)
	}
	s.touch(takenKey, slices.Sorted(maps.Keys(s.ids.taken)))
	for _, su := range slices.Backward(seed.Users) { // listed newest first, so in the file's order
		if err := s.loadUser(su); err != nil {
			return fmt.Errorf("user %s: %w", su.User.ID, err)
		}
	}
	s.occupy(s.cfg.Clock.Now())
	return nil
}

func (su SeedUser) take(ids *IDs) {
	ids.Take(su.User.ID)
	for _, m := range slices.Concat(su.Methods, su.Removed) {
		ids.Take(m.ID)
	}
	for _, ss := range su.Sessions {
		ids.Take(ss.ID)
	}
}

func (s *State) loadUser(su SeedUser) error {
	u := s.newUser(su.User)
	u.billing = su.Billing
	s.add(u)
	s.touchUser(u)
	methods := slices.Clone(su.Methods)
	slices.Reverse(methods)
	slices.SortStableFunc(methods, func(a, b PaymentMethod) int {
		return a.CreatedAt.Truncate(time.Second).Compare(b.CreatedAt.Truncate(time.Second))
	})
	for _, m := range methods {
		m.CreatedAt = m.CreatedAt.Truncate(time.Second)
		s.addMethod(u, &m)
	}
	sessions := make([]*SeedSession, len(su.Sessions))
	for i := range su.Sessions {
		sessions[i] = &su.Sessions[i]
	}
	u.sessions = make([]*session, 0, len(sessions))
	slices.SortStableFunc(sessions, func(a, b *SeedSession) int { return a.Start.Compare(b.Start) })
	for _, ss := range sessions {
		if _, err := s.loadSession(u, su.Removed, ss); err != nil {
			return fmt.Errorf("session %s: %w", ss.ID, err)
		}
	}
	for _, h := range su.Holds {
		if err := s.loadHold(u, h); err != nil {
			return fmt.Errorf("hold at %s: %w", h.EVSE, err)
		}
	}
	return nil
}

func (s *State) loadSession(u *user, removed []PaymentMethod, ss *SeedSession) (*session, error) {
	p, ok := s.point(ss.EVSE)
	if !ok {
		return nil, fmt.Errorf("no charge point %s", ss.EVSE)
	}
	m := u.method(ss.MethodID)
	if i := slices.IndexFunc(removed, func(m PaymentMethod) bool { return m.ID == ss.MethodID }); m == nil && i >= 0 {
		m = &removed[i]
	}
	if m == nil {
		return nil, fmt.Errorf("no payment method %s", ss.MethodID)
	}
	sit := &Situation{now: ss.Start, user: u, method: m, point: &p, status: p.Status}
	a := s.begin(sit, firstMatch(s.rules.late[OpStart], sit) != nil)
	if ss.ID != "" {
		a.id = ss.ID
	}
	a.happened(ss)
	if ss.Settled != nil {
		if a.debt == nil || a.endAt() == nil || !a.owed().IsPositive() {
			return nil, fmt.Errorf("settled at %s, but nothing is owed", stamp(*ss.Settled))
		}
		a.settled, a.debt.Status = ss.Settled, Succeeded
	}
	s.keep(a)
	return a, nil
}

// happened sets what a seed says about a session that has begun.
func (s *session) happened(ss *SeedSession) {
	s.stopped, s.stoppedBy, s.record, s.rates = ss.Stop, ss.StoppedBy, copyOf(ss.CDR), ss.Rates
	if ss.KWh != nil {
		s.readings = []MeterReading{{s.answer, *ss.KWh}}
	}
}

// CheckCharge checks what a session with a CDR and an end says about its final
// charge: it fails with ErrNothingCharged if that is to fail although nothing can
// be charged, and with ErrNothingOwed if a debt was settled that never arose. The
// point is the session's, with all that the seed overrides, and the card that of
// its payment method.
func (ss SeedSession) CheckCharge(p ChargePoint, card Card) error {
	a := attempt(p, ss.Start)
	a.card = card
	a.happened(&ss)
	if ss.CDR == nil || a.endAt() == nil {
		return nil
	}
	if err := a.failable(); err != nil {
		return err
	}
	if ss.Settled == nil || a.owed().IsPositive() {
		return nil
	}
	if err := chargeable(a.finalCost(), a.prices.Currency, ErrNothingOwed); err != nil {
		return err
	}
	return &stateError{ErrNothingOwed, "the final charge does not fail, so nothing is owed"}
}

func (s *State) loadHold(u *user, sh SeedHold) error {
	p, ok := s.point(sh.EVSE)
	if !ok {
		return fmt.Errorf("no charge point %s", sh.EVSE)
	}
	m := u.method(sh.MethodID)
	if m == nil {
		return fmt.Errorf("no payment method %s", sh.MethodID)
	}
	h := s.holdFor(&Situation{now: s.cfg.Clock.Now(), user: u, method: m, point: &p})
	s.clearError(h)
	h.Status, h.Method = sh.Status, m
	s.touchIntent(h)
	return nil
}

// occupy finds the sessions at exclusive charge points. Users are loaded in
// another order than that of their sessions, so it is not known before.
func (s *State) occupy(now time.Time) {
	s.latestAt.Clear()
	s.listed.Scan(func(p *profile) bool {
		for _, o := range s.users[p.ID].sessions {
			end := o.endAt()
			over := end != nil && !now.Before(*end) || o.refused && !now.Before(o.answer)
			if last, ok := s.latestAt.Get(o.point.EVSE); !over && !o.point.Script.Open && (!ok || byRequest(last, o) < 0) {
				s.latestAt.Set(o.point.EVSE, o)
			}
		}
		return true
	})
}
