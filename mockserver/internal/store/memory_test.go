package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"cariqamock/mockserver/internal/store"
)

// TestHistoryMemory: the history of all worlds stays within a bound; the oldest
// changes go first, whichever world they are of, and never the last one.
func TestHistoryMemory(t *testing.T) {
	const bound = 100_000
	s := fixture{Store: store.NewMemory(store.Options{Changes: 1000, Memory: bound, Wall: (&wall{now: t0}).Now}), t: t}
	value := strings.Repeat("x", 1000)
	idle := s.create("idle", "k", value)
	idle = s.commit("idle", idle, change("two", "k", value+"2"))
	worlds := []string{"a", "b"}
	versions := map[string]store.Version{}
	for _, world := range worlds {
		versions[world] = s.create(world, "k", "1", "once", value)
	}
	for i := range 400 {
		world := worlds[i%2]
		v := versions[world]
		versions[world] = s.commit(world, v, change(fmt.Sprint(i), "k", fmt.Sprint(v.Seq+1, " ", value)))
	}
	kept := 0
	for _, world := range worlds {
		history, err := s.History(t.Context(), world, 0, 1000)
		s.want(err, nil)
		kept += len(history)
		for _, c := range history {
			at, err := s.At(t.Context(), world, c.Seq)
			s.want(err, nil)
			s.same("at", shown(at.Records), fmt.Sprintf("k=%d %s once=%s", c.Seq, value, value))
		}
	}
	if kept < 40 || kept*1000 > bound+10_000 {
		t.Errorf("%d changes of 1000 bytes are kept, the bound is %d bytes", kept, bound)
	}
	history, err := s.History(t.Context(), "idle", 0, 1000)
	s.want(err, nil)
	s.same("history of the world that was changed first", len(history), 1)
	s.same("its state", shown(s.load("idle", store.Version{}).Records), "k="+value+"2")
	s.commit("idle", idle, change("three"))
}

// TestHistoryMemoryIsFreed: worlds that are dropped do not count.
func TestHistoryMemoryIsFreed(t *testing.T) {
	s := fixture{Store: store.NewMemory(store.Options{Changes: 1000, Memory: 20_000, Wall: (&wall{now: t0}).Now}), t: t}
	value := strings.Repeat("x", 1000)
	keep := s.create("keep", "k", value)
	for i := range 5 {
		keep = s.commit("keep", keep, change(fmt.Sprint(i), "k", value))
	}
	for range 50 {
		v := s.create("dropped", "k", value)
		for range 5 {
			v = s.commit("dropped", v, change("x", "k", value))
		}
		s.want(s.Drop(t.Context(), "dropped", v), nil)
	}
	history, err := s.History(t.Context(), "keep", 0, 1000)
	s.want(err, nil)
	s.same("history", len(history), 6)
}

// TestReadWhileForgetting: a state is read whole, or not at all, while changes
// are forgotten.
func TestReadWhileForgetting(t *testing.T) {
	s := fixture{Store: store.NewMemory(store.Options{Changes: 5, Memory: 1 << 20, Wall: (&wall{now: t0}).Now}), t: t}
	v := s.create("w", "a", "1", "b", "1")
	done := make(chan struct{})
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for seq := int64(1); ; {
				select {
				case <-done:
					return
				default:
				}
				c, err := s.At(context.Background(), "w", seq)
				switch want := fmt.Sprintf("a=%d b=%d", seq, seq); {
				case errors.Is(err, store.ErrNotKept):
					history, _ := s.History(context.Background(), "w", 0, 5)
					seq = history[len(history)-1].Seq
				case shown(c.Records) != want:
					t.Errorf("%s, want %s", shown(c.Records), want)
					return
				}
			}
		})
	}
	for range 5000 {
		n := fmt.Sprint(v.Seq + 1)
		v = s.commit("w", v, change(n, "a", n, "b", n))
	}
	close(done)
	group.Wait()
}
