package connect

import "fmt"

// Recount counts what the state holds by looking at all of it, and returns an
// error if that is not what the state has counted.
func (s *State) Recount() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	bytes, methods := 0, 0
	for _, u := range s.users {
		bytes += userSize + u.textBytes()
		for _, m := range u.methods {
			bytes += methodSize + m.textBytes()
			methods++
		}
	}
	for _, o := range s.sessions {
		bytes += sessionSize + textBytes(o.card.Holder)
	}
	for _, i := range s.intents {
		bytes += intentSize + i.Method.textBytes()
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
	return nil
}
