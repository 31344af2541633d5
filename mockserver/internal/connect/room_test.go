package connect_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"

	"github.com/google/go-cmp/cmp"
)

// bounded is a world with bounds.
func bounded(t *testing.T, l connect.Limits) *world {
	c := frozen()
	cfg := config(c)
	cfg.Limits = l
	return &world{t, connect.New(cfg), c}
}

// Each bound refuses what is one too many, changes nothing then, and has room
// again as soon as something is gone.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits connect.Limits
		what   string
		fill   func(w *world) (more func() error, free func())
	}{
		{"users", connect.Limits{Users: 2}, "at most 2 users.", func(w *world) (func() error, func()) {
			u := w.CreateUser(connect.UserUpdate{})
			w.CreateUser(connect.UserUpdate{})
			return func() error { _, err := w.State.CreateUser(connect.UserUpdate{}); return err }, func() { w.check(w.DeleteUser(u.ID)) }
		}},
		{"methods of a user", connect.Limits{UserMethods: 2}, "at most 2 payment methods of one user.", fillMethods},
		{"methods", connect.Limits{Methods: 2}, "at most 2 payment methods.", fillMethods},
		{"intents", connect.Limits{Intents: 2}, "at most 2 setup intents and payment intents.", func(w *world) (func() error, func()) {
			u, other := w.CreateUser(connect.UserUpdate{}).ID, w.CreateUser(connect.UserUpdate{}).ID
			must[connect.Intent](w)(w.NewSetupIntent(u))
			must[connect.Intent](w)(w.NewSetupIntent(other))
			return func() error { _, err := w.NewSetupIntent(u); return err }, func() { w.check(w.DeleteUser(other)) }
		}},
		{"sessions", connect.Limits{Sessions: 1}, "at most 1 charging sessions.", func(w *world) (func() error, func()) {
			u, m := w.driver()
			other, n := w.driver()
			w.stopped(other, n)
			return func() error { return w.tryStart(u, plain, m) }, func() { w.check(w.DeleteUser(other)) }
		}},
		{"bytes", connect.Limits{Bytes: 20_000}, "at most 20000 bytes of data.", func(w *world) (func() error, func()) {
			u := w.CreateUser(connect.UserUpdate{}).ID
			long := strings.Repeat("x", 20_000)
			b := german()
			b.Line1 = &long
			must[connect.Billing](w)(w.SetBilling(u, b))
			return func() error { _, err := w.State.CreateUser(connect.UserUpdate{}); return err }, func() { w.check(w.DeleteUser(u)) }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := bounded(t, c.limits)
			more, free := c.fill(w)
			before := w.State.Snapshot()
			var full *connect.FullError
			if err := more(); !errors.As(err, &full) || !strings.Contains(err.Error(), c.what) {
				t.Fatalf("one too many: %v", err)
			}
			if diff := cmp.Diff(before, w.State.Snapshot()); diff != "" {
				t.Errorf("the refusal changed the state (-before +after):\n%s", diff)
			}
			w.consistent()
			free()
			w.check(more())
			w.consistent()
		})
	}
}

func fillMethods(w *world) (more func() error, free func()) {
	u, _ := w.driver()
	second := w.addCard(u, good)
	i := must[connect.Intent](w)(w.NewSetupIntent(u))
	return func() error { _, err := w.Confirm(i.ID, with(good)); return err }, func() { w.check(w.RemoveMethod(u, second)) }
}

// A deleted user leaves nothing behind, and a released state is not counted.
func TestDeletedIsForgotten(t *testing.T) {
	var all atomic.Int64
	c := frozen()
	cfg := config(c)
	cfg.Bytes = &all
	w := &world{t, connect.New(cfg), c}
	for range 50 {
		u, m := w.driver()
		w.stopped(u, m)
		must[connect.Intent](w)(w.NewSetupIntent(u))
		w.consistent()
		w.check(w.DeleteUser(u))
		w.consistent()
	}
	if users, sessions := w.Counts(); users != 0 || sessions != 0 || w.Bytes() != 0 || all.Load() != 0 {
		t.Errorf("%d users, %d sessions, %d bytes, %d of all worlds", users, sessions, w.Bytes(), all.Load())
	}
	u, _ := w.driver()
	if all.Load() == 0 {
		t.Error("a user takes no memory")
	}
	w.Release()
	if all.Load() != 0 {
		t.Errorf("%d bytes of a released world", all.Load())
	}
	w.addCard(u, good) // by a call that still uses it
	if all.Load() != 0 {
		t.Errorf("%d bytes of a released world, after a call", all.Load())
	}
}

// What a client has given of a card is counted wherever the state keeps the card.
func TestDetailsAreCounted(t *testing.T) {
	const size = 10_000
	w := bounded(t, connect.Limits{})
	u, method := w.driver()
	card := good
	card.Details = map[string]string{"metadata[note]": strings.Repeat("x", size)}
	for _, step := range []struct {
		name string
		do   func()
		want int64 // how many cards with their details it adds
	}{
		{"a method", func() { method = w.addCard(u, card) }, 2}, // also of the setup intent
		{"a session", func() { w.stopped(u, method) }, 1},
	} {
		before := w.Bytes()
		step.do()
		if got := (w.Bytes() - before) / size; got != step.want {
			t.Errorf("%s adds the details of %d cards, want %d", step.name, got, step.want)
		}
		w.consistent()
	}
}

// stopped charges once, until the bill.
func (w *world) stopped(user, method string) {
	w.Helper()
	s := must[connect.Session](w)(w.Start(context.Background(), user, shared, method))
	w.advance(time.Minute)
	w.check(w.Stop(user, s.ID))
	w.advance(time.Hour)
}
