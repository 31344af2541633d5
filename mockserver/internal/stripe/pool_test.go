package stripe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cariqamock/mockserver/internal/connect"
	"cariqamock/mockserver/internal/limit"
	"cariqamock/mockserver/internal/store"
	"cariqamock/mockserver/internal/wire"
)

// A desk is a Handler whose store is in memory, with its clock.
type desk struct {
	*Handler
	t   *testing.T
	now time.Time
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, now: time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)}
	d.Handler = New(Config{Wall: func() time.Time { return d.now }})
	return d
}

func (d *desk) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// method adds a method to a pool.
func (d *desk) method(p *pool, id string, c connect.Card) {
	d.t.Helper()
	item, err := p.added(id, c)
	d.check(err)
	d.check(d.cfg.Store.Put(d.t.Context(), item))
}

// claim claims a method, which may not be possible.
func (d *desk) claim(id string) *claim {
	d.t.Helper()
	c, err := d.pool.claim(d.t.Context(), id)
	d.check(err)
	return c
}

func TestPoolBounds(t *testing.T) {
	d := newDesk(t)
	for i := range poolSize + 1 {
		d.method(d.pool, fmt.Sprint(i), connect.Card{})
	}
	if d.claim("0") != nil {
		t.Error("the oldest outlives a full pool")
	}
	c := d.claim("1")
	if c == nil || d.claim("1") != nil {
		t.Fatal("want exactly one claim")
	}
	d.check(c.release(t.Context()))
	if c = d.claim("1"); c == nil {
		t.Fatal("a method that was not taken is gone")
	}
	d.check(c.take(t.Context()))
	if d.claim("1") != nil {
		t.Error("a method that was taken is back")
	}
	if d.claim("2") == nil {
		t.Fatal("no method")
	}
	d.now = d.now.Add(claimTime)
	if d.claim("2") == nil {
		t.Error("a claim outlives the server that made it")
	}
	d.now = d.now.Add(poolLife)
	if d.claim("3") != nil {
		t.Error("a method outlives its hour")
	}
}

// Odd ids are those of nothing, and no reason to ask the store.
func TestPoolOddIDs(t *testing.T) {
	d := newDesk(t)
	for _, id := range []string{"", "\x00", "\xff", strings.Repeat("x", 5000)} {
		if d.claim(id) != nil {
			t.Errorf("%.10q is a method", id)
		}
	}
}

func TestReturnsBounds(t *testing.T) {
	d := newDesk(t)
	set := func(id, url string) { d.check(d.returns.set(t.Context(), "w", id, returnURL{url, false})) }
	for i := range poolSize + 1 {
		set(fmt.Sprint(i), "https://a.example")
	}
	set("1", "")
	for id, want := range map[string]bool{"0": false, "1": false, "2": true} {
		if _, seq, err := d.returns.get(t.Context(), id); err != nil || seq != 0 != want {
			t.Errorf("%s: %d, %v", id, seq, err)
		}
	}
}

// TestPoolMemory: what waits for an intent takes at most so much memory; the
// oldest of it goes.
func TestPoolMemory(t *testing.T) {
	const each = limit.PoolMemory / 16
	d := newDesk(t)
	long := strings.Repeat("x", each-1000)
	for i := range 17 {
		id := fmt.Sprint(i)
		d.method(d.pool, id, connect.Card{Holder: &long})
		_, err := d.confirmations.put(t.Context(), id, confirmation{View: []byte(`"` + long + `"`)}, 0, time.Time{})
		d.check(err)
		d.check(d.returns.set(t.Context(), "w", id, returnURL{long, false}))
	}
	for i := range 17 {
		id := fmt.Sprint(i)
		method, err := d.pool.has(t.Context(), id)
		d.check(err)
		confirmed, _, err := d.confirmations.find(t.Context(), id)
		d.check(err)
		_, back, err := d.returns.get(t.Context(), id)
		d.check(err)
		if kept := i > 0; method != kept || (confirmed != nil) != kept || (back != 0) != kept {
			t.Errorf("%s: method %t, confirmation token %t, return URL %d", id, method, confirmed != nil, back)
		}
	}
}

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
			d := newDesk(t)
			reply := wire.Reply{Status: 200, Body: []byte(strings.Repeat("x", c.body))}
			for n := range 3 * c.room {
				a, first, err := d.saved.begin(t.Context(), savedAnswer{id: fmt.Sprint(n)})
				if d.check(err); !first {
					t.Fatalf("%d is not the first", n)
				}
				if !c.waiting {
					d.check(d.saved.end(t.Context(), a, "req", reply, true))
				}
			}
			all, err := d.cfg.Store.(store.Store).Items(t.Context(), answerItems, "", 2*c.room)
			if d.check(err); len(all) > c.room || len(all) < c.room/2 {
				t.Errorf("%d answers", len(all))
			}
			for id, there := range map[string]bool{fmt.Sprint(3*c.room - 1): true, "0": false} {
				if _, seq, err := d.saved.get(t.Context(), id); err != nil || seq != 0 != there {
					t.Errorf("answer %s: %d, %v", id, seq, err)
				}
			}
		})
	}
}

// TestSavedAnswers_killed: a call with an idempotency key whose server was killed
// is no longer in progress: at once where no other server has the store,
// otherwise after a while.
func TestSavedAnswers_killed(t *testing.T) {
	for _, shared := range []bool{false, true} {
		now := time.Date(2026, 4, 2, 12, 0, 0, 0, time.UTC)
		wall := func() time.Time { return now }
		kept := store.NewMemory(store.Options{Wall: wall})
		begin := func(run string) (bool, error) {
			h := New(Config{Store: kept, Wall: wall, Shared: shared, Run: run})
			_, first, err := h.saved.begin(t.Context(), savedAnswer{id: "k", Run: h.cfg.alone()})
			return first, err
		}
		if first, err := begin("1"); !first || err != nil {
			t.Fatal(first, err)
		}
		if first, err := begin("1"); first || err == nil {
			t.Errorf("shared %t: the call was begun twice", shared)
		}
		if first, _ := begin("2"); first == shared {
			t.Errorf("shared %t: begun by the next server: %t", shared, first)
		}
		now = now.Add(answerTime)
		if first, err := begin("3"); !first || err != nil {
			t.Errorf("shared %t: still in progress after a while: %v", shared, err)
		}
	}
}
