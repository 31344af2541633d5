package connect

import (
	"cmp"
	"maps"
	"runtime"
	"time"

	"github.com/tidwall/btree"
)

// openSessions are a user's sessions that are not final, in the orders in which
// rules, lists and the clock ask for them. All of it follows from the sessions:
// State.file keeps it up to date, one session at a time.
type openSessions struct {
	byState *btree.BTreeG[*session] // by stage, then by request; nil before the first
	byDue   *btree.BTreeG[*session] // those that will change by themselves, the next one first
	counts  [stages]int
}

// The stages of open sessions, in the order of byState.
const stages = 4

// stage returns the stage of a state and reports whether it is open.
func (s SessionState) stage() (n int, open bool) {
	switch s {
	case StateStarting:
		return 0, true
	case StateActive:
		return 1, true
	case StateCDRPending:
		return 2, true
	case StateDebt:
		return 3, true
	}
	return stages, false
}

// byRequest is the order of a user's sessions.
func byRequest(a, b *session) int {
	return cmp.Or(a.requested.Compare(b.requested), cmp.Compare(a.nth, b.nth))
}

func byState(a, b *session) bool {
	x, _ := a.filed.stage()
	y, _ := b.filed.stage()
	return cmp.Or(cmp.Compare(x, y), byRequest(a, b)) < 0
}

func byDue(a, b *session) bool { return cmp.Or(a.due.Compare(*b.due), byRequest(a, b)) < 0 }

// add files a session under its state, as of a, and its due time.
func (x *openSessions) add(o *session) {
	n, open := o.filed.stage()
	if !open {
		return
	}
	if x.byState == nil {
		x.byState, x.byDue = newTree(byState), newTree(byDue)
	}
	x.counts[n]++
	x.byState.Set(o)
	if o.due != nil {
		x.byDue.Set(o)
	}
}

// remove takes out a session whose state and due time are those it was added
// with.
func (x *openSessions) remove(o *session) {
	n, open := o.filed.stage()
	if !open {
		return
	}
	x.counts[n]--
	x.byState.Delete(o)
	if o.due != nil {
		x.byDue.Delete(o)
	}
}

// of returns the sessions in a state, oldest first.
func (x *openSessions) of(st SessionState) rows[*session] {
	n, open := st.stage()
	if !open {
		return rows[*session]{}
	}
	before := 0
	for _, count := range x.counts[:n] {
		before += count
	}
	return rows[*session]{x.counts[n], func(i int) *session {
		o, _ := x.byState.GetAt(before + i)
		return o
	}}
}

func (x *openSessions) has(o *session) bool {
	_, open := o.filed.stage()
	return open
}

func (x *openSessions) len() (n int) {
	for _, count := range x.counts {
		n += count
	}
	return n
}

// next returns the session that changes next if it does so until a moment, or
// nil.
func (x *openSessions) next(now time.Time) *session {
	if x.byDue == nil {
		return nil
	}
	if o, ok := x.byDue.Min(); ok && !o.due.After(now) {
		return o
	}
	return nil
}

// changesAt returns when a session that is filed under a state changes by
// itself; nil if that is unknown or never.
func (s *session) changesAt() *time.Time {
	switch s.filed {
	case StateStarting:
		return &s.answer
	case StateActive:
		return s.endAt()
	case StateCDRPending:
		if at, ok := s.cdrAt(); ok {
			return &at
		}
	}
	return nil
}

// newTree returns a tree for use under the state's lock. A copy of it takes the
// same time whatever its size, and can be read without the lock.
func newTree[T any](less func(a, b T) bool) *btree.BTreeG[T] {
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}

// file files a session under the state that it has at a moment, after a fact has
// changed or a state has ended. It does nothing to a session that is no longer
// there.
func (s *State) file(o *session, at time.Time) {
	if s.sessions[o.id] != o {
		return
	}
	s.keeping.moves++
	u := o.user
	u.open.remove(o)
	o.filed = o.stateAt(at)
	o.due = copyOf(o.changesAt())
	u.open.add(o)
	switch o.filed {
	case StateBilled:
		s.forget(o.debt)
		u.bill(o)
	case StateSettled:
		u.bill(o)
	case StateReleased:
		s.forget(o.debt)
	case stateGone:
		s.drop(o)
	}
	if o.filed != StateStarting && o.filed != StateActive && s.occupies(o) {
		s.latestAt.Delete(o.point.EVSE)
	}
}

// settleRows is how many sessions change while the state is locked once.
const settleRows = 100

// settle files the sessions of a user that have changed by themselves, in the
// order in which they did, and reports whether none is left: if many have
// changed, others get the lock in between. Time never goes back, so final
// stays final.
func (s *State) settle(u *user, now time.Time) (done bool) {
	for range settleRows {
		o := u.open.next(now)
		if o == nil {
			return true
		}
		s.file(o, *o.due)
	}
	return u.open.next(now) == nil
}

// pause lets others have the lock, and reports whether the state is still the
// same: it may have been restored. What the operation has changed so far is kept
// with it, not with theirs.
func (s *State) pause() (ok bool) {
	k := &s.keeping
	mine, changed, restored := k.touched, k.changed, k.restored
	k.touched, k.changed = map[string]any{}, false
	s.mu.Unlock()
	runtime.Gosched()
	s.mu.Lock()
	if k.restored != restored {
		return false
	}
	maps.Copy(mine, k.touched)
	k.touched, k.changed = mine, changed
	return true
}
