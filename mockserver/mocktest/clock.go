package mocktest

import (
	"net/http"
	"time"
)

// A Clock is the time of a token's world. Its methods fail the test where the
// server refuses, as it does when time would go back.
type Clock struct {
	s     *Server
	token string
}

// Clock is the clock of a mock. token's world.
func (s *Server) Clock(token string) *Clock { return &Clock{s, token} }

// Now is the world's time.
func (c *Clock) Now() time.Time {
	c.s.t.Helper()
	return c.call(http.MethodGet, nil)
}

// Advance moves the time forward.
func (c *Clock) Advance(d time.Duration) {
	c.s.t.Helper()
	c.call(http.MethodPut, map[string]any{"advance": d.String()})
}

// Set moves the time forward to a moment.
func (c *Clock) Set(t time.Time) {
	c.s.t.Helper()
	c.call(http.MethodPut, map[string]any{"set": t.Format(time.RFC3339Nano)})
}

// Freeze lets the time stand still but for Advance and Set.
func (c *Clock) Freeze() {
	c.s.t.Helper()
	c.call(http.MethodPut, map[string]any{"freeze": true})
}

func (c *Clock) call(method string, body any) time.Time {
	c.s.t.Helper()
	var answer struct{ Now time.Time }
	c.s.admin(method, c.token, "/clock", body, &answer)
	return answer.Now
}
