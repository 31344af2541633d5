package fault

import (
	"cmp"
	"encoding/json"
	"slices"
)

// A kept is a fault as Changed writes it.
type kept struct {
	Fault
	Number uint64 `json:"number"`
	Seen   int    `json:"seen"`
}

func (s *Set) touch(e *entry) {
	if s.touched == nil {
		s.touched = map[string]struct{}{}
	}
	s.touched[e.ID] = struct{}{}
}

// Some reports whether there are faults.
func (s *Set) Some() bool { return s.some.Load() }

// Made returns how many faults were ever added.
func (s *Set) Made() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made
}

// Changed returns the faults that have changed since it was called last, in
// JSON, by id; nil for those that are gone.
func (s *Set) Changed() (map[string][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string][]byte{}
	for id := range s.touched {
		out[id] = nil
	}
	s.touched = nil
	for _, e := range s.faults {
		if _, ok := out[e.ID]; !ok {
			continue
		}
		value, err := json.Marshal(kept{e.Fault, e.number, e.seen})
		if err != nil {
			return nil, err
		}
		out[e.ID] = value
	}
	return out, nil
}

// Restore replaces the faults by some that Changed has returned. Ids that were
// made are never used again.
func (s *Set) Restore(faults [][]byte, made uint64) error {
	list := make([]*entry, len(faults))
	for i, value := range faults {
		var k kept
		if err := json.Unmarshal(value, &k); err != nil {
			return err
		}
		list[i] = &entry{k.Fault, k.Number, k.Seen}
	}
	slices.SortFunc(list, func(a, b *entry) int { return cmp.Compare(a.number, b.number) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.touched, s.made = list, nil, max(s.made, made)
	s.some.Store(len(list) > 0)
	return nil
}
