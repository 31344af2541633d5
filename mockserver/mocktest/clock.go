package mocktest

import (
	"fmt"
	"net/http"
	"time"
)

// A Clock is the time of a world. It only moves forward: to go back, reset the
// world.
type Clock struct{ w *World }

// Now returns the world's time.
func (c *Clock) Now() time.Time {
	c.w.s.t.Helper()
	var answer struct{ Now time.Time }
	c.w.admin("Clock.Now()", http.MethodGet, "/clock", nil, &answer)
	return answer.Now
}

// Advance moves the time forward by a duration. Everything that is due until
// then happens: meter readings, CDRs, final charges.
func (c *Clock) Advance(d time.Duration) {
	c.w.s.t.Helper()
	c.change(fmt.Sprintf("Clock.Advance(%s)", d), "advance", d.String())
}

// Set moves the time forward to a moment.
func (c *Clock) Set(t time.Time) {
	c.w.s.t.Helper()
	c.change(fmt.Sprintf("Clock.Set(%s)", t.Format(time.RFC3339Nano)), "set", t.Format(time.RFC3339Nano))
}

// Freeze stops the time; Advance and Set still move it.
func (c *Clock) Freeze() {
	c.w.s.t.Helper()
	c.change("Clock.Freeze()", "freeze", true)
}

// Run lets a frozen clock run again.
func (c *Clock) Run() {
	c.w.s.t.Helper()
	c.change("Clock.Run()", "freeze", false)
}

// Speed sets how many seconds the clock moves per second, more than 0 and at
// most 1,000,000. It does not start a frozen clock.
func (c *Clock) Speed(factor float64) {
	c.w.s.t.Helper()
	c.change(fmt.Sprintf("Clock.Speed(%v)", factor), "speed", factor)
}

func (c *Clock) change(verb, field string, value any) {
	c.w.s.t.Helper()
	c.w.admin(verb, http.MethodPut, "/clock", map[string]any{field: value}, nil)
}
