package store

import (
	"container/list"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"
)

// A memoryWorld has the newest version of each record, which leads to those
// before it as far back as the history goes. A copy of the tree costs nothing
// and is a snapshot.
type memoryWorld struct {
	name string
	life int64
	kept *queue

	mu      sync.Mutex
	closed  bool
	used    time.Time
	records btree.Map[string, *version]
	changes []*keptChange // the kept ones, oldest first; never empty once created
}

// A version is what one change made of a record.
type version struct {
	Record
	seq    int64
	before atomic.Pointer[version] // nil: none, or no longer in the history
}

// A keptChange is a change in a world's history.
type keptChange struct {
	Change // without records and items
	made   []*version
	freed  int64         // bytes that are free when the change before it is forgotten
	turn   *list.Element // of the change before it, in the queue
}

func newMemoryWorld(name string, life int64, kept *queue) *memoryWorld {
	return &memoryWorld{name: name, life: life, kept: kept}
}

func (w *memoryWorld) current() Head {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.head()
}

func (w *memoryWorld) last() *keptChange { return w.changes[len(w.changes)-1] }

func (w *memoryWorld) version() Version { return Version{Life: w.life, Seq: w.last().Seq} }

func (w *memoryWorld) head() Head {
	return Head{World: w.name, Version: w.version(), Value: w.last().Head, Used: w.used}
}

func (w *memoryWorld) touch(used time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if used.After(w.used) {
		w.used = used
	}
}

// close ends the world if it is at the version seen and its items can go.
// Nothing can be committed afterwards.
func (w *memoryWorld) close(seen Version, items func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if seen != (Version{}) && seen != w.version() {
		return ErrConflict
	}
	if err := items(); err != nil {
		return err
	}
	w.closed = true
	for _, c := range w.changes[1:] {
		w.kept.remove(c)
	}
	return nil
}

func (w *memoryWorld) commit(seen Version, c Change, most int64, items func() error) (Version, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || seen != w.version() {
		return Version{}, ErrConflict
	}
	if err := items(); err != nil {
		return Version{}, err
	}
	now := w.add(c)
	for int64(len(w.changes)) > most {
		w.forget()
	}
	return now, nil
}

// add appends a change and the versions that it made.
func (w *memoryWorld) add(c Change) Version {
	next := &keptChange{Change: c, made: make([]*version, 0, len(c.Records))}
	next.Records, next.Items = nil, nil
	next.Seq = 1
	if len(w.changes) > 0 {
		next.Seq = w.last().Seq + 1
		next.freed = w.last().size()
	}
	for _, r := range c.Records {
		if r.Value == nil {
			if _, ok := w.records.Get(r.Key); !ok {
				continue
			}
		}
		v := &version{Record: r, seq: next.Seq}
		if old, ok := w.records.Set(r.Key, v); ok {
			v.before.Store(old)
			next.freed += old.size()
		}
		next.made = append(next.made, v)
	}
	w.changes = append(w.changes, next)
	w.used = c.Wall
	if len(w.changes) > 1 {
		w.kept.add(w, next)
	}
	return w.version()
}

// forget drops the oldest change, and the versions that only it needs.
func (w *memoryWorld) forget() {
	oldest := w.changes[1] // from now on
	w.kept.remove(oldest)
	for _, v := range oldest.made {
		v.before.Store(nil)
		if v.Value != nil {
			continue
		}
		if newest, _ := w.records.Get(v.Key); newest == v {
			w.records.Delete(v.Key)
		}
	}
	oldest.freed, oldest.made = 0, nil
	w.changes[0] = nil
	w.changes = w.changes[1:]
}

// forgetFirst drops the world's oldest change, unless it is its only one.
func (w *memoryWorld) forgetFirst() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed && len(w.changes) > 1 {
		w.forget()
	}
}

func (w *memoryWorld) load(have Version) State {
	w.mu.Lock()
	head, oldest, records := w.head(), w.changes[0].Seq, w.records.Copy()
	w.mu.Unlock()
	s := State{Head: head, Whole: have.Life != head.Life || have.Seq < oldest || have.Seq > head.Seq}
	if have == head.Version {
		return s
	}
	records.Scan(func(_ string, last *version) bool {
		if s.Whole && last.Value != nil || !s.Whole && last.seq > have.Seq {
			s.Records = append(s.Records, last.Record)
		}
		return true
	})
	return s
}

func (w *memoryWorld) history(before int64, limit int) []Change {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.changes)
	if before > 0 {
		n = int(min(int64(n), max(0, before-w.changes[0].Seq)))
	}
	var found []Change
	for n--; n >= 0 && len(found) < limit; n-- {
		found = append(found, w.changes[n].Change)
	}
	return found
}

func (w *memoryWorld) at(seq int64) (Change, error) {
	found, records, err := w.find(seq)
	if err != nil {
		return Change{}, err
	}
	records.Scan(func(_ string, v *version) bool {
		for v != nil && v.seq > seq {
			v = v.before.Load()
		}
		if v != nil && v.Value != nil {
			found.Records = append(found.Records, v.Record)
		}
		return true
	})
	if _, _, err := w.find(seq); err != nil { // versions may have been forgotten meanwhile
		return Change{}, err
	}
	return found, nil
}

// find returns a kept change, and the records of now.
func (w *memoryWorld) find(seq int64) (Change, *btree.Map[string, *version], error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := seq - w.changes[0].Seq
	if i < 0 || i >= int64(len(w.changes)) {
		return Change{}, nil, ErrNotKept
	}
	return w.changes[i].Change, w.records.Copy(), nil
}

func (v *version) size() int64 { return int64(len(v.Key)+len(v.Value)) + 80 }

func (c *keptChange) size() int64 {
	n := 400 + len(c.Head) + len(c.Call) + len(c.What) + len(c.Request) + len(c.User) + 8*len(c.made)
	return int64(n)
}

// A queue bounds the history of all worlds. Its entries are the changes after
// which another one came, in the order in which that happened.
type queue struct {
	most int64

	mu    sync.Mutex
	bytes int64
	list  list.List // of *memoryWorld
}

// add puts the change before next into the queue.
func (q *queue) add(w *memoryWorld, next *keptChange) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes += next.freed
	next.turn = q.list.PushBack(w)
}

// remove takes the change before next out of the queue.
func (q *queue) remove(next *keptChange) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if next.turn != nil {
		q.bytes -= next.freed
		q.list.Remove(next.turn)
		next.turn = nil
	}
}

// shed makes worlds forget their oldest changes until the rest is within the
// bound. It is called without a lock.
func (q *queue) shed() {
	for {
		q.mu.Lock()
		front := q.list.Front()
		over := q.bytes > q.most && front != nil
		q.mu.Unlock()
		if !over {
			return
		}
		front.Value.(*memoryWorld).forgetFirst()
	}
}
