package journal

import (
	"context"
	"slices"
	"sync"
)

// An Event is an entry as it is streamed or, without an ID, the notice that
// entries are missing at this place.
type Event struct {
	ID      string
	JSON    []byte // of the entry
	Missing int    // how many entries are missing; 0: not known
}

// An event renders an entry once, for the subscriber who comes first.
type event func() Event

func newEvent(r *record) event {
	return sync.OnceValue(func() Event { return Event{ID: r.ID, JSON: encode(r.entry())} })
}

func missing(n int) event { return func() Event { return Event{Missing: n} } }

// A subscriber reads a stream.
type subscriber struct {
	events chan event
	lost   int // entries for which there was no room since the last one
}

// publish sends a record to the subscribers. It is called with the journal
// locked.
func (j *Journal) publish(r *record) {
	if len(j.streams) == 0 {
		return
	}
	rendered := newEvent(r)
	for s := range j.streams {
		s.send(rendered)
	}
}

// send sends an entry, after the notice of those that were lost before it. A
// reader who is too far behind loses it.
func (s *subscriber) send(e event) {
	if s.lost > 0 && len(s.events)+1 < cap(s.events) { // room for both
		s.events <- missing(s.lost)
		s.lost = 0
	}
	if s.lost > 0 || len(s.events) == cap(s.events) {
		s.lost++
		return
	}
	s.events <- e
}

// Subscribe streams the entries that are recorded from now on, until ctx is
// done or the journal is closed; then the channel is closed. With the id of an
// entry it begins with those recorded after it; if that one is no longer kept,
// with a notice and all that are. A reader that falls behind by more than 256
// entries loses the ones in between and gets a notice.
func (j *Journal) Subscribe(ctx context.Context, after string) <-chan Event {
	s, out := &subscriber{events: make(chan event, streamBuffer)}, make(chan Event)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.streams == nil {
		close(out)
		return out
	}
	before := j.since(after)
	j.streams[s] = struct{}{}
	go func() {
		defer close(out)
		if render(ctx, before, out) {
			render(ctx, s.events, out)
		}
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.streams, s)
	}()
	return out
}

// since returns a closed channel with the entries after the one with an id, and
// none for an empty id.
func (j *Journal) since(id string) chan event {
	var out []event
	if id != "" {
		kept := j.records.records
		at := slices.IndexFunc(kept, func(r *record) bool { return r.ID == id })
		if at < 0 {
			out = append(out, missing(0))
		}
		for _, r := range kept[at+1:] {
			out = append(out, newEvent(r))
		}
	}
	events := make(chan event, len(out))
	for _, e := range out {
		events <- e
	}
	close(events)
	return events
}

// render sends events until ctx is done, and reports whether all are sent. It runs
// on a goroutine of the subscriber, so that watching does not slow calls down.
func render(ctx context.Context, events <-chan event, out chan<- Event) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case e, ok := <-events:
			if !ok {
				return true
			}
			select {
			case <-ctx.Done():
				return false
			case out <- e():
			}
		}
	}
}
