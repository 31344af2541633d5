// Package clock gives each world a time of its own: running with the wall,
// faster, frozen, or moved forward. It never goes back.
package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// MaxSpeed is the fastest a clock runs: eleven and a half days a second.
const MaxSpeed = 1e6

// Last is the last moment that a clock shows: timestamps have four digits for
// the year.
func Last() time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC) }

// ErrClosed says that nobody moves the clock any more.
var ErrClosed = errors.New("the clock has been closed")

// ErrBackwards says that a clock was asked to go back.
var ErrBackwards = errors.New("the clock only moves forward")

// A Clock is a moved or frozen time. It is safe for concurrent use.
type Clock struct {
	wall func() time.Time

	mu      sync.Mutex
	at      time.Time // the clock's time when it was last touched
	anchor  time.Time // the wall's time at that moment
	speed   float64   // seconds of the clock per second of the wall
	closed  bool
	frozen  bool          // stands still whatever the speed
	changed chan struct{} // closed and replaced at each change
}

// Wall is the time of the machine. Nothing else reads it.
func Wall() time.Time { return time.Now() }

// New starts a clock at a time; wall is the time it runs with.
func New(wall func() time.Time, start time.Time, frozen bool) *Clock {
	return &Clock{
		wall: wall, at: start.UTC().Truncate(time.Microsecond), anchor: wall(),
		speed: 1, frozen: frozen, changed: make(chan struct{}),
	}
}

// Reading is what a clock shows.
type Reading struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
	Speed  float64   `json:"speed"`
}

// Now is the clock's time in UTC, in whole microseconds: the precision of the
// vendor's timestamps.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// Read gives the time together with how the clock runs.
func (c *Clock) Read() Reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

func (c *Clock) read() Reading {
	return Reading{Now: c.now(), Frozen: c.frozen, Speed: c.speed}
}

func (c *Clock) now() time.Time {
	if c.frozen {
		return c.at
	}
	elapsed := max(float64(c.wall().Sub(c.anchor))*c.speed, 0)
	if elapsed < longest {
		return notPast(c.at.Add(time.Duration(elapsed)).Truncate(time.Microsecond))
	}
	return notPast(time.Unix(c.at.Unix()+int64(elapsed/1e9), int64(c.at.Nanosecond())).UTC())
}

func notPast(t time.Time) time.Time {
	if last := Last(); t.After(last) {
		return last
	}
	return t
}

// longest is nearly as much as a Duration holds, in nanoseconds: 285 years,
// which are two and a half hours at full speed.
const longest = 9e18

// A Change moves a clock. Fields that are nil leave things as they are; Set
// comes before Advance.
type Change struct {
	Freeze  *bool
	Set     *time.Time
	Advance *time.Duration
	Speed   *float64 // more than 0
}

// Apply makes a change as a whole or, on error, not at all. It fails with
// ErrBackwards where time would go back, and with another error where the
// speed is none. No change leads past Last.
func (c *Clock) Apply(ch Change) (Reading, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	target := now
	if ch.Set != nil {
		target = ch.Set.UTC()
	}
	if ch.Advance != nil {
		target = target.Add(*ch.Advance)
	}
	if target.Before(now) {
		return c.read(), fmt.Errorf("%w: it shows %s and was asked for %s", ErrBackwards,
			now.Format(time.RFC3339Nano), target.Format(time.RFC3339Nano))
	}
	if ch.Speed != nil && !(*ch.Speed > 0 && *ch.Speed <= MaxSpeed) {
		return c.read(), fmt.Errorf("speed %v: want more than 0 and at most %d", *ch.Speed, int(MaxSpeed))
	}
	c.at, c.anchor = notPast(target.Truncate(time.Microsecond)), c.wall()
	if ch.Freeze != nil {
		c.frozen = *ch.Freeze
	}
	if ch.Speed != nil {
		c.speed = *ch.Speed
	}
	close(c.changed)
	c.changed = make(chan struct{})
	return c.read(), nil
}

// Close ends all waiting, for when the clock's world goes away.
func (c *Clock) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	close(c.changed)
	c.changed = make(chan struct{})
}

// Wait returns when the clock has reached a time, or with the context's error,
// or with ErrClosed.
func (c *Clock) Wait(ctx context.Context, until time.Time) error {
	for {
		left, changed, err := c.left(until)
		if err != nil || changed == nil {
			return err
		}
		if err := sleep(ctx, left, changed); err != nil {
			return err
		}
	}
}

// left is the wall time until the clock reaches a time; negative: it stands
// still, for now or because it shows its last moment. Without a channel to wait at, the time has come.
func (c *Clock) left(until time.Time) (left time.Duration, changed <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	gap := until.Sub(now)
	switch {
	case gap <= 0:
		return 0, nil, nil
	case c.closed:
		return 0, nil, ErrClosed
	case c.frozen, now.Equal(Last()):
		return -1, c.changed, nil
	}
	return time.Duration(float64(gap)/c.speed) + time.Microsecond, c.changed, nil
}

func sleep(ctx context.Context, left time.Duration, changed <-chan struct{}) error {
	var fire <-chan time.Time
	if left >= 0 {
		t := time.NewTimer(left)
		defer t.Stop()
		fire = t.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-fire:
	}
	return nil
}
