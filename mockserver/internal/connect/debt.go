package connect

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/limit"
)

// A Debt is what the final charge of a session left unpaid, and the payment
// intent that pays it.
type Debt struct {
	SessionID string
	Intent
}

// Debts returns the number of a user's debts and a page of them, newest
// session first (assumed). It fails with request/not-found.
func (s *State) Debts(userID string, offset, limit int) (int, []Debt, error) {
	return list(s, userID, offset, limit,
		func(u *user, _ time.Time) rows[*session] { return u.open.of(StateDebt) }, (*session).debtView)
}

func (s *session) debtView(now time.Time) Debt { return Debt{s.id, s.debt.view(now)} }

// Errors of MakeDebt.
var (
	ErrNoMethods    = errors.New("the user has no payment method")
	ErrNothingOwed  = errors.New("no debt of this amount of energy")
	ErrTooManyDebts = fmt.Errorf("limit of %d unpaid debts per user reached", limit.Debts)
	ErrNoPlainPoint = errors.New("no unmodified charge point left")
)

// A made-up session took twenty minutes and ended a minute ago, about what
// 10 kWh and the vendor's CDR delay suggest.
const (
	madeLength = 20 * time.Minute
	madeAgo    = time.Minute
)

// A DebtSpec describes the session from which MakeDebt makes a debt.
type DebtSpec struct {
	MethodID string // empty: the default method
	KWh      decimal.Decimal
	// Points are the EVSE ids at which the session may have been. The first
	// is taken that serves any number of users and whose starts no scenario
	// delays or refuses.
	Points []string
}

// MakeDebt adds a past session to a user, at a time when the user was not
// charging. Its final charge has just failed. It fails with request/not-found
// if there is no such user, ErrTooManyDebts, ErrNoMethods, ErrNoMethod,
// ErrNoPlainPoint or ErrNothingOwed.
func (s *State) MakeDebt(userID string, d DebtSpec) (Session, error) {
	return ofUser(s, userID, func(u *user, now time.Time) (Session, error) {
		if u.open.of(StateDebt).n >= limit.Debts {
			return Session{}, ErrTooManyDebts
		}
		if err := s.roomForSession(); err != nil {
			return Session{}, err
		}
		m, err := u.payer(d.MethodID)
		if err != nil {
			return Session{}, err
		}
		p, ok := s.plainPoint(d.Points)
		if !ok {
			return Session{}, ErrNoPlainPoint
		}
		from := u.gap(now.Add(-madeAgo), madeLength)
		to := from.Add(madeLength)
		cost := p.Tariff.At(from.In(p.Site.Zone)).Cost(d.KWh, madeLength, p.Site.Partner)
		if err := chargeable(cost, p.Tariff.Currency, ErrNothingOwed); err != nil {
			return Session{}, err
		}
		o, err := s.loadSession(u, nil, &SeedSession{
			EVSE: p.EVSE, MethodID: m.ID, Start: from, Stop: &to, StoppedBy: ByUser,
			CDR: &CDR{At: now, KWh: &d.KWh, Charge: ChargeFails},
		})
		if err != nil {
			return Session{}, err
		}
		return o.detail(now), nil
	})
}

// payer returns a method by id; without an id the default one or, if there is
// no default, the newest.
func (u *user) payer(id string) (*PaymentMethod, error) {
	if len(u.methods.list) == 0 {
		return nil, ErrNoMethods
	}
	if id != "" {
		if m := u.method(id); m != nil {
			return m, nil
		}
		return nil, ErrNoMethod
	}
	if u.methods.def != nil {
		return u.methods.def, nil
	}
	return u.methods.list[len(u.methods.list)-1].PaymentMethod, nil
}

// plainPoint returns the first point at which sessions begin at once and that
// serves any number of users.
func (s *State) plainPoint(evses []string) (ChargePoint, bool) {
	for _, evse := range evses {
		p, ok := s.point(evse)
		if ok && p.Script.Open && p.Script.Start == StartOK && p.Script.StartDelay == 0 {
			return p, true
		}
	}
	return ChargePoint{}, false
}

// gap is the start of the latest span of a length, not ending after a moment,
// in which the user was not charging.
func (u *user) gap(end time.Time, length time.Duration) (from time.Time) {
	from = end.Add(-length)
	for i := len(u.sessions) - 1; i >= 0; i-- {
		o := u.sessions[i]
		u.looks.Add(1)
		if over := o.endAt(); over != nil && !over.After(from) {
			break // earlier sessions ended before: nobody charges twice at once
		}
		if before := o.requested.Add(-length); before.Before(from) {
			from = before
		}
	}
	return from
}
