package connect

import (
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// Errors of what an operator can do to a session.
var (
	ErrNoSession    = errors.New("no such session")
	ErrSessionState = errors.New("the session's state does not allow this")
	ErrMeterFalls   = errors.New("a meter does not fall")
)

// Meter reports a meter total of a session that has not been billed;
// ErrNoSession, ErrSessionState, ErrMeterFalls.
func (s *State) Meter(id string, kwh decimal.Decimal) (Session, error) {
	return s.operate(id, func(o *session, st SessionState) error {
		if st != StateActive && st != StateCDRPending {
			return fmt.Errorf("%w: it is %s, want active or cdr-pending", ErrSessionState, st)
		}
		now := s.cfg.Clock.Now()
		if last := o.meterAt(now); last != nil && kwh.LessThan(*last) {
			return fmt.Errorf("%w: it shows %s kWh", ErrMeterFalls, last.StringFixed(3))
		}
		o.readings = append(o.readings, reading{at: now, kwh: kwh})
		if len(o.readings) > maxReadings {
			o.readings = slices.Delete(o.readings, 0, 1)
		}
		return nil
	})
}

// maxReadings bounds what is kept of an operator's readings; as meters never
// fall, the newest tell all that matters.
const maxReadings = 1000

// StopByStation ends an active session as the station would; ErrNoSession,
// ErrSessionState.
func (s *State) StopByStation(id string) (Session, error) {
	return s.operate(id, func(o *session, st SessionState) error {
		if st != StateActive {
			return fmt.Errorf("%w: it is %s, want active", ErrSessionState, st)
		}
		now := s.cfg.Clock.Now()
		o.stopped, o.stoppedBy = &now, ByStation
		return nil
	})
}

// DeliverCDR brings the final record of an ended session now: with an energy
// or, without, the charge point's own, and with a way for the final charge to
// go. ErrNoSession, ErrSessionState.
func (s *State) DeliverCDR(id string, kwh *decimal.Decimal, charge ChargeOutcome) (Session, error) {
	return s.operate(id, func(o *session, st SessionState) error {
		if st != StateCDRPending {
			return fmt.Errorf("%w: it is %s, want cdr-pending", ErrSessionState, st)
		}
		o.record = &record{at: s.cfg.Clock.Now(), kwh: kwh, charge: charge}
		return nil
	})
}

func (s *State) operate(id string, do func(*session, SessionState) error) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.started[id]
	if o == nil {
		return Session{}, ErrNoSession
	}
	now := s.situation(o.user).now
	st := o.stateAt(now)
	if st == stateGone {
		return Session{}, ErrNoSession
	}
	if err := do(o, st); err != nil {
		return Session{}, err
	}
	return o.view(now), nil
}
