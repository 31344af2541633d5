package journal

import (
	"net/url"
	"testing"
)

// All journals share a budget: those in which nothing was recorded for longest
// lose their oldest entries first, and each knows how many.
func TestBudget(t *testing.T) {
	const entry, most = 10_000, 200_000
	b := NewBudget(most)
	record := func(j *Journal, id string) {
		j.Record(Exchange{ID: id, URL: &url.URL{Path: "/"}, Request: Message{Body: make([]byte, entry)}})
	}
	old, busy := b.New(), b.New()
	for range 5 {
		record(old, "o")
	}
	for range 100 {
		record(busy, "b")
		if n := b.bytes.Load(); n > most+2*entry {
			t.Fatalf("%d bytes", n)
		}
	}
	if len(old.List(0)) != 0 || old.Dropped() != 5 {
		t.Errorf("the old journal has %d entries and dropped %d", len(old.List(0)), old.Dropped())
	}
	kept := len(busy.List(0))
	if kept < 10 || kept+busy.Dropped() != 100 {
		t.Errorf("the busy journal has %d entries and dropped %d", kept, busy.Dropped())
	}
	busy.Clear()
	if b.bytes.Load() != 0 || busy.Dropped() != 0 {
		t.Errorf("after a clear: %d bytes, %d dropped", b.bytes.Load(), busy.Dropped())
	}
	record(busy, "again")
	busy.Close()
	old.Close()
	record(busy, "late") // by a call that still uses the world
	if b.bytes.Load() != 0 || len(b.open) != 0 {
		t.Errorf("closed journals count %d bytes, %d are open", b.bytes.Load(), len(b.open))
	}
}
