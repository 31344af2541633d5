package connect

import (
	"fmt"
	"sync/atomic"

	"cariqamock/mockserver/internal/limit"
)

// Limits bound what a State holds. Zero fields mean no bound.
type Limits struct {
	Users, Methods, UserMethods, Sessions, Intents int
	Bytes                                          int64 // about
}

// DefaultLimits are the usual bounds.
func DefaultLimits() Limits {
	return Limits{
		Users: limit.Users, Methods: limit.Methods, UserMethods: limit.UserMethods, Sessions: limit.Sessions, Intents: limit.Intents,
		Bytes: limit.WorldMemory / limit.WorldShare,
	}
}

// A FullError is the error of an operation for which a State has no room.
type FullError struct {
	What  string // such as "users"
	Limit int64
	Help  string // what to do
}

// Error returns whole sentences: what is full, the bound and what to do.
func (e *FullError) Error() string {
	return fmt.Sprintf("This world is full: it may have at most %d %s. %s", e.Limit, e.What, e.Help)
}

// What the parts of a state take in memory, in bytes and without their texts
// (measured, with what maps and lists need for them).
const (
	userSize    = 900
	methodSize  = 600
	sessionSize = 2600
	intentSize  = 1100
)

// room counts what a state holds.
type room struct {
	methods  int
	bytes    atomic.Int64
	all      *atomic.Int64 // bytes of all states of the server; nil: not counted
	released bool
}

// take adds to the bytes; a negative number frees them.
func (m *room) take(bytes int) {
	if m.released {
		return
	}
	m.bytes.Add(int64(bytes))
	if m.all != nil {
		m.all.Add(int64(bytes))
	}
}

// Release takes the state out of the bytes that are counted for the server. It
// is called when the world is dropped; calls may still be using it.
func (s *State) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room.take(int(-s.room.bytes.Load()))
	s.room.released = true
}

// Bytes returns about how much memory the state takes. It does not wait for
// operations.
func (s *State) Bytes() int64 { return s.room.bytes.Load() }

const (
	orReset    = "Delete some, or reset the world."
	needsReset = "Reset the world, or use another token."
)

// roomFor returns a *FullError if one more of a kind would be too many.
func roomFor(have, most int, what, help string) error {
	if most > 0 && have >= most {
		return &FullError{what, int64(most), help}
	}
	return nil
}

// roomToGrow returns a *FullError if the state takes all the memory it may.
func (s *State) roomToGrow() error {
	if most := s.cfg.Limits.Bytes; most > 0 && s.room.bytes.Load() >= most {
		return &FullError{"bytes of data", most, needsReset}
	}
	return nil
}

// Contents are how much a state holds.
type Contents struct {
	Users, Methods, Sessions int
	Texts                    int64 // bytes of the texts that clients have sent
}

// Contents returns how much the state holds. It counts nothing.
func (s *State) Contents() Contents {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Contents{Users: s.listed.Len(), Methods: s.room.methods, Sessions: len(s.sessions)}
	c.Texts = s.room.bytes.Load() - int64(c.Users)*userSize - int64(c.Methods)*methodSize - int64(c.Sessions)*sessionSize - int64(len(s.intents))*intentSize
	return c
}

func (s *State) roomForUser() error {
	if err := roomFor(s.listed.Len(), s.cfg.Limits.Users, "users", orReset); err != nil {
		return err
	}
	return s.roomToGrow()
}

func (s *State) roomForMethod(u *user) error {
	if err := roomFor(len(u.methods.list), s.cfg.Limits.UserMethods, "payment methods of one user", orReset); err != nil {
		return err
	}
	if err := roomFor(s.room.methods, s.cfg.Limits.Methods, "payment methods", orReset); err != nil {
		return err
	}
	return s.roomToGrow()
}

func (s *State) roomForIntent() error {
	if err := roomFor(len(s.intents), s.cfg.Limits.Intents, "setup intents and payment intents", needsReset); err != nil {
		return err
	}
	return s.roomToGrow()
}

func (s *State) roomForSession() error {
	if err := roomFor(len(s.sessions), s.cfg.Limits.Sessions, "charging sessions", needsReset); err != nil {
		return err
	}
	return s.roomForIntent()
}

// textBytes returns the bytes of texts that may be nil.
func textBytes(texts ...*string) (n int) {
	for _, t := range texts {
		if t != nil {
			n += len(*t)
		}
	}
	return n
}

// textBytes returns the bytes of the texts that belong to a user.
func (u *user) textBytes() int {
	b := &u.billing
	n := textBytes(u.Email, b.Country, b.City, b.TaxID, b.CompanyName, b.VATID, b.Line1, b.PostalCode, b.FirstName, b.LastName)
	if u.Custom != nil {
		n += textBytes(u.Custom.ExternalID)
	}
	return n
}

// rewrite runs a change of a user's texts and counts what it adds.
func (s *State) rewrite(u *user, change func()) {
	before := u.textBytes()
	change()
	s.room.take(u.textBytes() - before)
}
