// Package journal records what a world was asked and answered: a ring buffer
// with filters, redaction and an event stream.
//
// Recording is on the path of every call, reading is rare. So Record only
// keeps what it is handed, and entries are rendered and redacted each time one
// is read. Nothing that this package hands out, matches or streams has not
// been through redaction; raw records never leave it.
package journal

import (
	"context"
	"sync"
)

// Bounds of a journal.
const (
	DefaultCapacity = 1000    // entries
	maxBytes        = 4 << 20 // of all entries, about
)

// A Journal holds the latest exchanges of a world. It is safe for concurrent
// use, and costs next to nothing while it is empty.
type Journal struct {
	mu      sync.Mutex
	ring    ring
	streams map[*stream]struct{}
	closed  bool
}

// New makes a journal of at most capacity entries; 0 means DefaultCapacity.
// The oldest go first, also when all together take more than 4 MiB.
func New(capacity int) *Journal {
	if capacity <= 0 {
		capacity = DefaultCapacity
	}
	return &Journal{ring: ring{capacity: capacity, maxBytes: maxBytes}}
}

// Record keeps an exchange and tells the subscribers. The bodies and all that
// the exchange points to, except the headers and the URL, belong to the
// journal from now on: the caller must not change them.
func (j *Journal) Record(x Exchange) {
	r := newRecord(x)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring.push(r)
	for s := range j.streams {
		s.offer(r)
	}
}

// List gives the latest entries, newest first; all if limit is not positive.
func (j *Journal) List(limit int) []Entry {
	records := j.latest(limit)
	out := make([]Entry, len(records))
	for i, r := range records {
		out[i] = r.entry()
	}
	return out
}

// Find gives the entries that a filter lets through, newest first.
func (j *Journal) Find(f Filter) []Entry {
	m := newMatcher(f)
	out := []Entry{}
	for _, r := range j.latest(0) {
		if m.match(r) {
			out = append(out, r.entry())
		}
	}
	return out
}

// Count tells how many entries a filter lets through.
func (j *Journal) Count(f Filter) int {
	m := newMatcher(f)
	n := 0
	for _, r := range j.latest(0) {
		if m.match(r) {
			n++
		}
	}
	return n
}

// Get gives one entry; false: there is none of that id, or no longer.
func (j *Journal) Get(id string) (Entry, bool) {
	if r := j.find(id); r != nil {
		return r.entry(), true
	}
	return Entry{}, false
}

// Explain tells why an exchange went as it did; false: there is none of that
// id, or no longer.
func (j *Journal) Explain(id string) (Explanation, bool) {
	if r := j.find(id); r != nil {
		return r.explain(), true
	}
	return Explanation{}, false
}

// Clear forgets all entries. Subscribers stay.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring.clear()
}

// Subscribe streams the entries that are recorded from now on, until ctx is
// done or the journal is closed; then the channel is closed. A reader that
// falls behind by more than 256 entries loses the ones in between.
func (j *Journal) Subscribe(ctx context.Context) <-chan Entry {
	s := newStream()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		close(s.records)
	} else {
		if j.streams == nil {
			j.streams = map[*stream]struct{}{}
		}
		j.streams[s] = struct{}{}
	}
	go func() {
		s.run(ctx)
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.streams, s)
	}()
	return s.entries
}

// Close ends all subscriptions, for when the world goes away. Entries can
// still be recorded and read.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	for s := range j.streams {
		close(s.records)
	}
	j.streams = nil
}

// latest copies the newest records, newest first, so that rendering needs no
// lock.
func (j *Journal) latest(limit int) []*record {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ring.latest(limit)
}

func (j *Journal) find(id string) *record {
	for _, r := range j.latest(0) {
		if r.id == id {
			return r
		}
	}
	return nil
}
