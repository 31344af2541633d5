package connect

import (
	"slices"
	"time"
)

// A Snapshot holds all facts of a state at one moment. A state that loads the
// Seed and whose clock shows Now answers every read as the original does, then
// and later, except for what belongs to the payment provider: client secrets
// differ, setup intents are missing, and 3-D Secure steps of debts start over.
// Deleted users are left out. A session that has not ended gets its CDR after
// the CDR delay of the state that loads it.
type Snapshot struct {
	Now  time.Time
	Seed Seed
}

// Snapshot returns the facts of the state.
func (s *State) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := Snapshot{Now: s.cfg.Clock.Now()}
	s.listed.Reverse(func(p *profile) bool {
		u := s.users[p.ID]
		for !s.settle(u, v.Now) {
		}
		v.Seed.Users = append(v.Seed.Users, u.seed(v.Now))
		return true
	})
	for _, st := range s.stations {
		v.Seed.Stations = append(v.Seed.Stations, st.clone())
	}
	for _, o := range s.overrides.Values() {
		o.Meter = slices.Clone(o.Meter)
		v.Seed.Points = append(v.Seed.Points, o)
	}
	return v
}

func (u *user) seed(now time.Time) SeedUser {
	su := SeedUser{User: u.User, Billing: u.billing}
	u.looks.Add(int64(1 + len(u.methods.list) + len(u.sessions)))
	for _, m := range slices.Backward(u.methods.list) {
		su.Methods = append(su.Methods, *m.PaymentMethod)
	}
	removed := map[string]bool{}
	for _, o := range u.sessions {
		if u.method(o.methodID) == nil && !removed[o.methodID] {
			removed[o.methodID] = true
			su.Removed = append(su.Removed, PaymentMethod{ID: o.methodID, Card: o.card})
		}
		su.Sessions = append(su.Sessions, o.seed(now))
	}
	for _, h := range u.holds {
		if h.survives() {
			su.Holds = append(su.Holds, SeedHold{EVSE: h.evse, MethodID: h.HoldMethodID, Status: h.Status})
		}
	}
	return su
}

// survives reports whether a snapshot keeps a hold. One that is not confirmed
// yet is requested again by the next start, one of a removed method can no
// longer be used, and a 3-D Secure step with another card than the start's
// cannot be written down.
func (i *intent) survives() bool {
	if i.user.method(i.HoldMethodID) == nil {
		return false
	}
	return i.Status == RequiresCapture || i.Status == RequiresAction && i.Method.ID == i.HoldMethodID
}

func (s *session) seed(now time.Time) SeedSession {
	ss := SeedSession{ID: s.id, EVSE: s.point.EVSE, MethodID: s.methodID, Start: s.requested, Settled: s.settled, Rates: s.rates}
	end := s.endAt()
	if s.stopped != nil && s.stopped.Equal(*end) { // a stop after the station's own end changes nothing
		ss.Stop, ss.StoppedBy = s.stopped, s.stoppedBy
	}
	if len(s.readings) > 0 {
		ss.KWh = s.atLeastReported(nil)
	}
	if s.record != nil {
		ss.CDR = copyOf(s.record)
	} else if at, ok := s.cdrAt(); ok && !now.Before(*end) { // written down, so that another CDR delay does not change it
		ss.CDR = &CDR{At: at}
	}
	return ss
}
