package connect

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// IntentStatus is Stripe's status of an intent.
type IntentStatus string

// The statuses that the fake's intents go through.
const (
	RequiresPaymentMethod IntentStatus = "requires_payment_method"
	RequiresAction        IntentStatus = "requires_action"  // 3-D Secure is waited for
	RequiresCapture       IntentStatus = "requires_capture" // an authorised hold
	Succeeded             IntentStatus = "succeeded"
	Canceled              IntentStatus = "canceled" // a hold that was released
)

// Open says that an intent may be confirmed: for the first time, after a
// decline, or anew by a card holder who left the 3-D Secure page.
func (s IntentStatus) Open() bool { return s == RequiresPaymentMethod || s == RequiresAction }

// An Intent is a setup intent or a payment intent as Stripe shows it.
type Intent struct {
	ID, Secret string
	Setup      bool // a setup intent; otherwise a payment intent
	Status     IntentStatus
	UserID     string
	Amount     decimal.Decimal // payment intents only
	Captured   decimal.Decimal // of the amount; payment intents only
	Currency   string          // payment intents only
	Hold       bool            // a payment intent that is to be captured later
	Method     *PaymentMethod  // what it was confirmed with; nil: nothing yet
	LastError  *Decline
	CreatedAt  time.Time
}

// Errors of the calls on intents.
var (
	ErrNoIntent    = errors.New("no such intent")
	ErrNoMethod    = errors.New("no such payment method")
	ErrIntentState = errors.New("the intent's status does not allow this")
)

// A CardError says that the bank declined; Intent is the intent after that.
type CardError struct {
	Decline Decline
	Intent  Intent
}

func (e *CardError) Error() string { return e.Decline.Message }

// PaymentSource is what an intent is confirmed with: a saved method by id, a
// card that already has an id, or a card that gets one.
type PaymentSource struct {
	MethodID string
	Card     *Card
}

// intent is what setups and payments have in common.
type intent struct {
	id, secret string
	user       *user
	created    time.Time
	status     IntentStatus
	source     *method // confirmed or being confirmed with
	lastError  *Decline
}

// setup is a setup intent: once confirmed, its card is the user's.
type setup struct{ intent }

// payment is a payment intent: for a debt, or for a hold that the card holder
// must authenticate.
type payment struct {
	intent
	session      *session // the debt's; nil: a hold
	usedBy       *session // the session that an authorised hold was used for; nil: it waits
	evse         string   // the hold's: where the start was asked for
	methodID     string   // the hold's
	amount       decimal.Decimal
	currency     string
	authenticate bool // 3-D Secure whatever the card
}

// Bounds on what a client can pile up by asking again and again.
const (
	maxSetups = 100
	maxHolds  = 10
)

func (i *intent) view() Intent {
	v := Intent{UserID: i.user.id, ID: i.id, Secret: i.secret, Status: i.status, LastError: i.lastError, CreatedAt: i.created}
	if i.source != nil {
		m := i.source.view()
		v.Method = &m
	}
	return v
}

func (i *setup) view() Intent {
	v := i.intent.view()
	v.Setup = true
	return v
}

func (p *payment) view(now time.Time) Intent {
	v := p.intent.view()
	v.Amount, v.Currency, v.Hold = p.amount, p.currency, p.session == nil
	if p.session != nil {
		v.Amount = p.session.owed()
	}
	switch {
	case p.usedBy != nil:
		if v.Status = p.usedBy.holdAt(now); v.Status == Succeeded {
			v.Captured = p.usedBy.captured()
		}
	case p.session != nil:
		p.explainDebt(&v)
	}
	return v
}

// explainDebt tells of a debt's intent what Stripe would know: that it was made
// when the final charge failed, and why that was.
func (p *payment) explainDebt(v *Intent) {
	v.CreatedAt = p.session.cdrAt().Truncate(time.Second)
	if v.Status == Succeeded {
		v.Captured = v.Amount
	}
	if v.LastError != nil || v.Method != nil {
		return
	}
	bank := p.session.card.Conduct.OffSession
	switch {
	case p.session.paymentNeedsAuthentication(), bank.Authenticate:
		v.LastError = NeedsAuthentication()
	case bank.Decline != nil:
		v.LastError = bank.Decline
	default:
		v.LastError = &Decline{Code: "card_declined", DeclineCode: "generic_decline", Message: "Your card was declined."}
	}
}

// holdAt is what has become of the session's hold: captured with the final
// charge, released where that brought in nothing.
func (s *session) holdAt(now time.Time) IntentStatus {
	switch s.stateAt(now) {
	case StateStarting, StateActive, StateCDRPending:
		return RequiresCapture
	case StateReleased, stateGone:
		return Canceled
	}
	if s.captured().IsPositive() {
		return Succeeded
	}
	return Canceled
}

// mint gives an id and a secret that no other intent of the server has.
func (s *State) mint(prefix string, secret int, u *user, now time.Time) intent {
	for {
		id := s.ids.Stripe(prefix, now)
		if s.cfg.Intents != nil && !s.cfg.Intents.Add(id) {
			continue
		}
		return intent{id: id, secret: s.ids.Secret(id, secret), user: u, created: now.Truncate(time.Second), status: RequiresPaymentMethod}
	}
}

func (s *State) mintPayment(u *user, now time.Time) *payment {
	p := &payment{intent: s.mint("pi_", 25, u, now)}
	s.pays[p.id] = p
	return p
}

// forget drops a payment intent for good.
func (s *State) forget(p *payment) {
	if p == nil {
		return
	}
	delete(s.pays, p.id)
	s.unindex(p.id)
}

func (s *State) unindex(id string) {
	if s.cfg.Intents != nil {
		s.cfg.Intents.Remove(id)
	}
}

