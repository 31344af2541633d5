package connect

import (
	"fmt"
	"slices"
	"time"
)

// Load fills an empty state. It trusts that the seed makes sense, which the
// reader of scenario files sees to, and fails only where it cannot go on.
func (s *State) Load(seed Seed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range seed.Points {
		s.points[o.EVSE] = o
	}
	for _, su := range seed.Users {
		su.take(s.ids)
	}
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
	for _, m := range su.Methods {
		ids.Take(m.ID)
	}
	for _, m := range su.Removed {
		ids.Take(m.ID)
	}
	for _, ss := range su.Sessions {
		ids.Take(ss.ID)
	}
}

func (s *State) loadUser(su SeedUser) error {
	u := &user{id: su.User.ID, email: su.User.Email, locale: su.User.Locale, custom: su.User.Custom, billing: su.Billing}
	s.users[u.id] = u
	s.listed = append(s.listed, u)
	methods := slices.Clone(su.Methods)
	slices.Reverse(methods)
	slices.SortStableFunc(methods, func(a, b PaymentMethod) int {
		return a.CreatedAt.Truncate(time.Second).Compare(b.CreatedAt.Truncate(time.Second))
	})
	for _, m := range methods {
		u.methods = append(u.methods, &method{id: m.ID, isDefault: m.Default, card: m.Card, created: m.CreatedAt.Truncate(time.Second)})
	}
	sessions := make([]*SeedSession, len(su.Sessions))
	for i := range su.Sessions {
		sessions[i] = &su.Sessions[i]
	}
	u.sessions, u.open = make([]*session, 0, len(sessions)), make([]*session, 0, len(sessions))
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

// loadSession makes a session of its facts. One without an id gets its own.
func (s *State) loadSession(u *user, removed []PaymentMethod, ss *SeedSession) (*session, error) {
	p, ok := s.point(ss.EVSE)
	if !ok {
		return nil, fmt.Errorf("no charge point %s", ss.EVSE)
	}
	m := u.method(ss.MethodID)
	if i := slices.IndexFunc(removed, func(m PaymentMethod) bool { return m.ID == ss.MethodID }); m == nil && i >= 0 {
		m = &method{id: removed[i].ID, card: removed[i].Card}
	}
	if m == nil {
		return nil, fmt.Errorf("no payment method %s", ss.MethodID)
	}
	sit := &Situation{now: ss.Start, user: u, method: m, point: &p, status: p.Status}
	a := s.begin(sit, first(s.rules.late[OpStart], sit) != nil)
	a.rates = ss.Rates
	if ss.ID != "" {
		delete(s.started, a.id)
		a.id = ss.ID
		s.started[a.id] = a
	}
	a.stopped, a.stoppedBy = ss.Stop, ss.StoppedBy
	if ss.KWh != nil {
		a.readings = []reading{{at: a.answer, kwh: *ss.KWh}}
	}
	if ss.CDR != nil {
		a.record = &record{at: ss.CDR.At, kwh: ss.CDR.KWh, charge: ss.CDR.Charge}
		return a, a.settleAt(ss.CDR.Settled)
	}
	return a, nil
}

// settleAt pays a session's debt.
func (s *session) settleAt(at *time.Time) error {
	switch {
	case at == nil:
		return nil
	case s.debt == nil || s.endAt() == nil || !s.owed().IsPositive():
		return fmt.Errorf("it is said to be settled at %s, but nothing is owed", stamp(*at))
	}
	s.settled, s.debt.status = at, Succeeded
	return nil
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
	h.status, h.source, h.lastError = sh.Status, m, nil
	return nil
}

// occupy finds out who is at the exclusive charge points: users are loaded in
// another order than that of their sessions.
func (s *State) occupy(now time.Time) {
	clear(s.at)
	for _, u := range s.listed {
		for _, o := range u.open {
			end := o.endAt()
			over := end != nil && !now.Before(*end) || o.refused && !now.Before(o.answer)
			if !over && !o.point.Script.Open {
				s.at[o.point.EVSE] = o
			}
		}
	}
}
