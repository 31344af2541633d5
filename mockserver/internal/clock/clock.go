// Package clock provides the time of a world: running with the wall clock,
// faster or slower, frozen, or moved forward. It goes back only when its world is
// rewound.
package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// MaxSpeed is the highest speed of a clock: eleven and a half days per second.
const MaxSpeed = 1e6

// Last returns the last moment that a clock shows: timestamps have four digits
// for the year.
func Last() time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC) }

// Errors of clocks.
var (
	ErrClosed    = errors.New("the clock has been closed")
	ErrBackwards = errors.New("the clock only moves forward")
)

// A Clock shows a time that derives from the wall clock. It is safe for
// concurrent use.
type Clock struct {
	wall func() time.Time

	mu      sync.Mutex
	course  // as of the last change
	closed  bool
	changed chan struct{}          // closed and replaced at each change
	shown   atomic.Pointer[course] // the course, so that looking at the clock takes no lock; nil during a change
}

// A course is what a clock shows from a change on.
type course struct {
	at     time.Time // the clock's time at the change
	anchor time.Time // the wall time of that moment
	speed  float64   // seconds of the clock per second of wall time
	frozen bool      // stands still whatever the speed
}

// Wall returns the time of the machine. Only this function reads it.
func Wall() time.Time { return time.Now() }

// New returns a clock that shows start, cut to whole microseconds, and runs
// with wall at speed 1 unless it is frozen.
func New(wall func() time.Time, start time.Time, frozen bool) *Clock {
	c := &Clock{wall: wall, changed: make(chan struct{})}
	c.course = course{at: start.UTC().Truncate(time.Microsecond), anchor: wall(), speed: 1, frozen: frozen}
	c.shown.Store(new(c.course))
	return c
}

// A Course is what a clock shows from a change on, as it is kept.
type Course struct {
	At     time.Time `json:"at"`     // the clock's time at the change
	Anchor time.Time `json:"anchor"` // the wall time of that moment
	Speed  float64   `json:"speed"`
	Frozen bool      `json:"frozen,omitempty"`
}

// Course returns how the clock runs since it was changed last.
func (c *Clock) Course() Course {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Course{At: c.at, Anchor: c.anchor, Speed: c.speed, Frozen: c.frozen}
}

// Restore makes the clock run as another one did, and wakes all that wait. It is
// the only way in which time goes back.
func (c *Clock) Restore(k Course) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.course = course{at: k.At.UTC(), anchor: k.Anchor, speed: k.Speed, frozen: k.Frozen}
	c.shown.Store(new(c.course))
	c.wake()
}

// Reading is the time of a clock and how it runs. The admin API shows it as it
// is.
type Reading struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
	Speed  float64   `json:"speed"` // seconds of the clock per second of wall time
}

// Now returns the clock's time in UTC and in whole microseconds, the precision
// of the vendor's timestamps.
func (c *Clock) Now() time.Time {
	if course := c.shown.Load(); course != nil {
		now := course.now(c.wall)
		if c.shown.Load() == course { // no change began before now
			return now
		}
	}
	return c.Read().Now
}

// Read returns the time together with how the clock runs.
func (c *Clock) Read() Reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read()
}

func (c *Clock) read() Reading {
	return Reading{Now: c.now(c.wall), Frozen: c.frozen, Speed: c.speed}
}

func (c *course) now(wall func() time.Time) time.Time {
	if c.frozen {
		return c.at
	}
	elapsed := max(float64(wall().Sub(c.anchor))*c.speed, 0)
	if elapsed < longest {
		return AtMostLast(c.at.Add(time.Duration(elapsed)).Truncate(time.Microsecond))
	}
	return AtMostLast(time.Unix(c.at.Unix()+int64(elapsed/1e9), int64(c.at.Nanosecond())).UTC())
}

// AtMostLast returns a time or, if that is later, Last.
func AtMostLast(t time.Time) time.Time {
	if last := Last(); t.After(last) {
		return last
	}
	return t
}

// longest is nearly the longest Duration, in nanoseconds: 285 years, which pass
// in two and a half hours at full speed.
const longest = 9e18

// A Change moves a clock or changes how it runs. Nil fields change nothing; Set
// is applied before Advance.
type Change struct {
	Freeze  *bool
	Set     *time.Time
	Advance *time.Duration
	Speed   *float64 // above 0, at most MaxSpeed
}

// Apply makes a change as a whole or, on error, not at all. It fails with
// ErrBackwards if time would go back, and with another error if the speed is
// out of range. A change past Last stops there.
func (c *Clock) Apply(ch Change) (Reading, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown.Store(nil)
	defer func() { c.shown.Store(new(c.course)) }()
	now := c.now(c.wall)
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
	c.at, c.anchor = AtMostLast(target.Truncate(time.Microsecond)), c.wall()
	if ch.Freeze != nil {
		c.frozen = *ch.Freeze
	}
	if ch.Speed != nil {
		c.speed = *ch.Speed
	}
	c.wake()
	return c.read(), nil
}

// Close makes every Wait for a time to come return ErrClosed.
func (c *Clock) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.wake()
}

// wake makes all that wait look at the clock again.
func (c *Clock) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Wait returns nil when the clock has reached a time. It fails with the
// context's error or ErrClosed if that happens first.
func (c *Clock) Wait(ctx context.Context, until time.Time) error {
	for {
		left, changed, err := c.left(until)
		if err != nil || changed == nil {
			return err
		}
		var due <-chan time.Time // blocks while the clock stands still
		if left >= 0 {
			due = time.After(left)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-due:
		}
	}
}

// left returns the wall time until the clock reaches a time, negative while it
// stands still, and the channel that is closed at the next change. Without a
// channel, the time has come.
func (c *Clock) left(until time.Time) (left time.Duration, changed <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now(c.wall)
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