// NewSetupIntent makes a setup intent, a new one at each call (assumed);
// request/not-found. The oldest of a hundred goes.
func (s *State) NewSetupIntent(userID string) (Intent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return Intent{}, err
	}
	i := &setup{s.mint("seti_", 31, u, s.cfg.Clock.Now())}
	s.setups[i.id] = i
	u.setups = append(u.setups, i)
	if len(u.setups) > maxSetups {
		delete(s.setups, u.setups[0].id)
		s.unindex(u.setups[0].id)
		u.setups = append(u.setups[:0], u.setups[1:]...)
	}
	return i.view(), nil
}

// Intent finds an intent by id; ErrNoIntent. The payment intent of a debt
// does not exist before the debt does.
func (s *State) Intent(id string) (Intent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.setups[id]; i != nil {
		return i.view(), nil
	}
	p, err := s.payment(id)
	if err != nil {
		return Intent{}, err
	}
	return p.view(s.cfg.Clock.Now()), nil
}

func (s *State) payment(id string) (*payment, error) {
	p := s.pays[id]
	if p == nil {
		return nil, ErrNoIntent
	}
	if p.session != nil {
		switch p.session.stateAt(s.cfg.Clock.Now()) {
		case StateDebt, StateSettled:
		default:
			return nil, ErrNoIntent
		}
	}
	return p, nil
}

// Confirm confirms an intent with a card: a *CardError where the bank
// declines, ErrNoIntent, ErrNoMethod or ErrIntentState otherwise. An intent
// that then requires action waits for Authenticate.
func (s *State) Confirm(id string, src PaymentSource) (Intent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.setups[id]; i != nil {
		err := s.confirm(&i.intent, src, func(c Conduct) Answer { return c.Setup }, false, func() { s.setUp(i) })
		return finish(i.view(), err)
	}
	p, err := s.payment(id)
	if err != nil {
		return Intent{}, err
	}
	force := p.authenticate || p.session != nil && p.session.paymentNeedsAuthentication()
	err = s.confirm(&p.intent, src, func(c Conduct) Answer { return c.OnSession }, force, func() { s.pay(p) })
	return finish(p.view(s.cfg.Clock.Now()), err)
}

func finish(v Intent, err error) (Intent, error) {
	var card *CardError
	if errors.As(err, &card) {
		card.Intent = v
	}
	return v, err
}

func (s *State) confirm(i *intent, src PaymentSource, answer func(Conduct) Answer, force bool, done func()) error {
	if !i.status.Open() {
		return fmt.Errorf("%w: it is %s", ErrIntentState, i.status)
	}
	m, err := s.source(i, src)
	if err != nil {
		return err
	}
	a := answer(m.card.Conduct)
	if a.Authenticate || force && a.Decline == nil {
		i.source, i.lastError, i.status = m, nil, RequiresAction
		return nil
	}
	return i.judge(m, a, done)
}

// judge ends a confirmation as the bank has it.
func (i *intent) judge(m *method, a Answer, done func()) error {
	if a.Decline != nil {
		i.source, i.lastError, i.status = nil, a.Decline, RequiresPaymentMethod
		return &CardError{Decline: *a.Decline}
	}
	i.source, i.lastError = m, nil
	done()
	return nil
}

func (s *State) source(i *intent, src PaymentSource) (*method, error) {
	if src.Card == nil {
		if m := i.user.method(src.MethodID); m != nil {
			return m, nil
		}
		return nil, ErrNoMethod
	}
	now := s.cfg.Clock.Now()
	m := &method{id: src.MethodID, card: *src.Card, created: now.Truncate(time.Second)}
	if m.id == "" {
		m.id = s.ids.Stripe("pm_", now)
	}
	return m, nil
}

// setUp makes the card the user's own.
func (s *State) setUp(i *setup) {
	i.status = Succeeded
	if !i.user.deleted && i.user.method(i.source.id) == nil {
		i.user.attach(i.source.id, i.source.card, s.cfg.Clock.Now())
	}
}

// pay authorises a hold or settles a debt.
func (s *State) pay(p *payment) {
	if p.session == nil {
		p.status = RequiresCapture
		return
	}
	now := s.cfg.Clock.Now()
	p.status, p.session.settled = Succeeded, &now
}

// failed3DS is Stripe's error where the card holder fails to authenticate.
func failed3DS(setup bool) *Decline {
	d := &Decline{
		Code:    "payment_intent_authentication_failure",
		Message: "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
	}
	if setup {
		d.Code = "setup_intent_authentication_failure"
		d.Message = "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this SetupIntent again."
	}
	return d
}

// Authenticate ends the 3-D Secure step of an intent: ErrNoIntent,
// ErrIntentState where none is waited for. A failure leaves the intent to be
// confirmed again.
func (s *State) Authenticate(id string, succeed bool) (Intent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.setups[id]; i != nil {
		err := i.authenticated(succeed, true, func(c Conduct) Answer { return c.Setup }, func() { s.setUp(i) })
		return i.view(), err
	}
	p, err := s.payment(id)
	if err != nil {
		return Intent{}, err
	}
	err = p.authenticated(succeed, false, func(c Conduct) Answer { return c.OnSession }, func() { s.pay(p) })
	return p.view(s.cfg.Clock.Now()), err
}

func (i *intent) authenticated(succeed, setup bool, answer func(Conduct) Answer, done func()) error {
	if i.status != RequiresAction {
		return fmt.Errorf("%w: it is %s", ErrIntentState, i.status)
	}
	m, a := i.source, answer(i.source.card.Conduct)
	if !succeed {
		a.Decline = failed3DS(setup)
	}
	var declined *CardError
	if err := i.judge(m, a, done); err != nil && !errors.As(err, &declined) {
		return err
	}
	return nil // a decline shows in the intent's last error
}
