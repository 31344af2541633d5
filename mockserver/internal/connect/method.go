package connect

import "time"

// A PaymentMethod is a payment method as the vendor's API shows it.
type PaymentMethod struct {
	ID        string
	Default   bool
	Card      Card
	CreatedAt time.Time // whole seconds
}

func (u *user) method(id string) *PaymentMethod { return u.methods.get(id) }

// attach adds a card; the first one becomes the default (assumed; the
// vendor's example list fits).
func (s *State) attach(u *user, id string, c Card, now time.Time) {
	m := &PaymentMethod{ID: id, Card: c, CreatedAt: now.Truncate(time.Second), Default: len(u.methods.list) == 0}
	s.addMethod(u, m)
}

func (s *State) addMethod(u *user, m *PaymentMethod) {
	s.count(m)
	saved := u.methods.add(m)
	s.touch(methodKey(u.ID, m.ID), userMethod{u, saved})
	s.touchUser(u)
}

// count counts a method that is added, and detach one that is removed.
func (s *State) count(m *PaymentMethod) {
	s.room.methods++
	s.room.take(methodSize + m.textBytes())
}

func (s *State) detach(m *PaymentMethod) {
	s.room.methods--
	s.room.take(-methodSize - m.textBytes())
}

// textBytes returns the bytes of the texts of a method, which may be nil.
func (m *PaymentMethod) textBytes() int {
	if m == nil {
		return 0
	}
	return m.Card.TextBytes()
}

// PaymentMethods returns the number of a user's methods and a page of them,
// newest first. It fails with request/not-found.
func (s *State) PaymentMethods(userID string, offset, limit int) (int, []PaymentMethod, error) {
	return list(s, userID, offset, limit,
		func(u *user, _ time.Time) rows[*PaymentMethod] { return u.methods.rows() },
		func(m *PaymentMethod, _ time.Time) PaymentMethod { return *m })
}

// SetDefault makes a method the user's default. It fails with
// request/not-found.
func (s *State) SetDefault(userID, methodID string) error {
	return s.withMethod(userID, methodID, func(sit *Situation) error {
		sit.user.methods.setDefault(sit.method)
		s.touchUser(sit.user)
		return nil
	})
}

// RemoveMethod removes a method from a user. It fails with request/not-found
// and with the remove-payment-method rules in their order.
func (s *State) RemoveMethod(userID, methodID string) error {
	return s.withMethod(userID, methodID, func(sit *Situation) error {
		if r := firstMatch(s.rules.early[OpRemoveMethod], sit); r != nil {
			return r
		}
		s.detach(sit.method)
		sit.user.methods.remove(sit.method)
		s.touch(methodKey(userID, methodID), nil)
		return nil
	})
}

// Removal returns every rule that prevents the removal of a method now, in
// order of check; the first is the one that RemoveMethod fails with. It fails
// with request/not-found.
func (s *State) Removal(userID, methodID string) (blocking Rules, err error) {
	err = s.withMethod(userID, methodID, func(sit *Situation) error {
		blocking = allMatches(s.rules.early[OpRemoveMethod], sit)
		return nil
	})
	return blocking, err
}

// withMethod is withUser for steps on one of the user's methods.
func (s *State) withMethod(userID, methodID string, step func(*Situation) error) error {
	return s.withUser(userID, func(u *user, now time.Time) error {
		m := u.method(methodID)
		if m == nil {
			return s.rules.refuse(notFound)
		}
		return step(&Situation{now: now, user: u, method: m})
	})
}

// MethodType is the kind of a payment method; a wallet wraps a card.
type MethodType string

// The types of the vendor's specification.
const (
	TypeCard      MethodType = "card"
	TypeApplePay  MethodType = "apple_pay"
	TypeGooglePay MethodType = "google_pay"
)

// A Card is a payment card, alone or in a wallet, and how its bank answers.
type Card struct {
	Type     MethodType
	Brand    string // visa, mastercard, amex, …
	Last4    string
	ExpMonth int
	ExpYear  int     // four digits
	Holder   *string // nil if not given
	Conduct  Conduct
	// Details are what the client has given besides, by Stripe's names, such as
	// billing_details[email] and metadata[order]. They never change.
	Details map[string]string
}

// detailSize is the bytes of a detail without its texts, about.
const detailSize = 48

// TextBytes returns about how many bytes of memory the holder and the details
// take.
func (c *Card) TextBytes() int {
	n := textBytes(c.Holder)
	for name, value := range c.Details {
		n += detailSize + len(name) + len(value)
	}
	return n
}

// A Conduct is how the bank behind a card answers, by occasion. The bank of
// the zero Conduct accepts everything.
type Conduct struct {
	Token      string // the Stripe test token with this conduct, e.g. pm_card_visa
	Setup      Answer // when a setup intent is confirmed
	OffSession Answer // when the saved card is charged without the card holder
	OnSession  Answer // when the card holder confirms a payment
}

// An Answer is a bank's answer to one kind of request.
type Answer struct {
	Authenticate bool     // 3-D Secure comes first
	Decline      *Decline // nil: accepted, if need be after authentication
}

// A Decline is a bank's refusal, with the codes and the message of Stripe.
type Decline struct {
	Code        string // card_declined, expired_card, …
	DeclineCode string `yaml:"decline_code"` // generic_decline, insufficient_funds, …; may be empty
	Message     string
}

// NeedsAuthentication returns Stripe's answer to an off-session charge for
// which the bank requires the card holder.
func NeedsAuthentication() *Decline {
	return &Decline{
		Code: "authentication_required", DeclineCode: "authentication_required",
		Message: "Your card was declined. This transaction requires authentication.",
	}
}
