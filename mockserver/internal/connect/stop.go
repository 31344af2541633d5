package connect

// Stop ends a user's active session. It fails with request/not-found if there
// is no such user and with the stop-charging rules in their order.
func (s *State) Stop(userID, sessionID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return err
	}
	sit := s.situation(u)
	sit.session = s.sessionOf(u, sessionID)
	if r := firstMatch(s.rules.early[OpStop], sit); r != nil {
		return r
	}
	now := sit.now // a copy, so that the session does not keep the Situation alive
	sit.session.stopped, sit.session.stoppedBy = &now, ByUser
	return nil
}
