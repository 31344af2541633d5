package journal

// A ring holds the latest records, bounded in number and in bytes. Its buffer
// grows with use: most worlds see few requests.
type ring struct {
	capacity int
	maxBytes int

	buf   []*record
	first int // index of the oldest
	n     int
	bytes int
}

const firstBuffer = 8

// push adds a record and drops the oldest that no longer fit. A record that
// alone is too large stays until the next one.
func (q *ring) push(r *record) {
	for q.n > 0 && (q.n == q.capacity || q.bytes+r.size > q.maxBytes) {
		q.drop()
	}
	if q.n == len(q.buf) {
		q.grow()
	}
	q.buf[(q.first+q.n)%len(q.buf)] = r
	q.n++
	q.bytes += r.size
}

func (q *ring) drop() {
	q.bytes -= q.buf[q.first].size
	q.buf[q.first] = nil
	q.first = (q.first + 1) % len(q.buf)
	q.n--
}

func (q *ring) grow() {
	buf := make([]*record, min(max(2*len(q.buf), firstBuffer), q.capacity))
	for i := range q.n {
		buf[i] = q.buf[(q.first+i)%len(q.buf)]
	}
	q.buf, q.first = buf, 0
}

// latest returns records, newest first; all if limit is not positive.
func (q *ring) latest(limit int) []*record {
	if limit <= 0 || limit > q.n {
		limit = q.n
	}
	out := make([]*record, limit)
	for i := range out {
		out[i] = q.buf[(q.first+q.n-1-i)%len(q.buf)]
	}
	return out
}

func (q *ring) clear() {
	*q = ring{capacity: q.capacity, maxBytes: q.maxBytes}
}
