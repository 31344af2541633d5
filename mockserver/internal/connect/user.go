package connect

import (
	"slices"
	"strings"
	"time"
)

// A Locale is the language of a user.
type Locale string

// The locales of the vendor's specification.
const (
	English Locale = "en"
	German  Locale = "de"
)

// A User is a user as the vendor's API shows it.
type User struct {
	ID     string
	Email  *string
	Locale Locale
	Custom *CustomProperties // nil if never set
}

// CustomProperties are the properties that an integrator stores with a user.
type CustomProperties struct {
	ExternalID *string // nil if cleared
}

// Optional is a field of an update: left out, or set to a value.
type Optional[T any] struct {
	Set   bool
	Value T
}

// Some returns an Optional that is set.
func Some[T any](v T) Optional[T] { return Optional[T]{Set: true, Value: v} }

func (o Optional[T]) apply(to *T) {
	if o.Set {
		*to = o.Value
	}
}

// A UserUpdate is a creation or a partial update.
type UserUpdate struct {
	Email  Optional[*string]
	Locale Optional[Locale]
	Custom Optional[*CustomUpdate] // set to nil: back to never set
}

// A CustomUpdate changes the custom properties; fields that are left out stay.
type CustomUpdate struct {
	ExternalID Optional[*string]
}

// user is the aggregate: everything that belongs to one user hangs off it.
type user struct {
	User
	billing  Billing
	methods  []*PaymentMethod // in order of creation
	setups   []*intent        // in order of creation, at most maxSetups
	holds    []*intent        // that the card holder has to authenticate, at most maxHolds
	sessions []*session       // by request time, without attempts that came to nothing

	requests int        // to start, ever
	open     []*session // not final yet, by request time
	billed   []*session // final and invoiced, by date, then by request
}

func (u *user) view() User { return u.User }

func (u *user) update(c UserUpdate) {
	c.Email.apply(&u.Email)
	c.Locale.apply(&u.Locale)
	if !c.Custom.Set {
		return
	}
	if c.Custom.Value == nil {
		u.Custom = nil
		return
	}
	props := CustomProperties{}
	if u.Custom != nil {
		props = *u.Custom
	}
	c.Custom.Value.ExternalID.apply(&props.ExternalID)
	u.Custom = &props // a new value: callers may hold the old one
}

func (u *user) matches(search string) bool {
	if strings.Contains(strings.ToLower(u.ID), search) {
		return true
	}
	return u.Custom != nil && u.Custom.ExternalID != nil &&
		strings.Contains(strings.ToLower(*u.Custom.ExternalID), search)
}

// Users returns the number of users whose id or external id contains search in
// any case (assumed), and a page of them, newest first (assumed).
func (s *State) Users(search string, offset, limit int) (int, []User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if search == "" {
		return page(s.listed, offset, limit, (*user).view)
	}
	search = strings.ToLower(search)
	var found []*user
	for _, u := range s.listed {
		if u.matches(search) {
			found = append(found, u)
		}
	}
	return page(found, offset, limit, (*user).view)
}

// FirstUser returns the id of the user whom Users lists first, or "". In a new
// world that is the first one in its scenario file.
func (s *State) FirstUser() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.listed) == 0 {
		return ""
	}
	return s.listed[len(s.listed)-1].ID
}

// page returns the length of a list that is kept oldest first, and a page of
// it, newest first.
func page[T, V any](list []T, offset, limit int, view func(T) V) (int, []V) {
	n := len(list)
	out := []V{}
	for i := n - 1 - offset; i >= 0 && len(out) < limit; i-- {
		out = append(out, view(list[i]))
	}
	return n, out
}

// CreateUser makes a user. Without a locale it is English (assumed). It fails
// with a *FullError.
func (s *State) CreateUser(c UserUpdate) (User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.roomForUser(); err != nil {
		return User{}, err
	}
	u := &user{User: User{ID: s.ids.UUID(), Locale: English}, billing: Billing{AccountType: Personal}}
	for s.users[u.ID] != nil {
		u.ID = s.ids.UUID()
	}
	u.update(c)
	s.add(u)
	return u.User, nil
}

// add puts a user into the state, as its newest.
func (s *State) add(u *user) {
	s.users[u.ID] = u
	s.listed = append(s.listed, u)
	s.room.take(userSize + u.textBytes())
}

// User returns a user. It fails with request/not-found.
func (s *State) User(id string) (User, error) { return s.UpdateUser(id, UserUpdate{}) }

// UpdateUser changes the fields that are set. It fails with request/not-found
// and a *FullError.
func (s *State) UpdateUser(id string, c UserUpdate) (User, error) {
	return ofUser(s, id, func(u *user, _ time.Time) (User, error) {
		if c == (UserUpdate{}) {
			return u.User, nil
		}
		if err := s.roomToGrow(); err != nil {
			return User{}, err
		}
		s.rewrite(u, func() { u.update(c) })
		return u.User, nil
	})
}

// DeleteUser deletes a user with all that belongs to it: from then on it is not
// found and not listed (assumed). It fails with request/not-found and with
// the delete-user rules in their order.
func (s *State) DeleteUser(id string) error {
	return s.withUser(id, func(u *user, now time.Time) error {
		if r := firstMatch(s.rules.early[OpDeleteUser], &Situation{now: now, user: u}); r != nil {
			return r
		}
		s.remove(u)
		return nil
	})
}

// remove drops a user with its methods, its intents and its sessions, which
// are all final.
func (s *State) remove(u *user) {
	for _, o := range u.sessions {
		s.lose(o)
		s.forget(o.debt)
		s.forget(o.preauth)
	}
	for _, i := range slices.Concat(u.setups, u.holds) {
		s.forget(i)
	}
	for _, m := range u.methods {
		s.detach(m)
	}
	delete(s.users, u.ID)
	s.listed = slices.DeleteFunc(s.listed, func(o *user) bool { return o == u })
	s.room.take(-userSize - u.textBytes())
}
