package connect_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// kept keeps records as a store does.
type kept struct {
	records  map[string][]byte
	position connect.Position
	history  []keptChange // after each change
}

// A keptChange is what was kept and shown after a change.
type keptChange struct {
	connect.Change
	records map[string][]byte
}

func (k *kept) Keep(c connect.Change) error {
	next := maps.Clone(k.records)
	if next == nil {
		next = map[string][]byte{}
	}
	for _, r := range c.Records {
		if r.Value == nil {
			delete(next, r.Key)
		} else {
			next[r.Key] = r.Value
		}
	}
	k.records, k.position = next, c.Position
	k.history = append(k.history, keptChange{c, next})
	return nil
}

func (k *kept) CatchUp() error { return nil }

func (k *kept) Undo(connect.Restorer) error { return nil }

// keep has a world's changes kept from now on.
func (w *world) keep() *kept {
	k := &kept{}
	c, err := w.Begin(k)
	w.check(err)
	w.check(k.Keep(c))
	return k
}

func inOrder(records map[string][]byte) (out []connect.Record) {
	for key, v := range records {
		out = append(out, connect.Record{Key: key, Value: v})
	}
	slices.SortFunc(out, func(a, b connect.Record) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// restored returns another world with what was kept, at a time.
func (w *world) restored(m keptChange) *world {
	w.Helper()
	c := clock.New(w.clock.Now, m.At, true)
	r := &world{w.TB, connect.New(config(c)), c}
	w.check(r.Restore(func() ([]connect.Record, connect.Position, error) { return inOrder(m.records), m.Position, nil }))
	w.check(r.Recount())
	return r
}

func (m *machine) latest(k *kept) keptChange {
	last := k.history[len(k.history)-1]
	last.At = m.Now()
	return last
}

// What is kept is all there is: a world that is restored from it shows the same
// after every operation, and goes on in the same way.
func TestKeep_restored(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		ops, at := anyOps().Draw(t, "ops"), rapid.IntRange(0, 19).Draw(t, "at")
		first := newMachine(t)
		k := first.keep()
		for _, o := range ops[:at] {
			first.do(o)
		}
		second := *first
		second.world = first.restored(first.latest(k))
		second.methods, second.sessions = copied(first.methods), copied(first.sessions)
		second.users, second.gone = slices.Clone(first.users), slices.Clone(first.gone)
		second.intents, second.holds = slices.Clone(first.intents), slices.Clone(first.holds)
		second.log.Reset()
		second.log.WriteString(first.log.String())
		for _, o := range ops[at:] {
			first.do(o)
			second.do(o)
			if diff := cmp.Diff(first.shown(), second.shown()); diff != "" {
				t.Fatalf("after %s the restored world shows (-first +restored):\n%s", o, diff)
			}
			again := first.restored(first.latest(k))
			if diff := cmp.Diff(first.shown(), again.shown()); diff != "" {
				t.Fatalf("after %s what is kept shows (-world +kept):\n%s", o, diff)
			}
		}
		if diff := cmp.Diff(first.log.String(), second.log.String()); diff != "" {
			t.Fatalf("the same calls had other answers:\n%s", diff)
		}
	})
}

// Every change can be gone back to: the state then is the one of that keptChange.
func TestKeep_everyMoment(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		k := m.keep()
		var shown []string
		for _, o := range anyOps().Draw(t, "ops") {
			m.do(o)
			for len(shown) < len(k.history) {
				shown = append(shown, "")
			}
			if k.history[len(shown)-1].At.Equal(m.Now()) { // otherwise a read did not change anything
				shown[len(shown)-1] = m.shown()
			}
		}
		for i, then := range shown {
			w := m.restored(k.history[i])
			if now := w.shown(); then != "" && now != then {
				t.Fatalf("change %d (-then +restored):\n%s", i, cmp.Diff(then, now))
			}
		}
	})
}

// copied returns a copy of lists that can be changed alone.
func copied[T any](lists map[string][]T) map[string][]T {
	out := map[string][]T{}
	for key, list := range lists {
		out[key] = slices.Clone(list)
	}
	return out
}
