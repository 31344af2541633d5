package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// A writer runs the statements of a write. Each statement returns one number; 0
// stands for no row. If want returns an error for it, or the statement fails,
// nothing of the write is kept.
type writer interface {
	exec(want func(n int64) error, query string, args ...any)
}

// A group makes writes that wait at the same time share a transaction.
type group struct {
	// flush runs writes in one transaction, and sets the errors of those that
	// wrote nothing. It returns an error if it has rolled back all of them.
	flush func([]*write) error
	wall  func() time.Time

	commits, flushes, conflicts, retries, waited atomic.Int64

	mu      sync.Mutex
	waiting []*write
	running bool
}

type write struct {
	world string
	do    func(writer)
	err   error
	done  chan struct{}
}

// run returns when a write to a world is committed or has failed. The first to
// come flushes for all who come meanwhile.
func (g *group) run(world string, do func(writer)) error {
	from := g.wall()
	w := &write{world: world, do: do, done: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	first := !g.running
	g.running = true
	g.mu.Unlock()
	if first {
		go g.drain()
	}
	<-w.done
	g.waited.Add(int64(g.wall().Sub(from)))
	return w.err
}

// mostTogether bounds how long the first write of a transaction waits for the
// others.
const mostTogether = 256

// drain flushes until nobody waits.
func (g *group) drain() {
	for {
		g.mu.Lock()
		n := min(len(g.waiting), mostTogether)
		batch := g.waiting[:n:n]
		g.waiting = g.waiting[n:]
		g.running = n > 0
		g.mu.Unlock()
		if n == 0 {
			return
		}
		g.commit(batch)
		for _, w := range batch {
			close(w.done)
		}
	}
}

// commit flushes a batch; if that fails, each write alone, so that no write
// fails because of another.
func (g *group) commit(batch []*write) {
	err := g.flush(batch)
	if err != nil && len(batch) > 1 && !shared(err) {
		for i := range batch {
			g.retries.Add(1)
			batch[i].err = nil
			g.commit(batch[i : i+1])
		}
		return
	}
	g.flushes.Add(1)
	for _, w := range batch {
		if w.err == nil {
			w.err = err
		}
		g.count(w.err)
	}
}

func (g *group) count(err error) {
	switch {
	case err == nil:
		g.commits.Add(1)
	case conflict(err):
		g.conflicts.Add(1)
	}
}

func (g *group) metrics() Metrics {
	return Metrics{
		Commits: g.commits.Load(), Flushes: g.flushes.Load(), Conflicts: g.conflicts.Load(),
		Retries: g.retries.Load(), Waited: time.Duration(g.waited.Load()),
	}
}
