package connect

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// A Session as it is at a moment. The API shows a part; the rest is for those
// who look behind it.
type Session struct {
	ID, UserID, MethodID string
	Point                ChargePoint
	Prices               Prices
	State                SessionState
	StartedAt            time.Time
	EndedAt              *time.Time       // nil: goes on
	EndedBy              string           // ByUser or ByStation; empty: goes on
	Energy               *decimal.Decimal // kWh; nil: no reading yet
	Cost                 *Cost            // nil until the final record
	Running              Cost             // what it costs so far
	Hold                 decimal.Decimal
	Captured             decimal.Decimal // zero until the final record
	CDRDue               *time.Time      // nil: not known
	InvoicedAt           *time.Time      // nil: no invoice
	Rates                *int
}

// InvoiceLink is where the vendor would offer the invoice.
func (s Session) InvoiceLink() string { return invoiceLink(s.ID) }

func (s *session) view(now time.Time) Session {
	v := Session{
		ID: s.id, UserID: s.user.id, MethodID: s.methodID, Point: s.point, Prices: s.prices,
		State: s.stateAt(now), StartedAt: s.answer, Hold: s.hold, Rates: s.rates,
		CDRDue: s.cdrAt(),
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
	}
	kwh, cost := s.finalEnergy(), s.finalCost()
	v.Energy, v.Cost, v.Running, v.Captured = &kwh, &cost, cost, s.captured()
	if v.State == StateBilled || v.State == StateSettled {
		at := s.invoicedAt()
		v.InvoicedAt = &at
	}
	return v
}

// Start starts a session and returns when the provider has answered: at once,
// or when the clock has passed the charge point's delay. Refuses with
// request/not-found and the start-charging rules in their order. A context
// that ends withdraws the attempt.
func (s *State) Start(ctx context.Context, userID, evse, methodID string) (Session, error) {
	a, refusal := s.request(userID, evse, methodID)
	if a == nil {
		return Session{}, refusal
	}
	waiting, cancel := context.WithTimeout(ctx, s.cfg.StartTimeout)
	defer cancel()
	if err := s.cfg.Clock.Wait(waiting, a.answer); err != nil {
		if err := s.abandon(ctx, a); err != nil {
			return Session{}, err
		}
	}
	if refusal != nil {
		return Session{}, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return a.view(s.cfg.Clock.Now()), nil
}

// request judges a start and, if nothing forbids it, notes the attempt. Where
// the provider will refuse, it returns both the attempt and the refusal.
func (s *State) request(userID, evse, methodID string) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return nil, err
	}
	sit := s.situation(u)
	sit.method = u.method(methodID)
	if p, ok := s.point(evse); ok {
		sit.point, sit.status = &p, s.statusOf(p, sit.now)
	}
	if sit.method != nil && sit.point != nil {
		sit.hold = u.authorised(sit.method.id, sit.point.Tariff.PreAuthorization)
	}
	if r := first(s.rules.early[OpStart], sit); r != nil {
		if r.Rule.ID == scaRequired {
			r.Secret = s.holdFor(sit).secret
		}
		return nil, r
	}
	late := first(s.rules.late[OpStart], sit)
	a := s.begin(sit, late != nil)
	if late == nil {
		return a, nil
	}
	return a, late
}

const scaRequired = "start-charging/sca-required"

// begin notes an attempt. The hold is placed with it; where the provider
// refuses, it is released with it.
func (s *State) begin(sit *Situation, refused bool) *session {
	p := *sit.point
	p.Status, p.Script.Busy = "", false // of a moment, and of no matter to a session
	a := &session{
		id: s.ids.UUID(), user: sit.user, point: p, methodID: sit.method.id, card: sit.method.card,
		hold:      p.Tariff.PreAuthorization,
		prices:    p.Tariff.At(sit.now.In(p.Site.Zone)),
		requested: sit.now, answer: sit.now.Add(p.Script.StartDelay), refused: refused,
		cdrDelay: s.cfg.CDRDelay,
	}
	if sit.hold != nil {
		sit.user.holds = slices.DeleteFunc(sit.user.holds, func(h *payment) bool { return h == sit.hold })
		a.preauth, sit.hold.usedBy = sit.hold, a
	}
	s.keep(a)
	return a
}

