package connect_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cariqamock/mockserver/internal/clock"
	"cariqamock/mockserver/internal/connect"
)

type answer struct {
	session connect.Session
	err     error
}

// begin starts a session in the background and returns when that waits for
// the provider.
func (w *world) begin(ctx context.Context, user, evse, method string) <-chan answer {
	done := make(chan answer, 1)
	go func() {
		s, err := w.Start(ctx, user, evse, method)
		done <- answer{s, err}
	}()
	synctest.Wait()
	return done
}

func (w *world) waiting(done <-chan answer) {
	w.Helper()
	select {
	case a := <-done:
		w.Fatalf("answered too early: %+v, %v", a.session.State, a.err)
	default:
	}
}

func TestStart_waits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		done := w.begin(t.Context(), u, slow, m)
		if got := ruleOf(t, w.tryStart(u, virtual, m)); got != "start-charging/already-charging" {
			t.Errorf("another start: rule %q", got)
		}
		if n, _, _ := w.Sessions(u, 0, every); n != 0 {
			t.Errorf("%d sessions show", n)
		}
		w.advance(5*time.Minute - time.Microsecond)
		synctest.Wait()
		w.waiting(done)
		w.advance(time.Microsecond)
		a := <-done
		w.check(a.err)
		if a.session.State != connect.StateActive || !a.session.StartedAt.Equal(start.Add(5*time.Minute)) {
			t.Errorf("%s since %s", a.session.State, a.session.StartedAt)
		}
		w.consistent()
	})
}

func TestStart_waitsForNo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		v, n := w.driver()
		done := w.begin(t.Context(), u, slowFails, m)
		if got := ruleOf(t, w.tryStart(v, slowFails, n)); got != "start-charging/charge-point-busy" {
			t.Errorf("meanwhile: rule %q", got)
		}
		w.advance(10 * time.Minute)
		if got := ruleOf(t, (<-done).err); got != "start-charging/provider-failed" {
			t.Errorf("rule %q", got)
		}
		w.charge(u, plain, m)
		w.consistent()
	})
}

func TestStart_withdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		v, n := w.driver()
		ctx, leave := context.WithCancel(t.Context())
		done := w.begin(ctx, u, slow, m)
		leave()
		if err := (<-done).err; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		w.consistent()
		if users, sessions := w.Counts(); users != 2 || sessions != 0 {
			t.Errorf("%d sessions left", sessions)
		}
		w.charge(u, plain, m)
		other := w.begin(t.Context(), v, slow, n) // the point is free again
		w.advance(5 * time.Minute)
		w.check((<-other).err)
		w.consistent()
	})
}

func TestStart_timeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		asked := time.Now()
		err := w.tryStart(u, slow, m)
		if took := time.Since(asked); took != connect.DefaultStartTimeout {
			t.Errorf("gave up after %s, want %s of wall time", took, connect.DefaultStartTimeout)
		}
		r, ok := connect.AsRefusal(err)
		if !ok || r.Rule.ID != "start-charging/provider-failed" || r.Rule.Status != 424 || r.Details == "" {
			t.Errorf("error %v", err)
		}
		w.charge(u, plain, m)
		w.consistent()
	})
}

// An answer that came before the client left stands: other calls may have seen
// it.
func TestStart_leftAfterTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		wall := start
		c := clock.New(func() time.Time { mu.Lock(); defer mu.Unlock(); return wall }, start, false)
		w := &world{t, connect.New(config(c)), c}
		u, m := w.driver()
		ctx, leave := context.WithCancel(t.Context())
		done := w.begin(ctx, u, slow, m)
		mu.Lock()
		wall = wall.Add(10 * time.Minute) // the clock passes the answer, the waiting start has not noticed
		mu.Unlock()
		n, seen, err := w.Sessions(u, 0, every)
		w.check(err)
		if n != 1 || seen[0].State != connect.StateActive {
			t.Fatalf("seen: %+v", seen)
		}
		w.stop(u, seen[0].ID)
		leave()
		a := <-done
		if a.err != nil && !errors.Is(a.err, context.Canceled) {
			t.Error(a.err)
		}
		w.state(seen[0].ID, connect.StateCDRPending)
		w.consistent()
	})
}

