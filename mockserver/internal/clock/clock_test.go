package clock_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/clock"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var start = time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)

// wall is a wall clock under the test's control.
type wall struct {
	mu sync.Mutex
	at time.Time
}

func newWall() *wall { return &wall{at: start} }

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *wall) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func ptr[T any](v T) *T { return &v }

func apply(t testing.TB, c *clock.Clock, ch clock.Change) {
	t.Helper()
	if _, err := c.Apply(ch); err != nil {
		t.Fatal(err)
	}
}

func TestClock(t *testing.T) {
	const minute = time.Minute
	for _, c := range []struct {
		name   string
		frozen bool
		change clock.Change
		pass   time.Duration // of the wall, before and after the change
		want   time.Duration // since the start
	}{
		{"runs with the wall", false, clock.Change{}, minute, 2 * minute},
		{"stands still", true, clock.Change{}, minute, 0},
		{"frozen", false, clock.Change{Freeze: ptr(true)}, minute, minute},
		{"unfrozen", true, clock.Change{Freeze: ptr(false)}, minute, minute},
		{"advanced", false, clock.Change{Advance: ptr(time.Hour)}, minute, time.Hour + 2*minute},
		{"advanced while frozen", true, clock.Change{Advance: ptr(time.Hour)}, minute, time.Hour},
		{"advanced by zero", true, clock.Change{Advance: ptr(time.Duration(0))}, minute, 0},
		{"set", false, clock.Change{Set: ptr(start.Add(time.Hour))}, minute, time.Hour + minute},
		{"set to now", true, clock.Change{Set: ptr(start)}, minute, 0},
		{"set and advanced", true, clock.Change{Set: ptr(start.Add(time.Hour)), Advance: ptr(minute)}, minute, time.Hour + minute},
		{"set in another zone", true, clock.Change{Set: ptr(start.Add(time.Hour).In(time.FixedZone("", 7200)))}, minute, time.Hour},
		{"set and frozen", false, clock.Change{Set: ptr(start.Add(time.Hour)), Freeze: ptr(true)}, minute, time.Hour},
		{"faster", false, clock.Change{Speed: ptr(60.0)}, minute, 61 * minute},
		{"slower", false, clock.Change{Speed: ptr(0.5)}, minute, minute + 30*time.Second},
		{"faster but frozen", true, clock.Change{Speed: ptr(60.0)}, minute, 0},
		{"faster and unfrozen", true, clock.Change{Speed: ptr(60.0), Freeze: ptr(false)}, minute, 60 * minute},
		{"whole microseconds", true, clock.Change{Advance: ptr(1999 * time.Nanosecond)}, minute, time.Microsecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWall()
			k := clock.New(w.now, start, c.frozen)
			w.pass(c.pass)
			before := k.Now()
			got, err := k.Apply(c.change)
			if err != nil {
				t.Fatal(err)
			}
			if got.Now.Before(before) || got != k.Read() {
				t.Errorf("reading %+v, then %+v", got, k.Read())
			}
			w.pass(c.pass)
			if now := k.Now(); now.Sub(start) != c.want || now.Location() != time.UTC {
				t.Errorf("%s after the start, want %s", now.Sub(start), c.want)
			}
		})
	}
}

func TestClock_refuses(t *testing.T) {
	for _, c := range []struct {
		name      string
		change    clock.Change
		backwards bool
	}{
		{"back by setting", clock.Change{Set: ptr(start.Add(-time.Microsecond))}, true},
		{"back by advancing", clock.Change{Advance: ptr(-time.Microsecond)}, true},
		{"back in the sum", clock.Change{Set: ptr(start.Add(time.Hour)), Advance: ptr(-2 * time.Hour)}, true},
		{"back, and more", clock.Change{Set: ptr(start.Add(-time.Hour)), Freeze: ptr(false), Speed: ptr(2.0)}, true},
		{"speed zero", clock.Change{Speed: ptr(0.0), Advance: ptr(time.Hour)}, false},
		{"negative speed", clock.Change{Speed: ptr(-1.0), Freeze: ptr(false)}, false},
		{"too fast", clock.Change{Speed: ptr(2 * clock.MaxSpeed)}, false},
		{"infinite speed", clock.Change{Speed: ptr(math.Inf(1))}, false},
		{"not a number", clock.Change{Speed: ptr(math.NaN())}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := clock.New(newWall().now, start, true)
			before := k.Read()
			got, err := k.Apply(c.change)
			if err == nil || errors.Is(err, clock.ErrBackwards) != c.backwards {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(before, got); diff != "" || k.Read() != before {
				t.Errorf("it changed (-before +after):\n%s", diff)
			}
		})
	}
	t.Run("a negative advance after a set may end ahead", func(t *testing.T) {
		k := clock.New(newWall().now, start, true)
		apply(t, k, clock.Change{Set: ptr(start.Add(time.Hour)), Advance: ptr(-time.Minute)})
		if got := k.Now().Sub(start); got != 59*time.Minute {
			t.Errorf("%s after the start", got)
		}
	})
}