// keep puts a session in its places.
func (s *State) keep(a *session) {
	if !a.refused {
		a.debt = s.mintPayment(a.user, a.requested)
		a.debt.session, a.debt.currency = a, a.prices.Currency
	}
	a.user.asked++
	a.nth = a.user.asked
	a.user.sessions = inOrder(a.user.sessions, a)
	a.user.open = inOrder(a.user.open, a)
	s.started[a.id] = a
	if last := s.at[a.point.EVSE]; !a.point.Script.Open && (last == nil || !a.requested.Before(last.requested)) {
		s.at[a.point.EVSE] = a // a seed may name an earlier one later
	}
}

// inOrder puts a session in its place by request time. All are asked for now
// and so come last, but those that are told of afterwards.
func inOrder(list []*session, a *session) []*session {
	i := len(list)
	for i > 0 && list[i-1].requested.After(a.requested) {
		i--
	}
	return slices.Insert(list, i, a)
}

// abandon ends an attempt whose client has gone or whose time is up; nil: too
// late, the provider has answered, and others may have seen it.
func (s *State) abandon(ctx context.Context, a *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock.Now()
	if !now.Before(a.answer) {
		return nil
	}
	a.abandoned = &now
	if err := ctx.Err(); err != nil {
		return err
	}
	r := s.rules.refuse("start-charging/provider-failed")
	r.Details = "The charging provider did not answer in time."
	return r
}

// authorised finds a hold that the card holder has confirmed and no session
// has used (assumed: it is for any charge point that asks the same amount).
func (u *user) authorised(methodID string, amount decimal.Decimal) *payment {
	for _, h := range u.holds {
		if h.status == RequiresCapture && h.methodID == methodID && h.amount.Equal(amount) {
			return h
		}
	}
	return nil
}

// holdFor gives the payment intent of a hold that needs its card holder; one
// that already waits is given again (assumed).
func (s *State) holdFor(sit *Situation) *payment {
	u, amount := sit.user, sit.point.Tariff.PreAuthorization
	for _, h := range u.holds {
		if h.status != RequiresCapture && h.methodID == sit.method.id && h.amount.Equal(amount) {
			return h
		}
	}
	h := s.mintPayment(u, sit.now)
	h.evse, h.methodID, h.amount, h.currency = sit.point.EVSE, sit.method.id, amount, sit.point.Tariff.Currency
	h.authenticate = sit.point.Script.Start == StartSCA
	h.lastError = NeedsAuthentication()
	u.holds = append(u.holds, h)
	if len(u.holds) > maxHolds {
		s.forget(u.holds[0])
		u.holds = append(u.holds[:0], u.holds[1:]...)
	}
	return h
}

// Stop ends a user's active session; request/not-found for the user and the
// stop-charging rules in their order.
func (s *State) Stop(userID, sessionID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return err
	}
	sit := s.situation(u)
	sit.session = s.sessionOf(u, sessionID)
	if r := first(s.rules.early[OpStop], sit); r != nil {
		return r
	}
	sit.session.stopped, sit.session.stoppedBy = &sit.now, ByUser
	return nil
}

func (s *State) sessionOf(u *user, id string) *session {
	if o := s.started[id]; o != nil && o.user == u {
		return o
	}
	return nil
}

// Sessions lists a user's sessions, newest first; request/not-found. Attempts
// that the provider has not answered do not show.
func (s *State) Sessions(userID string, offset, limit int) (int, []Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return 0, nil, err
	}
	now := s.situation(u).now
	list := u.sessions
	if n := len(list); n > 0 && list[n-1].stateAt(now) == StateStarting {
		list = list[:n-1]
	}
	n, out := page(list, offset, limit, func(o *session) Session { return o.view(now) })
	return n, out, nil
}

// Session finds a user's session; request/not-found.
func (s *State) Session(userID, sessionID string) (Session, error) {
	return s.onSession(userID, sessionID, func(*session) {})
}

// Rate sets or, with nil, clears a session's rating of 1 to 5, at any time in
// its life (assumed); request/not-found.
func (s *State) Rate(userID, sessionID string, rates Optional[*int]) (Session, error) {
	return s.onSession(userID, sessionID, func(o *session) { rates.apply(&o.rates) })
}

func (s *State) onSession(userID, sessionID string, do func(*session)) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return Session{}, err
	}
	now := s.situation(u).now
	o := s.sessionOf(u, sessionID)
	if o == nil || !o.visible(now) {
		return Session{}, s.rules.refuse("request/not-found")
	}
	do(o)
	return o.view(now), nil
}

// IsRefusal gives the refusal within an error.
func IsRefusal(err error) (*Refusal, bool) {
	var r *Refusal
	return r, errors.As(err, &r)
}
