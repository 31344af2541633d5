package store

import (
	"fmt"
	"testing"
)

// TestDeletedRecordsAreForgotten with the changes that deleted them, unless they are
// there again: a world that creates and deletes for a long time does not grow.
func TestDeletedRecordsAreForgotten(t *testing.T) {
	const kept = 10 // changes
	w := newMemoryWorld("w", 1, &queue{most: 1 << 20})
	v := w.add(Change{Seq: 1, Records: []Record{{Key: "stays", Value: []byte("1")}, {Key: "returns", Value: []byte("1")}}})
	commit := func(key string, value []byte) {
		t.Helper()
		var err error
		if v, err = w.commit(v, Change{Records: []Record{{Key: key, Value: value}}}, kept, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	commit("returns", nil)
	commit("returns", []byte("2"))
	for i := range 1000 {
		commit(fmt.Sprint("short-lived ", i), []byte("x"))
		commit(fmt.Sprint("short-lived ", i), nil)
	}
	if n := w.records.Len(); n > 2+kept {
		t.Errorf("%d records after a thousand deletions and a history of %d changes", n, kept)
	}
	for key, want := range map[string]string{"stays": "1", "returns": "2"} {
		if got, ok := w.records.Get(key); !ok || string(got.Value) != want {
			t.Errorf("%s: got %v, want %s", key, got, want)
		}
	}
}
