package connect

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"
)

// Errors of making a debt.
var (
	ErrNoMethods    = errors.New("the user has no payment method")
	ErrNothingOwed  = errors.New("so little energy costs nothing")
	ErrTooManyDebts = errors.New("the user has 100 unpaid debts already")
	ErrNoPlainPoint = errors.New("the world has changed every charge point that a session could be told of")
)

// A session that is made by hand took twenty minutes and ended a minute ago,
// about what 10 kWh and the vendor's CDR delay suggest.
const (
	madeLength = 20 * time.Minute
	madeAgo    = time.Minute
)

// maxDebts bounds what a client can pile up: every start looks at all of them.
const maxDebts = 100

// A DebtSpec is what a debt that is made by hand comes from.
type DebtSpec struct {
	MethodID string // empty: the default one
	KWh      decimal.Decimal
	// Points are where the session may have been: the first that is open to
	// all and of which no scenario says that sessions begin late or not at all.
	Points []string
}

// MakeDebt gives a user a past session whose final charge has just failed. It
// lies where the user's other sessions leave room for it, before one that
// runs. request/not-found for the user, ErrTooManyDebts, ErrNoMethods,
// ErrNoMethod, ErrNoPlainPoint, ErrNothingOwed.
func (s *State) MakeDebt(userID string, d DebtSpec) (SessionDetail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return SessionDetail{}, err
	}
	now := s.situation(u).now
	if u.debts(now) >= maxDebts {
		return SessionDetail{}, ErrTooManyDebts
	}
	m, err := u.payer(d.MethodID)
	if err != nil {
		return SessionDetail{}, err
	}
	p, ok := s.plainPoint(d.Points)
	if !ok {
		return SessionDetail{}, ErrNoPlainPoint
	}
	from := u.gap(now.Add(-madeAgo), madeLength)
	to := from.Add(madeLength)
	if !p.Tariff.At(from.In(p.Site.Zone)).Cost(d.KWh, madeLength, p.Site.Partner).Total().IsPositive() {
		return SessionDetail{}, ErrNothingOwed
	}
	o, err := s.loadSession(u, nil, &SeedSession{
		EVSE: p.EVSE, MethodID: m.id, Start: from, Stop: &to, StoppedBy: ByUser,
		CDR: &SeedCDR{At: now, KWh: &d.KWh, Charge: ChargeFails},
	})
	if err != nil {
		return SessionDetail{}, err
	}
	return o.detail(now), nil
}

func (u *user) debts(now time.Time) (n int) {
	for _, o := range u.open {
		if o.stateAt(now) == StateDebt {
			n++
		}
	}
	return n
}

// payer finds a method; without an id the default one, or else the newest.
func (u *user) payer(id string) (*method, error) {
	if len(u.methods) == 0 {
		return nil, ErrNoMethods
	}
	if id != "" {
		if m := u.method(id); m != nil {
			return m, nil
		}
		return nil, ErrNoMethod
	}
	for _, m := range u.methods {
		if m.isDefault {
			return m, nil
		}
	}
	return u.methods[len(u.methods)-1], nil
}

// plainPoint finds one at which sessions begin at once and keep nobody away.
func (s *State) plainPoint(evses []string) (ChargePoint, bool) {
	for _, evse := range evses {
		p, ok := s.point(evse)
		if ok && p.Script.Open && p.Script.Start == StartOK && p.Script.StartDelay == 0 {
			return p, true
		}
	}
	return ChargePoint{}, false
}

// gap finds the latest time at which the user was not charging for so long,
// ending at a moment or before it.
func (u *user) gap(end time.Time, length time.Duration) (from time.Time) {
	from = end.Add(-length)
	for i := len(u.sessions) - 1; i >= 0; i-- {
		o := u.sessions[i]
		if over := o.endAt(); over != nil && !over.After(from) {
			break // so do the ones before it: nobody charges twice at once
		}
		if before := o.requested.Add(-length); before.Before(from) {
			from = before
		}
	}
	return from
}
