package connect

import (
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// Errors of InspectSession and of what an operator can do to a session.
var (
	ErrNoSession    = errors.New("no such session")
	ErrSessionState = errors.New("the session's state does not allow this")
	ErrMeterFalls   = errors.New("a meter does not fall")
)

// A stateError is an error of a kind, such as ErrSessionState, with a text that
// names states or amounts.
type stateError struct {
	kind error
	text string
}

func (e *stateError) Error() string { return e.text }
func (e *stateError) Unwrap() error { return e.kind }

// sessionMustBe returns the error for a session that is in another state than
// the ones required.
func sessionMustBe(required string, st SessionState) error {
	return &stateError{ErrSessionState, fmt.Sprintf("the session must be %s, but it is %s", required, st)}
}

// InspectSession returns the session of an id with its readings, whichever
// user owns it and also while the provider has not answered the start. It
// fails with ErrNoSession.
func (s *State) InspectSession(id string) (v Session, err error) {
	_, err = s.operate(id, func(o *session, _ SessionState) error {
		v = o.detail(s.cfg.Clock.Now())
		return nil
	})
	return v, err
}

// Meter reports the meter's total in kWh for a session before its CDR. It
// fails with ErrNoSession, ErrSessionState or, below an earlier total, with
// ErrMeterFalls.
func (s *State) Meter(id string, kwh decimal.Decimal) (Session, error) {
	return s.operate(id, func(o *session, st SessionState) error {
		if st != StateActive && st != StateCDRPending {
			return sessionMustBe("active or cdr-pending", st)
		}
		now := s.cfg.Clock.Now()
		if last := o.meterAt(now); last != nil && kwh.LessThan(*last) {
			return fmt.Errorf("%w: it shows %s kWh", ErrMeterFalls, last.StringFixed(3))
		}
		o.readings = append(o.readings, MeterReading{now, kwh})
		if len(o.readings) > maxReadings {
			o.readings = slices.Delete(o.readings, 0, 1)
		}
		s.touchSession(o)
		return nil
	})
}

// maxReadings limits what is kept of an operator's readings. Meters never
// fall, so the newest are the ones that matter.
const maxReadings = 1000

// StopByStation ends an active session as its station would. It fails with
// ErrNoSession or ErrSessionState.
func (s *State) StopByStation(id string) (Session, error) {
	return s.operate(id, func(o *session, st SessionState) error {
		if st != StateActive {
			return sessionMustBe("active", st)
		}
		now := s.cfg.Clock.Now()
		o.stopped, o.stoppedBy = &now, ByStation
		s.touchSession(o)
		s.file(o, now)
		return nil
	})
}

// DeliverCDR delivers the CDR of an ended session now, with its energy in kWh
// (nil: the charge point's own) and the outcome of the final charge. It fails
// with ErrNoSession, ErrSessionState or ErrNothingCharged.
func (s *State) DeliverCDR(id string, kwh *decimal.Decimal, charge ChargeOutcome) (Session, error) {
	return s.operate(id, func(o *session, st SessionState) error {
		if st != StateCDRPending {
			return sessionMustBe("cdr-pending", st)
		}
		before, now := o.record, s.cfg.Clock.Now()
		o.record = &CDR{At: now, KWh: kwh, Charge: charge}
		if err := o.failable(); err != nil {
			o.record = before
			return err
		}
		s.touchSession(o)
		s.file(o, now)
		return nil
	})
}

func (s *State) operate(id string, do func(*session, SessionState) error) (v Session, err error) {
	err = s.do(func() error {
		v, err = s.operateNow(id, do)
		return err
	})
	return v, err
}

func (s *State) operateNow(id string, do func(*session, SessionState) error) (Session, error) {
	o, now := s.sessions[id], s.cfg.Clock.Now()
	for o != nil && !s.settle(o.user, now) {
		s.pause()
		o, now = s.sessions[id], s.cfg.Clock.Now()
	}
	if o == nil || s.users[o.user.ID] != o.user {
		return Session{}, ErrNoSession
	}
	st := o.stateAt(now)
	if st == stateGone {
		return Session{}, ErrNoSession
	}
	if err := do(o, st); err != nil {
		return Session{}, err
	}
	return o.view(now), nil
}
