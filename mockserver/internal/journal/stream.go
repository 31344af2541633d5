package journal

import "context"

// streamBuffer is how many entries wait for a slow reader.
const streamBuffer = 256

// A stream takes records to one subscriber. Rendering happens on the
// subscriber's own goroutine, so that watching does not slow the calls.
type stream struct {
	records chan *record // closed when the journal is
	entries chan Entry
}

func newStream() *stream {
	return &stream{records: make(chan *record, streamBuffer), entries: make(chan Entry)}
}

// offer hands a record over, unless the reader is too far behind.
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
		case r, open := <-s.records:
			if !open {
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
