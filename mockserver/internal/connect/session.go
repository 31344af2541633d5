package connect

import (
	"time"

	"github.com/shopspring/decimal"
)

// SessionState is the stage of a session's life. The vendor's API shows it
// only through is_active, costs, debts and invoices.
type SessionState string

// The states of a session. An attempt that came to nothing is gone.
const (
	StateStarting   SessionState = "starting"    // the provider has not answered; invisible in the API
	StateActive     SessionState = "active"      // charging
	StateCDRPending SessionState = "cdr-pending" // ended, the CDR has not arrived
	StateBilled     SessionState = "billed"      // paid and invoiced
	StateReleased   SessionState = "released"    // no cost: the hold is released, nothing is charged
	StateDebt       SessionState = "debt"        // the final charge failed
	StateSettled    SessionState = "settled"     // the debt has been paid
	stateGone       SessionState = "gone"
)

// Who ended a session.
const (
	ByUser    = "user"
	ByStation = "station"
)

// A Session is a charging session, or a start that the provider has not
// answered, as it is at one moment. The vendor's API shows part of it.
type Session struct {
	ID, UserID, MethodID string
	Point                ChargePoint // as it was when the start was requested, without its status
	Prices               Prices      // fixed when the start was requested
	State                SessionState
	StartedAt            time.Time        // when the provider answers the start
	EndedAt              *time.Time       // nil while the session goes on
	EndedBy              string           // ByUser or ByStation; empty while the session goes on
	Energy               *decimal.Decimal // kWh; nil before the first reading
	Cost                 *Cost            // nil before the CDR
	Running              Cost             // cost so far; after the CDR the same as Cost
	Hold                 decimal.Decimal  // pre-authorized at start, VAT included
	Captured             decimal.Decimal  // by the final charge; zero before the CDR
	Owed                 decimal.Decimal  // zero except in StateDebt
	CDRDue               *time.Time       // when the CDR arrives or arrived; nil if unknown
	InvoicedAt           *time.Time       // nil without an invoice
	SettledAt            *time.Time       // when the debt was paid; nil if unpaid or if there never was one
	Rates                *int             // the user's rating, 1 to 5; nil without one
	Readings             []MeterReading   // set by InspectSession, InspectUser and MakeDebt only; at most 200
}

// session holds facts; its state at a moment follows from them. An attempt to
// start is a session that may come to nothing.
type session struct {
	id       string
	nth      int // among the user's requests to start
	user     *user
	point    ChargePoint // as it was at the request, without its status
	prices   Prices
	hold     decimal.Decimal
	methodID string
	card     Card

	requested time.Time
	answer    time.Time  // when the provider answers
	refused   bool       // the provider refuses
	abandoned *time.Time // when the client left, before the answer

	stopped   *time.Time
	stoppedBy string
	readings  []MeterReading // reported by an operator, in addition to the point's script
	record    *CDR           // delivered by an operator or a seed; nil: the charge point's own
	cdrDelay  time.Duration
	preauth   *intent // the hold if the card holder had to authenticate it; nil: placed without the card holder
	debt      *intent // pays a debt; exists from the start, is visible while there is a debt
	settled   *time.Time
	rates     *int

	// Derived, see State.file.
	filed SessionState // among the user's open sessions; empty before
	due   *time.Time   // when that state ends by itself; nil if unknown or never
}

func (s *session) view(now time.Time) Session {
	v := Session{
		ID: s.id, UserID: s.user.ID, MethodID: s.methodID, Point: s.point, Prices: s.prices,
		State: s.stateAt(now), StartedAt: s.answer, Hold: s.hold, Rates: s.rates,
		SettledAt: s.settled,
	}
	if at, ok := s.cdrAt(); ok {
		v.CDRDue = &at
	}
	last := now
	if end := s.endAt(); end != nil && !now.Before(*end) {
		v.EndedAt, v.EndedBy, last = end, s.endedBy(), *end
	}
	switch v.State {
	case StateStarting, StateActive, StateCDRPending:
		v.Energy = s.meterAt(now)
		if v.Energy != nil {
			v.Running = s.prices.Cost(*v.Energy, last.Sub(s.answer), s.point.Site.Partner)
		}
		return v
	case StateBilled, StateSettled:
		at := s.invoicedAt()
		v.InvoicedAt = &at
	}
	kwh, cost := s.finalEnergy(), s.finalCost()
	captured, owed := s.charged(cost.Total())
	v.Energy, v.Cost, v.Running, v.Captured = &kwh, &cost, cost, captured
	if v.State == StateDebt {
		v.Owed = owed
	}
	return v
}

// detail is a view with the readings.
func (s *session) detail(now time.Time) Session {
	v := s.view(now)
	v.Readings = thin(s.readingsAt(now))
	return v
}

// visible reports whether the API shows the session.
func (s *session) visible(now time.Time) bool {
	st := s.stateAt(now)
	return st != StateStarting && st != stateGone
}

// endAt is when the session ends, as far as is known; nil if it goes on.
func (s *session) endAt() *time.Time {
	end := s.stopped
	if s.point.Script.EndsAfter > 0 {
		if self := s.answer.Add(s.point.Script.EndsAfter); end == nil || self.Before(*end) {
			end = &self
		}
	}
	return end
}

func (s *session) endedBy() string {
	if s.stopped != nil && s.stopped.Equal(*s.endAt()) {
		return s.stoppedBy
	}
	return ByStation
}

func (s *session) stateAt(now time.Time) SessionState {
	s.user.looks.Add(1)
	switch {
	case s.abandoned != nil:
		return stateGone
	case now.Before(s.answer):
		return StateStarting
	case s.refused:
		return stateGone
	}
	if end := s.endAt(); end == nil || now.Before(*end) {
		return StateActive
	}
	if at, ok := s.cdrAt(); !ok || now.Before(at) {
		return StateCDRPending
	}
	return s.final()
}

// Sessions returns the number of a user's sessions and a page of them, newest
// first. Attempts that the provider has not answered are left out. It fails
// with request/not-found.
func (s *State) Sessions(userID string, offset, limit int) (int, []Session, error) {
	return list(s, userID, offset, limit, (*user).answered, (*session).view)
}

func (u *user) answered(now time.Time) rows[*session] {
	if n := len(u.sessions); n > 0 && u.sessions[n-1].stateAt(now) == StateStarting {
		return rowsOf(u.looks, u.sessions[:n-1])
	}
	return rowsOf(u.looks, u.sessions)
}

// Session returns a session of a user. It fails with request/not-found, also
// while the provider has not answered the start.
func (s *State) Session(userID, sessionID string) (Session, error) {
	return s.Rate(userID, sessionID, Optional[*int]{})
}

// Rate sets a session's rating of 1 to 5 or, with nil, clears it, at any time
// in the session's life (assumed). It fails as Session does.
func (s *State) Rate(userID, sessionID string, rates Optional[*int]) (Session, error) {
	return ofUser(s, userID, func(u *user, now time.Time) (Session, error) {
		o := s.sessionOf(u, sessionID)
		if o == nil || !o.visible(now) {
			return Session{}, s.rules.refuse(notFound)
		}
		if rates.Set {
			o.rates = rates.Value
			s.touchSession(o)
		}
		return o.view(now), nil
	})
}

func (s *State) sessionOf(u *user, id string) *session {
	if o := s.sessions[id]; o != nil && o.user == u {
		return o
	}
	return nil
}