// A wall clock that is set back does not take the clock below the time that it
// was last moved to.
func TestClock_wallGoesBack(t *testing.T) {
	w := newWall()
	k := clock.New(w.now, start, false)
	w.pass(-time.Hour)
	if got := k.Now(); !got.Equal(start) {
		t.Errorf("it shows %s", got)
	}
}

// At full speed a night of wall time is longer than the longest Duration.
func TestClock_longAtFullSpeed(t *testing.T) {
	w := newWall()
	k := clock.New(w.now, start, false)
	apply(t, k, clock.Change{Speed: ptr(float64(clock.MaxSpeed))})
	last := k.Now()
	for range 48 {
		w.pass(15 * time.Minute)
		now := k.Now()
		if now.Before(last) {
			t.Fatalf("after %s it went from %s back to %s", w.now().Sub(start), last, now)
		}
		last = now
	}
	if last.Year() < 3300 {
		t.Errorf("after twelve hours it shows %s", last)
	}
	w.pass(30 * 24 * time.Hour)
	if last = k.Now(); last.Year() != 9999 {
		t.Errorf("after a month it shows %s", last)
	}
	apply(t, k, clock.Change{Advance: ptr(time.Hour)})
	if k.Now().Before(last) {
		t.Errorf("it went from %s back to %s", last, k.Now())
	}
}

// The clock stops at Last, however it gets there.
func TestClock_last(t *testing.T) {
	w := newWall()
	k := clock.New(w.now, start, false)
	apply(t, k, clock.Change{Set: ptr(clock.Last().Add(-time.Second)), Speed: ptr(float64(clock.MaxSpeed))})
	w.pass(time.Second)
	if got := k.Now(); !got.Equal(clock.Last()) {
		t.Errorf("it has run to %s", got)
	}
	apply(t, k, clock.Change{Advance: ptr(time.Hour), Speed: ptr(1.0)})
	if got := k.Now(); !got.Equal(clock.Last()) {
		t.Errorf("it was moved to %s", got)
	}
	if text, err := clock.Last().MarshalJSON(); err != nil || string(text) != `"9999-12-31T23:59:59.999999Z"` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestClock_neverGoesBack(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		w := newWall()
		k := clock.New(w.now, start, rapid.Bool().Draw(t, "frozen"))
		last := k.Now()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			w.pass(time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "pass")))
			var ch clock.Change
			if rapid.Bool().Draw(t, "freezes") {
				ch.Freeze = ptr(rapid.Bool().Draw(t, "freeze"))
			}
			if rapid.Bool().Draw(t, "advances") {
				ch.Advance = ptr(time.Duration(rapid.Int64Range(-1000, int64(time.Hour)).Draw(t, "advance")))
			}
			if rapid.Bool().Draw(t, "sets") {
				ch.Set = ptr(last.Add(time.Duration(rapid.Int64Range(-1000, int64(time.Hour)).Draw(t, "set"))))
			}
			if rapid.Bool().Draw(t, "speeds") {
				ch.Speed = ptr(rapid.Float64Range(-1, 2000).Draw(t, "speed"))
			}
			k.Apply(ch)
			now := k.Now()
			if now.Before(last) {
				t.Fatalf("from %s to %s", last, now)
			}
			if now.Nanosecond()%1000 != 0 {
				t.Fatalf("%s is not in whole microseconds", now)
			}
			last = now
		}
	})
}

