package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/store"
)

// A model is a store in the plainest way: it keeps every state.
type model struct {
	worlds map[string]*modelWorld
	items  map[string]string
}

type modelWorld struct {
	store.Version
	states []map[string]string // by sequence number - 1
}

func (w *modelWorld) last() map[string]string { return w.states[len(w.states)-1] }

func (w *modelWorld) change(what string, records []store.Record) {
	next := map[string]string{}
	if len(w.states) > 0 {
		maps.Copy(next, w.last())
	}
	for _, r := range records {
		next[r.Key] = string(r.Value)
		if r.Value == nil {
			delete(next, r.Key)
		}
	}
	w.states = append(w.states, next)
}

// shownMap is what shown returns for the records of a state.
func shownMap(state map[string]string) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(state)) {
		all = append(all, key+"="+state[key])
	}
	return strings.Join(all, " ")
}

// TestRandomChanges: after random changes, and after the store was opened again,
// each state that is kept is that of a plain model.
func TestRandomChanges(t *testing.T) {
	for kind, place := range kinds {
		t.Run(kind, func(t *testing.T) {
			property.Check(t, func(rt *rapid.T) {
				o := store.Options{Changes: rapid.Int64Range(1, 10).Draw(rt, "kept"), Memory: 1 << 20, Wall: (&wall{now: t0}).Now}
				reopen := place(rt)
				s, err := reopen(o)
				if err != nil {
					rt.Fatal(err)
				}
				rt.Cleanup(func() { s.Close() })
				m := model{worlds: map[string]*modelWorld{}, items: map[string]string{}}
				for range rapid.IntRange(1, 60).Draw(rt, "steps") {
					m.step(rt, s)
				}
				m.compare(rt, s, o)
				if kind == "memory" {
					return
				}
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = reopen(o); err != nil {
					rt.Fatal(err)
				}
				m.compare(rt, s, o)
				m.step(rt, s)
				m.compare(rt, s, o)
			})
		})
	}
}

func drawRecords(rt *rapid.T) []store.Record {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "b/c", "ä", "z"}), 0, 5, rapid.ID[string]).Draw(rt, "keys")
	var records []store.Record
	for _, key := range keys {
		r := store.Record{Key: key}
		if rapid.Bool().Draw(rt, "write") {
			r.Value = []byte(rapid.StringN(0, 8, -1).Draw(rt, "value"))
		}
		records = append(records, r)
	}
	return records
}

func (m model) step(rt *rapid.T, s store.Store) {
	ctx := context.Background()
	name := rapid.SampledFrom([]string{"v", "w"}).Draw(rt, "world")
	w := m.worlds[name]
	switch what := rapid.SampledFrom([]string{"commit", "commit", "commit", "late", "create", "drop", "put", "delta"}).Draw(rt, "step"); what {
	case "create":
		c := change(what)
		c.Records = drawRecords(rt)
		v, err := s.Create(ctx, name, c)
		if w != nil {
			must(rt, err, store.ErrExists)
			return
		}
		must(rt, err, nil)
		m.worlds[name] = &modelWorld{Version: v}
		m.worlds[name].change(what, c.Records)
	case "commit", "late":
		c := change(what)
		c.Records = drawRecords(rt)
		seen := store.Version{Life: 1, Seq: 1}
		if w != nil {
			seen = w.Version
		}
		if what == "late" {
			seen.Seq += int64(rapid.SampledFrom([]int{-1, 1}).Draw(rt, "off"))
		}
		v, err := s.Commit(ctx, name, seen, c)
		if what == "late" || w == nil {
			must(rt, err, store.ErrConflict)
			return
		}
		must(rt, err, nil)
		w.Version = v
		w.change(what, c.Records)
	case "drop":
		err := s.Drop(ctx, name, store.Version{})
		if w == nil {
			must(rt, err, store.ErrNotFound)
			return
		}
		must(rt, err, nil)
		delete(m.worlds, name)
	case "put":
		key, value := rapid.SampledFrom([]string{"i", "j"}).Draw(rt, "item"), rapid.String().Draw(rt, "value")
		must(rt, s.Put(ctx, store.Item{Key: key, Value: []byte(value), Seq: store.AnySeq}), nil)
		m.items[key] = value
	case "delta":
		if w != nil {
			m.delta(rt, s, name)
		}
	}
}

// delta: what changed since a version makes the state of then that of now.
func (m model) delta(rt *rapid.T, s store.Store, name string) {
	w := m.worlds[name]
	have := store.Version{Life: w.Life, Seq: rapid.Int64Range(1, w.Seq).Draw(rt, "have")}
	got, err := s.Load(context.Background(), name, have)
	must(rt, err, nil)
	then := modelWorld{}
	if !got.Whole {
		then.states = slices.Clip(w.states[:have.Seq])
	}
	then.change("", got.Records)
	equal(rt, fmt.Sprint("state from ", have.Seq), shownMap(then.last()), shownMap(w.last()))
}

func (m model) compare(rt *rapid.T, s store.Store, o store.Options) {
	ctx := context.Background()
	heads, err := s.Worlds(ctx, "", 10)
	must(rt, err, nil)
	equal(rt, "worlds", len(heads), len(m.worlds))
	for name, w := range m.worlds {
		got, err := s.Load(ctx, name, store.Version{})
		must(rt, err, nil)
		equal(rt, "version of "+name, got.Version, w.Version)
		equal(rt, name, shown(got.Records), shownMap(w.last()))
		history, err := s.History(ctx, name, 0, 1000)
		must(rt, err, nil)
		equal(rt, "history of "+name, int64(len(history)), min(w.Seq, o.Changes))
		for seq := max(0, w.Seq-o.Changes-1); seq <= w.Seq+1; seq++ {
			c, err := s.At(ctx, name, seq)
			if seq <= w.Seq-o.Changes || seq < 1 || seq > w.Seq {
				must(rt, err, store.ErrNotKept)
				continue
			}
			must(rt, err, nil)
			equal(rt, fmt.Sprint(name, " at ", seq), shown(c.Records), shownMap(w.states[seq-1]))
		}
	}
	for key, value := range m.items {
		got, err := s.Item(ctx, key)
		must(rt, err, nil)
		equal(rt, "item", string(got.Value), value)
	}
}

func must(rt *rapid.T, got, want error) {
	rt.Helper()
	if !errors.Is(got, want) {
		rt.Fatalf("error %v, want %v", got, want)
	}
}

func equal[T comparable](rt *rapid.T, what string, got, want T) {
	rt.Helper()
	if got != want {
		rt.Fatalf("%s: %v, want %v", what, got, want)
	}
}
