package journal

import "slices"

// A queue holds the latest records, bounded in number and in bytes.
type queue struct {
	capacity int
	maxBytes int

	records []*record // oldest first
	bytes   int
}

// push adds a record and drops the oldest that no longer fit. A record that
// alone is too large stays until the next one.
func (q *queue) push(r *record) {
	for len(q.records) > 0 && (len(q.records) == q.capacity || q.bytes+r.size > q.maxBytes) {
		q.bytes -= q.records[0].size
		q.records[0] = nil // or the array would hold on to it
		q.records = q.records[1:]
	}
	q.records = append(q.records, r)
	q.bytes += r.size
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

func (q *queue) clear() { q.records, q.bytes = nil, 0 }
