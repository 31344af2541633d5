package connect

import "time"

// Stop ends a user's active session. It fails with request/not-found if there
// is no such user and with the stop-charging rules in their order.
func (s *State) Stop(userID, sessionID string) error {
	return s.withUser(userID, func(u *user, now time.Time) error {
		o := s.sessionOf(u, sessionID)
		if r := firstMatch(s.rules.early[OpStop], &Situation{now: now, user: u, session: o}); r != nil {
			return r
		}
		o.stopped, o.stoppedBy = &now, ByUser
		return nil
	})
}
