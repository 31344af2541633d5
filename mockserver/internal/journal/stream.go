package journal

import "context"

// streamBuffer is how many entries wait for a slow reader.
const streamBuffer = 256

// A stream passes records to one subscriber. They are rendered on a goroutine
// of the subscriber, so that watching does not slow calls down.
type stream struct {
	records chan *record // closed with the journal
	entries chan Entry
}

func newStream() *stream {
	return &stream{records: make(chan *record, streamBuffer), entries: make(chan Entry)}
}

// offer passes a record on, unless the reader is too far behind.
func (s *stream) offer(r *record) {
	select {
	case s.records <- r:
	default:
	}
}

// run renders records until ctx is done or the journal is closed.
func (s *stream) run(ctx context.Context) {
	defer close(s.entries)
	for {
		select {
		case <-ctx.Done():
			return
		case r, ok := <-s.records:
			if !ok {
				return
			}
			select {
			case <-ctx.Done():
				return
			case s.entries <- r.entry():
			}
		}
	}
}
