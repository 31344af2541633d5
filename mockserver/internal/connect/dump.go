package connect

import (
	"maps"
	"slices"
	"time"
)

// A Dump is all the facts of a state, as of a moment. A state that loads its
// Seed and whose clock shows Now answers every read as the one it was taken
// from does, then and later, but for what belongs to the payment provider:
// client secrets are others, setup intents are gone, and a debt's 3-D Secure
// step starts over. Deleted users are left out. A session that has not ended
// gets its record after the delay of the state that loads it.
type Dump struct {
	Now  time.Time
	Seed Seed
}

// Dump takes the facts of the state.
func (s *State) Dump() Dump {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := Dump{Now: s.cfg.Clock.Now()}
	for _, u := range slices.Backward(s.listed) {
		s.settle(u, d.Now)
		d.Seed.Users = append(d.Seed.Users, u.facts(d.Now))
	}
	for _, evse := range slices.Sorted(maps.Keys(s.points)) {
		o := s.points[evse]
		o.Meter = slices.Clone(o.Meter)
		d.Seed.Points = append(d.Seed.Points, o)
	}
	return d
}

func (u *user) facts(now time.Time) SeedUser {
	su := SeedUser{User: u.view(), Billing: u.billing}
	for _, m := range slices.Backward(u.methods) {
		su.Methods = append(su.Methods, m.view())
	}
	removed := map[string]bool{}
	for _, o := range u.sessions {
		if u.method(o.methodID) == nil && !removed[o.methodID] {
			removed[o.methodID] = true
			su.Removed = append(su.Removed, PaymentMethod{ID: o.methodID, Card: o.card})
		}
		su.Sessions = append(su.Sessions, o.facts(now))
	}
	for _, h := range u.holds {
		if h.survives() {
			su.Holds = append(su.Holds, SeedHold{EVSE: h.evse, MethodID: h.methodID, Status: h.status})
		}
	}
	return su
}

// survives says whether a hold is worth keeping: one that still waits is
// asked for anew by the next start, one of a method that was removed is of no
// use any more, and a 3-D Secure step with another card than the start's has
// no name.
func (p *payment) survives() bool {
	if p.user.method(p.methodID) == nil {
		return false
	}
	return p.status == RequiresCapture || p.status == RequiresAction && p.source.id == p.methodID
}

func (s *session) facts(now time.Time) SeedSession {
	ss := SeedSession{ID: s.id, EVSE: s.point.EVSE, MethodID: s.methodID, Start: s.requested, Rates: s.rates}
	end := s.endAt()
	if s.stopped != nil && s.stopped.Equal(*end) { // a stop after the station's own end changes nothing
		ss.Stop, ss.StoppedBy = s.stopped, s.stoppedBy
	}
	if len(s.readings) > 0 {
		ss.KWh = s.atLeastTold(nil)
	}
	over := end != nil && !now.Before(*end)
	switch at := s.cdrAt(); {
	case s.record != nil:
		ss.CDR = &SeedCDR{At: s.record.at, KWh: s.record.kwh, Charge: s.record.charge}
	case over && at != nil: // said here, so that another delay does not change what was
		ss.CDR = &SeedCDR{At: *at}
	}
	if ss.CDR != nil {
		ss.CDR.Settled = s.settled
	}
	return ss
}
