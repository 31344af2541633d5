package stripe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/wire"
)

// TestSavedAnswers_bounded: the oldest answers go when there are too many or they
// are too long, calls without an answer among them.
func TestSavedAnswers_bounded(t *testing.T) {
	for name, c := range map[string]struct {
		body, room int // of one answer; how many there is room for
		waiting    bool
	}{
		"number":  {0, limit.SavedAnswers, false},
		"bytes":   {1 << 20, limit.SavedMemory >> 20, false},
		"waiting": {0, limit.SavedAnswers, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSavedAnswers(time.Now, nil)
			reply := wire.Reply{Status: 200, Body: []byte(strings.Repeat("x", c.body))}
			begin := func(n int) (a *savedAnswer, first bool) {
				a, first, err := s.begin(savedAnswer{id: savedKey{request: fmt.Sprint(n)}})
				if err != nil && !c.waiting {
					t.Fatal(err)
				}
				return a, first
			}
			for n := range 3 * c.room {
				a, first := begin(n)
				if !first {
					t.Fatalf("%d is not the first", n)
				}
				if !c.waiting {
					s.end(a, "req", reply, true)
				}
			}
			if s.queue.Len() > c.room || s.queue.Len() < c.room-1 || len(s.byKey) != s.queue.Len() || s.bytes > limit.SavedMemory {
				t.Errorf("%d answers, %d in order, %d bytes", len(s.byKey), s.queue.Len(), s.bytes)
			}
			if _, first := begin(3*c.room - 1); first {
				t.Error("the newest is gone")
			}
			if _, first := begin(0); !first {
				t.Error("the oldest is there")
			}
		})
	}
	t.Run("forgotten", func(t *testing.T) {
		s := newSavedAnswers(time.Now, nil)
		a, _, _ := s.begin(savedAnswer{id: savedKey{request: "k"}})
		s.end(a, "req", wire.Reply{}, false)
		if len(s.byKey) != 0 || s.queue.Len() != 0 || s.bytes != 0 {
			t.Errorf("%d answers, %d bytes", len(s.byKey), s.bytes)
		}
	})
}
