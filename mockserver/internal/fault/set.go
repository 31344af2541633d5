package fault

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/stripe/errorcode"
)

// ErrFull is the error of adding to a set that holds the most it can.
var ErrFull = errors.New("there are " + strconv.Itoa(limit.Faults) + " faults already: delete some")

// A Set holds the faults of a world. It is safe for concurrent use.
//
// A fault that is used up stays in the list, with no calls left, so that a
// test can see that it was hit; it makes room when the set is full.
type Set struct {
	seed  uint64
	world string

	mu      sync.Mutex
	made    uint64              // faults ever added; ids are never used again
	faults  []*entry            // in order of queueing
	touched map[string]struct{} // ids of what has changed since Changed
	some    atomic.Bool         // whether there are any: most worlds have none, and their calls do not wait for each other here
}

type entry struct {
	Fault         // with the default of Times
	number uint64 // in the id
	seen   int    // matching calls
}

// NewSet returns an empty set. Probabilities depend only on the seed, the world's
// id, the fault and the number of the call: the same calls get the same faults.
func NewSet(seed uint64, world string) *Set { return &Set{seed: seed, world: world} }

// Add queues a fault. It fails with a *FieldError or ErrFull. It does not
// check that the operation exists; callers do, with Validate.
func (s *Set) Add(spec Spec) (Fault, error) {
	if err := spec.Validate(nil); err != nil {
		return Fault{}, err
	}
	if spec.Times == nil && spec.Probability == nil {
		spec.Times = new(1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) >= limit.Faults {
		spent := slices.IndexFunc(s.faults, (*entry).spent)
		if spent < 0 {
			return Fault{}, ErrFull
		}
		s.touch(s.faults[spent])
		s.faults = slices.Delete(s.faults, spent, spent+1)
	}
	s.made++
	e := &entry{Fault: Fault{ID: "f" + strconv.FormatUint(s.made, 10), Spec: spec, Left: spec.Times}, number: s.made}
	s.faults = append(s.faults, e)
	s.touch(e)
	s.some.Store(true)
	return e.Fault, nil
}

// List returns the faults in order of queueing, also those that are used up.
func (s *Set) List() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, len(s.faults))
	for i, e := range s.faults {
		out[i] = e.Fault
	}
	return out
}

// Remaining returns the faults that are still to come: with the calls left to
// skip and to take, without those that are used up.
func (s *Set) Remaining() []Spec {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Spec
	for _, e := range s.faults {
		if e.spent() {
			continue
		}
		spec := e.Spec
		if spec.Skip != nil {
			spec.Skip = new(max(*spec.Skip-e.seen, 0))
		}
		spec.Times = e.Left
		out = append(out, spec)
	}
	return out
}

// Remove deletes a fault and reports whether there was one of that id.
func (s *Set) Remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.faults, func(e *entry) bool { return e.ID == id })
	if i < 0 {
		return false
	}
	s.touch(s.faults[i])
	s.faults = slices.Delete(s.faults, i, i+1)
	s.some.Store(len(s.faults) > 0)
	return true
}

// Clear deletes all faults.
func (s *Set) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.faults {
		s.touch(e)
	}
	s.faults = nil
	s.some.Store(false)
}

// Next picks the fault of a call and counts the hit; it returns false if the
// call is to be answered normally. The first counted fault that is due takes
// the call, otherwise the first whose draw succeeds. Next must be called once
// per call; user is empty for calls about no user. body reports whether the
// answer has a body if the call succeeds: truncate passes over calls where it
// has none, which neither use the fault up nor count for Skip.
func (s *Set) Next(operation, user string, body bool) (Fault, bool) {
	if !s.some.Load() {
		return Fault{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var counted, drawn *entry
	for _, e := range s.faults {
		if e.spent() || !e.matches(operation, user) || e.Truncate != nil && !body {
			continue
		}
		e.seen++
		s.touch(e)
		switch p := e.Probability; {
		case e.Skip != nil && e.seen <= *e.Skip:
		case p == nil && counted == nil:
			counted = e
		case p != nil && drawn == nil && s.draw(e) < *p:
			drawn = e
		}
	}
	hit := cmp.Or(counted, drawn)
	if hit == nil {
		return Fault{}, false
	}
	hit.Hits++
	if hit.Left != nil {
		hit.Left = new(*hit.Left - 1)
	}
	return hit.Fault, true
}

// draw returns a number from 0 up to 1 for the fault's latest matching call. It
// depends on no other fault, so that adding one leaves the draws of the rest
// as they were.
func (s *Set) draw(e *entry) float64 {
	nums := make([]byte, 24, 24+len(s.world))
	binary.BigEndian.PutUint64(nums[0:], s.seed)
	binary.BigEndian.PutUint64(nums[8:], e.number)
	binary.BigEndian.PutUint64(nums[16:], uint64(e.seen))
	sum := sha256.Sum256(append(nums, s.world...))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

func (e *entry) spent() bool { return e.Left != nil && *e.Left == 0 }

func (e *entry) matches(operation, user string) bool {
	switch e.Operation {
	case operation:
	case AnyOperation:
		if e.Error != nil && errorcode.Is(*e.Error) != ofStripe(operation) {
			return false
		}
	case AnyOfStripe:
		if !ofStripe(operation) {
			return false
		}
	default:
		return false
	}
	return e.User == "" || strings.EqualFold(e.User, user) // ids are UUIDs, which have no case
}
