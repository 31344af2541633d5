package connect

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// A Seed is the state that a world starts in. All times are absolute.
type Seed struct {
	Users  []SeedUser
	Points []PointOverride
}

// SeedUser is a user of a Seed.
type SeedUser struct {
	User     User
	Billing  Billing
	Methods  []PaymentMethod // in any order; exactly one is the default
	Sessions []SeedSession   // in any order
}

// SeedSession is a session of a Seed: its facts, from which its state follows.
// A charge point's start delay and outcome hold for it too.
type SeedSession struct {
	ID, EVSE, MethodID string
	Start              time.Time  // when it was asked for
	Stop               *time.Time // nil: runs
	StoppedBy          string     // ByUser or ByStation
	CDR                *SeedCDR   // nil: as the charge point has it
	Rates              *int
}

// SeedCDR is a final record of a Seed.
type SeedCDR struct {
	At     time.Time
	KWh    *decimal.Decimal // nil: as the charge point has it
	Charge ChargeOutcome
}

// A PointOverride is what a scenario says of a charge point; nil leaves it as
// the catalogue has it. An EVSE that the catalogue does not know becomes a
// charge point of this state alone.
type PointOverride struct {
	EVSE       string
	Status     *EVSEStatus
	Busy       *bool
	Start      *StartOutcome
	StartDelay *time.Duration
	Stop       *StopOutcome
	Meter      []Reading // nil: as the catalogue has it
}

func (o PointOverride) apply(p *ChargePoint) {
	set(&p.Status, o.Status)
	set(&p.Script.Busy, o.Busy)
	set(&p.Script.Start, o.Start)
	set(&p.Script.StartDelay, o.StartDelay)
	set(&p.Script.Stop, o.Stop)
	if o.Meter != nil {
		p.Script.Meter = o.Meter
	}
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// Load fills an empty state. It trusts that the seed makes sense, which the
// reader of scenario files sees to, and fails only where it cannot go on.
func (s *State) Load(seed Seed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range seed.Points {
		s.points[o.EVSE] = o
	}
	for _, su := range slices.Backward(seed.Users) { // listed newest first, so in the file's order
		if err := s.loadUser(su); err != nil {
			return fmt.Errorf("user %s: %w", su.User.ID, err)
		}
	}
	return nil
}

func (s *State) loadUser(su SeedUser) error {
	u := &user{id: su.User.ID, email: su.User.Email, locale: su.User.Locale, custom: su.User.Custom, billing: su.Billing}
	s.users[u.id] = u
	s.listed = append(s.listed, u)
	methods := slices.Clone(su.Methods)
	slices.Reverse(methods)
	slices.SortStableFunc(methods, func(a, b PaymentMethod) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for _, m := range methods {
		u.methods = append(u.methods, &method{id: m.ID, isDefault: m.Default, card: m.Card, created: m.CreatedAt.Truncate(time.Second)})
	}
	sessions := slices.Clone(su.Sessions)
	slices.SortStableFunc(sessions, func(a, b SeedSession) int { return a.Start.Compare(b.Start) })
	for _, ss := range sessions {
		if err := s.loadSession(u, ss); err != nil {
			return fmt.Errorf("session %s: %w", ss.ID, err)
		}
	}
	return nil
}

func (s *State) loadSession(u *user, ss SeedSession) error {
	p, ok := s.point(ss.EVSE)
	if !ok {
		return fmt.Errorf("no charge point %s", ss.EVSE)
	}
	m := u.method(ss.MethodID)
	if m == nil {
		return fmt.Errorf("no payment method %s", ss.MethodID)
	}
	sit := &Situation{now: ss.Start, user: u, method: m, point: &p, status: p.Status}
	a := s.begin(sit, first(s.rules.late[OpStart], sit) != nil)
	delete(s.started, a.id)
	a.id, a.rates = ss.ID, ss.Rates
	s.started[a.id] = a
	a.stopped, a.stoppedBy = ss.Stop, ss.StoppedBy
	if ss.CDR != nil {
		a.record = &record{at: ss.CDR.At, kwh: ss.CDR.KWh, charge: ss.CDR.Charge}
	}
	return nil
}