func TestWait(t *testing.T) {
	wait := func(ctx context.Context, k *clock.Clock, d time.Duration) <-chan error {
		done := make(chan error, 1)
		go func() { done <- k.Wait(ctx, start.Add(d)) }()
		return done
	}
	pending := func(t *testing.T, done <-chan error) {
		t.Helper()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("returned too early: %v", err)
		default:
		}
	}
	for name, test := range map[string]func(t *testing.T){
		"already there": func(t *testing.T) {
			k := clock.New(newWall().now, start, true)
			gone, leave := context.WithCancel(t.Context())
			leave()
			for _, d := range []time.Duration{0, -time.Hour} {
				if err := k.Wait(gone, start.Add(d)); err != nil {
					t.Error(err)
				}
			}
		},
		"frozen, advanced": func(t *testing.T) {
			k := clock.New(newWall().now, start, true)
			done := wait(t.Context(), k, time.Hour)
			pending(t, done)
			apply(t, k, clock.Change{Advance: ptr(59 * time.Minute)})
			pending(t, done)
			apply(t, k, clock.Change{Advance: ptr(time.Minute)})
			if err := <-done; err != nil {
				t.Error(err)
			}
		},
		"frozen, unfrozen": func(t *testing.T) {
			k := clock.New(time.Now, start, true)
			done := wait(t.Context(), k, time.Hour)
			pending(t, done)
			asked := time.Now()
			apply(t, k, clock.Change{Freeze: ptr(false), Speed: ptr(3600.0)})
			if err := <-done; err != nil || time.Since(asked).Round(time.Second) != time.Second {
				t.Errorf("%v after %s", err, time.Since(asked))
			}
		},
		"running": func(t *testing.T) {
			k := clock.New(time.Now, start, false)
			asked := time.Now()
			if err := k.Wait(t.Context(), start.Add(time.Hour)); err != nil || time.Since(asked).Round(time.Second) != time.Hour {
				t.Errorf("%v after %s", err, time.Since(asked))
			}
			if k.Now().Before(start.Add(time.Hour)) {
				t.Errorf("it shows %s", k.Now())
			}
		},
		"running, frozen, advanced": func(t *testing.T) {
			k := clock.New(time.Now, start, false)
			done := wait(t.Context(), k, time.Hour)
			apply(t, k, clock.Change{Freeze: ptr(true)})
			time.Sleep(24 * time.Hour) // of the bubble's own time
			pending(t, done)
			apply(t, k, clock.Change{Advance: ptr(time.Hour)})
			if err := <-done; err != nil {
				t.Error(err)
			}
		},
		"left": func(t *testing.T) {
			k := clock.New(newWall().now, start, true)
			ctx, leave := context.WithCancel(t.Context())
			done := wait(ctx, k, time.Hour)
			pending(t, done)
			leave()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		},
		"timed out": func(t *testing.T) {
			k := clock.New(newWall().now, start, true)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := k.Wait(ctx, start.Add(time.Hour)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		},
		"at the last moment": func(t *testing.T) { // without polling
			asked := 0
			k := clock.New(func() time.Time { asked++; return time.Now() }, start, false)
			apply(t, k, clock.Change{Set: ptr(clock.Last()), Speed: ptr(float64(clock.MaxSpeed))})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := k.Wait(ctx, clock.Last().Add(time.Minute)); !errors.Is(err, context.DeadlineExceeded) || asked > 10 {
				t.Errorf("error %v after %d readings", err, asked)
			}
		},
		"many at once": func(t *testing.T) {
			k := clock.New(newWall().now, start, true)
			var waiting []<-chan error
			for i := range 50 {
				waiting = append(waiting, wait(t.Context(), k, time.Duration(i+1)*time.Second))
			}
			for i, done := range waiting {
				pending(t, done)
				apply(t, k, clock.Change{Set: ptr(start.Add(time.Duration(i+1) * time.Second))})
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
	}
}

// Who looks at the clock while it is stopped sees no later time than who looks
// after that.
func TestClock_changeWhileLooking(t *testing.T) {
	for _, change := range []clock.Change{{Freeze: ptr(true)}, {Speed: ptr(0.001)}} {
		var k *clock.Clock
		wall, looking := start, false
		k = clock.New(func() time.Time {
			wall = wall.Add(time.Second)
			if looking {
				looking = false
				k.Apply(change)
				wall = wall.Add(time.Hour)
			}
			return wall
		}, start, false)
		looking = true
		seen := k.Now()
		if now := k.Now(); now.Before(seen) {
			t.Errorf("%+v: from %s to %s", change, seen, now)
		}
	}
}

func TestClock_concurrent(t *testing.T) {
	k := clock.New(clock.Wall, start, false)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			last := k.Now()
			for range 200 {
				switch i % 4 {
				case 0:
					k.Apply(clock.Change{Advance: ptr(time.Second)})
				case 1:
					k.Apply(clock.Change{Freeze: ptr(i%8 == 1), Speed: ptr(float64(i))})
				case 2:
					if err := k.Wait(t.Context(), k.Now().Add(-time.Second)); err != nil {
						t.Error(err)
					}
				}
				now := k.Read().Now
				if now.Before(last) {
					t.Errorf("from %s to %s", last, now)
				}
				last = now
			}
		})
	}
	wg.Wait()
	if got := k.Now(); got.Before(start.Add(800 * time.Second)) {
		t.Errorf("%s after 800 advances of a second", got.Sub(start))
	}
}
