package store

import (
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"
)

// named returns a group whose writes append their worlds to the transaction
// that they are part of. A transaction with the world "broken" fails.
func named(start chan struct{}) (*group, func() [][]string) {
	var mu sync.Mutex
	var flushed [][]string
	g := &group{wall: time.Now}
	g.flush = func(batch []*write) error {
		<-start
		mu.Lock()
		defer mu.Unlock()
		var names []string
		for _, w := range batch {
			if w.world == "broken" {
				return errors.New("broken")
			}
			if w.world == "late" {
				w.err = ErrConflict
			}
			names = append(names, w.world)
		}
		flushed = append(flushed, names)
		return nil
	}
	return g, func() [][]string { return flushed }
}

// together runs writes that all wait while the first one is flushed, and
// returns their errors.
func together(g *group, start chan struct{}, first string, others ...string) map[string]error {
	var group sync.WaitGroup
	var mu sync.Mutex
	errs := map[string]error{}
	run := func(world string, waiting int) {
		group.Go(func() {
			err := g.run(world, nil)
			mu.Lock()
			defer mu.Unlock()
			errs[world] = err
		})
		for n := -1; n != waiting; runtime.Gosched() {
			g.mu.Lock()
			if n = len(g.waiting); !g.running {
				n = -1
			}
			g.mu.Unlock()
		}
	}
	run(first, 0)
	for i, world := range others {
		run(world, i+1)
	}
	close(start)
	group.Wait()
	return errs
}

// TestGroup: writes that wait at the same time share one transaction.
func TestGroup(t *testing.T) {
	start := make(chan struct{})
	g, flushed := named(start)
	errs := together(g, start, "first", "a", "b", "late", "c")
	for world, err := range errs {
		if (world == "late") != errors.Is(err, ErrConflict) {
			t.Errorf("%s: %v", world, err)
		}
	}
	if got := flushed(); len(got) != 2 || len(got[0]) != 1 || len(got[1]) != 4 {
		t.Errorf("transactions: %v", got)
	}
	m := g.metrics()
	if m.Commits != 4 || m.Flushes != 2 || m.Conflicts != 1 || m.Retries != 0 || m.Waited <= 0 {
		t.Errorf("metrics: %+v", m)
	}
}

// TestGroupFails: a write that fails does not fail those that shared its
// transaction.
func TestGroupFails(t *testing.T) {
	start := make(chan struct{})
	g, flushed := named(start)
	errs := together(g, start, "first", "a", "broken", "c")
	for world, err := range errs {
		if (world == "broken") != (err != nil) {
			t.Errorf("%s: %v", world, err)
		}
	}
	if got := flushed(); len(got) != 3 {
		t.Errorf("transactions: %v", got)
	}
	if m := g.metrics(); m.Retries != 3 || m.Commits != 3 {
		t.Errorf("metrics: %+v", m)
	}
}
