package connect

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"cariqamock/mockserver/internal/limit"
)

// IntentStatus is Stripe's status of an intent.
type IntentStatus string

// The statuses that the fake's intents go through.
const (
	RequiresPaymentMethod IntentStatus = "requires_payment_method"
	RequiresAction        IntentStatus = "requires_action"  // waits for 3-D Secure
	RequiresCapture       IntentStatus = "requires_capture" // an authorized hold
	Succeeded             IntentStatus = "succeeded"
	Canceled              IntentStatus = "canceled" // a released hold
)

// Open reports whether an intent may be confirmed: for the first time, after a
// decline, or again by a card holder who left the 3-D Secure page.
func (s IntentStatus) Open() bool { return s == RequiresPaymentMethod || s == RequiresAction }

// An Intent is a setup intent or a payment intent as Stripe shows it.
type Intent struct {
	ID, Secret   string
	Setup        bool // a setup intent; otherwise a payment intent
	Status       IntentStatus
	UserID       string
	Amount       decimal.Decimal // payment intents only
	Captured     decimal.Decimal // of the amount; payment intents only
	Currency     string          // payment intents only
	Hold         bool            // a payment intent that is captured later
	HoldMethodID string          // the method of the start that needs the hold; holds only
	Method       *PaymentMethod  // confirmed with; nil before
	LastError    *Decline        // nil without one
	Failed       *PaymentMethod  // that LastError is about; nil if unknown
	CreatedAt    time.Time       // whole seconds
}

// Errors of the calls on intents.
var (
	ErrNoIntent    = errors.New("no such intent")
	ErrNoMethod    = errors.New("no such payment method")
	ErrIntentState = errors.New("the intent's status does not allow this")
)

// A CardError is a decline of the bank; Intent is the intent after it.
type CardError struct {
	Decline Decline
	Intent  Intent
}

// Error returns Stripe's message to the card holder.
func (e *CardError) Error() string { return e.Decline.Message }

// PaymentSource is what an intent is confirmed with: the id of a saved method,
// a card with an id, or a card that gets an id.
type PaymentSource struct {
	MethodID string
	Card     *Card
}

// intent is a setup intent, the payment intent of a debt, or the payment
// intent of a hold that the card holder has to authenticate.
type intent struct {
	Intent       // Method is confirmed or being confirmed with
	user         *user
	session      *session // in debt; nil for setups and holds
	usedBy       *session // the session of an authorized hold; nil while it waits
	evse         string   // where the start needed the hold
	authenticate bool     // needs 3-D Secure whatever the card
	drawn        uint64   // ids drawn before it, for the order of intents
}

func (i *intent) view(now time.Time) Intent {
	v := i.Intent
	v.Method, v.Failed = copyOf(i.Method), copyOf(i.Failed)
	switch {
	case i.usedBy != nil:
		if v.Status = i.usedBy.holdAt(now); v.Status == Succeeded {
			v.Captured = i.usedBy.captured()
		}
	case i.session != nil:
		i.viewDebt(&v)
	}
	return v
}

// viewDebt adds to a debt's intent what Stripe would know: that it was made
// when the final charge failed, and why that failed.
func (i *intent) viewDebt(v *Intent) {
	failed, _ := i.session.cdrAt()
	v.Amount, v.CreatedAt = i.session.owed(), failed.Truncate(time.Second)
	if v.Status == Succeeded {
		v.Captured = v.Amount
	}
	if v.LastError != nil || v.Method != nil {
		return
	}
	bank := i.session.card.Conduct.OffSession
	v.Failed = &PaymentMethod{ID: i.session.methodID, Card: i.session.card, CreatedAt: v.CreatedAt}
	if m := i.user.method(i.session.methodID); m != nil {
		v.Failed.CreatedAt = m.CreatedAt
	}
	switch {
	case i.needsAuthentication(), bank.Authenticate:
		v.LastError = NeedsAuthentication()
	case bank.Decline != nil:
		v.LastError = bank.Decline
	default:
		v.LastError = &Decline{Code: "card_declined", DeclineCode: "generic_decline", Message: "Your card was declined."}
	}
}

