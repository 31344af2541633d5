package connect

import (
	"context"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/limit"
)

// Start starts a session and returns when the provider has answered: at once,
// or when the clock has passed the charge point's delay. It fails with
// request/not-found if there is no such user and with the start-charging rules
// in their order. If ctx ends first, the attempt is withdrawn.
func (s *State) Start(ctx context.Context, userID, evse, methodID string) (Session, error) {
	a, refusal := s.request(userID, evse, methodID)
	if a.id == "" {
		return Session{}, refusal
	}
	waiting, cancel := context.WithTimeout(ctx, s.cfg.StartTimeout)
	defer cancel()
	defer context.AfterFunc(a.ended, cancel)()
	s.starting.Add(1)
	defer s.starting.Add(-1)
	if err := s.cfg.Clock.Wait(waiting, a.answer); err != nil && a.ended.Err() == nil {
		if err := s.abandon(ctx, a.id); err != nil {
			return Session{}, err
		}
	}
	if refusal != nil && a.ended.Err() == nil {
		return Session{}, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.sessions[a.id]
	if o == nil || a.ended.Err() != nil {
		return Session{}, s.rewound()
	}
	return o.view(s.cfg.Clock.Now()), nil
}

// Starting returns how many starts wait for the provider.
func (s *State) Starting() int64 { return s.starting.Load() }

// rewound is the refusal of a start whose world has been rewound while it
// waited.
func (s *State) rewound() *Refusal {
	r := s.rules.refuse(providerFailed)
	r.Details = "The world was rewound while this call waited for the charging provider."
	return r
}

// A waiting is an attempt that waits for the provider.
type waiting struct {
	id     string    // empty: refused at once
	answer time.Time // when the provider answers
	ended  context.Context
}

// request checks a start and, if no early rule refuses it, notes the attempt.
// If the provider will refuse, it returns both the attempt and the refusal.
func (s *State) request(userID, evse, methodID string) (waiting, error) {
	return ofUser(s, userID, func(u *user, now time.Time) (waiting, error) {
		sit := &Situation{now: now, user: u, method: u.method(methodID)}
		if p, ok := s.point(evse); ok {
			sit.point, sit.status = &p, s.statusOf(p, now)
		}
		if sit.method != nil && sit.point != nil {
			sit.hold = u.authorized(methodID, sit.point.Tariff.PreAuthorization)
		}
		if r := firstMatch(s.rules.early[OpStart], sit); r != nil {
			if r.Rule.ID == scaRequired {
				r.Secret = s.holdFor(sit).Secret
			}
			return waiting{}, r
		}
		if err := s.roomForSession(); err != nil {
			return waiting{}, err
		}
		late := firstMatch(s.rules.late[OpStart], sit)
		a := s.begin(sit, late != nil)
		s.keep(a)
		wait := waiting{a.id, a.answer, s.keeping.ended}
		if late == nil {
			return wait, nil
		}
		return wait, late
	})
}

// begin makes an attempt. The hold is placed with it; if the provider refuses,
// it is released with it.
func (s *State) begin(sit *Situation, refused bool) *session {
	a := attempt(*sit.point, sit.now)
	a.id, a.user, a.methodID, a.card = s.ids.UUID(), sit.user, sit.method.ID, sit.method.Card
	a.refused, a.cdrDelay = refused, s.cfg.CDRDelay
	if sit.hold != nil {
		sit.user.holds = slices.DeleteFunc(sit.user.holds, func(h *intent) bool { return h == sit.hold })
		a.preauth, sit.hold.usedBy = sit.hold, a
		s.touchIntent(sit.hold)
	}
	if !refused {
		a.debt = s.newIntent(a.user, false, a.requested)
		a.debt.session, a.debt.Currency = a, a.prices.Currency
	}
	return a
}

// attempt returns a session that is requested at a charge point.
func attempt(p ChargePoint, now time.Time) *session {
	p.Status, p.Script.Busy = "", false // they belong to a moment, not to a session
	return &session{
		point: p, hold: p.Tariff.PreAuthorization, prices: p.Tariff.At(now.In(p.Site.Zone)),
		requested: now, answer: now.Add(p.Script.StartDelay),
	}
}

// keep adds a session to its user, under its id and its charge point. Started
// sessions are their user's newest; seeded and made-up ones may not be.
func (s *State) keep(a *session) {
	a.user.requests++
	a.nth = a.user.requests
	i, _ := slices.BinarySearchFunc(a.user.sessions, a, byRequest)
	a.user.sessions = slices.Insert(a.user.sessions, i, a)
	s.sessions[a.id] = a
	if a.refused {
		s.refused++
	}
	s.touch(startKey(a.id), started{a})
	s.touchSession(a)
	s.touchUser(a.user)
	s.room.take(sessionSize + a.card.TextBytes())
	if last, ok := s.latestAt.Get(a.point.EVSE); !a.point.Script.Open && (!ok || !a.requested.Before(last.requested)) {
		s.latestAt.Set(a.point.EVSE, a) // a seed may name an earlier one later
	}
	s.file(a, a.requested)
}

// abandon ends an attempt whose client has left or that has timed out. It
// returns nil if it comes too late: the provider has answered, and other calls
// may have seen that.
func (s *State) abandon(ctx context.Context, id string) error {
	return s.do(func() error { return s.abandonNow(ctx, id) })
}

func (s *State) abandonNow(ctx context.Context, id string) error {
	a, now := s.sessions[id], s.cfg.Clock.Now()
	if a == nil || !now.Before(a.answer) {
		return nil
	}
	a.abandoned = &now
	s.touchUser(a.user) // the attempt counts, although it goes with its records
	s.file(a, now)
	if err := ctx.Err(); err != nil {
		return err
	}
	r := s.rules.refuse(providerFailed)
	r.Details = "The charging provider did not answer in time."
	return r
}

// Stop ends a user's active session. It fails with request/not-found if there
// is no such user and with the stop-charging rules in their order.
func (s *State) Stop(userID, sessionID string) error {
	return s.withUser(userID, func(u *user, now time.Time) error {
		o := s.sessionOf(u, sessionID)
		if r := firstMatch(s.rules.early[OpStop], &Situation{now: now, user: u, session: o}); r != nil {
			return r
		}
		o.stopped, o.stoppedBy = &now, ByUser
		s.touchSession(o)
		s.file(o, now)
		return nil
	})
}

// authorized returns a hold that the card holder has confirmed and that no
// session has used, or nil. It is valid for every charge point that asks for
// the same amount (assumed).
func (u *user) authorized(methodID string, amount decimal.Decimal) *intent {
	for _, h := range u.holds {
		if h.Status == RequiresCapture && h.HoldMethodID == methodID && h.Amount.Equal(amount) {
			return h
		}
	}
	return nil
}

// holdFor returns the payment intent of a hold that the card holder has to
// authenticate. One that is already waiting is used again (assumed).
func (s *State) holdFor(sit *Situation) *intent {
	u, amount := sit.user, sit.point.Tariff.PreAuthorization
	for _, h := range u.holds {
		if h.Status != RequiresCapture && h.HoldMethodID == sit.method.ID && h.Amount.Equal(amount) {
			return h
		}
	}
	h := s.newIntent(u, false, sit.now)
	h.evse, h.Hold, h.HoldMethodID, h.Amount, h.Currency = sit.point.EVSE, true, sit.method.ID, amount, sit.point.Tariff.Currency
	h.authenticate = sit.point.Script.Start == StartSCA
	h.LastError, h.Failed = NeedsAuthentication(), copyOf(sit.method)
	s.room.take(h.Failed.textBytes())
	s.touchIntent(h)
	u.holds = s.forgetOldest(append(u.holds, h), limit.Holds)
	return h
}
