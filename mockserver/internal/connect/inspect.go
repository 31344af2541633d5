package connect

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// What those who look behind the API see: a user with all that is theirs, and
// a session with what the API keeps to itself. Each is one consistent reading.

// A UserDetail is a user and what hangs off it, as of a moment.
type UserDetail struct {
	User            User
	BillingComplete bool            // enough to start charging
	Methods         []MethodDetail  // newest first
	Sessions        []SessionDetail // newest first, a starting attempt included, bounded
	Debts           []DebtDetail    // newest session first
	Waiting         []WaitingDetail // for the card holder: setups, then holds, then debts, newest first
}

// A MethodDetail is a payment method and what stands in the way of its
// removal.
type MethodDetail struct {
	PaymentMethod
	Removal Rules // in order of check; none: it can be removed
}

// A DebtDetail is a debt and the payment intent that pays it.
type DebtDetail struct {
	SessionID string
	Intent    Intent
}

// A WaitingDetail is an intent that only the card holder can bring further: one
// in 3-D Secure, or a hold that the bank wants confirmed before there is a
// session.
type WaitingDetail struct {
	Intent
	MethodID string // the start's, that a hold is to be confirmed with; empty: not a hold
}

// A SessionDetail is a session and what follows from its facts.
type SessionDetail struct {
	Session
	Owed      decimal.Decimal // still; zero once the debt is paid
	SettledAt *time.Time      // when the debt was paid; nil: it was not, or there was none
	Readings  []MeterReading  // what the meter has sent until now, ascending in both fields, bounded
}

// A MeterReading is what a session's meter has sent, by its charge point's
// script or by an operator's hand.
type MeterReading struct {
	At  time.Time
	KWh decimal.Decimal
}

// Bounds on what is shown at once.
const (
	shownSessions = 20
	shownReadings = 200
)

// InspectUser shows a user with all that is theirs; request/not-found.
func (s *State) InspectUser(id string) (UserDetail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(id)
	if err != nil {
		return UserDetail{}, err
	}
	sit := s.situation(u)
	d := UserDetail{User: u.view(), BillingComplete: u.billing.complete()}
	for _, m := range slices.Backward(u.methods) {
		sit.method = m
		d.Methods = append(d.Methods, MethodDetail{m.view(), all(s.rules.early[OpRemoveMethod], sit)})
	}
	for _, o := range slices.Backward(u.sessions) {
		if len(d.Sessions) == shownSessions {
			break
		}
		d.Sessions = append(d.Sessions, o.detail(sit.now))
	}
	for _, o := range slices.Backward(u.open) {
		if o.stateAt(sit.now) == StateDebt {
			d.Debts = append(d.Debts, DebtDetail{o.id, o.debt.view(sit.now)})
		}
	}
	d.Waiting = u.waiting(d.Debts, sit.now)
	return d, nil
}

// waiting lists the intents that want the card holder.
func (u *user) waiting(debts []DebtDetail, now time.Time) []WaitingDetail {
	var out []WaitingDetail
	for _, i := range slices.Backward(u.setups) {
		if i.status == RequiresAction {
			out = append(out, WaitingDetail{Intent: i.view()})
		}
	}
	for _, h := range slices.Backward(u.holds) {
		if h.status.Open() {
			out = append(out, WaitingDetail{h.view(now), h.methodID})
		}
	}
	for _, d := range debts {
		if d.Intent.Status == RequiresAction {
			out = append(out, WaitingDetail{Intent: d.Intent})
		}
	}
	return out
}

// InspectSession shows a session whoever owns it, an attempt included;
// ErrNoSession.
func (s *State) InspectSession(id string) (Session, error) {
	return s.operate(id, func(*session, SessionState) error { return nil })
}

// SessionDetail shows a session whoever owns it, an attempt included, with
// all that is known of it; ErrNoSession.
func (s *State) SessionDetail(id string) (SessionDetail, error) {
	var d SessionDetail
	_, err := s.operate(id, func(o *session, _ SessionState) error {
		d = o.detail(s.cfg.Clock.Now())
		return nil
	})
	return d, err
}

func (s *session) detail(now time.Time) SessionDetail {
	d := SessionDetail{Session: s.view(now), SettledAt: s.settled, Readings: thin(s.sent(now))}
	if d.State == StateDebt {
		d.Owed = s.owed()
	}
	return d
}

// sent merges what the script and an operator have sent until a moment.
// Meters do not fall, so a value below an earlier one was never shown.
func (s *session) sent(now time.Time) []MeterReading {
	last := now
	if end := s.endAt(); end != nil && end.Before(now) && !s.point.Script.AfterStop {
		last = *end
	}
	var list []MeterReading
	for _, r := range s.point.Script.Meter {
		if at := s.answer.Add(r.At); !at.After(last) {
			list = append(list, MeterReading{at, r.KWh})
		}
	}
	for _, r := range s.readings { // also after the end, see Meter
		if !r.at.After(now) {
			list = append(list, MeterReading{r.at, r.kwh})
		}
	}
	slices.SortStableFunc(list, func(a, b MeterReading) int { return a.At.Compare(b.At) })
	highest := decimal.Zero
	return slices.DeleteFunc(list, func(r MeterReading) bool {
		falls := r.KWh.LessThan(highest)
		highest = decimal.Max(highest, r.KWh)
		return falls
	})
}

// thin leaves every n-th of too many readings, the last one among them.
func thin(list []MeterReading) []MeterReading {
	step := (len(list) + shownReadings - 1) / shownReadings
	if step <= 1 {
		return list
	}
	out := make([]MeterReading, 0, shownReadings)
	for i := (len(list) - 1) % step; i < len(list); i += step {
		out = append(out, list[i])
	}
	return out
}