// needsAuthentication reports whether a payment needs 3-D Secure whatever the
// card.
func (i *intent) needsAuthentication() bool {
	return i.authenticate || i.session != nil && i.session.chargeOutcome() == ChargeAuthenticates
}

// holdAt is the status of the session's hold: captured with the final charge,
// canceled if that brought in nothing.
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

// newIntent makes an intent whose id no other intent of the server has.
func (s *State) newIntent(u *user, setup bool, now time.Time) *intent {
	for {
		drawn := s.ids.count
		id, secret := s.ids.intent(setup, now)
		if s.cfg.Intents != nil && !s.cfg.Intents.Add(id) {
			continue
		}
		i := &intent{user: u, drawn: drawn, Intent: Intent{
			ID: id, Secret: secret, Setup: setup, UserID: u.ID,
			CreatedAt: now.Truncate(time.Second), Status: RequiresPaymentMethod,
		}}
		s.intents[id] = i
		s.touchIntent(i)
		s.room.take(intentSize)
		return i
	}
}

// forget drops an intent. It does nothing if i is nil.
func (s *State) forget(i *intent) {
	if i == nil || s.intents[i.ID] != i {
		return
	}
	delete(s.intents, i.ID)
	s.dropIntents(i)
	s.room.take(-intentSize - i.Method.textBytes() - i.Failed.textBytes())
	if s.cfg.Intents != nil {
		s.cfg.Intents.Remove(i.ID)
	}
}

// dropIntents notes that some intents, which may be nil, are no longer kept.
func (s *State) dropIntents(intents ...*intent) {
	for _, i := range intents {
		if i != nil {
			s.drops(intentPrefix + i.ID)
		}
	}
}

// forgetOldest drops the oldest intents of a list down to a limit.
func (s *State) forgetOldest(list []*intent, limit int) []*intent {
	for len(list) > limit {
		s.forget(list[0])
		list = append(list[:0], list[1:]...)
	}
	return list
}

// NewSetupIntent makes a setup intent, a new one at each call (assumed), and
// drops the oldest of more than a hundred. It fails with request/not-found and
// a *FullError.
func (s *State) NewSetupIntent(userID string) (Intent, error) {
	return ofUser(s, userID, func(u *user, now time.Time) (Intent, error) {
		if err := s.roomForIntent(); err != nil {
			return Intent{}, err
		}
		i := s.newIntent(u, true, now)
		u.setups = s.forgetOldest(append(u.setups, i), limit.Setups)
		return i.view(now), nil
	})
}

// Intent returns an intent by id. It fails with ErrNoIntent. The payment
// intent of a debt does not exist before the debt does.
func (s *State) Intent(id string) (Intent, error) {
	return s.withIntent(id, func(*intent, time.Time) error { return nil })
}

// withIntent runs a step on an intent with the state locked, and returns the
// intent after it.
func (s *State) withIntent(id string, step func(i *intent, now time.Time) error) (Intent, error) {
	var v Intent
	err := s.do(func() (err error) {
		v, err = s.intentStep(id, step)
		return err
	})
	return v, err
}

func (s *State) intentStep(id string, step func(i *intent, now time.Time) error) (Intent, error) {
	i, now := s.intents[id], s.cfg.Clock.Now()
	if i == nil || s.users[i.user.ID] != i.user {
		return Intent{}, ErrNoIntent
	}
	if i.session != nil {
		if st := i.session.stateAt(now); st != StateDebt && st != StateSettled {
			return Intent{}, ErrNoIntent
		}
	}
	err := step(i, now)
	return i.view(now), err
}

