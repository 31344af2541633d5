package connect

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Recount counts what the state holds by looking at all of it, and returns an
// error if that is not what the state has counted.
func (s *State) Recount() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	bytes, methods := 0, 0
	for _, u := range s.users {
		bytes += userSize + u.textBytes()
		for _, m := range u.methods.list {
			bytes += methodSize + m.textBytes()
			methods++
		}
	}
	for _, st := range s.stations {
		bytes += st.bytes()
	}
	for _, o := range s.sessions {
		bytes += sessionSize + o.card.TextBytes()
	}
	for _, i := range s.intents {
		bytes += intentSize + i.Method.textBytes() + i.Failed.textBytes()
	}
	if int64(bytes) != s.room.bytes.Load() || methods != s.room.methods {
		return fmt.Errorf("the state counts %d bytes and %d methods, but has %d and %d", s.room.bytes.Load(), s.room.methods, bytes, methods)
	}
	for _, o := range s.sessions {
		if s.users[o.user.ID] != o.user {
			return fmt.Errorf("session %s of user %s, who is gone, is kept", o.id, o.user.ID)
		}
	}
	for _, i := range s.intents {
		if s.users[i.user.ID] != i.user {
			return fmt.Errorf("intent %s of user %s, who is gone, is kept", i.ID, i.user.ID)
		}
	}
	now := s.cfg.Clock.Now()
	for _, u := range s.users {
		for !s.settle(u, now) {
		}
		if err := s.refile(u, now); err != nil {
			return fmt.Errorf("user %s: %w", u.ID, err)
		}
	}
	return nil
}

// refile compares what is derived of a user with its plain definition: a walk
// over all that the user has.
func (s *State) refile(u *user, now time.Time) error {
	byState, due := map[SessionState][]*session{}, []*session{}
	var billed []*session
	for i, o := range u.sessions {
		st := o.stateAt(now)
		if i > 0 && byRequest(u.sessions[i-1], o) >= 0 {
			return fmt.Errorf("session %s is not in order of request", o.id)
		}
		if o.filed != st || s.sessions[o.id] != o {
			return fmt.Errorf("session %s is %s, but filed under %q", o.id, st, o.filed)
		}
		switch st {
		case StateBilled, StateSettled:
			billed = append(billed, o)
		case StateReleased, stateGone:
		default:
			byState[st] = append(byState[st], o)
			if o.changesAt() != nil {
				due = append(due, o)
			}
		}
		running := st == StateStarting || st == StateActive
		if occupies := s.occupies(o); !o.point.Script.Open && running != occupies {
			return fmt.Errorf("session %s is %s, but occupies %s: %t", o.id, st, o.point.EVSE, occupies)
		}
	}
	open := 0
	for _, st := range []SessionState{StateStarting, StateActive, StateCDRPending, StateDebt} {
		if got := all(u.open.of(st)); !slices.Equal(got, byState[st]) {
			return fmt.Errorf("%d sessions filed under %s, want %d", len(got), st, len(byState[st]))
		}
		open += len(byState[st])
	}
	slices.SortFunc(due, func(a, b *session) int { return cmp.Or(a.changesAt().Compare(*b.changesAt()), byRequest(a, b)) })
	slices.SortFunc(billed, func(a, b *session) int { return cmp.Or(a.invoicedAt().Compare(b.invoicedAt()), byRequest(a, b)) })
	var queued []*session
	if u.open.byDue != nil {
		queued = u.open.byDue.Items()
	}
	switch {
	case open != u.open.len():
		return fmt.Errorf("%d open sessions counted, want %d", u.open.len(), open)
	case !slices.Equal(queued, due):
		return fmt.Errorf("%d sessions in the queue, want %d or another order", len(queued), len(due))
	case !slices.Equal(u.billed, billed):
		return fmt.Errorf("%d invoices, want %d or another order", len(u.billed), len(billed))
	}
	return u.methods.recount()
}

func (ms *methods) recount() error {
	var def *PaymentMethod
	for i, m := range ms.list {
		if m.Default {
			def = m.PaymentMethod
		}
		if ms.get(m.ID) != m.PaymentMethod || ms.index(m.PaymentMethod) != i {
			return fmt.Errorf("method %s is not found", m.ID)
		}
	}
	if def != ms.def || ms.byID != nil && len(ms.byID) != len(ms.list) {
		return fmt.Errorf("the default method or the index of methods is wrong")
	}
	return nil
}

func all[T any](r rows[T]) (out []T) {
	for i := range r.n {
		out = append(out, r.at(i))
	}
	return out
}
