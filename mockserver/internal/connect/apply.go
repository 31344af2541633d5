package connect

import (
	"errors"
	"fmt"
)

// ErrClash is the error of something that exists already.
var ErrClash = errors.New("it exists already")

// Apply adds the users, stations and charge points of a seed. It fails with
// ErrClash, a *FullError, and as AddStation does; then nothing is added.
func (s *State) Apply(seed Seed) error {
	return s.do(func() error {
		if err := s.fits(seed); err != nil {
			return err
		}
		err := s.load(seed)
		s.keeping.undo = err != nil
		return err
	})
}

// fits returns an error if something in a seed cannot be added.
func (s *State) fits(seed Seed) error {
	if err := s.roomForUser(); err != nil && len(seed.Users) > 0 {
		return err
	}
	methods := map[string]bool{}
	for _, u := range s.users {
		for _, m := range u.methods.list {
			methods[m.ID] = true
		}
	}
	for _, su := range seed.Users {
		if s.users[su.User.ID] != nil {
			return fmt.Errorf("user %s: %w", su.User.ID, ErrClash)
		}
		for _, m := range su.Methods {
			if methods[m.ID] {
				return fmt.Errorf("payment method %s: %w", m.ID, ErrClash)
			}
		}
		for _, ss := range su.Sessions {
			if s.sessions[ss.ID] != nil {
				return fmt.Errorf("session %s: %w", ss.ID, ErrClash)
			}
			if err := s.roomForSession(); err != nil {
				return err
			}
			if other, ok := s.latestAt.Get(ss.EVSE); ok && ss.Stop == nil && ss.CDR == nil {
				return fmt.Errorf("a session at charge point %s: %w, %s", ss.EVSE, ErrClash, other.id)
			}
		}
	}
	for _, p := range seed.Points {
		if _, ok := s.overrides.Get(p.EVSE); ok {
			return fmt.Errorf("a change of charge point %s: %w", p.EVSE, ErrClash)
		}
	}
	return nil
}