// Confirm confirms an intent with a card. An intent that then has the status
// RequiresAction waits for Authenticate. It fails with a *CardError if the
// bank declines, else with ErrNoIntent, ErrNoMethod, ErrIntentState or a
// *FullError.
func (s *State) Confirm(id string, src PaymentSource) (Intent, error) {
	return s.withIntent(id, func(i *intent, now time.Time) error {
		if !i.Status.Open() {
			return &stateError{ErrIntentState, fmt.Sprintf("the intent can no longer be confirmed: it is %s", i.Status)}
		}
		m, err := s.source(i, src, now)
		if err != nil {
			return err
		}
		a := i.bank(m)
		switch {
		case a.Authenticate, a.Decline == nil && i.needsAuthentication():
			s.pair(i, m)
			s.clearError(i)
			i.Status = RequiresAction
		case a.Decline != nil:
			s.decline(i, a.Decline, m)
			return &CardError{Decline: *a.Decline, Intent: i.view(now)}
		default:
			return s.accept(i, m, now)
		}
		return nil
	})
}

// bank is how a method's bank answers a confirmation of the intent.
func (i *intent) bank(m *PaymentMethod) Answer {
	if i.Setup {
		return m.Card.Conduct.Setup
	}
	return m.Card.Conduct.OnSession
}

// pair sets the method of an intent; it may be nil.
func (s *State) pair(i *intent, m *PaymentMethod) {
	s.room.take(-i.Method.textBytes())
	i.Method = m
	s.touchIntent(i)
	s.room.take(m.textBytes())
}

// decline sets the error of an intent, which is about a method.
func (s *State) decline(i *intent, d *Decline, m *PaymentMethod) {
	s.clearError(i)
	s.pair(i, nil)
	i.LastError, i.Failed, i.Status = d, copyOf(m), RequiresPaymentMethod
	s.room.take(i.Failed.textBytes())
}

func (s *State) clearError(i *intent) {
	s.room.take(-i.Failed.textBytes())
	i.LastError, i.Failed = nil, nil
}

// accept saves the card of a setup intent, authorizes a hold or settles a debt.
// It fails with a *FullError, and then changes nothing.
func (s *State) accept(i *intent, m *PaymentMethod, now time.Time) error {
	attach := i.Setup && i.user.method(m.ID) == nil
	if attach {
		if err := s.roomForMethod(i.user); err != nil {
			return err
		}
		s.attach(i.user, m.ID, m.Card, now)
	}
	s.pair(i, m)
	s.clearError(i)
	i.Status = Succeeded
	switch {
	case i.Setup:
	case i.session != nil:
		i.session.settled = &now
		s.touchSession(i.session)
		s.file(i.session, now)
	default:
		i.Status = RequiresCapture
	}
	return nil
}

func (s *State) source(i *intent, src PaymentSource, now time.Time) (*PaymentMethod, error) {
	if src.Card == nil {
		if m := i.user.method(src.MethodID); m != nil {
			return m, nil
		}
		return nil, ErrNoMethod
	}
	m := &PaymentMethod{ID: src.MethodID, Card: *src.Card, CreatedAt: now.Truncate(time.Second)}
	if m.ID == "" {
		m.ID = s.ids.Stripe("pm_", now)
	}
	return m, nil
}

// Authenticate ends the 3-D Secure step of an intent. If the card holder fails
// or the bank then declines, the intent's LastError is set and it can be
// confirmed again. It fails with ErrNoIntent, with ErrIntentState if the intent
// does not wait for 3-D Secure, or with a *FullError.
func (s *State) Authenticate(id string, succeed bool) (Intent, error) {
	return s.withIntent(id, func(i *intent, now time.Time) error {
		if i.Status != RequiresAction {
			return &stateError{ErrIntentState, fmt.Sprintf("the intent must be %s, but it is %s", RequiresAction, i.Status)}
		}
		switch d := i.bank(i.Method).Decline; {
		case !succeed:
			s.decline(i, failed3DS(i.Setup), i.Method)
		case d != nil:
			s.decline(i, d, i.Method)
		default:
			return s.accept(i, i.Method, now)
		}
		return nil
	})
}

// failed3DS is Stripe's error if the card holder fails to authenticate.
func failed3DS(setup bool) *Decline {
	kind, name := "payment_intent", "PaymentIntent"
	if setup {
		kind, name = "setup_intent", "SetupIntent"
	}
	return &Decline{
		Code: kind + "_authentication_failure",
		Message: "The provided PaymentMethod has failed authentication. " +
			"You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this " + name + " again.",
	}
}