// A running clock reaches the answer by itself.
func TestStart_runningClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New(time.Now, start, false)
		_, err := c.Apply(clock.Change{Speed: ptr(60.0)})
		w := &world{t, connect.New(config(c)), c}
		w.check(err)
		u, m := w.driver()
		asked := time.Now()
		s := w.charge(u, slow, m)
		if took := time.Since(asked).Round(time.Second); took != 5*time.Second {
			t.Errorf("took %s, want 5s: five minutes at speed 60", took)
		}
		if s.State != connect.StateActive {
			t.Errorf("session is %s", s.State)
		}
	})
}

// race runs a function n times at once.
func race(n int, do func(i int) error) []error {
	gate, errs := make(chan struct{}), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-gate
			errs[i] = do(i)
		})
	}
	close(gate)
	wg.Wait()
	return errs
}

func TestStart_atOnce(t *testing.T) {
	const n = 100
	check := func(t *testing.T, w *world, errs []error, rule string) {
		t.Helper()
		var got []string
		for _, err := range errs {
			if err != nil {
				got = append(got, ruleOf(t, err))
			}
		}
		if len(got) != n-1 {
			t.Errorf("%d of %d started, want 1", n-len(got), n)
		}
		if i := slices.IndexFunc(got, func(r string) bool { return r != rule }); i >= 0 {
			t.Errorf("rule %q, want %s", got[i], rule)
		}
		w.consistent()
	}
	t.Run("one user", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		errs := race(n, func(int) error { return w.tryStart(u, virtual, m) })
		check(t, w, errs, "start-charging/already-charging")
	})
	t.Run("one charge point", func(t *testing.T) {
		w := newWorld(t)
		var users, methods [n]string
		for i := range n {
			users[i], methods[i] = w.driver()
		}
		errs := race(n, func(i int) error { return w.tryStart(users[i], plain, methods[i]) })
		check(t, w, errs, "start-charging/charge-point-busy")
	})
	t.Run("one hold", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		r, _ := connect.AsRefusal(w.tryStart(u, sca, m))
		w.pay(intentOf(r.Secret))
		errs := race(n, func(int) error { return w.tryStart(u, sca, m) })
		check(t, w, errs, "start-charging/already-charging")
	})
	t.Run("one provider that takes its time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			u, m := w.driver()
			result := make(chan []error)
			go func() { result <- race(n, func(int) error { return w.tryStart(u, slow, m) }) }()
			synctest.Wait()
			w.advance(5 * time.Minute)
			check(t, w, <-result, "start-charging/already-charging")
		})
	})
	t.Run("stops", func(t *testing.T) {
		w := newWorld(t)
		u, m := w.driver()
		s := w.charge(u, virtual, m)
		errs := race(n, func(int) error { return w.State.Stop(u, s.ID) })
		check(t, w, errs, "stop-charging/already-stopped")
	})
}

// Everything at once: what the race detector finds.
func TestState_concurrent(t *testing.T) {
	w := newWorld(t)
	u, m := w.driver()
	race(40, func(i int) error {
		user, method := u, m
		if i%2 == 0 {
			user = w.CreateUser(connect.UserUpdate{}).ID
			w.SetBilling(user, german())
			if in, err := w.NewSetupIntent(user); err == nil {
				in, _ = w.Confirm(in.ID, connect.PaymentSource{Card: &good})
				method = in.Method.ID
			}
		}
		s, err := w.Start(t.Context(), user, metered, method)
		w.clock.Apply(clock.Change{Advance: ptr(time.Second)})
		w.Users("", 0, 5)
		w.Sessions(user, 0, 5)
		w.PointStatus(metered)
		w.Removal(user, method)
		w.Invariants()
		if err == nil {
			w.Meter(s.ID, dec("1"))
			w.State.Stop(user, s.ID)
			w.DeliverCDR(s.ID, nil, connect.ChargeFails)
		}
		w.Debts(user, 0, 5)
		w.Invoices(user, 0, 5)
		return w.DeleteUser(user)
	})
	w.consistent()
}
