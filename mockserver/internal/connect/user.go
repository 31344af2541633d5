package connect

import (
	"slices"
	"sync/atomic"
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
	*profile
	looks    *atomic.Int64 // see State.Looks
	billing  Billing
	methods  methods
	setups   []*intent  // in order of creation, at most limit.Setups
	holds    []*intent  // that the card holder has to authenticate, at most limit.Holds
	sessions []*session // by request time, without attempts that came to nothing

	requests int // to start, ever
	open     openSessions
	billed   []*session // final and invoiced, by date, then by request
}

// FirstUser returns the id of the user whom Users lists first, or "". In a new
// world that is the first one in its scenario file.
func (s *State) FirstUser() string {
	if newest := s.newest.Load(); newest != nil {
		return newest.ID
	}
	return ""
}

// list adds a user to the list, or puts it there in another form.
func (s *State) list(p *profile) {
	s.listed.Set(p)
	s.noteNewest()
}

// unlist takes a user off the list.
func (s *State) unlist(p *profile) {
	s.listed.Delete(p)
	s.noteNewest()
}

func (s *State) noteNewest() {
	newest, _ := s.listed.Max()
	s.newest.Store(newest)
}

// CreateUser makes a user. Without a locale it is English (assumed). It fails
// with a *FullError.
func (s *State) CreateUser(c UserUpdate) (User, error) {
	var made User
	err := s.do(func() error {
		if err := s.roomForUser(); err != nil {
			return err
		}
		v := User{ID: s.ids.UUID(), Locale: English}
		for s.users[v.ID] != nil {
			v.ID = s.ids.UUID()
		}
		u := s.newUser(v.updated(c))
		u.billing.AccountType = Personal
		s.add(u)
		s.touchUser(u)
		made = u.User
		return nil
	})
	return made, err
}

func (s *State) newUser(v User) *user {
	u := &user{profile: s.newProfile(v), looks: &s.looks}
	u.methods.looks = u.looks
	return u
}

// add puts a user into the state, as its newest.
func (s *State) add(u *user) {
	s.users[u.ID] = u
	s.list(u.profile)
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
		s.rewrite(u, func() { u.profile = profileOf(u.updated(c), u.created) })
		s.list(u.profile)
		s.touchUser(u)
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
// are all final. It is gone at once; others get the lock while the rest goes.
func (s *State) remove(u *user) {
	delete(s.users, u.ID)
	s.unlist(u.profile)
	s.room.take(-userSize - u.textBytes())
	for _, o := range u.sessions {
		s.drops(sessionKey(o.id), startKey(o.id))
		s.dropIntents(o.debt, o.preauth)
	}
	s.dropIntents(u.setups...)
	s.dropIntents(u.holds...)
	for _, m := range u.methods.list {
		s.drops(methodKey(u.ID, m.ID))
	}
	s.touch(userPrefix+u.ID, nil)
	done := 0
	rest := func() (ok bool) {
		s.looks.Add(1)
		done++
		return done%settleRows != 0 || s.pause()
	}
	for _, o := range u.sessions {
		s.lose(o)
		s.forget(o.debt)
		s.forget(o.preauth)
		if !rest() {
			return
		}
	}
	for _, i := range slices.Concat(u.setups, u.holds) {
		s.forget(i)
	}
	for _, m := range u.methods.list {
		s.detach(m.PaymentMethod)
		if !rest() {
			return
		}
	}
}
