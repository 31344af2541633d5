// Package journal records the requests and answers of a world: a ring buffer
// with filters, redaction and an event stream.
//
// Recording is on the path of every call, reading is rare. So Record only
// keeps what it gets, and entries are rendered and redacted each time one is
// read. All that this package returns, matches or streams is redacted; raw
// records never leave it.
package journal

import (
	"slices"
	"sync"
	"sync/atomic"

	"cariqamock/mockserver/internal/limit"
)

// streamBuffer is how many entries wait for a slow subscriber.
const streamBuffer = 256

// A Journal holds the latest exchanges of a world. It is safe for concurrent
// use, and costs next to nothing while it is empty.
type Journal struct {
	mu      sync.Mutex
	records queue
	streams map[*subscriber]struct{} // nil: closed
	budget  *Budget                  // may be nil
	turn    atomic.Int64             // of the budget, when something was last recorded
}

// New returns a journal of at most 1000 entries. The oldest go first, also
// when all together take more than 4 MiB, of which the first 4 KiB that an entry
// shows of the world's state do not count.
func New() *Journal { return newJournal(limit.JournalCalls) }

func newJournal(capacity int) *Journal {
	return &Journal{records: queue{capacity: capacity, maxBytes: limit.Journal}, streams: map[*subscriber]struct{}{}}
}

// Record keeps an exchange and notifies the subscribers. The bodies and all that
// the exchange points to, except the headers and the URL, belong to the
// journal from now on: the caller must not change them.
func (j *Journal) Record(x Exchange) {
	if j.record(newRecord(x)) {
		j.budget.shed()
	}
}

// record reports whether the budget is exceeded then.
func (j *Journal) record(r *record) (exceeded bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.records.bytes
	j.records.push(r)
	if j.budget != nil {
		j.turn.Store(j.budget.turn.Add(1))
	}
	j.publish(r)
	return j.spend(before)
}

// List returns the latest entries, newest first; all if limit is not positive.
func (j *Journal) List(limit int) []Entry { return entries(j.latest(limit)) }

// Find returns the entries that match a filter, newest first.
func (j *Journal) Find(f Filter) []Entry { return entries(j.matching(f)) }

// Count returns the number of entries that match a filter.
func (j *Journal) Count(f Filter) int { return len(j.matching(f)) }

// Select is Find for callers that need some of the entries only: they are not
// rendered yet.
func (j *Journal) Select(f Filter) []Recorded {
	var out []Recorded
	for _, r := range j.matching(f) {
		out = append(out, Recorded{r})
	}
	return out
}

// A Recorded is an entry that is not rendered yet.
type Recorded struct{ record *record }

// ID returns the id of the entry.
func (r Recorded) ID() string { return r.record.ID }

// Entry renders the entry.
func (r Recorded) Entry() Entry { return r.record.entry() }

// Sent returns the request.
func (r Recorded) Sent() Sent { return r.record.sent() }

func (j *Journal) matching(f Filter) []*record {
	m := newMatcher(f)
	return slices.DeleteFunc(j.latest(0), func(r *record) bool { return !m.match(r) })
}

func entries(records []*record) []Entry {
	out := make([]Entry, len(records))
	for i, r := range records {
		out[i] = r.entry()
	}
	return out
}

// Get returns the entry of an id and reports whether it is kept.
func (j *Journal) Get(id string) (Entry, bool) { return read(j, id, (*record).entry) }

// Explain returns why an exchange got its answer and reports whether it is
// kept.
func (j *Journal) Explain(id string) (Explanation, bool) { return read(j, id, (*record).explain) }

// Sent returns the request of an exchange and reports whether it is kept.
func (j *Journal) Sent(id string) (Sent, bool) { return read(j, id, (*record).sent) }

// read returns a view of the record with an id and reports whether there is one.
func read[T any](j *Journal, id string, show func(*record) T) (out T, ok bool) {
	for _, r := range j.latest(0) {
		if r.ID == id {
			return show(r), true
		}
	}
	return out, false
}

// Clear deletes all entries. Subscribers stay.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.records.bytes
	j.records.clear()
	j.spend(before)
}

// Close ends all subscriptions when the world is dropped. Entries can still be
// recorded and read.
func (j *Journal) Close() {
	if j.budget != nil {
		j.budget.close(j)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.budget != nil && j.streams != nil {
		j.budget.bytes.Add(int64(-j.records.bytes))
	}
	for s := range j.streams {
		close(s.events)
	}
	j.streams = nil
}

// latest copies the newest records, newest first, so that rendering needs no
// lock.
func (j *Journal) latest(limit int) []*record {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.records.latest(limit)
}

// A queue holds the latest records, bounded in number and in bytes.
type queue struct {
	capacity int
	maxBytes int

	records []*record // oldest first
	bytes   int
	free    int // of bytes: what does not count
	dropped int // records, since the queue was empty
}

// push adds a record and drops the oldest that no longer fit. A record that
// alone is too large stays until the next one.
func (q *queue) push(r *record) {
	for len(q.records) > 0 && (len(q.records) == q.capacity || q.bytes+r.size-q.free-r.free > q.maxBytes) {
		q.drop()
	}
	q.records = append(q.records, r)
	q.bytes += r.size
	q.free += r.free
}

// latest returns records, newest first; all if limit is not positive.
func (q *queue) latest(limit int) []*record {
	if limit <= 0 || limit > len(q.records) {
		limit = len(q.records)
	}
	out := slices.Clone(q.records[len(q.records)-limit:])
	slices.Reverse(out)
	return out
}

func (q *queue) clear() { q.records, q.bytes, q.free, q.dropped = nil, 0, 0, 0 }

// drop drops the oldest record.
func (q *queue) drop() {
	q.bytes -= q.records[0].size
	q.free -= q.records[0].free
	q.records[0] = nil // or the array would hold on to it
	q.records = q.records[1:]
	q.dropped++
}
