package stripe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
)

func TestPoolBounds(t *testing.T) {
	now := time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)
	p := newPool(func() time.Time { return now })
	for i := range poolSize + 1 {
		if !p.put(fmt.Sprint(i), connect.Card{}) {
			t.Fatalf("%d is not new", i)
		}
	}
	if p.claim("0") != nil {
		t.Error("the oldest outlives a full pool")
	}
	if p.put("1", connect.Card{}) {
		t.Error("an id is returned twice")
	}
	c := p.claim("1")
	if c == nil || p.claim("1") != nil {
		t.Error("want exactly one claim")
	}
	c.end()
	c = p.claim("1")
	if c == nil {
		t.Fatal("a method that was not taken is gone")
	}
	c.taken = true
	c.end()
	if p.claim("1") != nil {
		t.Error("a method that was taken is back")
	}
	now = now.Add(poolLife)
	if p.claim("2") != nil {
		t.Error("a method outlives its hour")
	}
	p.put("x", connect.Card{})
	if len(p.cards) != 1 || len(p.queue) != 1 {
		t.Errorf("%d cards and %d ids are kept", len(p.cards), len(p.queue))
	}
}

func TestReturnsBounds(t *testing.T) {
	r := newReturnURLs()
	for i := range maxReturnURLs + 1 {
		r.set(fmt.Sprint(i), "https://a.example", false)
	}
	r.set("1", "", false)
	for id, want := range map[string]bool{"0": false, "1": false, "2": true} {
		if _, ok := r.get(id); ok != want {
			t.Errorf("%s: %v", id, ok)
		}
	}
	if len(r.byID) != maxReturnURLs || len(r.queue) != maxReturnURLs {
		t.Errorf("%d and %d are kept", len(r.byID), len(r.queue))
	}
}

// TestPoolMemory: what waits for an intent takes at most so much memory; the
// oldest of it goes.
func TestPoolMemory(t *testing.T) {
	const each = limit.PoolMemory / 16
	now := time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)
	long := strings.Repeat("x", each-entrySize)
	p, c, r := newPool(func() time.Time { return now }), newConfirmations(func() time.Time { return now }), newReturnURLs()
	for i := range 17 {
		if id := fmt.Sprint(i); !p.put(id, connect.Card{Holder: &long}) || !c.put(&confirmation{id: id, view: []byte(long), since: now}) {
			t.Fatalf("%s is not new", id)
		}
		r.set(fmt.Sprint(i), strings.Repeat("x", each), false)
	}
	for i := range 17 {
		id := fmt.Sprint(i)
		confirmed, _ := c.get(id)
		_, back := r.get(id)
		if kept := i > 0; p.has(id) != kept || (confirmed != nil) != kept || back != kept {
			t.Errorf("%s: method %t, confirmation token %t, return URL %t", id, p.has(id), confirmed != nil, back)
		}
	}
}
