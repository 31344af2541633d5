package world_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/world"
)

// A client that uses up tokens drops its own worlds and not those of others,
// whatever its tokens look like.
func TestManyTokens(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(n int, of string) string {
		out := make([]byte, n)
		for i := range out {
			out[i] = of[random.IntN(len(of))]
		}
		return string(out)
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for name, c := range map[string]struct {
		most  int
		idle  bool // whether also the worlds that nobody uses meanwhile are safe
		token func(i int) string
	}{
		"numbers":          {200, true, func(i int) string { return fmt.Sprintf("mock.default.%d", i) }},
		"a name, a number": {200, true, func(i int) string { return fmt.Sprintf("mock.default.t%d", i) }},
		"with a dash":      {200, true, func(i int) string { return fmt.Sprintf("mock.default.load-%d", i) }},
		"two scenarios":    {200, true, func(i int) string { return fmt.Sprintf("mock.%s.x%d", []string{"default", "other"}[i%2], i) }},
		"other tokens":     {200, true, func(int) string { return "ey" + text(40, letters) }},
		"hexadecimal":      {500, true, func(int) string { return "mock.default." + text(32, "0123456789abcdef") }},
		"random":           {2000, false, func(int) string { return "mock.default." + text(20, letters) }},
		"random tokens":    {2000, false, func(int) string { return text(40, letters) }},
	} {
		t.Run(name, func(t *testing.T) {
			most := c.most
			s := newServer(func(c *world.Config) { c.Max = most })
			victims := map[string]*world.World{}
			for _, token := range []string{"mock.default.victim", "mock.default", "mock.other.cypress", "sandbox-key"} {
				victims[token] = s.token(t, token)
			}
			s.pass(time.Minute)
			for i := range 5 * most {
				s.token(t, c.token(i))
				if i%7 == 0 {
					s.pass(time.Second)
				}
				// Half the victims go on working, the others only come back at the end.
				if i%(most/5) == 0 {
					s.token(t, "mock.default.victim")
					s.token(t, "sandbox-key")
				}
			}
			if s.Len() != most {
				t.Errorf("%d worlds", s.Len())
			}
			for token, w := range victims {
				working := token == "mock.default.victim" || token == "sandbox-key"
				if (c.idle || working) && s.token(t, token) != w {
					t.Errorf("the world of %s was dropped", token)
				}
			}
		})
	}
}

// When worlds take too much memory, large ones go, those unused for longest
// first, and small ones stay.
func TestMemory(t *testing.T) {
	const memory = 1 << 20
	s := newServer(func(c *world.Config) { c.Memory = memory })
	small := s.token(t, "mock.default.small")
	s.pass(time.Second)
	long := strings.Repeat("x", 1000)
	fill := func(w *world.World) {
		t.Helper()
		for w.State.Bytes() < memory/4 {
			u := connect.UserUpdate{Email: connect.Some(&long)}
			if _, err := w.State.CreateUser(u); err != nil {
				t.Fatal(err)
			}
		}
	}
	var large []*world.World
	for i := range 6 {
		large = append(large, s.token(t, fmt.Sprintf("mock.default.large%d", i)))
		fill(large[i])
		s.pass(time.Second)
		s.token(t, "mock.default.large0") // in use all the time
	}
	for token, w := range map[string]*world.World{"small": small, "large0": large[0], "large5": large[5]} {
		if s.token(t, "mock.default."+token) != w {
			t.Errorf("the world %s was dropped", token)
		}
	}
	if s.token(t, "mock.default.large1") == large[1] {
		t.Error("the large world that is unused for longest is still there")
	}
	if !strings.Contains(s.log.String(), "too much memory") {
		t.Errorf("log: %s", s.log.String())
	}
}

// One world alone refuses data beyond half of the memory; a reset gives it back.
func TestMemoryOfOneWorld(t *testing.T) {
	const memory = 1 << 20
	s := newServer(func(c *world.Config) { c.Memory = memory })
	w := s.token(t, "mock.default.big")
	long, refused := strings.Repeat("x", 10_000), false
	for range 1000 {
		if _, err := w.State.CreateUser(connect.UserUpdate{Email: connect.Some(&long)}); err != nil {
			refused = true
			break
		}
	}
	if n := w.State.Bytes(); !refused || n < memory/2 || n > memory/2+20_000 {
		t.Errorf("refused: %t, at %d bytes", refused, n)
	}
	again, err := s.Reset("mock.default.big", "")
	if err != nil {
		t.Fatal(err)
	}
	if again.State.Bytes() > 10_000 || w.State.Bytes() != 0 {
		t.Errorf("after the reset: %d bytes, and %d of the world before", again.State.Bytes(), w.State.Bytes())
	}
}
