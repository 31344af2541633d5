package journal

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
)

// TestQueue compares the queue with a list from which the oldest are cut.
func TestQueue(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		q := queue{capacity: rapid.IntRange(1, 40).Draw(t, "capacity"), maxBytes: rapid.IntRange(1, 500).Draw(t, "bytes")}
		var model []*record
		made := 0
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				made++
				r := &record{Exchange: Exchange{ID: fmt.Sprint(made)}, size: rapid.IntRange(0, 60).Draw(t, "size")}
				r.free = rapid.IntRange(0, r.size).Draw(t, "free")
				before := q.records
				q.push(r)
				if dropped := len(before) + 1 - len(q.records); slices.ContainsFunc(before[:dropped], func(r *record) bool { return r != nil }) {
					t.Fatal("a dropped record is held on to")
				}
				model = append(model, r)
				for len(model) > 1 && (len(model) > q.capacity || total(model)-free(model) > q.maxBytes) {
					model = model[1:]
				}
			},
			"clear": func(*rapid.T) {
				q.clear()
				model = nil
			},
			"": func(t *rapid.T) {
				if diff := cmp.Diff(ids(model), ids(backwards(q.latest(0)))); diff != "" {
					t.Fatalf("other records (-want +got):\n%s", diff)
				}
				limit := rapid.IntRange(1, 50).Draw(t, "limit")
				want := model[max(0, len(model)-limit):]
				if diff := cmp.Diff(ids(want), ids(backwards(q.latest(limit)))); diff != "" {
					t.Fatalf("other latest %d (-want +got):\n%s", limit, diff)
				}
				if q.bytes != total(model) || q.free != free(model) || len(q.records) > q.capacity || cap(q.records) > 2*q.capacity+8 {
					t.Fatalf("%d bytes, want %d; %d records of %d for a capacity of %d", q.bytes, total(model), len(q.records), cap(q.records), q.capacity)
				}
			},
		})
	})
}

func total(records []*record) int {
	n := 0
	for _, r := range records {
		n += r.size
	}
	return n
}

func free(records []*record) int {
	n := 0
	for _, r := range records {
		n += r.free
	}
	return n
}

func ids(records []*record) []string {
	out := []string{}
	for _, r := range records {
		out = append(out, r.ID)
	}
	return out
}

func backwards(records []*record) []*record {
	out := make([]*record, 0, len(records))
	for i := len(records) - 1; i >= 0; i-- {
		out = append(out, records[i])
	}
	return out
}
