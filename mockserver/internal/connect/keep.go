package connect

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// A Keeper stores the changes of a state, so that they outlive it.
type Keeper interface {
	// Keep stores a change. It is called with the state locked and must not call
	// back. It fails with ErrBehind if somebody else has changed the world.
	Keep(Change) error
	// CatchUp brings the state to what is kept, with State.Restore.
	CatchUp() error
	// Undo does so with the state locked, even if nobody else has changed the
	// world. Restore does what State.Restore does.
	Undo(restore Restorer) error
}

// A Restorer replaces the content of a state, see State.Restore.
type Restorer func(begin func() ([]Record, Position, error)) error

// ErrBehind means that the state is not the one that was kept last.
var ErrBehind = errors.New("the world has been changed by somebody else")

// A Change is what one operation has changed.
type Change struct {
	Cause
	At       time.Time // by the state's clock
	Position Position
	Records  []Record // in the order of their keys, each key once
}

// A Cause is the call behind a change.
type Cause struct {
	What    string // such as "DELETE /users/…" or "clock advance 10m"
	Request string // id in the journal; may be empty
	User    string // whom the call is about; may be empty
	Call    []byte // how to make the call again, redacted; nil if the journal has it
}

// A Position is where a state's counters stand.
type Position struct {
	IDs   uint64 `json:"ids"`   // drawn; it never goes back
	Users int    `json:"users"` // made
	Era   int    `json:"era"`   // rewinds
}

// keeping tracks the changes of a state that are not stored yet.
type keeping struct {
	keeper   Keeper         // nil: nothing is kept
	touched  map[string]any // what to write, by the key of its record; nil: deleted
	changed  bool           // by a call; otherwise what is touched follows from the time
	ids      uint64         // drawn when the last change was kept
	undo     bool           // the operation has failed halfway: what it has changed must not stay
	era      int
	restored int             // times
	moves    int64           // counts changes, kept or not, for readers that pause
	ended    context.Context // when the era ends
	end      context.CancelFunc
}

func newKeeping() keeping {
	k := keeping{touched: map[string]any{}}
	k.ended, k.end = context.WithCancel(context.Background())
	return k
}

// For returns a view of the state whose changes have a cause.
func (s *State) For(c Cause) *State { return &State{s.core, c} }

// Begin has a keeper keep all changes from now on. It returns the change that
// made the state what it is.
func (s *State) Begin(k Keeper) (Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keeping.keeper = k
	return s.take()
}

// tries is how often an operation that others overtake is run.
const tries = 20

// do runs a step with the state locked and has its change kept. If somebody
// else was faster, the step runs again on the state that they have left. It fails
// with the error of keeping the change if they always are.
func (s *State) do(step func() error) error {
	var behind error
	for range tries {
		var err error
		if err, behind = s.try(step); behind == nil || !errors.Is(behind, ErrBehind) {
			return errors.Join(err, behind)
		}
	}
	return behind
}

// try runs a step once. The second error is that of keeping its change; then
// nobody has seen it.
func (s *State) try(step func() error) (err, behind error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	restored := s.keeping.restored
	err = step()
	if s.keeping.changed {
		s.keeping.moves++
	}
	if s.keeping.undo {
		clear(s.keeping.touched)
		s.keeping.undo, s.keeping.changed = false, false
		return err, s.keeping.keeper.Undo(s.replace)
	}
	if s.keeping.restored != restored {
		clear(s.keeping.touched)
		s.keeping.changed = false
		return nil, cmp.Or(s.keeping.keeper.Undo(s.replace), ErrBehind)
	}
	if !s.keeping.changed && s.ids.count == s.keeping.ids {
		return err, nil
	}
	if s.keeping.keeper == nil {
		return err, nil
	}
	c, failed := s.take()
	if failed == nil {
		failed = s.keeping.keeper.Keep(c)
	}
	if failed != nil {
		return nil, errors.Join(failed, s.keeping.keeper.Undo(s.replace))
	}
	return err, nil
}

// Along runs a step that changes what belongs to the world beside the state,
// and keeps the records that it returns as one change, which nil is not. It
// returns the step's error, or that of keeping.
func (s *State) Along(step func() ([]Record, error)) error {
	return s.do(func() error {
		records, err := step()
		s.keeping.changed = s.keeping.changed || records != nil
		for _, r := range records {
			s.touch(r.Key, r)
		}
		return err
	})
}

// endEra ends what waits.
func (s *State) endEra() {
	s.keeping.end()
	s.keeping.ended, s.keeping.end = context.WithCancel(context.Background())
}

// touch notes that a call has changed the content of a record.
func (s *State) touch(key string, content any) {
	s.keeping.touched[key] = content
	s.keeping.changed = true
}

// drops notes that records are no longer needed.
func (s *State) drops(keys ...string) {
	for _, key := range keys {
		s.keeping.touched[key] = nil
	}
}

// take returns what has changed since the last change, encoded.
func (s *State) take() (Change, error) {
	k := &s.keeping
	c := Change{
		Cause: s.cause, At: s.cfg.Clock.Now(),
		Position: Position{IDs: s.ids.count, Users: s.created, Era: k.era},
		Records:  make([]Record, 0, len(k.touched)),
	}
	for _, key := range slices.Sorted(maps.Keys(k.touched)) {
		r, err := encode(key, k.touched[key])
		if err != nil {
			return Change{}, err
		}
		c.Records = append(c.Records, r)
	}
	clear(k.touched)
	k.changed, k.ids = false, s.ids.count
	return c, nil
}
