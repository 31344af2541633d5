package connect

import (
	"slices"
	"time"
)

// A PaymentMethod is a payment method as the vendor's API shows it.
type PaymentMethod struct {
	ID        string
	Default   bool
	Card      Card
	CreatedAt time.Time // whole seconds
}

type method struct {
	id        string
	isDefault bool
	card      Card
	created   time.Time
}

func (m *method) view() PaymentMethod {
	return PaymentMethod{ID: m.id, Default: m.isDefault, Card: m.card, CreatedAt: m.created}
}

func (u *user) method(id string) *method {
	for _, m := range u.methods {
		if m.id == id {
			return m
		}
	}
	return nil
}

// attach adds a card; the first one becomes the default (assumed; the
// vendor's example list fits).
func (u *user) attach(id string, c Card, now time.Time) *method {
	m := &method{id: id, card: c, created: now.Truncate(time.Second), isDefault: len(u.methods) == 0}
	u.methods = append(u.methods, m)
	return m
}

// PaymentMethods returns the number of a user's methods and a page of them,
// newest first. It fails with request/not-found.
func (s *State) PaymentMethods(userID string, offset, limit int) (int, []PaymentMethod, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(userID)
	if err != nil {
		return 0, nil, err
	}
	n, list := page(u.methods, offset, limit, (*method).view)
	return n, list, nil
}

// SetDefault makes a method the user's default. It fails with
// request/not-found.
func (s *State) SetDefault(userID, methodID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, m, err := s.userMethod(userID, methodID)
	if err != nil {
		return err
	}
	for _, o := range u.methods {
		o.isDefault = o == m
	}
	return nil
}

// RemoveMethod removes a method from a user. It fails with request/not-found
// and with the remove-payment-method rules in their order.
func (s *State) RemoveMethod(userID, methodID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, m, err := s.userMethod(userID, methodID)
	if err != nil {
		return err
	}
	sit := s.situation(u)
	sit.method = m
	if r := firstMatch(s.rules.early[OpRemoveMethod], sit); r != nil {
		return r
	}
	u.methods = slices.DeleteFunc(u.methods, func(o *method) bool { return o == m })
	return nil
}

// Removal returns every rule that prevents the removal of a method now, in
// order of check; the first is the one that RemoveMethod fails with. It fails
// with request/not-found.
func (s *State) Removal(userID, methodID string) (Rules, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, m, err := s.userMethod(userID, methodID)
	if err != nil {
		return nil, err
	}
	sit := s.situation(u)
	sit.method = m
	return allMatches(s.rules.early[OpRemoveMethod], sit), nil
}

func (s *State) userMethod(userID, methodID string) (*user, *method, error) {
	u, err := s.user(userID)
	if err != nil {
		return nil, nil, err
	}
	m := u.method(methodID)
	if m == nil {
		return nil, nil, s.rules.refuse(notFound)
	}
	return u, m, nil
}
