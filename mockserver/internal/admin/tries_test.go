package admin

import (
	"fmt"
	"testing"
	"time"
)

// TestTries: a client that guesses has to wait, whatever it sends next, and
// nobody else.
func TestTries(t *testing.T) {
	now := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)
	tries := newTries(func() time.Time { return now })
	const guesser, other = "203.0.113.9:1", "203.0.113.8:1"
	for i := range wrongAtOnce {
		if wait := tries.judge(guesser, false); wait != 0 {
			t.Fatalf("wrong token %d has to wait for %s", i, wait)
		}
	}
	for _, at := range []string{guesser, "203.0.113.9:60000", "[::ffff:203.0.113.9]:1"} {
		for _, right := range []bool{false, true} {
			if wait := tries.judge(at, right); wait != wrongEvery {
				t.Errorf("%s, right %v: wait for %s, want %s", at, right, wait, wrongEvery)
			}
		}
	}
	if wait := tries.judge(other, true) + tries.judge(other, false); wait != 0 {
		t.Errorf("another client has to wait for %s", wait)
	}
	now = now.Add(wrongEvery - 1)
	if wait := tries.judge(guesser, true); wait != 1 {
		t.Errorf("just before: wait for %s", wait)
	}
	now = now.Add(1)
	if wait := tries.judge(guesser, true); wait != 0 {
		t.Errorf("the right token after the time has to wait for %s", wait)
	}
	if first, second := tries.judge(guesser, false), tries.judge(guesser, false); first != 0 || second != wrongEvery {
		t.Errorf("one more wrong token: wait for %s, then for %s", first, second)
	}
	now = now.Add(time.Hour)
	for range wrongAtOnce {
		if wait := tries.judge(guesser, false); wait != 0 {
			t.Errorf("an hour later: wait for %s", wait)
		}
	}
}

// TestTriesAreBounded: a stranger with many addresses fills no memory, one with
// a whole IPv6 network is one client, and those who wait still wait.
func TestTriesAreBounded(t *testing.T) {
	now := time.Date(2026, 4, 2, 14, 0, 0, 0, time.UTC)
	tries := newTries(func() time.Time { return now })
	for i := range 2 * wrongAtOnce {
		tries.judge(fmt.Sprintf("[2001:db8::%x]:1", i+1), false)
	}
	if wait := tries.judge("[2001:db8::ffff]:1", true); wait == 0 {
		t.Error("each address of a network has attempts of its own")
	}
	for i := range 3 * maxClients {
		tries.judge(fmt.Sprintf("198.51.%d.%d:1", i/256, i%256), false)
		if len(tries.free) > maxClients {
			t.Fatalf("%d clients are remembered", len(tries.free))
		}
	}
	if wait := tries.judge("[2001:db8::ffff]:1", true); wait == 0 {
		t.Error("a client that has to wait was forgotten for those with one wrong token")
	}
	now = now.Add(time.Hour)
	tries.judge("203.0.113.9:1", false)
	if len(tries.free) != 1 {
		t.Errorf("%d clients are remembered an hour later", len(tries.free))
	}
}
