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

// snapshotTries is how often Snapshot begins at most.
const snapshotTries = 5

// Snapshot returns the facts of the state at one moment. Others get the lock after
// each page of rows; if they change something, Snapshot begins again, the last time
// without giving the lock away.
func (s *State) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	for try := 1; ; try++ {
		c := &copier{paged: paged{State: s}, now: s.cfg.Clock.Now(), moves: s.keeping.moves, alone: try == snapshotTries}
		if v, ok := c.snapshot(); ok {
			return v
		}
	}
}

// A copier copies a state that others may change. It fails if they do.
type copier struct {
	paged
	now   time.Time
	moves int64 // of the state, when the copier began
	alone bool  // does not give the lock away
}

// row counts a row, and gives the lock away after each page of them. It reports
// whether nothing has changed.
func (c *copier) row() (ok bool) { return !c.full() || c.rest() }

// rest gives the lock away, and reports whether nothing has changed.
func (c *copier) rest() (ok bool) {
	return c.alone || c.pause() && c.keeping.moves == c.moves
}

func (c *copier) snapshot() (v Snapshot, ok bool) {
	v, ok = Snapshot{Now: c.now}, true
	c.listed.Copy().Reverse(func(p *profile) bool {
		var su SeedUser
		if su, ok = c.user(c.users[p.ID]); ok {
			v.Seed.Users = append(v.Seed.Users, su)
		}
		return ok
	})
	for _, st := range c.stations {
		v.Seed.Stations = append(v.Seed.Stations, st.clone())
	}
	for _, o := range c.overrides.Values() {
		o.Meter = slices.Clone(o.Meter)
		v.Seed.Points = append(v.Seed.Points, o)
	}
	return v, ok
}

// settleAll files the sessions of a user that have changed by themselves, which
// changes no facts. It reports whether others have changed none.
func (c *copier) settleAll(u *user) (ok bool) {
	for done := false; !done; {
		done = c.settle(u, c.now)
		c.moves = c.keeping.moves
		if !done && !c.rest() {
			return false
		}
	}
	return true
}

func (c *copier) user(u *user) (su SeedUser, ok bool) {
	if !c.row() || !c.settleAll(u) {
		return su, false
	}
	su = SeedUser{User: u.User, Billing: u.billing}
	for _, m := range slices.Backward(u.methods.list) {
		if !c.row() {
			return su, false
		}
		su.Methods = append(su.Methods, *m.PaymentMethod)
	}
	removed := map[string]bool{}
	for _, o := range u.sessions {
		if !c.row() {
			return su, false
		}
		if u.method(o.methodID) == nil && !removed[o.methodID] {
			removed[o.methodID] = true
			su.Removed = append(su.Removed, PaymentMethod{ID: o.methodID, Card: o.card})
		}
		su.Sessions = append(su.Sessions, o.seed(c.now))
	}
	for _, h := range u.holds {
		if h.survives() {
			su.Holds = append(su.Holds, SeedHold{EVSE: h.evse, MethodID: h.HoldMethodID, Status: h.Status})
		}
	}
	return su, true
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
